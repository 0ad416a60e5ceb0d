import { expect, it, vi } from 'vitest';
import { createStore } from 'zustand/vanilla';
import type { ManagerClient, WorkerRecord } from '../../src/client/manager';
import type { Connection } from '../../src/model/state';
import { reviveGraph } from '../../src/workers/revive';

const DOCUMENT = { nodes: [] };

function makeManager(connection: Connection, command = vi.fn(async () => undefined)) {
  const line = createStore<{ connection: Connection }>(() => ({ connection }));
  const dispose = vi.fn();
  const manager = {
    store: createStore(() => ({ workers: [{ name: 'taken' } as WorkerRecord], connection: 'open' })),
    create: vi.fn(async () => ({ uuid: 'new' }) as WorkerRecord),
    remove: vi.fn(async () => {}),
    connectWorker: vi.fn(() => ({ store: line, command, dispose })),
  };
  return { manager: manager as unknown as ManagerClient & typeof manager, line, command, dispose };
}

it('loads the graph, untrusted, as soon as the worker listens', async () => {
  const { manager, line, command, dispose } = makeManager('connecting');
  const made = reviveGraph(manager, 'sums', DOCUMENT);
  await vi.waitFor(() => expect(manager.connectWorker).toHaveBeenCalledWith('new'));
  expect(command).not.toHaveBeenCalled();
  line.setState({ connection: 'open' });
  expect(await made).toBe('new');
  expect(manager.create).toHaveBeenCalledWith('sums');
  expect(command).toHaveBeenCalledWith('load_data', { data: DOCUMENT, trusted: false });
  expect(dispose).toHaveBeenCalled();
});

it('takes another name when this one is taken', async () => {
  const { manager } = makeManager('open');
  await reviveGraph(manager, 'taken', DOCUMENT);
  expect(manager.create).toHaveBeenCalledWith(undefined);
});

it('leaves no empty worker behind when the graph cannot be read', async () => {
  const refuse = vi.fn(async () => {
    throw new Error('This is no graph.');
  });
  const { manager, dispose } = makeManager('open', refuse);
  await expect(reviveGraph(manager, 'sums', DOCUMENT)).rejects.toThrow('This is no graph.');
  expect(manager.remove).toHaveBeenCalledWith('new');
  expect(dispose).toHaveBeenCalled();
});

it('says so when the new worker ends at once', async () => {
  const { manager } = makeManager('gone');
  await expect(reviveGraph(manager, 'sums', DOCUMENT)).rejects.toThrow('its log says why');
  expect(manager.remove).toHaveBeenCalledWith('new');
});
