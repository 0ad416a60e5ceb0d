import { countLines } from '../../model/log';
import type { NodeLog, NodeState, PortState } from '../../protocol/types.gen';
import { countOf, formatSeconds, formatShape, listWords } from '../../renderers/format';
import { previewPort } from '../layout/geometry';

/** How a node stands, for its border, tag and footer. The order of the rules is the order of urgency. */
export type Tone =
  | 'running'
  | 'queued'
  | 'disabled'
  | 'error'
  | 'unknown'
  | 'stale'
  | 'cancelled'
  | 'incomplete'
  | 'done'
  | 'idle';

export function nodeTone(node: NodeState): Tone {
  if (node.unknown) return 'unknown';
  if (isBusy(node)) return node.state;
  if (node.mode === 'disabled') return 'disabled';
  if (node.state === 'error' || node.state === 'incomplete' || node.state === 'cancelled') return node.state;
  // what is frozen keeps its outputs, whatever changes before it
  if (node.stale && node.mode !== 'frozen') return 'stale';
  return node.state;
}

/** The node's name: what a person called it, else what its class is called. */
export function nodeName(node: Pick<NodeState, 'name' | 'title' | 'node_id' | 'uuid'>): string {
  return node.name && !isGenerated(node) ? node.name : node.title || node.node_id;
}

/** `Class(uuid)` or the bare uuid: a name nobody gave. */
function isGenerated(node: Pick<NodeState, 'name' | 'uuid'>): boolean {
  return node.name === node.uuid || node.name.endsWith(`(${node.uuid})`);
}

/** The result in a few words: `14 ms · 344 × 8`. */
export function resultText(node: NodeState): string {
  const port = previewPort(node) ?? node.io.find(candidate => !candidate.is_input && !candidate.hidden);
  const parts = [node.seconds === null ? '' : formatSeconds(node.seconds), formatShape(port?.value?.shape)];
  return parts.filter(Boolean).join(' · ');
}

/** What an incomplete node waits for: `needs table and x`. */
export function missingText(node: NodeState): string {
  const names = node.missing.map(id => node.io.find(port => port.is_input && port.id === id)?.name ?? id);
  return names.length === 0 ? 'needs a value' : `needs ${listWords(names)}`;
}

/** Why the node that is to blame keeps others from running: `Ratio failed`. */
export function blameText(blamed: NodeState): string {
  return `${nodeName(blamed)} ${blameWord(blamed)}`;
}

/** What the node that is to blame did, or did not. */
export function blameWord(blamed: NodeState): string {
  if (waitsForTrust(blamed)) return 'is not trusted';
  switch (nodeTone(blamed)) {
    case 'error':
      return 'failed';
    case 'disabled':
      return 'is disabled';
    case 'cancelled':
      return 'was cancelled';
    case 'unknown':
    case 'incomplete':
      return 'cannot run';
    default:
      return 'has no result';
  }
}

/** The log in a few words, also for a tooltip: `1,203 lines, 2 warnings`. */
export function logText(log: NodeLog | undefined): string {
  const warnings = log?.lines.filter(line => line.kind === 'warning').length ?? 0;
  return [countOf(countLines(log), 'line'), warnings > 0 && countOf(warnings, 'warning')]
    .filter(Boolean)
    .join(', ');
}

/** Where in the user's own function it failed: `line 3 in ratio`. */
export function errorPlace(node: NodeState): string {
  if (!node.error || node.error.line === null) return '';
  return node.error.function
    ? `line ${node.error.line} in ${node.error.function}`
    : `line ${node.error.line}`;
}

/** The inputs that hold something else than their default. */
export function changedInputs(node: NodeState): PortState[] {
  return node.io.filter(port => port.is_input && !port.hidden && port.value && !port.value.is_default);
}

/** Whether it holds code from elsewhere and stands still for that. */
export function waitsForTrust(node: NodeState): boolean {
  return node.untrusted && !isBusy(node);
}

/** True while the node waits for its turn or runs. */
export function isBusy(node: NodeState): node is NodeState & { state: 'running' | 'queued' } {
  return node.state === 'running' || node.state === 'queued';
}
