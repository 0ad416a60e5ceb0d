import { act } from 'react';
import { describe, expect, test } from 'vitest';
import { errorReport } from '../../src/editor/inspector/ErrorDetails';
import { readRetries, readTimeout } from '../../src/editor/inspector/runSettingValues';
import type { LogLine, NodeState } from '../../src/protocol/types.gen';
import { failure, node } from '../samples';
import { openEditor, prepareEditor } from './editor';

prepareEditor();

/** The editor with one node, selected, so that the inspector tells about it. */
async function inspect(changes: Partial<NodeState>, others: NodeState[] = []) {
  const opened = openEditor({ state: { nodes: [node('n1', changes)], edges: [] } });
  await opened.press({ key: 'a', ctrlKey: true });
  const add = (one: NodeState) =>
    opened.store.getState().dispatch({
      type: 'event',
      event: { event: 'node_added', data: { uuid: one.uuid, node_id: one.node_id, serialized: one } },
    });
  act(() => others.forEach(add));
  const inspector = opened.find('fn-inspector') as HTMLElement;
  const field = (label: string) => {
    const id = [...inspector.querySelectorAll('label')].find(one => one.textContent === label)?.htmlFor;
    return inspector.querySelector<HTMLInputElement>(`[id="${id}"]`) as HTMLInputElement;
  };
  return { ...opened, inspector, field };
}

function type(field: HTMLInputElement, text: string, key = 'Enter'): void {
  const set = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')?.set;
  act(() => {
    set?.call(field, text);
    field.dispatchEvent(new Event('input', { bubbles: true }));
  });
  act(() => void field.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true })));
}

describe('the log', () => {
  const lines: LogLine[] = [
    { text: 'epoch 1' },
    { text: 'lr is high', kind: 'log' },
    { text: 'slow', kind: 'warning' },
  ];

  test('marks what is no print with a word, and counts what was let go', async () => {
    const { find } = await inspect({ log: { first: 1200, lines } });
    const log = find('fn-log');
    expect([...(log?.querySelectorAll('.fn-log-line') ?? [])].map(line => line.textContent)).toEqual([
      'epoch 1',
      'loglr is high',
      'warnslow',
    ]);
    expect(log?.textContent).toContain('1,203 lines');
    expect(log?.textContent).toContain('1,200 earlier lines not kept');
  });

  test('follows what comes', async () => {
    const { find, store } = await inspect({ log: { first: 0, lines } });
    act(() =>
      store.getState().dispatch({
        type: 'event',
        event: { event: 'node_log', data: { uuid: 'n1', first: 3, lines: [{ text: 'epoch 2' }] } },
      }),
    );
    expect(find('fn-log')?.textContent).toContain('epoch 2');
  });

  test('is not there without lines', async () => {
    const { find } = await inspect({});
    expect(find('fn-log')).toBeNull();
  });
});

describe('an error', () => {
  const error = failure({ inputs: { a: '1', b: '0' }, traceback: 'Traceback …' });

  test('says what the function was called with', async () => {
    const { find } = await inspect({ state: 'error', error });
    expect(find('fn-called-with')?.textContent).toBe('a1b0');
  });

  test('is copied with its inputs and its traceback', () => {
    expect(errorReport(error)).toBe('ValueError: no\n\ncalled with\n  a = 1\n  b = 0\n\nTraceback …');
    expect(errorReport(failure({ traceback: 'Traceback …' }))).toBe('ValueError: no\n\nTraceback …');
  });
});

describe('who is to blame', () => {
  test('is named, and a press goes there', async () => {
    const { find, inspector } = await inspect({ stale: true, blame: 'n2', name: 'late' }, [
      node('n2', { name: 'ratio', state: 'error' }),
    ]);
    expect(inspector.querySelector('.fn-state-text')?.textContent).toBe('Stale: ratio failed');
    act(() => find('fn-blame')?.click());
    expect(inspector.querySelector('.fn-panel-title')?.textContent).toBe('ratio');
  });

  test('is nobody when something merely changed', async () => {
    const { inspector } = await inspect({ stale: true });
    expect(inspector.querySelector('.fn-state-text')?.textContent).toBe('Stale: something before it changed');
  });
});

describe('run settings', () => {
  test('a time limit is committed with Enter', async () => {
    const { field, command } = await inspect({});
    type(field('Timeout'), '2.5');
    expect(command.mock.calls).toEqual([['update_node', { uuid: 'n1', timeout: 2.5 }]]);
  });

  test('an empty one takes it away', async () => {
    const { field, command } = await inspect({ timeout: 30 });
    expect(field('Timeout').value).toBe('30');
    type(field('Timeout'), '');
    expect(command.mock.calls).toEqual([['update_node', { uuid: 'n1', timeout: null }]]);
  });

  test('what means nothing stays, with the reason, and is not sent', async () => {
    const { field, command, inspector } = await inspect({});
    type(field('Retries'), 'often');
    expect(command).not.toHaveBeenCalled();
    expect(field('Retries').value).toBe('often');
    expect(inspector.querySelector('.fn-refused')?.textContent).toBe('A whole number from 0 on.');
    type(field('Retries'), 'often', 'Escape');
    expect(field('Retries').value).toBe('0');
  });

  test.each([
    ['30', { value: 30 }],
    ['', { value: null }],
    ['0', { problem: 'Seconds above 0, or empty.' }],
    ['soon', { problem: 'Seconds above 0, or empty.' }],
  ])('a time limit of %j', (text, reading) => {
    expect(readTimeout(text)).toEqual(reading);
  });

  test.each([
    ['2', { value: 2 }],
    ['', { value: 0 }],
    ['-1', { problem: 'A whole number from 0 on.' }],
    ['1.5', { problem: 'A whole number from 0 on.' }],
  ])('a number of tries of %j', (text, reading) => {
    expect(readRetries(text)).toEqual(reading);
  });
});

test('several nodes can be run and switched together', async () => {
  const { command, inspector } = await inspect({}, []);
  expect(inspector.querySelector('.fn-selection-actions')).toBeNull();
  const several = openEditor();
  await several.press({ key: 'a', ctrlKey: true });
  const run = [...several.element.querySelectorAll<HTMLElement>('.fn-selection-actions button')][0];
  act(() => run?.click());
  expect(command).not.toHaveBeenCalled();
  expect(several.command).toHaveBeenCalledWith('run', { nodes: ['n1', 'n2'], scope: 'only' });
});
