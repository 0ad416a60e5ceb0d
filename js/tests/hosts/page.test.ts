import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createStore } from 'zustand/vanilla';
import type { ManagerClient, ManagerState, WorkerRecord } from '../../src/client/manager';
import type { WorkerClient } from '../../src/client/worker';
import type { EditorHost } from '../../src/editor/host';
import { configuredBaseUrl, openPage } from '../../src/hosts/page';
import { worker } from '../samples';

/** What the page mounted, newest last: the worker and the host it was given. */
const mounted = vi.hoisted(() => [] as { worker: string | null; host: EditorHost }[]);

vi.mock('../../src/editor/mount', () => ({
  mount: (_element: HTMLElement, client: (WorkerClient & { uuid: string }) | null, host: EditorHost) => {
    mounted.push({ worker: client?.uuid ?? null, host });
    return () => {};
  },
}));

const disposed = vi.fn();

function fakeManager(): ManagerClient {
  const store = createStore<ManagerState>(() => ({ workers: [], connection: 'connecting' }));
  const connectWorker = (uuid: string) =>
    ({ uuid, dispose: () => disposed(uuid) }) as unknown as WorkerClient;
  return { store, connectWorker } as unknown as ManagerClient;
}

const DEMO = worker('w1', { name: 'demo' });
const OTHER = worker('w2', { name: 'other' });
let manager: ManagerClient;

/** Opens the page at an address; the list of workers comes afterwards. */
async function open(search: string, ...workers: WorkerRecord[]): Promise<void> {
  history.replaceState(null, '', `/funcnodes/${search}`);
  openPage(document.body, manager);
  manager.store.setState({ workers, connection: 'open' });
  await Promise.resolve();
}

beforeEach(() => {
  manager = fakeManager();
  mounted.length = 0;
  localStorage.clear();
});

afterEach(() => {
  disposed.mockReset();
});

it('waits for the list of workers', () => {
  openPage(document.body, manager);
  expect(mounted).toEqual([]);
});

it('shows the worker that the address names', async () => {
  await open('?worker=other', DEMO, OTHER);
  expect(mounted).toMatchObject([{ worker: 'w2', host: { compact: false } }]);
  expect(document.title).toBe('other – FuncNodes');
  expect(location.search).toBe('?worker=other');
});

it('picks one, and writes it into the address without the token', async () => {
  await open('?token=secret', DEMO);
  expect(mounted.at(-1)?.worker).toBe('w1');
  expect(location.search).toBe('?worker=demo');
});

it('without workers offers to make one, and shows the new one at once', async () => {
  await open('');
  expect(mounted.at(-1)?.worker).toBeNull();
  manager.store.setState({ workers: [DEMO] });
  mounted.at(-1)?.host.onSelectWorker?.('w1');
  expect(mounted.at(-1)?.worker).toBe('w1');
  expect(location.search).toBe('?worker=demo');
});

it('closes the connection to the worker that is left, and remembers the new one', async () => {
  await open('?worker=demo', DEMO, OTHER);
  mounted.at(-1)?.host.onSelectWorker?.('w2');
  expect(disposed).toHaveBeenCalledExactlyOnceWith('w1');
  expect(localStorage.getItem('funcnodes:last-worker')).toBe('w2');
});

it('follows a new name and a deletion in address and title', async () => {
  await open('?worker=demo', DEMO);
  manager.store.setState({ workers: [worker('w1', { name: 'penguins' })] });
  expect([location.search, document.title]).toEqual(['?worker=penguins', 'penguins – FuncNodes']);
  manager.store.setState({ workers: [] });
  expect([location.search, document.title]).toEqual(['', 'FuncNodes']);
});

it.each([
  ['{"baseUrl": "/user/x/"}', '/user/x/'],
  ['{}', '/'],
])('the base URL comes from the page: %s', (config, path) => {
  document.head.innerHTML = `<script type="application/json" id="funcnodes-config">${config}</script>`;
  expect(configuredBaseUrl()).toBe(`${location.origin}${path}`);
});
