import { act } from 'react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createStore } from 'zustand/vanilla';
import type { ManagerClient, ManagerState, WorkerRecord } from '../../src/client/manager';
import type { WorkerClient } from '../../src/client/worker';
import { mount } from '../../src/editor/mount';
import { createGraphStore } from '../../src/model/store';
import { fullState } from '../samples';

const WORKER: WorkerRecord = {
  uuid: 'w1',
  name: 'demo',
  state: 'running',
  detail: '',
  cwd: '',
  pid: 1,
  created: '',
};

class NoObserver {
  observe(): void {}
  unobserve(): void {}
  disconnect(): void {}
}

beforeEach(() => {
  vi.stubGlobal('ResizeObserver', NoObserver);
  vi.stubGlobal('IS_REACT_ACT_ENVIRONMENT', true);
});

let close: (() => void) | undefined;
afterEach(() => {
  act(() => close?.());
  document.body.replaceChildren();
  vi.unstubAllGlobals();
});

function open(withClient: boolean, worker: Partial<WorkerRecord> = {}) {
  const record = { ...WORKER, ...worker };
  const manager = {
    store: createStore<ManagerState>(() => ({ workers: [record], connection: 'open' })),
    create: vi.fn(async () => record),
    start: vi.fn(async () => record),
    connectWorker: vi.fn(),
  } as unknown as ManagerClient;
  const store = createGraphStore();
  const client = {
    store,
    command: vi.fn(async () => true),
    watch: () => () => {},
    reconnect: vi.fn(),
    dispose() {},
  } as unknown as WorkerClient;
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
  act(() => store.getState().dispatch({ type: 'snapshot', state: fullState(1) }));
  const find = (id: string) => element.querySelector<HTMLElement>(`[data-testid="${id}"]`);
  return { element, manager, client, store, onSelectWorker, find };
}

test('the root keeps its keys from the notebook', () => {
  const { find } = open(true);
  const heard = vi.fn();
  document.addEventListener('keydown', heard);
  const root = find('fn-editor');
  for (const key of ['d', 'x', 'a', 'Backspace', 'Enter']) {
    act(() => void root?.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true })));
  }
  document.removeEventListener('keydown', heard);
  expect(heard).not.toHaveBeenCalled();
  expect(root?.dataset.lmSuppressShortcuts).toBe('true');
  expect(root?.tabIndex).toBe(0);
});

test('a worker that is gone can be started again', async () => {
  const { store, find, manager, client } = open(true, { state: 'crashed', detail: 'killed by signal 9' });
  act(() => store.getState().dispatch({ type: 'connection', connection: 'gone' }));
  expect(find('fn-banner')?.textContent).toContain('crashed, killed by signal 9');
  await act(async () => find('fn-restart')?.click());
  expect(manager.start).toHaveBeenCalledWith('w1');
  expect(client.reconnect).toHaveBeenCalled();
});

test('a lost connection says so and heals', () => {
  const { store, find } = open(true);
  act(() => store.getState().dispatch({ type: 'connection', connection: 'lost' }));
  expect(find('fn-banner')?.textContent).toContain('reconnecting');
  act(() => store.getState().dispatch({ type: 'connection', connection: 'open' }));
  expect(find('fn-banner')).toBeNull();
});

test('without a worker one is picked or made', async () => {
  const { find, onSelectWorker } = open(false);
  await act(async () => find('fn-worker-item')?.click());
  expect(onSelectWorker).toHaveBeenCalledWith('w1');
});

test('Delete removes in the worker', () => {
  const { find, store, client } = open(true);
  act(() => store.getState().dispatch({ type: 'connection', connection: 'open' }));
  const press = (init: KeyboardEventInit) =>
    act(
      () => void find('fn-editor')?.dispatchEvent(new KeyboardEvent('keydown', { bubbles: true, ...init })),
    );
  press({ key: 'a', ctrlKey: true });
  press({ key: 'Delete' });
  expect(client.command).toHaveBeenCalledWith('batch', {
    commands: [
      { cmd: 'remove_node', kwargs: { uuid: 'n1' } },
      { cmd: 'remove_node', kwargs: { uuid: 'n2' } },
    ],
  });
});

test('it leaves nothing behind', () => {
  const { element } = open(true);
  act(() => close?.());
  close = undefined;
  expect(element.childElementCount).toBe(0);
});
