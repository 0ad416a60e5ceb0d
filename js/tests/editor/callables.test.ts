import { describe, expect, it } from 'vitest';
import { callableItem } from '../../src/editor/library/callables';

describe('what is typed in a search', () => {
  it.each([
    ['math.sqrt', 'py:math.sqrt'],
    [' pandas.DataFrame.from_dict ', 'py:pandas.DataFrame.from_dict'],
    ['len', 'py:builtins.len'],
  ])('is offered as a call when it is the full name of a function: %s', (typed, nodeId) => {
    expect(callableItem(typed)?.nodeId).toBe(nodeId);
  });

  it.each(['', 'read', 'read csv', 'math.', '.sqrt', '1.5', 'a-b.c', '__proto__', 'constructor'])(
    'is a word like others: %s',
    typed => {
      expect(callableItem(typed)).toBeNull();
    },
  );
});
