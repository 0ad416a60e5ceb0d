import type { NodeLog, NodeLogData } from '../protocol/types.gen';

/** How many lines of a node's log are kept: the newest ones. */
export const KEPT_LINES = 200;

export const NO_LOG: NodeLog = { first: 0, lines: [] };

/** The log with new lines: what it held from their number on is void, and 0 begins anew. */
export function withLines(
  log: NodeLog = NO_LOG,
  { first, lines }: Pick<NodeLogData, 'first' | 'lines'>,
): NodeLog {
  const held = first - log.first;
  // a gap means that the worker let go of lines that we never had: what stands before it would seem to adjoin
  const isGap = held > log.lines.length;
  const before = isGap ? [] : log.lines.slice(0, Math.max(0, held));
  const all = [...before, ...lines];
  const dropped = Math.max(0, all.length - KEPT_LINES);
  return { first: first - before.length + dropped, lines: all.slice(dropped) };
}

/** How many lines the run wrote, those that are no longer kept included. */
export function countLines({ first, lines }: NodeLog = NO_LOG): number {
  return first + lines.length;
}
