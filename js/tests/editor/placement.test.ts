import { expect, test } from 'vitest';
import { freePlace, isFree, type Rect } from '../../src/editor/layout/placement';

const SIZE = { width: 208, height: 148 };

test('a free place is taken as it is', () => {
  expect(freePlace({ x: 100, y: 100 }, SIZE, [])).toEqual({ x: 100, y: 100 });
});

test('many nodes at one place stand beside each other, never on each other, and near', () => {
  const placed: Rect[] = [];
  for (let count = 0; count < 20; count += 1) {
    const place = freePlace({ x: 0, y: 0 }, SIZE, placed);
    expect(isFree({ ...place, ...SIZE }, placed)).toBe(true);
    placed.push({ ...place, ...SIZE });
  }
  expect(Math.max(...placed.map(({ x, y }) => Math.hypot(x, y)))).toBeLessThan(1000);
});

test('on a canvas without room it goes below everything', () => {
  const wall = { x: -5000, y: -5000, width: 10_000, height: 10_000 };
  expect(freePlace({ x: 0, y: 0 }, SIZE, [wall]).y).toBeGreaterThanOrEqual(5000);
});
