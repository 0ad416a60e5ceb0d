import { createStore, type StoreApi } from 'zustand/vanilla';
import type { PluginSource } from '../../client/manager';
import type { GraphStore } from '../../model/store';
import { tableOf } from '../../model/table';
import type { PackInfo } from '../../protocol/types.gen';
import type { PluginApi, PluginRenderer, Renderers } from '../../renderers/plugins/api';
import { isOwnRenderer } from '../../renderers/previews/chooseMime';
import { sayError } from '../state/commands';
import type { Consent, Consents } from './consents';
import { runChecked } from './load';

/** How it stands with the code of a pack. `asked`: nobody has said anything yet; `old`: another one runs until a reload. */
export type PluginState = 'asked' | 'declined' | 'loading' | 'running' | 'failed' | 'old';

export interface PluginEntry {
  readonly pack: PackInfo;
  readonly state: PluginState;
  /** Why it failed. */
  readonly problem: string;
}

export interface PluginsState {
  /** By the pack's name. */
  readonly entries: Readonly<Record<string, PluginEntry>>;
  readonly renderers: Renderers;
  /** The pack that a person is being asked about. */
  readonly asking: string | null;
}

/** The code that packs bring for the browser: nothing of it is fetched, let alone run, before a person allowed it. */
export interface Plugins {
  readonly store: StoreApi<PluginsState>;
  /** Shows the question about a pack, or takes it away. */
  ask(pack: string | null): void;
  answer(pack: string, consent: Consent): void;
  dispose(): void;
}

/** @param graph the store of the worker whose packs they are */
export function createPlugins(source: PluginSource, consents: Consents, graph: GraphStore): Plugins {
  return new WorkerPlugins(source, consents, graph);
}

class WorkerPlugins implements Plugins {
  readonly store = createStore<PluginsState>(() => ({
    entries: tableOf(),
    renderers: tableOf(),
    asking: null,
  }));
  /** What was begun, by the pack's name: code that runs cannot be taken back, nor replaced. */
  readonly #begun = new Map<string, string>();
  readonly #stops: (() => void)[];

  constructor(
    private readonly source: PluginSource,
    private readonly consents: Consents,
    private readonly graph: GraphStore,
  ) {
    this.#stops = [
      graph.subscribe((state, before) => {
        if (state.library !== before.library || state.worker !== before.worker) this.#follow();
      }),
      consents.onChange(() => this.#follow()),
    ];
    this.#follow();
  }

  ask(pack: string | null): void {
    this.store.setState({ asking: pack });
  }

  answer(name: string, consent: Consent): void {
    const entry = this.store.getState().entries[name];
    this.ask(null);
    if (!entry) return;
    this.consents.set(entry.pack, consent);
    this.#follow();
  }

  dispose(): void {
    for (const stop of this.#stops) stop();
  }

  #follow(): void {
    const { library, worker } = this.graph.getState();
    if (!library || !worker) return;
    const before = this.store.getState().entries;
    const entries = library.packs
      .filter(pack => pack.plugin)
      .map((pack): [string, PluginEntry] => [pack.name, this.#entry(pack, before[pack.name])]);
    this.store.setState({ entries: tableOf(Object.fromEntries(entries)) });
    for (const [name, entry] of entries)
      if (entry.state === 'loading') void this.#load(worker.uuid, name, entry.pack);
  }

  #entry(pack: PackInfo, before: PluginEntry | undefined): PluginEntry {
    const begun = this.#begun.get(pack.name);
    if (begun !== undefined) {
      if (begun !== pack.plugin?.sha256) return { pack, state: 'old', problem: '' };
      return before ? { ...before, pack } : { pack, state: 'running', problem: '' };
    }
    const consent = this.consents.get(pack);
    return { pack, state: consent === 'allowed' ? 'loading' : (consent ?? 'asked'), problem: '' };
  }

  async #load(worker: string, name: string, pack: PackInfo): Promise<void> {
    const sha256 = pack.plugin?.sha256;
    if (!sha256 || this.#begun.has(name)) return;
    this.#begun.set(name, sha256);
    const mine = new Set<string>();
    try {
      await runChecked(await this.source.code(worker, pack.module, sha256), sha256, this.#api(mine));
      this.#settle(name, 'running', '');
    } catch (error) {
      console.warn(`FuncNodes: the code of ${name} failed.`, error);
      // it is tried again when the library is told again
      this.#begun.delete(name);
      const left = Object.entries(this.store.getState().renderers).filter(([key]) => !mine.has(key));
      this.store.setState({ renderers: tableOf(Object.fromEntries(left)) });
      this.#settle(name, 'failed', sayError(error));
    }
  }

  #settle(name: string, state: PluginState, problem: string): void {
    const { entries } = this.store.getState();
    const entry = entries[name];
    if (entry) this.store.setState({ entries: tableOf(entries, { [name]: { ...entry, state, problem } }) });
  }

  /** @param mine gets the names of the renderers that are registered */
  #api(mine: Set<string>): PluginApi {
    return Object.freeze({
      version: 1 as const,
      registerRenderer: (name: string, renderer: PluginRenderer): void => {
        const { renderers } = this.store.getState();
        if (typeof name !== 'string' || !name || typeof renderer?.render !== 'function') {
          throw new TypeError('registerRenderer takes a name, and an object with a function render.');
        }
        if (isOwnRenderer(name) || name in renderers) {
          throw new Error(`There is a renderer “${name}” already.`);
        }
        mine.add(name);
        this.store.setState({ renderers: tableOf(renderers, { [name]: renderer }) });
      },
    });
  }
}
