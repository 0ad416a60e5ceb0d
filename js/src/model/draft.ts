import type { EdgeData, GroupState, HistoryInfo, NodeState, PortState, Preview } from '../protocol/types.gen';
import { type Edge, type EdgeNote, edgeKey, type GraphMode, type GraphState, portKey } from './state';
import { type Table, tableOf } from './table';

type Drafted = 'nodes' | 'edges' | 'edgeNotes' | 'groups' | 'previews' | 'clients' | 'mode' | 'history';

/** A graph under change. A table is copied once, when it is first written, however many events a batch holds. */
export class GraphDraft {
  #nodes: Table<NodeState> | null = null;
  #edges: Table<Edge> | null = null;
  #notes: Table<EdgeNote> | null = null;
  #groups: Table<GroupState> | null = null;
  #previews: Table<Preview> | null = null;
  clients: number;
  mode: GraphMode;
  history: HistoryInfo;

  constructor(private readonly base: GraphState) {
    this.clients = base.clients;
    this.mode = base.mode;
    this.history = base.history;
  }

  /** What the draft became. */
  result(): Pick<GraphState, Drafted> {
    return {
      nodes: this.#nodes ?? this.base.nodes,
      edges: this.#edges ?? this.base.edges,
      edgeNotes: this.#notes ?? this.base.edgeNotes,
      groups: this.#groups ?? this.base.groups,
      previews: this.#previews ?? this.base.previews,
      clients: this.clients,
      mode: this.mode,
      history: this.history,
    };
  }

  putNode(node: NodeState): void {
    this.nodes[node.uuid] = node;
  }

  /** Changes a node; one that is not there (any more) is left alone. */
  patchNode(uuid: string, change: Partial<NodeState>): void {
    const node = this.node(uuid);
    if (node) this.nodes[uuid] = { ...node, ...change };
  }

  node(uuid: string): NodeState | undefined {
    return (this.#nodes ?? this.base.nodes)[uuid];
  }

  patchPort(uuid: string, io: string, change: Partial<PortState>): void {
    const ports = this.node(uuid)?.io;
    if (ports)
      this.patchNode(uuid, { io: ports.map(port => (port.id === io ? { ...port, ...change } : port)) });
  }

  /** Removes a node, and with it its edges and previews. */
  removeNode(uuid: string): void {
    delete this.nodes[uuid];
    for (const edge of Object.values(this.#edges ?? this.base.edges)) {
      if (edge[0] === uuid || edge[2] === uuid) this.removeEdge(edge);
    }
    for (const [key, preview] of Object.entries(this.#previews ?? this.base.previews)) {
      if (preview.node === uuid) delete this.previews[key];
    }
  }

  putEdge(edge: Edge): void {
    this.edges[edgeKey(edge)] = edge;
  }

  removeEdge(edge: Edge): void {
    const key = edgeKey(edge);
    delete this.edges[key];
    if (key in (this.#notes ?? this.base.edgeNotes)) delete this.notes[key];
  }

  /** Keeps what is to be said about an edge, if there is anything. */
  noteEdge({ src, dst, feedback = false, warning = '' }: EdgeData): void {
    const key = edgeKey([...src, ...dst]);
    if (feedback || warning) this.notes[key] = { feedback, warning };
    else if (key in (this.#notes ?? this.base.edgeNotes)) delete this.notes[key];
  }

  /** Puts a group in its place; null takes it away. */
  putGroup(id: string, group: GroupState | null): void {
    if (group) this.groups[id] = group;
    else delete this.groups[id];
  }

  putPreview(preview: Preview): void {
    this.previews[portKey(preview.node, preview.io)] = preview;
  }

  clear(): void {
    this.#nodes = tableOf();
    this.#edges = tableOf();
    this.#notes = tableOf();
    this.#groups = tableOf();
    this.#previews = tableOf();
  }

  private get nodes(): Table<NodeState> {
    this.#nodes ??= tableOf(this.base.nodes);
    return this.#nodes;
  }

  private get edges(): Table<Edge> {
    this.#edges ??= tableOf(this.base.edges);
    return this.#edges;
  }

  private get notes(): Table<EdgeNote> {
    this.#notes ??= tableOf(this.base.edgeNotes);
    return this.#notes;
  }

  private get groups(): Table<GroupState> {
    this.#groups ??= tableOf(this.base.groups);
    return this.#groups;
  }

  private get previews(): Table<Preview> {
    this.#previews ??= tableOf(this.base.previews);
    return this.#previews;
  }
}
