import { beforeEach, describe, expect, it, vi } from 'vitest';
import { createWorkerClient, type WorkerClient } from '../../src/client/worker';
import { portKey } from '../../src/model/state';
import type { Event } from '../../src/protocol/types.gen';
import { MemoryTransport } from '../../src/transport/memory';
import { added, binary, fullState, preview, renamed } from '../samples';

const LIBRARY = { shelves: [] };

let line: MemoryTransport;
let client: WorkerClient;

beforeEach(() => {
  line = new MemoryTransport();
  client = createWorkerClient(line);
});

function hello(seq: number): void {
  line.receive({ type: 'hello', protocol: 1, worker: { uuid: 'w1', name: 'demo' }, seq });
}

function batch(first: number, ...events: Event[]): void {
  line.receive({ type: 'nodespaceevents', first, seq: first + events.length - 1, events });
}

/** Replies to the newest command of that name. */
async function reply(cmd: string, result: unknown): Promise<void> {
  const asked = await vi.waitFor(() => {
    const frame = line.frames.filter(sent => sent.cmd === cmd).at(-1);
    if (!frame) throw new Error(`${cmd} was not sent`);
    return frame;
  });
  line.receive({ type: 'result', id: asked.id, cmd, result });
}

async function untilOpen(): Promise<void> {
  await vi.waitFor(() => expect(client.store.getState().connection).toBe('open'));
}

async function open(seq = 10): Promise<void> {
  hello(seq);
  await reply('full_state', fullState(seq));
  await reply('get_library', LIBRARY);
  await untilOpen();
  line.sent.length = 0;
}

describe('opening', () => {
  it('asks for the whole state and the library, and is open when they are there', async () => {
    expect(client.store.getState().connection).toBe('connecting');
    hello(10);
    expect(line.frames.map(frame => [frame.cmd, frame.kwargs])).toEqual([
      ['full_state', { batches: true }],
      ['get_library', {}],
    ]);
    await reply('full_state', fullState(10));
    await reply('get_library', LIBRARY);
    await untilOpen();
    expect(client.store.getState()).toMatchObject({ seq: 10, library: LIBRARY, worker: { name: 'demo' } });
    expect(Object.keys(client.store.getState().nodes)).toEqual(['n1', 'n2']);
  });

  it('applies what came meanwhile afterwards', async () => {
    hello(10);
    batch(11, added('n3'));
    batch(10, renamed('n1', 'old'));
    await reply('full_state', fullState(10));
    await reply('get_library', LIBRARY);
    await untilOpen();
    expect(Object.keys(client.store.getState().nodes)).toEqual(['n1', 'n2', 'n3']);
    expect(client.store.getState().nodes.n1?.name).toBe('n1');
  });

  it('tries again when the worker cannot give its state', async () => {
    vi.spyOn(console, 'warn').mockImplementation(() => {});
    hello(10);
    line.receive({ type: 'error', id: 1, cmd: 'full_state', error: 'KeyError: x', code: 'KeyError' });
    await vi.waitFor(() => expect(client.store.getState().connection).toBe('lost'));
  });
});

describe('events', () => {
  beforeEach(() => open());

  it('in order are applied, known ones skipped', () => {
    batch(11, added('n3'), renamed('n3', 'x'));
    batch(11, renamed('n3', 'again'));
    expect(client.store.getState()).toMatchObject({ seq: 12, nodes: { n3: { name: 'x' } } });
  });

  it('that overlap are applied from where they are new', () => {
    batch(11, renamed('n1', 'a'));
    batch(11, renamed('n1', 'b'), renamed('n2', 'c'));
    expect(client.store.getState()).toMatchObject({
      seq: 12,
      nodes: { n1: { name: 'a' }, n2: { name: 'c' } },
    });
  });

  it('with a gap are asked for', async () => {
    batch(13, renamed('n1', 'third'));
    expect(line.frames).toMatchObject([{ cmd: 'resume', kwargs: { seq: 10, batches: true } }]);
    await reply('resume', {
      first: 11,
      seq: 12,
      snapshot: null,
      events: [added('n3'), renamed('n1', 'second')],
    });
    await vi.waitFor(() => expect(client.store.getState().seq).toBe(13));
    expect(client.store.getState().nodes).toMatchObject({ n1: { name: 'third' }, n3: {} });
  });

  it('loaded: everything is asked for again', async () => {
    batch(11, { event: 'loaded', data: {} });
    await reply('full_state', fullState(11, { nodes: [], edges: [] }));
    await reply('get_library', LIBRARY);
    await vi.waitFor(() => expect(client.store.getState().nodes).toEqual({}));
  });

  it('library_changed: the library is asked for again', async () => {
    batch(11, { event: 'library_changed', data: {} });
    const library = { shelves: [{ name: 'new', description: '', nodes: [], subshelves: [] }] };
    await reply('get_library', library);
    await vi.waitFor(() => expect(client.store.getState().library).toEqual(library));
  });

  it('previews are shown as they come', () => {
    line.receive(preview('n1', '42'));
    expect(client.store.getState().previews[portKey('n1', 'out')]).toEqual(preview('n1', '42'));
  });

  it('a frame that cannot be read is skipped', () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
    line.receive('{"type":');
    batch(11, renamed('n1', 'x'));
    expect(warn).toHaveBeenCalledOnce();
    expect(client.store.getState().nodes.n1?.name).toBe('x');
  });
});

describe('commands', () => {
  beforeEach(() => open());

  it('are matched with their replies by id, in any order', async () => {
    const both = Promise.all([client.command('name'), client.command('uuid')]);
    const [first, second] = line.frames;
    line.receive({ type: 'result', id: second?.id, cmd: 'uuid', result: 'w1' });
    line.receive({ type: 'result', id: first?.id, cmd: 'name', result: 'demo' });
    expect(await both).toEqual(['demo', 'w1']);
  });

  it('that fail say why', async () => {
    const failing = client.command('add_edge', {});
    const error = {
      type: 'error',
      id: line.frames[0]?.id,
      cmd: 'add_edge',
      error: 'CycleError: a ring',
      code: 'CycleError',
    };
    line.receive({ ...error, traceback: 'Traceback …' });
    await expect(failing).rejects.toMatchObject({
      name: 'CommandError',
      code: 'CycleError',
      message: 'a ring',
      traceback: 'Traceback …',
    });
  });

  it('fail when the connection breaks, and are not repeated', async () => {
    const failing = client.command('add_node', { node_id: 'x' });
    line.break('lost');
    await expect(failing).rejects.toMatchObject({ code: 'ConnectionLost' });
    line.sent.length = 0;
    hello(10);
    expect(line.frames.map(frame => frame.cmd)).toEqual(['resume']);
  });

  it('without a connection are refused', async () => {
    line.break('lost');
    await expect(client.command('name')).rejects.toMatchObject({ code: 'NotConnected' });
  });

  it('put large results together', async () => {
    const asked = client.command('get_io_full_value');
    const id = line.frames[0]?.id;
    const parts = ['{"a":', '[1,2]}'];
    for (const [part, text] of parts.entries()) {
      const header = { type: 'result', id, mime: 'application/json', part, parts: parts.length };
      line.receive(binary(JSON.stringify(header), text));
    }
    expect(await asked).toEqual({ a: [1, 2] });
  });
});

describe('after a break', () => {
  beforeEach(() => open());

  it('resumes from the last event', async () => {
    line.break('lost');
    expect(client.store.getState().connection).toBe('lost');
    hello(11);
    expect(line.frames).toMatchObject([{ cmd: 'resume', kwargs: { seq: 10 } }]);
    await reply('resume', { first: 11, seq: 11, snapshot: null, events: [renamed('n1', 'x')] });
    await untilOpen();
    expect(client.store.getState()).toMatchObject({ seq: 11, nodes: { n1: { name: 'x' } } });
  });

  it('takes a snapshot when the gap is too old', async () => {
    line.break('lost');
    hello(5000);
    await reply('resume', {
      first: 0,
      seq: 0,
      events: [],
      snapshot: fullState(5000, { nodes: [], edges: [] }),
    });
    await reply('get_library', LIBRARY);
    await untilOpen();
    expect(client.store.getState()).toMatchObject({ seq: 5000, nodes: {} });
  });

  it('asks a worker that started anew for everything', async () => {
    line.break('lost');
    hello(2);
    await reply('full_state', fullState(2));
    await reply('get_library', LIBRARY);
    await untilOpen();
    expect(client.store.getState().seq).toBe(2);
  });

  it('asks a worker that was gone for everything', () => {
    line.break('gone');
    expect(client.store.getState().connection).toBe('gone');
    client.reconnect();
    expect(client.store.getState().connection).toBe('connecting');
    hello(99);
    expect(line.frames[0]).toMatchObject({ cmd: 'full_state' });
  });
});

describe('watching', () => {
  it('is told once the state is known', async () => {
    client.watch([['n1', 'out']]);
    hello(10);
    await Promise.resolve();
    expect(line.frames.map(frame => frame.cmd)).toEqual(['full_state', 'get_library']);
    await reply('full_state', fullState(10));
    await reply('get_library', LIBRARY);
    await vi.waitFor(() =>
      expect(line.frames.at(-1)).toMatchObject({ cmd: 'watch', kwargs: { ports: [['n1', 'out']] } }),
    );
  });

  it('is told again after a break', async () => {
    await open();
    const stop = client.watch([['n1', 'out']]);
    await vi.waitFor(() => expect(line.frames).toHaveLength(1));
    line.break('lost');
    line.sent.length = 0;
    hello(10);
    await reply('resume', { first: 11, seq: 10, events: [], snapshot: null });
    await vi.waitFor(() => expect(line.frames.map(frame => frame.cmd)).toEqual(['resume', 'watch']));
    stop();
    await vi.waitFor(() => expect(line.frames.at(-1)).toMatchObject({ cmd: 'unwatch' }));
  });

  it('that is refused for one port is asked for each', async () => {
    await open();
    client.watch([
      ['n1', 'out'],
      ['n2', 'nothing'],
    ]);
    await vi.waitFor(() => expect(line.frames).toHaveLength(1));
    const { id } = line.frames[0] ?? {};
    line.receive({
      type: 'error',
      id,
      cmd: 'watch',
      error: 'IONotFoundError: nothing',
      code: 'IONotFoundError',
    });
    await vi.waitFor(() => expect(line.frames).toHaveLength(3));
    expect(line.frames.slice(1)).toMatchObject([
      { kwargs: { ports: [['n1', 'out']] } },
      { kwargs: { ports: [['n2', 'nothing']] } },
    ]);
  });

  it('of a node that was removed is not taken back in the worker', async () => {
    await open();
    const stop = client.watch([['n1', 'out']]);
    await vi.waitFor(() => expect(line.frames).toHaveLength(1));
    batch(11, { event: 'node_removed', data: { uuid: 'n1' } });
    stop();
    await Promise.resolve();
    expect(line.frames).toHaveLength(1);
  });
});

it('disposing closes the line and fails what is under way', async () => {
  await open();
  const failing = client.command('run');
  client.dispose();
  expect(line.isClosed).toBe(true);
  await expect(failing).rejects.toMatchObject({ code: 'ConnectionLost' });
});
