import type { GroupState } from '../../protocol/types.gen';

type Groups = Readonly<Record<string, GroupState>>;

/** What a new group is to stand around. */
export interface Gathering {
  readonly nodes: readonly string[];
  readonly groups: readonly string[];
}

/** The nodes in a group and in all groups inside it. */
export function nodesWithin(groups: Groups, id: string): string[] {
  const found: string[] = [];
  // a group is told of before or after the one around it: what does not fit together (yet) must end all the same
  const within = new Set([id]);
  for (const known of within) {
    found.push(...(groups[known]?.node_ids ?? []));
    for (const [child, group] of Object.entries(groups)) if (group.parent_group === known) within.add(child);
  }
  return found;
}

/** What to put together for a selection: groups that are selected as a whole stay whole. */
export function gather(groups: Groups, selected: readonly string[]): Gathering {
  const whole = wholeGroups(groups, selected);
  const inside = new Set(whole.flatMap(id => nodesWithin(groups, id)));
  return { nodes: selected.filter(uuid => !inside.has(uuid)), groups: whole };
}

/** Whether there is anything to put together: not one node less or more than a group that there is. */
export function canGroup({ nodes, groups }: Gathering): boolean {
  return nodes.length > 0 || groups.length > 1;
}

/** The groups that a selection means: those selected as a whole, else those that its nodes stand in. */
export function meantGroups(groups: Groups, selected: readonly string[]): string[] {
  const whole = wholeGroups(groups, selected);
  if (whole.length > 0) return whole;
  const chosen = new Set(selected);
  return Object.keys(groups).filter(id => groups[id]?.node_ids.some(uuid => chosen.has(uuid)));
}

/** The outermost groups all of whose nodes are selected. */
function wholeGroups(groups: Groups, selected: readonly string[]): string[] {
  const chosen = new Set(selected);
  const whole = new Set(
    Object.keys(groups).filter(id => {
      const nodes = nodesWithin(groups, id);
      return nodes.length > 0 && nodes.every(uuid => chosen.has(uuid));
    }),
  );
  return [...whole].filter(id => !whole.has(groups[id]?.parent_group ?? ''));
}
