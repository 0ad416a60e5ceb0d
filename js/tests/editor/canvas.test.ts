import { describe, expect, test } from 'vitest';
import { wouldCircle } from '../../src/editor/canvas/connecting';
import { createEdgeBuilder } from '../../src/editor/canvas/flowEdges';
import { createNodeBuilder } from '../../src/editor/canvas/flowNodes';
import { loopPath } from '../../src/editor/canvas/loopPath';
import { reduce } from '../../src/model/reduce';
import { EMPTY_GRAPH } from '../../src/model/state';
import type { EdgeData } from '../../src/protocol/types.gen';
import { fullState, node } from '../samples';

const UI = { selectedNodes: new Set<string>(), positions: {}, sizes: {}, drafts: {} };
const graph = reduce(EMPTY_GRAPH, { type: 'snapshot', state: fullState(1) });

describe('createNodeBuilder', () => {
  test('gives sizes and handles, so that nothing is measured', () => {
    const [first] = createNodeBuilder()(graph, UI);
    expect(first?.measured).toEqual({ width: first?.width, height: first?.height });
    expect(first?.handles?.map(handle => [handle.id, handle.type])).toEqual([
      ['a', 'target'],
      ['b', 'target'],
      ['out', 'source'],
    ]);
  });

  test('keeps the objects of nodes that did not change', () => {
    const build = createNodeBuilder();
    const before = build(graph, UI);
    const changed = reduce(graph, {
      type: 'event',
      event: { event: 'node_updated', data: { uuid: 'n1', changed: { pos: [5, 6] } } },
    });
    const after = build(changed, UI);
    expect(after[0]).not.toBe(before[0]);
    expect(after[0]?.position).toEqual({ x: 5, y: 6 });
    expect(after[1]).toBe(before[1]);
  });

  test('a place that is being dragged wins over the worker’s', () => {
    const [first] = createNodeBuilder()(graph, { ...UI, positions: { n1: { x: 9, y: 9 } } });
    expect(first?.position).toEqual({ x: 9, y: 9 });
  });

  test('only the node with a refused input changes', () => {
    const build = createNodeBuilder();
    const before = build(graph, UI);
    const after = build(graph, { ...UI, drafts: { 'n1.b': { text: 'x', phase: 'refused' } } });
    expect(after[0]?.height).toBeGreaterThan(before[0]?.height ?? 0);
    expect(after[1]).toBe(before[1]);
  });
});

test('an edge flows while its source runs, and stays the same object until then', () => {
  const build = createEdgeBuilder();
  const [idle] = build(graph, new Set(), null);
  expect(build(graph, new Set(), null)[0]).toBe(idle);
  const running = reduce(graph, { type: 'event', event: { event: 'node_triggered', data: { uuid: 'n1' } } });
  expect(build(running, new Set(), null)[0]?.data).toMatchObject({ flowing: true, kind: 'number' });
});

test('what is to be said about an edge goes with it', () => {
  const edge_notes = [
    { src: ['n1', 'out'], dst: ['n2', 'a'], warning: 'text is no number' },
  ] satisfies EdgeData[];
  const noted = reduce(graph, { type: 'snapshot', state: fullState(2, { edge_notes }) });
  const [edge] = createEdgeBuilder()(noted, new Set(), null);
  expect(edge?.data?.note).toEqual({ feedback: false, warning: 'text is no number' });
});

test('nothing comes from a node that is disabled', () => {
  const nodes = [node('n1', { mode: 'disabled' }), node('n2')];
  const off = reduce(graph, { type: 'snapshot', state: fullState(2, { nodes }) });
  expect(createEdgeBuilder()(off, new Set(), null)[0]?.data?.silent).toBe(true);
});

test('feedback goes around under its nodes', () => {
  const { path, middle } = loopPath({ x: 300, y: 100 }, { x: 0, y: 80 }, 160);
  expect(middle).toEqual({ x: 150, y: 180 });
  expect(path.startsWith('M300,100')).toBe(true);
  expect(path.endsWith('L0,80')).toBe(true);
});

test('feedback closes no circle', () => {
  const edge_notes = [{ src: ['n1', 'out'], dst: ['n2', 'a'], feedback: true }] satisfies EdgeData[];
  const noted = reduce(graph, { type: 'snapshot', state: fullState(2, { edge_notes }) });
  expect(wouldCircle(noted, 'n2', 'n1')).toBe(false);
});

test('a node that feeds itself, if only through others, closes a circle', () => {
  expect(wouldCircle(graph, 'n1', 'n1')).toBe(true);
  expect(wouldCircle(graph, 'n2', 'n1')).toBe(true);
  expect(wouldCircle(graph, 'n1', 'n2')).toBe(false);
});
