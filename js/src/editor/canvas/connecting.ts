import type { Connection, Edge as FlowEdge } from '@xyflow/react';
import type { Edge, GraphState } from '../../model/state';

/** The edge that a finished connection means, or null when an end is missing. */
export function edgeOf(connection: Connection | FlowEdge): Edge | null {
  const { source, sourceHandle, target, targetHandle } = connection;
  if (!sourceHandle || !targetHandle) return null;
  return [source, sourceHandle, target, targetHandle];
}

/** A hint while connecting: a node cannot feed itself, not even through others. The worker has the last word. */
export function mayConnect(graph: Pick<GraphState, 'edges'>, source: string, target: string): boolean {
  if (source === target) return false;
  const next = new Map<string, string[]>();
  for (const [src, , dst] of Object.values(graph.edges)) next.set(src, [...(next.get(src) ?? []), dst]);
  const seen = new Set<string>();
  const open = [target];
  for (let uuid = open.pop(); uuid !== undefined; uuid = open.pop()) {
    if (uuid === source) return false;
    if (seen.has(uuid)) continue;
    seen.add(uuid);
    open.push(...(next.get(uuid) ?? []));
  }
  return true;
}
