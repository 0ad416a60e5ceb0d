import { expect, it } from 'vitest';
import { sameJson } from '../../src/model/json';

it.each([
  [1, 1, true],
  [null, null, true],
  [{ a: [1, { b: 2 }] }, { a: [1, { b: 2 }] }, true],
  [{ a: 1, b: 2 }, { b: 2, a: 1 }, true],
  [1, '1', false],
  [null, {}, false],
  [[], {}, false],
  [[1, 2], [1], false],
  [{ a: 1 }, { b: 1 }, false],
  [{ a: undefined }, { b: 1 }, false],
])('%j and %j: %s', (a, b, same) => {
  expect(sameJson(a, b)).toBe(same);
});
