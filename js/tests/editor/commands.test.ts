import { describe, expect, test, vi } from 'vitest';
import { CommandError } from '../../src/client/errors';
import type { WorkerClient } from '../../src/client/worker';
import { createCommands } from '../../src/editor/state/commands';
import { settleWithGraph } from '../../src/editor/state/settle';
import { commitText } from '../../src/editor/state/typing';
import { createUiStore, setDraft } from '../../src/editor/state/ui';
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
