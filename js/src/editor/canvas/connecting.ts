import type { Connection, Edge as FlowEdge } from '@xyflow/react';
import type { Edge, GraphState } from '../../model/state';
import { portOfHandle } from './handleId';

/** The edge that a finished connection means, or null when an end is missing. */
export function edgeOf(connection: Connection | FlowEdge): Edge | null {
  const { source, sourceHandle, target, targetHandle } = connection;
  if (!sourceHandle || !targetHandle) return null;
  return [source, portOfHandle(sourceHandle), target, portOfHandle(targetHandle)];
}

/**
 * A hint while connecting: whether a node would feed itself, if only through others. Feedback closes no circle.
 * The worker has the last word.
 */
export function wouldCircle(
  graph: Pick<GraphState, 'edges' | 'edgeNotes'>,
  source: string,
  target: string,
): boolean {
  if (source === target) return true;
  const next = new Map<string, string[]>();
  for (const [key, [src, , dst]] of Object.entries(graph.edges)) {
    if (!graph.edgeNotes[key]?.feedback) next.set(src, [...(next.get(src) ?? []), dst]);
  }
  const seen = new Set<string>();
  const open = [target];
  for (let uuid = open.pop(); uuid !== undefined; uuid = open.pop()) {
    if (uuid === source) return true;
    if (seen.has(uuid)) continue;
    seen.add(uuid);
    open.push(...(next.get(uuid) ?? []));
  }
  return false;
}
