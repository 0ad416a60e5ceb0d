import type { GraphState } from '../../model/state';
import type { NodeState } from '../../protocol/types.gen';

/** The part of a graph that says what is stale. */
export type Stale = Pick<GraphState, 'nodes' | 'edges' | 'edgeNotes'>;

/** How many nodes a run of what is stale would compute. */
export function countStale(graph: Stale): number {
  const heldUp = behind(graph, holdsUp);
  return count(graph, node => waitsForRun(node) && !node.untrusted && !heldUp.has(node.uuid));
}

/** How many stale nodes no run computes before somebody trusts one: itself, or one above it. */
export function countUntrusted(graph: Stale): number {
  const heldUp = behind(graph, node => node.untrusted && node.mode !== 'frozen');
  return count(graph, node => waitsForRun(node) && (node.untrusted || heldUp.has(node.uuid)));
}

function count({ nodes }: Stale, fits: (node: NodeState) => boolean): number {
  return Object.values(nodes).filter(fits).length;
}

function waitsForRun(node: NodeState): boolean {
  const takesPart = node.mode !== 'disabled' && node.mode !== 'frozen' && !node.unknown;
  const rests = node.state === 'idle' || node.state === 'done' || node.state === 'error';
  return node.stale && takesPart && rests;
}

/** Whether no run makes its outputs such as may be used; what is frozen keeps some. */
function holdsUp(node: NodeState): boolean {
  return node.mode !== 'frozen' && (node.mode === 'disabled' || node.untrusted);
}

/** The nodes that get nothing new because of one that is an obstacle, however far above. */
function behind(graph: Stale, isObstacle: (node: NodeState) => boolean): ReadonlySet<string> {
  const found = new Set<string>();
  const waiting = Object.values(graph.nodes).filter(isObstacle);
  // this is asked at every event of the graph, and most have no obstacle
  const followers = waiting.length > 0 ? followersOf(graph) : new Map<string, string[]>();
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    for (const uuid of followers.get(node.uuid) ?? []) {
      const follower = graph.nodes[uuid];
      if (follower === undefined || found.has(uuid)) continue;
      found.add(uuid);
      // what is up to date, or frozen, can be used, whatever stands above it
      if (follower.stale && follower.mode !== 'frozen') waiting.push(follower);
    }
  }
  return found;
}

/** The nodes that get their values from each; what comes round a circle holds nobody up. */
function followersOf({ edges, edgeNotes }: Stale): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const [key, [source, , target]] of Object.entries(edges)) {
    if (edgeNotes[key]?.feedback) continue;
    const known = found.get(source);
    if (known === undefined) found.set(source, [target]);
    else known.push(target);
  }
  return found;
}
