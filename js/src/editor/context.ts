import { createContext, useContext } from 'react';
import { useStore } from 'zustand';
import type { WorkerClient } from '../client/worker';
import type { GraphState } from '../model/state';
import type { EditorHost } from './host';
import type { Plugins } from './plugins/plugins';
import type { Commands } from './state/commands';
import type { UiState, UiStore } from './state/ui';
import type { Uploads } from './state/uploads';

/** What every part of one editor shares. */
export interface EditorParts {
  readonly client: WorkerClient;
  readonly ui: UiStore;
  readonly commands: Commands;
  /** Null where no server keeps files. */
  readonly uploads: Uploads | null;
  /** Null where no server gives the code of packs. */
  readonly plugins: Plugins | null;
  /** See {@link EditorHost.compact}. */
  readonly compact: boolean;
  /** Nobody is there who could change anything: the graph is looked at. */
  readonly readOnly: boolean;
}

export const EditorContext = createContext<EditorParts | null>(null);

export function useEditor(): EditorParts {
  const parts = useContext(EditorContext);
  if (!parts) throw new Error('This part is shown outside of an editor.');
  return parts;
}

/** The place around an editor of a worker; one that only shows a graph has none. */
export const HostContext = createContext<EditorHost | null>(null);

export function useHost(): EditorHost {
  const host = useContext(HostContext);
  if (!host) throw new Error('This part is shown without a host.');
  return host;
}

/** Reads the graph; draws again only when what `selector` returns is another value. */
export function useGraph<T>(selector: (state: GraphState) => T): T {
  return useStore(useEditor().client.store, selector);
}

/** Reads what only this screen knows. */
export function useUi<T>(selector: (state: UiState) => T): T {
  return useStore(useEditor().ui, selector);
}
