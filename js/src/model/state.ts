import type {
  Event,
  FullState,
  GroupState,
  HistoryInfo,
  LibraryInfo,
  NodeState,
  Preview,
  Progress,
} from '../protocol/types.gen';
import { tableOf } from './table';

/** How the editor stands with its worker. `lost` heals by itself; `gone`: the worker is not running. */
export type Connection = 'connecting' | 'open' | 'lost' | 'gone';

/** `[srcUuid, srcIo, dstUuid, dstIo]` */
export type Edge = readonly [string, string, string, string];

/** What there is to say about an edge: that it closes a circle, or why its ports may not fit. */
export interface EdgeNote {
  readonly feedback: boolean;
  /** A sentence; empty when the ports fit. */
  readonly warning: string;
}

/** How a node takes part in the graph. */
export type NodeMode = NodeState['mode'];

/** Whether an edit runs what depends on it, or only marks it. */
export type GraphMode = FullState['mode'];

/** `[nodeUuid, io]` */
export type PortRef = readonly [string, string];

/** What every editor of one worker shares: the graph as the worker told it, and nothing of this screen. */
export interface GraphState {
  readonly connection: Connection;
  /** Number of the newest event that is applied. */
  readonly seq: number;
  readonly worker: { readonly uuid: string; readonly name: string } | null;
  readonly nodes: Readonly<Record<string, NodeState>>;
  /** By {@link edgeKey}. */
  readonly edges: Readonly<Record<string, Edge>>;
  /** By {@link edgeKey}, of the few edges that have one. */
  readonly edgeNotes: Readonly<Record<string, EdgeNote>>;
  /** By their ids. They may name nodes and groups that are not there (yet, or any more). */
  readonly groups: Readonly<Record<string, GroupState>>;
  /** By {@link portKey}. */
  readonly previews: Readonly<Record<string, Preview>>;
  readonly mode: GraphMode;
  /** What undo and redo would do, in words. */
  readonly history: HistoryInfo;
  readonly library: LibraryInfo | null;
  /** How many editors look at this worker. */
  readonly clients: number;
  /** What the worker said last of itself: what it could not load, that the disk is full. */
  readonly announced: Progress | null;
}

export type Action =
  | { type: 'snapshot'; state: FullState }
  | { type: 'event'; event: Event; seq?: number }
  | { type: 'batch'; first: number; seq: number; events: readonly Event[] }
  | { type: 'preview'; preview: Preview }
  | { type: 'library'; library: LibraryInfo }
  | { type: 'progress'; progress: Progress }
  | { type: 'connection'; connection: Connection };

export const NO_HISTORY: HistoryInfo = { undo: '', redo: '' };

export const EMPTY_GRAPH: GraphState = {
  connection: 'connecting',
  seq: 0,
  worker: null,
  nodes: tableOf(),
  edges: tableOf(),
  edgeNotes: tableOf(),
  groups: tableOf(),
  previews: tableOf(),
  mode: 'reactive',
  history: NO_HISTORY,
  library: null,
  clients: 0,
  announced: null,
};

/** The key of an edge in {@link GraphState.edges}. */
export function edgeKey([srcUuid, srcIo, dstUuid, dstIo]: Edge): string {
  return `${portKey(srcUuid, srcIo)}>${portKey(dstUuid, dstIo)}`;
}

/** The key of a port in {@link GraphState.previews}. */
export function portKey(uuid: string, io: string): string {
  return `${uuid}.${io}`;
}
