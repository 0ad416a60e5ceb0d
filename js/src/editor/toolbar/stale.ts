import type { NodeState } from '../../protocol/types.gen';

type Nodes = Readonly<Record<string, NodeState>>;

/** How many nodes a run of what is stale would compute. */
export function countStale(nodes: Nodes): number {
  return Object.values(nodes).filter(node => waitsForRun(node, nodes)).length;
}

function waitsForRun(node: NodeState, nodes: Nodes): boolean {
  const takesPart = node.mode !== 'disabled' && node.mode !== 'frozen' && !node.unknown;
  const rests = node.state === 'idle' || node.state === 'done' || node.state === 'error';
  return node.stale && takesPart && rests && nodes[node.blame]?.mode !== 'disabled';
}
