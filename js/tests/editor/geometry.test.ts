import { describe, expect, test } from 'vitest';
import {
  BORDER,
  ERROR_FRAME,
  ERROR_LINE,
  FOOTER,
  HEADER,
  NODE_WIDTH,
  nodeGeometry,
  PICTURE_WIDTH,
  REFUSED_LINE,
  ROW,
  visiblePorts,
} from '../../src/editor/layout/geometry';
import { portOffset } from '../../src/editor/layout/portOffset';
import { failure, node, port } from '../samples';

const PLAIN = { connected: new Set<string>(), refused: new Set<string>(), form: null };
const BARE = 2 * BORDER + HEADER + 3 * ROW + FOOTER;

describe('nodeGeometry', () => {
  test('rows stand below the header, inputs first', () => {
    const { rows, width, height } = nodeGeometry(node('n'), PLAIN);
    expect([width, height]).toEqual([NODE_WIDTH, BARE]);
    expect(rows.map(row => [row.port.id, row.top])).toEqual([
      ['a', BORDER + HEADER],
      ['b', BORDER + HEADER + ROW],
      ['out', BORDER + HEADER + 2 * ROW],
    ]);
  });

  test('an error takes a block of its own', () => {
    const error = failure({ text: 'E' });
    expect(nodeGeometry(node('n', { state: 'error', error }), PLAIN).height).toBe(
      BARE + ERROR_FRAME + 2 * ERROR_LINE,
    );
  });

  test('a refused input gets a line for the message, and later ports move down', () => {
    const { rows } = nodeGeometry(node('n'), { ...PLAIN, refused: new Set(['a']) });
    expect(rows.map(row => row.height)).toEqual([ROW + REFUSED_LINE, ROW, ROW]);
    expect(rows[1]?.top).toBe(BORDER + HEADER + ROW + REFUSED_LINE);
  });

  test('room for a picture is kept before there is one', () => {
    const io = [port('out', { is_input: false, kind: 'figure' })];
    const { width, previewHeight } = nodeGeometry(node('n', { io, preview_io: 'out' }), PLAIN);
    expect(width).toBe(PICTURE_WIDTH);
    expect(previewHeight).toBeGreaterThan(100);
  });

  test('a short table takes no more than its rows', () => {
    const io = [port('out', { is_input: false, kind: 'table' })];
    const table = node('n', { io, preview_io: 'out' });
    const high = nodeGeometry(table, { ...PLAIN, form: 'table', tableRows: 344 }).previewHeight;
    const low = nodeGeometry(table, { ...PLAIN, form: 'table', tableRows: 2 }).previewHeight;
    expect(high - low).toBe(40);
  });

  test('a value that fits into one line needs no preview', () => {
    const value = { text: '3.5', type: 'float', value: 3.5 };
    const io = [port('out', { is_input: false, value })];
    expect(nodeGeometry(node('n', { io, preview_io: 'out' }), { ...PLAIN, form: 'text' }).previewHeight).toBe(
      0,
    );
  });

  test('the size a person gave goes to the preview, never below what the rows need', () => {
    const io = [port('out', { is_input: false, kind: 'figure' })];
    const sized = node('n', { io, preview_io: 'out', size: [400, 500] });
    expect(nodeGeometry(sized, PLAIN)).toMatchObject({ width: 400, height: 500 });
    const squeezed = nodeGeometry({ ...sized, size: [10, 10] }, PLAIN);
    expect(squeezed.height).toBe(squeezed.leastHeight);
  });
});

test('a hidden port is shown only when something hangs on it', () => {
  const hidden = node('n', { io: [port('a', { hidden: true }), port('b')] });
  expect(visiblePorts(hidden, new Set()).map(({ id }) => id)).toEqual(['b']);
  expect(visiblePorts(hidden, new Set(['in:a'])).map(({ id }) => id)).toEqual(['a', 'b']);
});

test('a port stands in the middle of its line', () => {
  expect(portOffset({ height: ROW })).toBe(9.5);
  expect(portOffset({ height: ROW + REFUSED_LINE })).toBe(9.5);
});
