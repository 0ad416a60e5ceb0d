import type { GroupState } from '../../protocol/types.gen';
import type { NodeAction } from '../node/nodeActions';
import type { Commands } from '../state/commands';
import { canGroup, gather, meantGroups } from '../state/grouping';

type Groups = Readonly<Record<string, GroupState>>;

/** The keys of these actions, see shell/shortcuts.ts. */
export const GROUP_KEYS = { group: 'Mod+g', ungroup: 'Mod+Shift+g' } as const;

/** The colours that a frame can have; the words are those that the worker keeps. */
export const GROUP_COLORS = ['', 'blue', 'green', 'amber', 'orange', 'pink'] as const;

/** Putting nodes into a frame, and taking the frame away again. */
export function groupActions(commands: Commands, groups: Groups, uuids: readonly string[]): NodeAction[] {
  const gathering = gather(groups, uuids);
  const meant = meantGroups(groups, uuids);
  const group: NodeAction = {
    name: 'group',
    icon: 'group',
    label: 'Group',
    key: GROUP_KEYS.group,
    disabled: !canGroup(gathering),
    act: () => void commands.group(gathering),
  };
  const ungroup: NodeAction = {
    name: 'ungroup',
    icon: 'ungroup',
    label: 'Ungroup',
    key: GROUP_KEYS.ungroup,
    act: () => void commands.ungroup(meant),
  };
  const [around] = gathering.groups;
  const joins = gathering.groups.length === 1 && gathering.nodes.length > 0;
  const placed = new Set(Object.values(groups).flatMap(({ node_ids }) => node_ids));
  const leavers = gathering.groups.length === 0 ? uuids.filter(uuid => placed.has(uuid)) : [];
  return [
    group,
    ...(meant.length > 0 ? [ungroup] : []),
    ...(around !== undefined && joins ? [joinAction(commands, groups, around, gathering.nodes)] : []),
    ...(leavers.length > 0 ? [leaveAction(commands, groups, leavers)] : []),
  ];
}

function joinAction(commands: Commands, groups: Groups, id: string, nodes: readonly string[]): NodeAction {
  const all = [...(groups[id]?.node_ids ?? []), ...nodes];
  return {
    name: 'join',
    icon: 'group',
    label: `Add to ${groupName(groups[id])}`,
    act: () => void commands.setMembers({ [id]: all }),
  };
}

function leaveAction(commands: Commands, groups: Groups, nodes: readonly string[]): NodeAction {
  const leaving = new Set(nodes);
  const left = Object.entries(groups)
    .filter(([, group]) => group.node_ids.some(uuid => leaving.has(uuid)))
    .map(([id, group]) => [id, group.node_ids.filter(uuid => !leaving.has(uuid))]);
  return {
    name: 'leave',
    icon: 'ungroup',
    label: 'Take out of group',
    act: () => void commands.setMembers(Object.fromEntries(left)),
  };
}

/** What a group is called on the screen. */
export function groupName(group: GroupState | undefined): string {
  return group?.meta.name || 'Group';
}
