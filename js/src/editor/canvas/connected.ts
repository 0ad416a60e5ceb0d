import type { GraphState } from '../../model/state';

/** Which ports of each node have an edge, as `in:<io>` and `out:<io>`. */
export interface ConnectedPorts {
  readonly edges: GraphState['edges'] | null;
  readonly ports: ReadonlyMap<string, ReadonlySet<string>>;
}

/** The connected ports of a graph; a node whose ports did not change keeps its set. */
export function connectedPorts(edges: GraphState['edges'], before: ConnectedPorts): ConnectedPorts {
  if (edges === before.edges) return before;
  const ports = new Map<string, Set<string>>();
  const add = (uuid: string, side: string): void => {
    const held = ports.get(uuid);
    if (held) held.add(side);
    else ports.set(uuid, new Set([side]));
  };
  for (const [src, srcIo, dst, dstIo] of Object.values(edges)) {
    add(src, `out:${srcIo}`);
    add(dst, `in:${dstIo}`);
  }
  const kept = [...ports].map(([uuid, fresh]) => {
    const old = before.ports.get(uuid);
    return [uuid, old && sameSet(old, fresh) ? old : fresh] as const;
  });
  return { edges, ports: new Map(kept) };
}

function sameSet(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  return a.size === b.size && [...a].every(item => b.has(item));
}
