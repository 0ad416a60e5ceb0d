import { expect, test } from 'vitest';
import { tidyLayout } from '../../src/editor/layout/tidy';

const BOX = { width: 208, height: 148 };

test('columns follow the wires, the top left corner stays', () => {
  const boxes = {
    a: { x: 500, y: 300, ...BOX },
    b: { x: 100, y: 200, ...BOX },
    c: { x: 120, y: 210, ...BOX },
  };
  const places = tidyLayout(boxes, [
    ['a', 'out', 'b', 'x'],
    ['b', 'out', 'c', 'x'],
    ['a', 'out', 'c', 'y'],
  ]);
  const xs = ['a', 'b', 'c'].map(id => places[id]?.x ?? Number.NaN);
  expect(xs).toEqual([...xs].sort((one, other) => one - other));
  expect(xs[1]).toBeGreaterThanOrEqual((xs[0] ?? 0) + BOX.width);
  expect(xs[0]).toBe(100);
  expect(Math.min(...Object.values(places).map(place => place.y))).toBe(200);
});

test('nothing to tidy is nothing', () => {
  expect(tidyLayout({}, [])).toEqual({});
});

test.each(['__proto__', 'constructor', 'toString'])('a node may have any id: %s', id => {
  const boxes = Object.fromEntries([
    ['a', { x: 100, y: 200, ...BOX }],
    [id, { x: 0, y: 0, ...BOX }],
  ]);
  const places = tidyLayout(boxes, [['a', 'out', id, 'x']]);
  expect(Object.entries(places).map(([key, place]) => [key, place.y])).toEqual([
    ['a', 0],
    [id, 0],
  ]);
});
