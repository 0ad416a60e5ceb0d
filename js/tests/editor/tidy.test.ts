import { expect, test } from 'vitest';
import { groupFrames } from '../../src/editor/layout/frames';
import type { Rect } from '../../src/editor/layout/placement';
import { tidyLayout } from '../../src/editor/layout/tidy';
import type { Edge } from '../../src/model/state';
import type { GroupState } from '../../src/protocol/types.gen';
import { group } from '../samples';

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

/** Four rows of four nodes; wires go to the right, some across rows. */
function grid(): { boxes: Record<string, Rect>; edges: Edge[] } {
  const boxes: Record<string, Rect> = {};
  const edges: Edge[] = [];
  for (const row of [0, 1, 2, 3])
    for (const column of [0, 1, 2, 3]) {
      boxes[`${row}${column}`] = { x: 300 * column, y: 200 * row, ...BOX };
      if (column < 3) edges.push([`${row}${column}`, 'out', `${(row + column) % 4}${column + 1}`, 'a']);
    }
  return { boxes, edges };
}

const apart = (a: Rect, b: Rect): boolean =>
  a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y;

test.each<[string, Record<string, GroupState>]>([
  ['beside each other', { g: group(['00', '01', '11']), h: group(['30', '31']), i: group(['13', '22']) }],
  [
    'in each other',
    {
      outer: group(['12'], { child_groups: ['inner'] }),
      inner: group(['00', '10', '21'], { parent_group: 'outer' }),
      other: group(['33', '23']),
    },
  ],
])('groups %s keep to themselves', (_how, groups) => {
  const { boxes, edges } = grid();
  const places = tidyLayout(boxes, edges, groups);
  const placed = new Map(Object.entries(places).map(([id, place]) => [id, { ...place, ...BOX }]));
  const frames = groupFrames(groups, placed);
  const parents = (id: string): string[] => {
    const parent = groups[id]?.parent_group;
    return parent ? [parent, ...parents(parent)] : [];
  };
  for (const frame of frames) {
    const own = Object.keys(groups).filter(id => id === frame.id || parents(id).includes(frame.id));
    const members = new Set(own.flatMap(id => groups[id]?.node_ids ?? []));
    const strangers = [...placed].filter(([id, box]) => !members.has(id) && !apart(frame, box));
    expect(strangers).toEqual([]);
    const others = frames.filter(({ id }) => !own.includes(id) && !parents(frame.id).includes(id));
    expect(others.filter(other => !apart(frame, other))).toEqual([]);
  }
});
