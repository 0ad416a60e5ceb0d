import { act } from 'react';
import { describe, expect, test } from 'vitest';
import { countStale, countUntrusted, type Stale } from '../../src/editor/toolbar/stale';
import { type Edge, edgeKey } from '../../src/model/state';
import type { HistoryInfo, NodeState } from '../../src/protocol/types.gen';
import { node } from '../samples';
import { openEditor, prepareEditor } from './editor';

prepareEditor();

const MOVED: HistoryInfo = { undo: 'Move Filter rows', redo: '' };

describe('undo and redo', () => {
  test('say what they would do, and are off when there is nothing', () => {
    const { find } = openEditor({ state: { history: MOVED } });
    expect(find('fn-undo')?.title).toBe('Undo: Move Filter rows  Ctrl+Z');
    expect(find('fn-redo')?.title).toBe('Nothing to redo');
    expect((find('fn-redo') as HTMLButtonElement).disabled).toBe(true);
  });

  test('say what was done', async () => {
    const { find, command } = openEditor({
      state: { history: MOVED },
      answer: () => ({ done: 'Move Filter rows' }),
    });
    await act(async () => find('fn-undo')?.click());
    expect(command).toHaveBeenCalledWith('undo');
    expect(find('fn-notice')?.textContent).toBe('Undone: Move Filter rows');
  });

  test.each([
    [{ key: 'z', ctrlKey: true }, 'undo'],
    [{ key: 'z', metaKey: true }, 'undo'],
    [{ key: 'Z', ctrlKey: true, shiftKey: true }, 'redo'],
    [{ key: 'y', ctrlKey: true }, 'redo'],
  ])('%j means %s', async (keys, cmd) => {
    const { press, command } = openEditor({ state: { history: { undo: 'a', redo: 'b' } } });
    await press(keys);
    expect(command.mock.calls).toEqual([[cmd]]);
  });

  test('a text that is being edited has its own', async () => {
    const { find, press, command } = openEditor({ state: { history: MOVED } });
    await press({ key: 'z', ctrlKey: true }, find('fn-library-search'));
    expect(command).not.toHaveBeenCalled();
  });

  test('with nothing to take back the worker is not asked', async () => {
    const { press, command, find } = openEditor();
    await press({ key: 'z', ctrlKey: true });
    expect(command).not.toHaveBeenCalled();
    expect(find('fn-notice')?.textContent).toBe('There is nothing to undo.');
  });
});

describe('the mode', () => {
  test('is shown, explained and chosen', async () => {
    const { element, find, command, store } = openEditor();
    expect(find('fn-mode')?.getAttribute('aria-label')).toBe('Mode: Reactive');
    act(() => find('fn-mode')?.click());
    const choices = [...element.querySelectorAll<HTMLElement>('[role="menuitemradio"]')];
    expect(choices.map(choice => choice.getAttribute('aria-checked'))).toEqual(['true', 'false']);
    expect(choices[1]?.textContent).toContain('wait until you press Run');
    await act(async () => choices[1]?.click());
    expect(command).toHaveBeenCalledWith('set_mode', { mode: 'paused' });
    act(() =>
      store
        .getState()
        .dispatch({ type: 'event', event: { event: 'mode_changed', data: { mode: 'paused' } } }),
    );
    expect(find('fn-mode')?.getAttribute('aria-label')).toBe('Mode: Paused');
  });

  test('while it is paused, Run runs what is stale', () => {
    const { find, command } = openEditor({
      state: { mode: 'paused', nodes: [node('n1', { stale: true })], edges: [] },
    });
    expect(find('fn-run')?.title).toBe('Paused: edits wait. Run 1 stale node');
    act(() => find('fn-run')?.click());
    expect(command).toHaveBeenCalledWith('run', { scope: 'stale' });
  });
});

describe('what is stale', () => {
  const stale = { stale: true };
  const edge = (source: string, target: string): Edge => [source, 'out', target, 'a'];

  function graphOf(nodes: NodeState[], edges: Edge[] = []): Stale {
    return {
      nodes: Object.fromEntries(nodes.map(each => [each.uuid, each])),
      edges: Object.fromEntries(edges.map(each => [edgeKey(each), each])),
      edgeNotes: {},
    };
  }

  test('counts neither what takes no part nor what is behind it', () => {
    const nodes = [
      node('plain', stale),
      node('frozen', { ...stale, mode: 'frozen' }),
      node('off', { ...stale, mode: 'disabled' }),
      node('behind', stale),
      node('bypassed', { ...stale, mode: 'bypassed' }),
    ];
    expect(countStale(graphOf(nodes, [edge('off', 'behind')]))).toBe(2);
  });

  test('counts nothing that stands below an untrusted node, however far', () => {
    const chain = [edge('top', 'code'), edge('code', 'next'), edge('next', 'last')];
    const nodes = [
      node('top', stale),
      node('code', { ...stale, untrusted: true }),
      node('next', stale),
      node('last', stale),
    ];
    expect(countStale(graphOf(nodes, chain))).toBe(1);
    expect(countUntrusted(graphOf(nodes, chain))).toBe(3);
  });

  test.each([
    ['is frozen', { ...stale, mode: 'frozen' }],
    ['is up to date', { state: 'done' }],
  ] as const)('counts what follows a node that %s, whatever stands above', (_, between) => {
    const nodes = [
      node('code', { ...stale, untrusted: true }),
      node('between', between),
      node('last', stale),
    ];
    const graph = graphOf(nodes, [edge('code', 'between'), edge('between', 'last')]);
    expect(countStale(graph)).toBe(1);
    expect(countUntrusted(graph)).toBe(1);
  });

  test('counts what only an edge round a circle connects with an untrusted node', () => {
    const back = edge('code', 'first');
    const graph = graphOf([node('first', stale), node('code', { ...stale, untrusted: true })], [back]);
    const noted = { ...graph, edgeNotes: { [edgeKey(back)]: { feedback: true, warning: '' } } };
    expect(countStale(graph)).toBe(0);
    expect(countStale(noted)).toBe(1);
  });

  test('is told apart on the button from what waits for trust', () => {
    const code = node('code', { ...stale, untrusted: true });
    const { find, store } = openEditor({
      state: { nodes: [code, node('next', stale)], edges: [[...edge('code', 'next')]] },
    });
    expect(find('fn-run')?.textContent).toBe('Run');
    expect(find('fn-run')?.title).toBe(
      'Nothing else is stale: run all nodes again. 2 stale nodes wait for trust',
    );
    const added = node('other', stale);
    const data = { uuid: 'other', node_id: added.node_id, serialized: added };
    act(() => store.getState().dispatch({ type: 'event', event: { event: 'node_added', data } }));
    expect(find('fn-run')?.textContent).toBe('1stale · Run');
    expect(find('fn-run')?.title).toBe('Run 1 stale node. 2 stale nodes wait for trust');
  });
});

describe('what does not stop', () => {
  test('is named, and a restart is offered', async () => {
    const { find, manager } = openEditor({
      state: { nodes: [node('n1', { name: 'fit', state: 'running', stubborn: true })], edges: [] },
    });
    expect(find('fn-stuck')?.textContent).toContain('“fit” does not stop');
    await act(async () => find('fn-restart-stuck')?.click());
    expect(manager.restart).toHaveBeenCalledWith('w1');
  });

  test('can be waited for', () => {
    const { element, find } = openEditor({ state: { nodes: [node('fit', { stubborn: true })], edges: [] } });
    act(() => element.querySelector<HTMLElement>('[aria-label="Go on waiting"]')?.click());
    expect(find('fn-stuck')).toBeNull();
  });
});
