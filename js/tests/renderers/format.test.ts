import { describe, expect, test } from 'vitest';
import {
  formatPercent,
  formatRowRange,
  formatSeconds,
  formatShape,
  listWords,
} from '../../src/renderers/format';

describe('formatSeconds', () => {
  test.each([
    [0, '<1 ms'],
    [0.0004, '<1 ms'],
    [0.014, '14 ms'],
    [0.9999, '1.0 s'],
    [1.24, '1.2 s'],
    [12.4, '12 s'],
    [59.6, '1 min'],
    [125, '2 min 5 s'],
    [3600, '1 h'],
    [3840, '1 h 4 min'],
  ])('%d s reads %s', (seconds, text) => {
    expect(formatSeconds(seconds)).toBe(text);
  });
});

test.each([
  [[344, 8], '344 × 8'],
  [[10000], '10,000'],
  [[], ''],
  [null, ''],
])('the shape %j reads %j', (shape, text) => {
  expect(formatShape(shape)).toBe(text);
});

test.each([
  [0, 8, 344, '1–8 of 344'],
  [20, 20, 344, '21–40 of 344'],
  [0, 3, 3, '3 rows'],
  [0, 1, 1, '1 row'],
  [0, 0, 0, 'no rows'],
])('rows from %d, %d of %d, read %s', (offset, shown, total, text) => {
  expect(formatRowRange(offset, shown, total)).toBe(text);
});

test('a fraction stays within 0 and 100 %', () => {
  expect([-1, 0.624, 7].map(formatPercent)).toEqual(['0 %', '62 %', '100 %']);
});

test('words are joined as one says them', () => {
  expect([[], ['a'], ['a', 'b'], ['a', 'b', 'c']].map(listWords)).toEqual(['', 'a', 'a and b', 'a, b and c']);
});
