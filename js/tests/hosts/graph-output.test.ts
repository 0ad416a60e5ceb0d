import type { IRenderMime } from '@jupyterlab/rendermime-interfaces';
import { Widget } from '@lumino/widgets';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { ManagerClient, ManagerState, WorkerRecord } from '../../src/client/manager';
import { GraphOutput } from '../../src/hosts/lab/graph-output';
import type { NotebookModel, OutputModel } from '../../src/hosts/lab/notebook';
import { Revivals } from '../../src/hosts/lab/revivals';
import { GRAPH_MIMETYPE } from '../../src/hosts/lab/saved-graph';

// Lumino asks for it when it is loaded, and jsdom has none.
vi.hoisted(() => vi.stubGlobal('DragEvent', MouseEvent));
const editors = vi.hoisted(() => [] as { el: HTMLElement; worker: string | null; isOver: boolean }[]);

vi.mock('../../src/hosts/cell-editor', () => ({
  openCellEditor: (el: HTMLElement) => {
    const entry = { el, worker: null as string | null, isOver: false };
    editors.push(entry);
    el.replaceChildren(document.createElement('section'));
    return {
      show: (uuid: string) => {
        entry.worker = uuid;
      },
      refreshHeight: () => {},
      dispose: () => {
        entry.isOver = true;
        el.replaceChildren();
      },
    };
  },
}));
vi.mock('@jupyterlab/apputils', () => ({ showErrorMessage: vi.fn() }));

const SVG = '<svg xmlns="http://www.w3.org/2000/svg"/>';
const RUNNING = { uuid: 'w1', name: 'sums', state: 'running' } as WorkerRecord;
const DOCUMENT = { nodes: [] };

let store: StoreApi<ManagerState>;
let output: GraphOutput;
const start = vi.fn(async () => RUNNING);
const revive = vi.fn(async () => 'w2');
const trustNotebook = vi.fn();
let notebook: Model[];

class Model implements OutputModel {
  metadata: IRenderMime.IMimeModel['metadata'] = {};
  constructor(
    public data: IRenderMime.IMimeModel['data'],
    readonly trusted: boolean,
  ) {}
  setData({ data, metadata }: IRenderMime.IMimeModel.ISetDataOptions): void {
    this.data = data ?? this.data;
    this.metadata = metadata ?? this.metadata;
  }
  toJSON(): { data: unknown } {
    return { data: this.data };
  }
}

function modelOf(held: object, trusted = true): Model {
  return new Model({ [GRAPH_MIMETYPE]: { name: 'sums', ...held }, 'image/svg+xml': SVG }, trusted);
}

function know(...workers: WorkerRecord[]): void {
  store.setState({ workers, connection: 'open' });
}

const text = (): string => output.node.textContent ?? '';
const button = (): HTMLButtonElement | null => output.node.querySelector('button');
const image = (): HTMLImageElement | null => output.node.querySelector('img');

beforeEach(() => {
  editors.length = 0;
  vi.clearAllMocks();
  store = createStore<ManagerState>(() => ({ workers: [], connection: 'connecting' }));
  const manager = { store, start } as unknown as ManagerClient;
  notebook = [];
  const cells: NotebookModel = {
    cells: [
      {
        outputs: {
          get length() {
            return notebook.length;
          },
          get: index => notebook[index] as Model,
        },
      },
      {},
    ],
  };
  const revivals = new Revivals(() => (notebook.length ? cells : null), revive);
  output = new GraphOutput(manager, { revivals, trustNotebook });
  Widget.attach(output, document.body);
});

afterEach(() => output.dispose());

it('shows the picture until it is known who is there, then the editor', async () => {
  await output.renderModel(modelOf({ worker: 'w1' }));
  expect(image()).not.toBeNull();
  expect(text()).toBe('');
  know(RUNNING);
  await vi.waitFor(() => expect(editors).toMatchObject([{ worker: 'w1' }]));
});

it('keeps the editor through a break of the line, and while its worker is stopped', async () => {
  know(RUNNING);
  await output.renderModel(modelOf({ worker: 'w1' }));
  await vi.waitFor(() => expect(editors).toHaveLength(1));
  store.setState({ workers: [], connection: 'lost' });
  know({ ...RUNNING, state: 'stopped' });
  expect(editors).toMatchObject([{ isOver: false }]);
  know();
  expect(editors).toMatchObject([{ isOver: true }]);
  expect(text()).toContain('no worker of “sums”');
});

it('offers to start a worker that is stopped', async () => {
  know({ ...RUNNING, state: 'stopped' });
  await output.renderModel(modelOf({ worker: 'w1' }));
  expect(text()).toContain('“sums” is not running');
  const pressed = button();
  pressed?.click();
  expect(pressed?.disabled).toBe(true);
  expect(start).toHaveBeenCalledWith('w1');
  // News of others do not take the button away while it is at it.
  know({ ...RUNNING, state: 'stopped' }, { ...RUNNING, uuid: 'w9', name: 'other' });
  expect(button()).toBe(pressed);
});

it('makes a worker of the saved graph, and has the notebook mean it', async () => {
  know();
  const model = modelOf({ worker: 'w1', document: DOCUMENT });
  await output.renderModel(model);
  button()?.click();
  await vi.waitFor(() => expect(model.data[GRAPH_MIMETYPE]).toMatchObject({ worker: 'w2' }));
  expect(revive).toHaveBeenCalledWith('sums', DOCUMENT);
});

it('makes one worker for all cells of a notebook that hold the same graph', async () => {
  know();
  const [first, second, other] = [0, 0, 0].map(() => modelOf({ worker: 'w1', document: DOCUMENT }));
  const stranger = modelOf({ worker: 'w3', document: DOCUMENT });
  notebook = [first, second, stranger, other] as Model[];
  await output.renderModel(first as Model);
  let made = (_: string): void => {};
  revive.mockReturnValueOnce(
    new Promise(resolve => {
      made = resolve;
    }),
  );
  button()?.click();
  await output.renderModel(second as Model);
  button()?.click();
  made('w2');
  for (const model of [first, second, other])
    await vi.waitFor(() =>
      expect(model?.data[GRAPH_MIMETYPE]).toMatchObject({ worker: 'w2', document: DOCUMENT }),
    );
  expect(stranger.data[GRAPH_MIMETYPE]).toMatchObject({ worker: 'w3' });
  expect(revive).toHaveBeenCalledOnce();
});

it('keeps another state of the graph until the person chooses', async () => {
  know();
  const first = modelOf({ worker: 'w1', document: DOCUMENT });
  const later = modelOf({ worker: 'w1', document: { nodes: [1] } });
  notebook = [first, later];
  await output.renderModel(first);
  button()?.click();
  await vi.waitFor(() => expect(first.data[GRAPH_MIMETYPE]).toMatchObject({ worker: 'w2' }));
  know({ ...RUNNING, uuid: 'w2', name: 'worker-1' });
  await output.renderModel(later);
  expect(later.data[GRAPH_MIMETYPE]).toMatchObject({ worker: 'w1', document: { nodes: [1] } });
  expect(text()).toContain('another state of “sums” is open as “worker-1”');
  expect([...output.node.querySelectorAll('button')].map(({ textContent }) => textContent)).toEqual([
    'Show It Here',
    'Open This Graph',
  ]);
  button()?.click();
  await vi.waitFor(() => expect(editors.at(-1)).toMatchObject({ worker: 'w2' }));
  expect(later.data[GRAPH_MIMETYPE]).toMatchObject({ worker: 'w2' });
});

it('asks again after it failed', async () => {
  know();
  const model = modelOf({ worker: 'w1', document: DOCUMENT });
  await output.renderModel(model);
  revive.mockRejectedValueOnce(new Error('no room'));
  button()?.click();
  await vi.waitFor(() => expect(button()?.disabled).toBe(false));
  button()?.click();
  await vi.waitFor(() => expect(model.data[GRAPH_MIMETYPE]).toMatchObject({ worker: 'w2' }));
});

it('offers nothing where the graph itself was not kept', async () => {
  know();
  await output.renderModel(modelOf({ worker: 'w1' }));
  expect(text()).toContain('no worker of “sums”');
  expect(button()).toBeNull();
});

it.each([
  [1e12, '4000px'],
  [1, '160px'],
  [300, '300px'],
])('keeps a picture within the heights of an editor (%s)', async (height, shown) => {
  const model = modelOf({ worker: 'w1' }, false);
  model.metadata = { [GRAPH_MIMETYPE]: { height } };
  await output.renderModel(model);
  expect(image()?.style.maxHeight).toBe(shown);
});

it('scrolls a picture that would be too small to be read', async () => {
  const model = modelOf({ worker: 'w1' }, false);
  model.data = { ...model.data, 'image/svg+xml': SVG.replace(' ', ' width="920" height="2088" ') };
  await output.renderModel(model);
  expect(image()?.style.maxHeight).toBe('');
  expect(image()?.parentElement?.style.maxHeight).toBe('520px');
});

it('takes a name alone only when one worker bears it', async () => {
  know(RUNNING, { ...RUNNING, uuid: 'w2' });
  await output.renderModel(modelOf({}));
  expect(text()).toContain('no worker');
  know(RUNNING);
  await vi.waitFor(() => expect(editors).toMatchObject([{ worker: 'w1' }]));
});

it('shows what is not trusted as an image and asks nobody', async () => {
  know(RUNNING);
  await output.renderModel(modelOf({ worker: 'w1', document: DOCUMENT }, false));
  expect(image()?.src).toMatch(/^data:image\/svg\+xml/);
  button()?.click();
  expect(trustNotebook).toHaveBeenCalledOnce();
  expect(editors).toHaveLength(0);
});

it.each([
  ['a text', 'sums'],
  ['nothing', null],
  ['a list', [1]],
  ['no name', { name: 3 }],
])('says so when an output holds %s', async (_, held) => {
  know(RUNNING);
  await output.renderModel(new Model({ [GRAPH_MIMETYPE]: held as never }, true));
  expect(text()).toContain('no graph that can be read');
  expect(editors).toHaveLength(0);
});
