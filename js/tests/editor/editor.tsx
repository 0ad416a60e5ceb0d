import { act, type ReactNode } from 'react';
import { createRoot } from 'react-dom/client';
import { afterEach, beforeEach, vi } from 'vitest';
import { createStore } from 'zustand/vanilla';
import type { ManagerClient, ManagerState, WorkerRecord } from '../../src/client/manager';
import { createManagerNews } from '../../src/client/news';
import type { PackagePlan, WorkerPackages } from '../../src/client/packages';
import type { WorkerClient } from '../../src/client/worker';
import { EditorContext, type EditorParts, HostContext } from '../../src/editor/context';
import { mount } from '../../src/editor/mount';
import { createCommands } from '../../src/editor/state/commands';
import { createUiStore } from '../../src/editor/state/ui';
import { createUploads } from '../../src/editor/state/uploads';
import { createGraphStore } from '../../src/model/store';
import type { FullState } from '../../src/protocol/types.gen';
import { fullState, worker } from '../samples';

const WORKER = worker('w1', { name: 'demo' });

type Answer = (cmd: string, kwargs?: Record<string, unknown>) => unknown;

class NoObserver {
  observe(): void {}
  unobserve(): void {}
  disconnect(): void {}
}

let close: (() => void) | undefined;

/** What every test that shows a part of the editor needs; to be called once, at the top of the file. */
export function prepareEditor(): void {
  beforeEach(() => {
    vi.stubGlobal('ResizeObserver', NoObserver);
    vi.stubGlobal('IS_REACT_ACT_ENVIRONMENT', true);
    // jsdom lays nothing out, and so has nothing to scroll to
    Element.prototype.scrollIntoView = () => {};
    // nor does it show dialogs
    HTMLDialogElement.prototype.showModal = function () {
      this.open = true;
    };
    HTMLDialogElement.prototype.close = function () {
      this.open = false;
    };
  });
  afterEach(() => {
    closeEditor();
    document.body.replaceChildren();
    vi.unstubAllGlobals();
  });
}

export function closeEditor(): void {
  act(() => close?.());
  close = undefined;
}

interface Opening {
  state?: Partial<FullState>;
  worker?: Partial<WorkerRecord>;
  /** What the worker answers to commands. */
  answer?: Answer;
  withClient?: boolean;
  /** What the server says of the worker's packages; it never answers, if that is nothing. */
  packages?: () => Promise<WorkerPackages>;
  /** What a wish for packages comes to. */
  plan?: PackagePlan;
  /** How the server keeps files, if it does. */
  upload?: ManagerClient['upload'];
}

/** The whole editor on a worker that answers what the test says. */
export function openEditor({ withClient = true, ...opening }: Opening = {}) {
  const { manager, client, store, command } = makeClients(opening);
  const onSelectWorker = vi.fn();
  const element = document.body.appendChild(document.createElement('div'));
  act(() => {
    close = mount(element, withClient ? client : null, {
      compact: false,
      manager,
      worker: 'w1',
      onSelectWorker,
    });
  });
  act(() => store.getState().dispatch({ type: 'snapshot', state: fullState(1, opening.state) }));
  act(() => store.getState().dispatch({ type: 'connection', connection: 'open' }));
  const find = (id: string) => element.querySelector<HTMLElement>(`[data-testid="${id}"]`);
  const press = (init: KeyboardEventInit, target = find('fn-editor')) =>
    act(
      async () =>
        void target?.dispatchEvent(
          new KeyboardEvent('keydown', { bubbles: true, cancelable: true, ...init }),
        ),
    );
  return { element, manager, client, store, command, onSelectWorker, find, press };
}

/** Parts of the editor on their own. */
export function renderParts(children: ReactNode, opening: Opening = {}) {
  const { manager, client, store, command } = makeClients(opening);
  store.getState().dispatch({ type: 'snapshot', state: fullState(1, opening.state) });
  store.getState().dispatch({ type: 'connection', connection: 'open' });
  const ui = createUiStore(false);
  const host = { compact: false, manager, worker: 'w1' };
  const commands = createCommands(client, ui);
  const uploads = createUploads(host, client, ui, commands);
  const parts: EditorParts = {
    client,
    ui,
    commands,
    uploads,
    plugins: null,
    compact: false,
    readOnly: false,
  };
  const element = document.body.appendChild(document.createElement('div'));
  element.className = 'fn-editor';
  const root = createRoot(element);
  act(() =>
    root.render(
      <HostContext.Provider value={host}>
        <EditorContext.Provider value={parts}>{children}</EditorContext.Provider>
      </HostContext.Provider>,
    ),
  );
  close = () => root.unmount();
  const find = (id: string) => element.querySelector<HTMLElement>(`[data-testid="${id}"]`);
  const named = (label: string) =>
    [...element.querySelectorAll<HTMLButtonElement>('button')].find(button =>
      button.textContent?.startsWith(label),
    );
  return { element, manager, client, store, command, ui, parts, find, named };
}

function makeClients({
  worker: changes,
  answer = () => true,
  packages = () => new Promise(() => {}),
  plan,
  upload,
}: Opening) {
  const record = { ...WORKER, ...changes };
  const manager = {
    store: createStore<ManagerState>(() => ({ workers: [record], connection: 'open' })),
    news: createManagerNews().store,
    packages: {
      of: vi.fn(packages),
      plan: vi.fn(async () => plan),
      find: vi.fn(async () => ({
        name: 'numpy',
        summary: '',
        versions: ['2.0', '1.0'],
        requires_python: '',
      })),
    },
    cancelPreparing: vi.fn(async () => {}),
    create: vi.fn(async () => record),
    start: vi.fn(async () => record),
    stop: vi.fn(async () => record),
    restart: vi.fn(async () => record),
    interrupt: vi.fn(async () => record),
    rename: vi.fn(async () => record),
    configure: vi.fn(async () => record),
    duplicate: vi.fn(async () => worker('w2', { name: 'demo copy' })),
    remove: vi.fn(async () => {}),
    exportWorker: vi.fn(async () => new Blob(['PK'])),
    log: vi.fn(async () => 'printed'),
    usage: vi.fn(async () => ({ w1: { cpu: 0.12, memory: 85e6 } })),
    connectWorker: vi.fn(),
    ...(upload && { upload }),
  } as unknown as ManagerClient;
  const store = createGraphStore();
  const command = vi.fn(async (cmd: string, kwargs?: Record<string, unknown>) => answer(cmd, kwargs));
  const client = {
    store,
    command,
    watch: () => () => {},
    reconnect: vi.fn(),
    dispose() {},
  } as unknown as WorkerClient;
  return { manager, client, store, command };
}
