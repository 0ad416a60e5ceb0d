import type { NodeState } from '../../protocol/types.gen';
import { formatSeconds, formatShape, listWords } from '../../renderers/format';
import { previewPort } from '../layout/geometry';

/** How a node stands, for its border, tag and footer. The order of the rules is the order of urgency. */
export type Tone =
  | 'running'
  | 'queued'
  | 'error'
  | 'unknown'
  | 'stale'
  | 'cancelled'
  | 'incomplete'
  | 'done'
  | 'idle';

export function nodeTone(node: NodeState): Tone {
  if (node.unknown) return 'unknown';
  if (node.state === 'running' || node.state === 'queued' || node.state === 'error') return node.state;
  if (node.state === 'incomplete') return 'incomplete';
  if (node.state === 'cancelled') return 'cancelled';
  if (node.stale) return 'stale';
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

/** Where in the user's own function it failed: `line 3 in ratio`. */
export function errorPlace(node: NodeState): string {
  if (!node.error || node.error.line === null) return '';
  return node.error.function
    ? `line ${node.error.line} in ${node.error.function}`
    : `line ${node.error.line}`;
}

/** True while the node waits for its turn or runs. */
export function isBusy(node: NodeState): boolean {
  return node.state === 'running' || node.state === 'queued';
}
