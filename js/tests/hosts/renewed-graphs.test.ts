import { Signal } from '@lumino/signaling';
import { beforeEach, expect, it, vi } from 'vitest';
import { createStore } from 'zustand/vanilla';
import type { ManagerClient, ManagerState, WorkerRecord } from '../../src/client/manager';
import { renewGraphs } from '../../src/hosts/lab/renewed-graphs';
import { GRAPH_MIMETYPE } from '../../src/hosts/lab/saved-graph';

type Extension = { createNew(panel: null, context: object): { dispose(): void } };

const bundle = (svg: string): Record<string, unknown> => ({
  'image/svg+xml': svg,
  'application/pdf': svg,
  'text/plain': `FuncNodes 'sums': ${svg}`,
  [GRAPH_MIMETYPE]: { name: 'sums', worker: 'w1', document: { nodes: [svg] } },
});

/** An output of JupyterLab: whatever is set makes its notebook dirty. */
function outputOf(data: Record<string, unknown>) {
  const output = {
    data,
    metadata: {},
    trusted: true,
    toJSON: () => ({ data: output.data }),
    setData: vi.fn((news: { data: Record<string, unknown> }) => {
      output.data = news.data;
      model.dirty = true;
    }),
  };
  return output;
}

const model = { cells: [] as object[], dirty: false, isDisposed: false };
const context = { model, saveState: new Signal<object, string>({}) };
const store = createStore<ManagerState>(() => ({ workers: [], connection: 'open' }));
const picture = vi.fn(async (_: string): Promise<object | undefined> => bundle('new'));
let open: { dispose(): void };

function show(...outputs: object[]): void {
  model.cells = [{}, ...outputs.map(output => ({ outputs: { length: 1, get: () => output } }))];
  model.dirty = false;
}

beforeEach(() => {
  vi.clearAllMocks();
  open?.dispose();
  store.setState({ workers: [{ uuid: 'w1' }, { uuid: 'w2' }] as WorkerRecord[] });
  const addWidgetExtension = (_: string, extension: Extension): void => {
    open = extension.createNew(null, context);
  };
  renewGraphs(
    { docRegistry: { addWidgetExtension } } as never,
    { store, picture } as unknown as ManagerClient,
  );
});

it('follows a save in what each output has, and stays clean', async () => {
  const [whole, svgAlone] = [
    outputOf(bundle('old')),
    outputOf({ ...bundle('old'), 'text/plain': 'a table' }),
  ];
  delete svgAlone.data['application/pdf'];
  show(whole, svgAlone, outputOf({ 'text/plain': 'FuncNodes' }));
  context.saveState.emit('completed');
  await vi.waitFor(() => expect(whole.data).toEqual(bundle('new')));
  expect(svgAlone.data).toMatchObject({ 'image/svg+xml': 'new', 'text/plain': 'a table' });
  expect(svgAlone.data).not.toHaveProperty('application/pdf');
  expect(model.dirty).toBe(false);
  expect(picture).toHaveBeenCalledOnce();
});

it('leaves a notebook unsaved in which something was done meanwhile', async () => {
  const output = outputOf(bundle('old'));
  show(output);
  context.saveState.emit('completed');
  model.dirty = true;
  await vi.waitFor(() => expect(output.data).toEqual(bundle('new')));
  expect(model.dirty).toBe(true);
});

it('takes the last of a worker that was deleted, which is to be saved', async () => {
  const output = outputOf(bundle('old'));
  show(output);
  store.setState({ workers: [{ uuid: 'w2' }] as WorkerRecord[] });
  await vi.waitFor(() => expect(output.data).toEqual(bundle('new')));
  expect(model.dirty).toBe(true);
});

it('asks for no worker but those that the server has told of', async () => {
  const stranger = outputOf({
    ...bundle('old'),
    [GRAPH_MIMETYPE]: { name: 'x', worker: '../../../api/me?' },
  });
  const own = outputOf(bundle('old'));
  show(stranger, own);
  context.saveState.emit('completed');
  await vi.waitFor(() => expect(own.data).toEqual(bundle('new')));
  expect(picture.mock.calls).toEqual([['w1']]);
});

it.each([
  ['the same', async () => bundle('old')],
  ['nothing', async () => undefined],
  ['no answer', () => Promise.reject(new Error('no server'))],
])('changes nothing when there is %s', async (_, answer) => {
  picture.mockImplementationOnce(answer);
  const output = outputOf(bundle('old'));
  show(output);
  context.saveState.emit('completed');
  await vi.waitFor(() => expect(picture).toHaveBeenCalledOnce());
  await Promise.resolve();
  context.saveState.emit('failed');
  expect(output.setData).not.toHaveBeenCalled();
  expect(model.dirty).toBe(false);
});
