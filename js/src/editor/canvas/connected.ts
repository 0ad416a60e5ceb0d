import type { GraphState } from '../../model/state';

/**
 * Which ports of each node have an edge, as `in:<io>` and `out:<io>`. An input that is only fed back to counts as
 * free: it holds the value that its loop begins with, and that can be typed in.
 */
export interface ConnectedPorts {
  readonly edges: GraphState['edges'] | null;
  readonly edgeNotes: GraphState['edgeNotes'] | null;
  readonly ports: ReadonlyMap<string, ReadonlySet<string>>;
}

/** The connected ports of a graph; a node whose ports did not change keeps its set. */
export function connectedPorts(
  { edges, edgeNotes }: Pick<GraphState, 'edges' | 'edgeNotes'>,
  before: ConnectedPorts,
): ConnectedPorts {
  if (edges === before.edges && edgeNotes === before.edgeNotes) return before;
  const ports = new Map<string, Set<string>>();
  const add = (uuid: string, side: string): void => {
    const held = ports.get(uuid);
    if (held) held.add(side);
    else ports.set(uuid, new Set([side]));
  };
  for (const [key, [src, srcIo, dst, dstIo]] of Object.entries(edges)) {
    add(src, `out:${srcIo}`);
    if (!edgeNotes[key]?.feedback) add(dst, `in:${dstIo}`);
  }
  const kept = [...ports].map(([uuid, fresh]) => {
    const old = before.ports.get(uuid);
    return [uuid, old && sameSet(old, fresh) ? old : fresh] as const;
  });
  return { edges, edgeNotes, ports: new Map(kept) };
}

function sameSet(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  return a.size === b.size && [...a].every(item => b.has(item));
}
