import { createStore, type StoreApi } from 'zustand/vanilla';
import { reduce } from './reduce';
import { type Action, EMPTY_GRAPH, type GraphState } from './state';

export type GraphStore = StoreApi<GraphState & { dispatch(action: Action): void }>;

/** One store per editor; `dispatch` is the only way to change it. */
export function createGraphStore(): GraphStore {
  return createStore(set => ({
    ...EMPTY_GRAPH,
    dispatch: action => set(state => reduce(state, action)),
  }));
}
