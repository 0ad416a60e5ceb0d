import type { NodeState } from '../../protocol/types.gen';

/** How many nodes a run of what is stale would compute. */
export function countStale(nodes: Readonly<Record<string, NodeState>>): number {
  return Object.values(nodes).filter(waitsForRun).length;
}

function waitsForRun(node: NodeState): boolean {
  return (
    node.stale && !node.unknown && (node.state === 'idle' || node.state === 'done' || node.state === 'error')
  );
}
