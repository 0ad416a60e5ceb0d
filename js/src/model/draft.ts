import type { NodeState, PortState, Preview } from '../protocol/types.gen';
import { type Edge, edgeKey, type GraphState, portKey } from './state';

type Table<T> = Record<string, T>;

/** A graph under change. A table is copied once, when it is first written, however many events a batch holds. */
export class GraphDraft {
  #nodes: Table<NodeState> | null = null;
  #edges: Table<Edge> | null = null;
  #previews: Table<Preview> | null = null;
  clients: number;

  constructor(private readonly base: GraphState) {
    this.clients = base.clients;
  }

  /** What the draft became. */
  result(): Pick<GraphState, 'nodes' | 'edges' | 'previews' | 'clients'> {
    return {
      nodes: this.#nodes ?? this.base.nodes,
      edges: this.#edges ?? this.base.edges,
      previews: this.#previews ?? this.base.previews,
      clients: this.clients,
    };
  }

  putNode(node: NodeState): void {
    this.nodes[node.uuid] = node;
  }

  /** Changes a node; one that is not there (any more) is left alone. */
  patchNode(uuid: string, change: Partial<NodeState>): void {
    const node = (this.#nodes ?? this.base.nodes)[uuid];
    if (node) this.nodes[uuid] = { ...node, ...change };
  }

  patchPort(uuid: string, io: string, change: Partial<PortState>): void {
    const ports = (this.#nodes ?? this.base.nodes)[uuid]?.io;
    if (ports)
      this.patchNode(uuid, { io: ports.map(port => (port.id === io ? { ...port, ...change } : port)) });
  }

  /** Removes a node, and with it its edges and previews. */
  removeNode(uuid: string): void {
    delete this.nodes[uuid];
    for (const [key, [src, , dst]] of Object.entries(this.#edges ?? this.base.edges)) {
      if (src === uuid || dst === uuid) delete this.edges[key];
    }
    for (const [key, preview] of Object.entries(this.#previews ?? this.base.previews)) {
      if (preview.node === uuid) delete this.previews[key];
    }
  }

  putEdge(edge: Edge): void {
    this.edges[edgeKey(edge)] = edge;
  }

  removeEdge(edge: Edge): void {
    delete this.edges[edgeKey(edge)];
  }

  putPreview(preview: Preview): void {
    this.previews[portKey(preview.node, preview.io)] = preview;
  }

  clear(): void {
    this.#nodes = {};
    this.#edges = {};
    this.#previews = {};
  }

  private get nodes(): Table<NodeState> {
    this.#nodes ??= { ...this.base.nodes };
    return this.#nodes;
  }

  private get edges(): Table<Edge> {
    this.#edges ??= { ...this.base.edges };
    return this.#edges;
  }

  private get previews(): Table<Preview> {
    this.#previews ??= { ...this.base.previews };
    return this.#previews;
  }
}
