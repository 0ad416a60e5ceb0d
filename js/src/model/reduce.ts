import type {
  Event,
  FullState,
  NodeDone,
  NodeError,
  NodeProgress,
  NodeState,
  NodeTriggered,
  NodeUpdated,
} from '../protocol/types.gen';
import { GraphDraft } from './draft';
import { sameJson } from './json';
import { withLines } from './log';
import { type Action, type Edge, edgeKey, type GraphState, NO_HISTORY } from './state';

/** The state after `action`. Pure; what did not change keeps its identity, so only changed nodes are drawn again. */
export function reduce<S extends GraphState>(state: S, action: Action): S {
  switch (action.type) {
    case 'snapshot':
      return { ...state, ...fromSnapshot(state, action.state) };
    case 'event':
      return {
        ...state,
        ...applied(state, draft => apply(draft, action.event)),
        seq: action.seq ?? state.seq,
      };
    case 'batch':
      if (action.seq <= state.seq) return state;
      return {
        ...state,
        ...applied(state, draft => {
          for (const event of action.events) apply(draft, event);
        }),
        seq: action.seq,
      };
    case 'preview':
      // It may come after the node was removed.
      if (!(action.preview.node in state.nodes)) return state;
      return { ...state, ...applied(state, draft => draft.putPreview(action.preview)) };
    case 'progress':
      return { ...state, announced: action.progress };
    case 'library':
      return { ...state, library: action.library };
    case 'connection':
      return action.connection === state.connection ? state : { ...state, connection: action.connection };
  }
}

function applied(state: GraphState, change: (draft: GraphDraft) => void): Partial<GraphState> {
  const draft = new GraphDraft(state);
  change(draft);
  return draft.result();
}

function fromSnapshot(state: GraphState, full: FullState): Partial<GraphState> {
  const draft = new GraphDraft(state);
  draft.clear();
  for (const node of full.nodes) draft.putNode(keepIfSame(state.nodes[node.uuid], node));
  for (const edge of full.edges) draft.putEdge(keepIfSame<Edge>(state.edges[edgeKey(edge)], edge));
  for (const note of full.edge_notes) draft.noteEdge(note);
  // a worker that was started by an older version knows of no groups
  for (const [id, group] of Object.entries(full.groups ?? {}))
    draft.putGroup(id, keepIfSame(state.groups[id], group));
  draft.mode = full.mode;
  draft.history = full.history ?? NO_HISTORY;
  const present = new Set(full.nodes.map(node => node.uuid));
  // A watched port's preview is sent again after the snapshot; until then the old one is better than a hole.
  for (const preview of Object.values(state.previews))
    if (present.has(preview.node)) draft.putPreview(preview);
  for (const preview of full.previews) draft.putPreview(preview);
  return { ...draft.result(), seq: full.seq, worker: full.worker };
}

function keepIfSame<T>(old: T | undefined, fresh: T): T {
  return old !== undefined && sameJson(old, fresh) ? old : fresh;
}

function apply(draft: GraphDraft, { event, data }: Event): void {
  switch (event) {
    case 'node_added':
      draft.putNode(data.serialized);
      break;
    case 'node_removed':
      draft.removeNode(data.uuid);
      break;
    case 'edge_added':
      draft.putEdge([...data.src, ...data.dst]);
      draft.noteEdge(data);
      break;
    case 'edge_removed':
      draft.removeEdge([...data.src, ...data.dst]);
      break;
    case 'io_value_changed':
      draft.patchPort(data.node_uuid, data.io_id, { value: data.value });
      break;
    case 'io_options_changed':
      draft.patchPort(data.node_uuid, data.io_id, { value_options: data.value_options });
      break;
    case 'node_log':
      draft.patchNode(data.uuid, { log: withLines(draft.node(data.uuid)?.log, data) });
      break;
    case 'group_changed':
      draft.putGroup(data.group_id, data.group);
      break;
    case 'mode_changed':
      draft.mode = data.mode;
      break;
    case 'history_changed':
      draft.history = data;
      break;
    case 'client_connected':
    case 'client_disconnected':
      draft.clients = data.clients;
      break;
    case 'cleared':
      draft.clear();
      break;
    // These two only make the client ask again.
    case 'loaded':
    case 'library_changed':
      break;
    default:
      // A newer worker may send what we do not know.
      if ('uuid' in data) draft.patchNode(data.uuid, nodeChange({ event, data } as NodeEvent));
  }
}

type NodeEvent = NodeUpdated | NodeTriggered | NodeDone | NodeError | NodeProgress;

/** What an event about a node's run or looks changes in it. */
function nodeChange({ event, data }: NodeEvent): Partial<NodeState> {
  switch (event) {
    case 'node_updated':
      return data.changed;
    case 'node_triggered':
      return { state: 'running', error: null, progress: null };
    case 'node_done':
      return { state: 'done', stale: false, error: null, progress: null, seconds: data.seconds };
    case 'node_error':
      return { state: 'error', error: data.info, progress: null };
    case 'node_progress':
      return { progress: { fraction: data.progress, text: data.message } };
    default:
      return {};
  }
}
