import { afterEach, describe, expect, test, vi } from 'vitest';
import { CommandError } from '../../src/client/errors';
import type { WorkerClient } from '../../src/client/worker';
import { createCommands } from '../../src/editor/state/commands';
import { settleWithGraph } from '../../src/editor/state/settle';
import { SILENCE_MS } from '../../src/editor/state/silence';
import { commitText } from '../../src/editor/state/typing';
import { createUiStore, setDraft } from '../../src/editor/state/ui';
import { edgeArguments } from '../../src/editor/state/wiring';
import type { Edge } from '../../src/model/state';
import { createGraphStore } from '../../src/model/store';
import { fullState, node, port } from '../samples';

type Answer = (cmd: string, kwargs?: Record<string, unknown>) => unknown;

function start(answer: Answer = () => true) {
  const store = createGraphStore();
  store.getState().dispatch({ type: 'snapshot', state: fullState(1) });
  const command = vi.fn(async (cmd: string, kwargs?: Record<string, unknown>) => answer(cmd, kwargs));
  const client = {
    store,
    command,
    watch: () => () => {},
    reconnect() {},
    dispose() {},
  } as unknown as WorkerClient;
  const ui = createUiStore(false);
  return { client, store, command, ui, commands: createCommands(client, ui) };
}

const WIRE: Edge = ['n1', 'out', 'n2', 'a'];

describe('commands', () => {
  test('several nodes move as one batch, one node alone', async () => {
    const { commands, command } = start();
    await commands.move({ n1: { x: 1.4, y: 2 } });
    await commands.move({ n1: { x: 1, y: 2 }, n2: { x: 3, y: 4 } });
    expect(command.mock.calls.map(([cmd]) => cmd)).toEqual(['update_node', 'batch']);
    expect(command.mock.calls[0]?.[1]).toEqual({ uuid: 'n1', frontend: { pos: [1, 2] } });
  });

  test('an edge of a removed node is not removed on its own', async () => {
    const { commands, command } = start();
    await commands.remove(['n2'], [WIRE]);
    expect(command.mock.calls).toEqual([['remove_node', { uuid: 'n2' }]]);
  });

  test('a wire dropped on a taken input replaces the old one', async () => {
    const { commands, command, ui } = start((_cmd, kwargs) => {
      if (!kwargs?.replace) throw new CommandError('MultipleConnectionsError', 'taken');
      return null;
    });
    await commands.connect(WIRE);
    expect(command.mock.calls.map(([, kwargs]) => kwargs?.replace)).toEqual([undefined, true]);
    expect(ui.getState().notice).toBeNull();
  });

  test('a failure is one line without the name of its class', async () => {
    const { commands, ui } = start(() => {
      throw new CommandError('ConnectionError', 'ConnectionError: a is connected already');
    });
    await commands.connect(WIRE);
    expect(ui.getState().notice).toEqual({ tone: 'error', text: 'a is connected already' });
  });

  test('a move that failed goes back', async () => {
    const { commands, ui } = start(() => {
      throw new CommandError('NotConnected', '');
    });
    ui.setState({ positions: { n1: { x: 1, y: 1 } } });
    await commands.move({ n1: { x: 1, y: 1 } });
    expect(ui.getState().positions).toEqual({});
    expect(ui.getState().notice?.text).toContain('nothing was changed');
  });
});

describe('a connection that closes a circle', () => {
  const refuse: Answer = (_cmd, kwargs) => {
    const parts = (kwargs?.commands as { kwargs: Record<string, unknown> }[] | undefined) ?? [];
    if (kwargs?.feedback || parts.some(part => part.kwargs.feedback)) return null;
    throw new CommandError('CycleError', 'CycleError: a feeds itself through b');
  };

  test('is offered again as feedback', async () => {
    const { commands, command, ui } = start(refuse);
    await commands.connect(WIRE);
    const { notice } = ui.getState();
    expect(notice).toMatchObject({
      text: 'a feeds itself through b',
      offer: { label: 'Connect as feedback' },
    });
    notice?.offer?.accept();
    expect(command).toHaveBeenLastCalledWith('add_edge', {
      ...edgeArguments(WIRE),
      feedback: true,
    });
  });

  test('also where an end of a wire was moved', async () => {
    const { commands, command, ui } = start(refuse);
    await commands.reconnect(WIRE, ['n2', 'out', 'n1', 'a']);
    ui.getState().notice?.offer?.accept();
    expect(command.mock.lastCall?.[1]).toMatchObject({
      commands: [{ cmd: 'remove_edge' }, { cmd: 'add_edge', kwargs: { src_uuid: 'n2', feedback: true } }],
    });
  });
});

describe('a request to stop', () => {
  afterEach(() => void vi.useRealTimers());

  function stop() {
    vi.useFakeTimers();
    const started = start(() => new Promise(resolve => setTimeout(resolve, 2 * SILENCE_MS)));
    started.store.getState().dispatch({ type: 'connection', connection: 'open' });
    void started.commands.cancel();
    return started;
  }

  test('that gets no answer means a silent worker, until it answers', async () => {
    const { ui } = stop();
    await vi.advanceTimersByTimeAsync(SILENCE_MS - 1);
    expect(ui.getState().silent).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(ui.getState().silent).toBe(true);
    await vi.advanceTimersByTimeAsync(SILENCE_MS);
    expect(ui.getState().silent).toBe(false);
  });

  test('that was cut off by a restart is no failure', async () => {
    const { commands, ui } = start(() => {
      throw new CommandError('ConnectionLost', 'The connection broke.');
    });
    await commands.cancel('n1');
    expect(ui.getState().notice).toBeNull();
  });

  test('means nothing without a connection', async () => {
    const { ui, store } = stop();
    store.getState().dispatch({ type: 'connection', connection: 'lost' });
    await vi.advanceTimersByTimeAsync(SILENCE_MS);
    expect(ui.getState().silent).toBe(false);
  });
});

describe('commitText', () => {
  test('what is refused stays, with the reason', async () => {
    const { client, ui } = start(() => {
      throw new CommandError('ValueConversionError', 'ValueConversionError: Add.a: “abc” is no number');
    });
    await commitText(client, ui, 'n1', 'a', 'abc');
    expect(ui.getState().drafts['n1.a']).toEqual({
      text: 'abc',
      phase: 'refused',
      message: '“abc” is no number',
    });
  });

  test('the typed text stays until the graph shows the new value', async () => {
    const value = { text: '4', type: 'int', value: 4 };
    const { client, ui, store } = start(() => node('n1', { io: [port('a', { value })] }));
    const done = commitText(client, ui, 'n1', 'a', '4');
    await vi.waitFor(() => expect(ui.getState().drafts['n1.a']?.phase).toBe('sent'));
    store.getState().dispatch({
      type: 'event',
      event: { event: 'io_value_changed', data: { node_uuid: 'n1', io_id: 'a', io_type: 'input', value } },
    });
    await done;
    expect(ui.getState().drafts).toEqual({});
  });

  test('what is typed meanwhile is not lost', async () => {
    const { client, ui } = start(() => node('n1'));
    const done = commitText(client, ui, 'n1', 'a', '4');
    setDraft(ui, 'n1.a', { text: '45', phase: 'editing' });
    await done;
    expect(ui.getState().drafts['n1.a']?.text).toBe('45');
  });
});

test('local places and selections follow the graph', () => {
  const { store, ui } = start();
  const stop = settleWithGraph(store, ui);
  ui.setState({ positions: { n1: { x: 9, y: 9 } }, selectedNodes: new Set(['n1', 'n2']) });
  store.getState().dispatch({
    type: 'event',
    event: { event: 'node_updated', data: { uuid: 'n1', changed: { pos: [9, 9] } } },
  });
  expect(ui.getState().positions).toEqual({});
  store.getState().dispatch({ type: 'event', event: { event: 'node_removed', data: { uuid: 'n2' } } });
  expect([...ui.getState().selectedNodes]).toEqual(['n1']);
  stop();
});
