import { describe, expect, test } from 'vitest';
import { errorPlace, missingText, nodeName, nodeTone, resultText } from '../../src/editor/node/status';
import { failure, node, port } from '../samples';

describe('nodeTone', () => {
  test.each([
    [{ state: 'running', stale: true }, 'running'],
    [{ state: 'done', stale: true }, 'stale'],
    [{ state: 'idle', stale: true }, 'stale'],
    [{ state: 'error', stale: true }, 'error'],
    [{ state: 'incomplete', stale: true }, 'incomplete'],
    [{ state: 'done', stale: false }, 'done'],
    [{ state: 'idle', unknown: true }, 'unknown'],
    [{ state: 'error', mode: 'disabled' }, 'disabled'],
    [{ state: 'running', mode: 'disabled' }, 'running'],
    [{ state: 'done', stale: true, mode: 'frozen' }, 'done'],
    [{ state: 'done', stale: true, mode: 'bypassed' }, 'stale'],
  ] as const)('%j looks %s', (changes, tone) => {
    expect(nodeTone(node('n', changes))).toBe(tone);
  });
});

test.each([
  [{ name: 'my filter', title: 'Filter rows' }, 'my filter'],
  [{ name: '', title: 'Filter rows' }, 'Filter rows'],
  [{ name: 'FilterRowsNode(n)', title: 'Filter rows' }, 'Filter rows'],
  [{ name: 'n', title: 'Filter rows' }, 'Filter rows'],
  [{ name: '', title: '' }, 'math.add'],
])('%j is called %s', (changes, name) => {
  expect(nodeName(node('n', changes))).toBe(name);
});

test('the result is time and shape', () => {
  const value = { text: 'DataFrame', type: 'DataFrame', shape: [344, 8] };
  const io = [port('out', { is_input: false, kind: 'table', value })];
  expect(resultText(node('n', { io, seconds: 0.014 }))).toBe('14 ms · 344 × 8');
  expect(resultText(node('n', { seconds: 0.014 }))).toBe('14 ms');
});

test('what is missing is called by the shown name', () => {
  const io = [port('t', { name: 'table' }), port('x')];
  expect(missingText(node('n', { io, missing: ['t', 'x'] }))).toBe('needs table and x');
});

test('an error is found in the user’s own line', () => {
  const error = failure({ function: 'ratio', line: 3 });
  expect(errorPlace(node('n', { error }))).toBe('line 3 in ratio');
  expect(errorPlace(node('n', { error: { ...error, line: null } }))).toBe('');
});
