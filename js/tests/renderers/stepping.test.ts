import { expect, test } from 'vitest';
import { stepped } from '../../src/renderers/fields/stepping';

test.each([
  ['3', 1, {}, '4'],
  ['3.5', -1, {}, '2.5'],
  ['0.2', 1, { step: 0.1 }, '0.3'],
  ['9', 1, { step: 5, max: 10 }, '10'],
  ['0', -1, { min: 0 }, '0'],
  ['abc', 1, {}, null],
  ['', 1, {}, null],
] as const)('%s by %d with %j gives %s', (text, direction, options, expected) => {
  expect(stepped(text, direction, options)).toBe(expected);
});
