import type { NodeMode } from '../../model/state';
import type { NodeState } from '../../protocol/types.gen';
import type { IconName } from '../../renderers/Icon';
import type { Commands, RunScope } from '../state/commands';

/** Something a person can do with one node or several. */
export interface NodeAction {
  readonly name: string;
  readonly icon: IconName;
  readonly label: string;
  /** The key that does it to what is selected. */
  readonly key?: string;
  readonly disabled?: boolean;
  act(): void;
}

/** The keys of these actions, see shell/shortcuts.ts. */
export const RUN_KEYS = { only: 'Shift+Enter', to: 'Mod+Enter' } as const;
export const MODE_KEYS = { disabled: 'd', bypassed: 'b', frozen: 'f' } as const;

/** The ways to run nodes: themselves, with what they need, with what needs them. */
export function runActions(commands: Commands, nodes: readonly NodeState[]): NodeAction[] {
  const run = (scope: RunScope) => () => void commands.runNodes(uuidsOf(nodes), scope);
  const several = nodes.length > 1;
  const known = nodes.some(node => !node.unknown);
  return [
    {
      name: 'run-only',
      icon: 'play',
      label: several ? 'Run selection' : 'Run this',
      key: RUN_KEYS.only,
      disabled: !nodes.some(canRun),
      act: run('only'),
    },
    {
      name: 'run-to',
      icon: 'runTo',
      label: 'Run to here',
      key: RUN_KEYS.to,
      disabled: !known,
      act: run('to'),
    },
    { name: 'run-from', icon: 'runFrom', label: 'Run from here', disabled: !known, act: run('from') },
  ];
}

/** How nodes can take part; where all of them do already, the way back. */
export function modeActions(commands: Commands, nodes: readonly NodeState[]): NodeAction[] {
  const action = (mode: SpecialMode): NodeAction => ({
    name: mode,
    icon: MODES[mode].icon,
    label: isAll(nodes, mode) ? MODES[mode].back : MODES[mode].label,
    key: MODE_KEYS[mode],
    act: () => toggleMode(commands, nodes, mode),
  });
  return [action('disabled'), action('bypassed'), action('frozen')];
}

type SpecialMode = Exclude<NodeMode, 'enabled'>;

const MODES: Readonly<Record<SpecialMode, { label: string; back: string; icon: IconName }>> = {
  disabled: { label: 'Disable', back: 'Enable', icon: 'off' },
  bypassed: { label: 'Bypass', back: 'End bypass', icon: 'bypass' },
  frozen: { label: 'Freeze', back: 'Unfreeze', icon: 'freeze' },
};

/** Gives nodes a mode, or takes it back where all of them have it. */
export function toggleMode(commands: Commands, nodes: readonly NodeState[], mode: SpecialMode): void {
  if (nodes.length > 0) void commands.setNodeMode(uuidsOf(nodes), isAll(nodes, mode) ? 'enabled' : mode);
}

function isAll(nodes: readonly NodeState[], mode: NodeMode): boolean {
  return nodes.every(node => node.mode === mode);
}

function canRun(node: NodeState): boolean {
  return !node.unknown && node.mode !== 'disabled' && node.mode !== 'frozen';
}

function uuidsOf(nodes: readonly NodeState[]): string[] {
  return nodes.map(node => node.uuid);
}
