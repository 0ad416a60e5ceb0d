import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ASK_AGAIN_MS } from '../../src/client/comeback';
import {
  createManagerClient,
  type ManagerClient,
  type WorkerLifeState,
  type WorkerRecord,
} from '../../src/client/manager';
import { MemoryTransport } from '../../src/transport/memory';
import { worker } from '../samples';

const fetchMock = vi.fn<typeof fetch>();

let lines: Record<string, MemoryTransport>;
let manager: ManagerClient;

function record(uuid: string, state: WorkerLifeState, name = uuid): WorkerRecord {
  return worker(uuid, { name, state });
}

function status(...workers: WorkerRecord[]): void {
  lines['/x/funcnodes/hub']?.receive({
    type: 'worker_status',
    active: workers.filter(worker => worker.state === 'running'),
    inactive: workers.filter(worker => worker.state !== 'running'),
  });
}

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('fetch', fetchMock);
  lines = {};
  manager = createManagerClient({ baseUrl: 'http://localhost/x/' }, url => {
    const line = new MemoryTransport();
    lines[new URL(url).pathname] = line;
    return line;
  });
});

afterEach(() => {
  manager.dispose();
  fetchMock.mockReset();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

describe('the list', () => {
  it('is what the hub says, by name', () => {
    expect(manager.store.getState()).toEqual({ workers: [], connection: 'connecting' });
    status(record('b', 'running', 'flow-10'), record('a', 'stopped', 'flow-9'));
    expect(manager.store.getState().workers.map(worker => worker.name)).toEqual(['flow-9', 'flow-10']);
    expect(manager.store.getState().connection).toBe('open');
  });

  it('stays while the hub is lost; other words of the hub are not for it', () => {
    status(record('a', 'running'));
    lines['/x/funcnodes/hub']?.receive('pong');
    lines['/x/funcnodes/hub']?.receive({ type: 'progress', text: 'x' });
    lines['/x/funcnodes/hub']?.break('lost');
    expect(manager.store.getState()).toMatchObject({ connection: 'lost', workers: [{ uuid: 'a' }] });
  });
});

describe('verbs', () => {
  const verbs: [string, (m: ManagerClient) => Promise<unknown>, string, string, string | undefined][] = [
    ['create', m => m.create('demo'), 'POST', 'api/workers', '{"name":"demo","start":true}'],
    ['create without a name', m => m.create(), 'POST', 'api/workers', '{"start":true}'],
    ['start', m => m.start('a'), 'POST', 'api/workers/a/start', undefined],
    ['stop', m => m.stop('a'), 'POST', 'api/workers/a/stop', undefined],
    ['restart', m => m.restart('a'), 'POST', 'api/workers/a/restart', undefined],
    ['interrupt', m => m.interrupt('a'), 'POST', 'api/workers/a/interrupt', undefined],
    [
      'create with an environment',
      m => m.create('demo', { environment: 'own', python: '3.12' }),
      'POST',
      'api/workers',
      '{"name":"demo","start":true,"environment":"own","python":"3.12"}',
    ],
    ['cancel preparing', m => m.cancelPreparing('a'), 'POST', 'api/workers/a/cancel', undefined],
    ['rename', m => m.rename('a', 'b'), 'PATCH', 'api/workers/a', '{"name":"b"}'],
    ['configure', m => m.configure('a', { detached: true }), 'PATCH', 'api/workers/a', '{"detached":true}'],
    ['duplicate', m => m.duplicate('a', 'b'), 'POST', 'api/workers/a/duplicate', '{"name":"b"}'],
    ['duplicate without a name', m => m.duplicate('a'), 'POST', 'api/workers/a/duplicate', '{}'],
    ['usage', m => m.usage(), 'GET', 'api/usage', undefined],
    ['log', m => m.log('a', 50), 'GET', 'api/workers/a/log?lines=50&no_track_activity=1', undefined],
    ['remove', m => m.remove('a'), 'DELETE', 'api/workers/a', undefined],
  ];

  it.each(verbs)('%s', async (_name, call, method, path, body) => {
    fetchMock.mockResolvedValueOnce(new Response(JSON.stringify(record('a', 'running'))));
    await call(manager);
    expect(fetchMock).toHaveBeenCalledWith(
      `http://localhost/x/funcnodes/${path}`,
      expect.objectContaining({ method, body }),
    );
  });

  it('an archive is taken as a file, with or without the worker’s', async () => {
    fetchMock.mockImplementation(async () => new Response('PK'));
    expect((await manager.exportWorker('a', true)).size).toBe(2);
    await manager.exportWorker('a', false);
    expect(fetchMock.mock.calls.map(([url]) => url)).toEqual([
      'http://localhost/x/funcnodes/workers/a/export?files=1',
      'http://localhost/x/funcnodes/workers/a/export',
    ]);
  });

  it('an archive that is refused says why', async () => {
    const refusal = { error: 'its file is a link', code: 'NotExportableError' };
    fetchMock.mockResolvedValueOnce(new Response(JSON.stringify(refusal), { status: 409 }));
    await expect(manager.exportWorker('a', true)).rejects.toMatchObject({ message: 'its file is a link' });
  });

  it('a new worker is listed at once, without hiding what the hub said of it', async () => {
    fetchMock.mockImplementation(async () => new Response(JSON.stringify(record('a', 'starting'))));
    await manager.create();
    expect(manager.store.getState().workers).toMatchObject([{ uuid: 'a', state: 'starting' }]);
    status(record('a', 'running'));
    await manager.create();
    expect(manager.store.getState().workers).toMatchObject([{ uuid: 'a', state: 'running' }]);
  });

  it('so is a copy', async () => {
    fetchMock.mockResolvedValueOnce(new Response(JSON.stringify(record('b', 'stopped', 'a copy'))));
    await manager.duplicate('a');
    expect(manager.store.getState().workers).toMatchObject([{ uuid: 'b', name: 'a copy' }]);
  });

  it('log gives the text', async () => {
    fetchMock.mockResolvedValueOnce(new Response(JSON.stringify({ log: 'one\ntwo' })));
    expect(await manager.log('a', 2)).toBe('one\ntwo');
  });
});

describe('a worker that is gone', () => {
  const path = '/x/funcnodes/workers/a/ws';

  function line(): MemoryTransport {
    return lines[path] as MemoryTransport;
  }

  it('is connected again when it runs', () => {
    status(record('a', 'running'));
    manager.connectWorker('a');
    status(record('a', 'crashed'));
    line().break('gone');
    vi.advanceTimersByTime(10 * ASK_AGAIN_MS);
    expect(line().attempts).toBe(1);
    status(record('a', 'running'));
    expect(line().attempts).toBe(2);
  });

  it('is asked again when the hub says that it runs', () => {
    status(record('a', 'running'));
    manager.connectWorker('a');
    for (const attempts of [2, 3]) {
      line().break('gone');
      vi.advanceTimersByTime(ASK_AGAIN_MS);
      expect(line().attempts).toBe(attempts);
    }
  });

  it('stays gone for a client that was disposed', () => {
    const client = manager.connectWorker('a');
    line().break('gone');
    client.dispose();
    status(record('a', 'running'));
    expect(line().attempts).toBe(1);
    expect(line().isClosed).toBe(true);
  });
});
