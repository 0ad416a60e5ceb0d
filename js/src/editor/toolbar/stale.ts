import type { NodeState } from '../../protocol/types.gen';

type Nodes = Readonly<Record<string, NodeState>>;

/** How many nodes a run of what is stale would compute. */
export function countStale(nodes: Nodes): number {
  return Object.values(nodes).filter(node => waitsForRun(node, nodes)).length;
}

function waitsForRun(node: NodeState, nodes: Nodes): boolean {
  const takesPart = node.mode !== 'disabled' && node.mode !== 'frozen' && !node.unknown && !node.untrusted;
  const rests = node.state === 'idle' || node.state === 'done' || node.state === 'error';
  const blamed = nodes[node.blame];
  return node.stale && takesPart && rests && blamed?.mode !== 'disabled' && !blamed?.untrusted;
}
