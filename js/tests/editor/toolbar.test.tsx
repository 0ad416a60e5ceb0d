import { act } from 'react';
import { describe, expect, test } from 'vitest';
import { countStale } from '../../src/editor/toolbar/stale';
import type { HistoryInfo } from '../../src/protocol/types.gen';
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

test('what takes no part, and what is behind it, is not counted as stale', () => {
  const stale = { stale: true };
  const nodes = {
    plain: node('plain', stale),
    frozen: node('frozen', { ...stale, mode: 'frozen' }),
    off: node('off', { ...stale, mode: 'disabled' }),
    behind: node('behind', { ...stale, blame: 'off' }),
    bypassed: node('bypassed', { ...stale, mode: 'bypassed' }),
  };
  expect(countStale(nodes)).toBe(2);
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
