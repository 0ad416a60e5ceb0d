import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { WorkerClient } from '../../src/client/worker';
import type { EditorHost } from '../../src/editor/host';
import type { Cell, CellTraits } from '../../src/hosts/cell';
import { renderInCell } from '../../src/hosts/widget';
import type { MemoryTransport } from '../../src/transport/memory';

const mounted = vi.hoisted(() => [] as { client: WorkerClient | null; host: EditorHost; isOver: boolean }[]);
const lines = vi.hoisted(() => [] as { url: string; line: MemoryTransport }[]);

vi.mock('../../src/editor/mount', () => ({
  mount: (_element: HTMLElement, client: WorkerClient | null, host: EditorHost) => {
    const entry = { client, host, isOver: false };
    mounted.push(entry);
    return () => {
      entry.isOver = true;
    };
  },
}));

vi.mock('../../src/transport/websocket', async () => {
  const { MemoryTransport } = await import('../../src/transport/memory');
  return {
    WebSocketTransport: class extends MemoryTransport {
      constructor(url: string) {
        super();
        lines.push({ url, line: this });
      }
    },
  };
});

/** The kernel's side: traits that can be changed from both ends. */
class FakeModel {
  readonly saved: CellTraits[] = [];
  readonly #listeners = new Map<string, Set<() => void>>();
  constructor(readonly traits: CellTraits) {}
  get<K extends keyof CellTraits>(name: K): CellTraits[K] {
    return this.traits[name];
  }
  set<K extends keyof CellTraits>(name: K, value: CellTraits[K]): void {
    this.traits[name] = value;
    for (const listener of this.#listeners.get(`change:${name}`) ?? []) listener();
  }
  save_changes(): void {
    this.saved.push({ ...this.traits });
  }
  on(event: string, listener: () => void): void {
    this.#listeners.set(event, (this.#listeners.get(event) ?? new Set()).add(listener));
  }
  off(event: string, listener: () => void): void {
    this.#listeners.get(event)?.delete(listener);
  }
}

let model: FakeModel;
let el: HTMLElement;
let end: () => void;

function render(): void {
  end = renderInCell({ model, el, baseUrl: 'http://localhost/user/x/' } as unknown as Cell);
}

beforeEach(() => {
  mounted.length = 0;
  lines.length = 0;
  model = new FakeModel({ base_path: '/user/x/', worker_id: 'w1', height: 400 });
  el = document.body.appendChild(document.createElement('div'));
});

afterEach(() => {
  end();
  el.remove();
  delete document.documentElement.dataset.funcnodesLab;
});

it('shows the worker of the widget, compact, in its height', () => {
  render();
  expect(lines.map(({ url }) => url)).toEqual([
    'ws://localhost/user/x/funcnodes/hub',
    'ws://localhost/user/x/funcnodes/workers/w1/ws',
  ]);
  expect(mounted).toMatchObject([{ host: { compact: true } }]);
  expect(el.querySelector<HTMLElement>('.fn-cell-canvas')?.style.height).toBe('400px');
});

it('remembers a new height in the notebook, and follows the kernel’s', () => {
  render();
  el.querySelector('.fn-cell-grip')?.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowDown' }));
  expect(model.saved).toMatchObject([{ height: 420 }]);
  model.set('height', 300);
  expect(el.querySelector<HTMLElement>('.fn-cell-canvas')?.style.height).toBe('300px');
});

it('shows another worker when the kernel says so, or the person; the latter in this cell only', () => {
  render();
  model.set('worker_id', 'w2');
  mounted.at(-1)?.host.onSelectWorker?.('w3');
  expect(lines.map(({ url }) => new URL(url).pathname.split('/').at(-2))).toEqual([
    'funcnodes',
    'w1',
    'w2',
    'w3',
  ]);
  expect(mounted.map(entry => entry.isOver)).toEqual([true, true, false]);
  expect(lines.map(({ line }) => line.isClosed)).toEqual([false, true, true, false]);
  expect(model.saved).toEqual([]);
});

it('without a worker offers to pick one', () => {
  model.traits.worker_id = '';
  render();
  expect(mounted.at(-1)?.client).toBeNull();
});

it('opens beside only where JupyterLab listens', () => {
  render();
  expect(mounted.at(-1)?.host.openBeside).toBeUndefined();
  end();
  document.documentElement.dataset.funcnodesLab = '1';
  const asked = vi.fn();
  document.addEventListener('funcnodes:open', event => asked((event as CustomEvent).detail), { once: true });
  render();
  mounted.at(-1)?.host.openBeside?.('w1');
  expect(asked).toHaveBeenCalledExactlyOnceWith({ uuid: 'w1', name: '' });
});

it('leaves nothing behind', () => {
  render();
  end();
  expect(el.childElementCount).toBe(0);
  expect(lines.every(({ line }) => line.isClosed)).toBe(true);
  expect(mounted.every(entry => entry.isOver)).toBe(true);
  model.set('worker_id', 'w9');
  expect(lines).toHaveLength(2);
});
