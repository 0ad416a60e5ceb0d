import { Graph, layout } from '@dagrejs/dagre';
import type { Edge } from '../../model/state';
import type { Point, Rect } from './placement';

/**
 * Places nodes in columns from left to right along their edges.
 * The whole keeps its top left corner, so that the view needs not jump.
 */
export function tidyLayout(
  boxes: Readonly<Record<string, Rect>>,
  edges: readonly Edge[],
): Record<string, Point> {
  const ids = Object.keys(boxes);
  if (ids.length === 0) return {};
  const graph = new Graph({ multigraph: true });
  graph.setGraph({ rankdir: 'LR', nodesep: 28, ranksep: 72 });
  graph.setDefaultEdgeLabel(() => ({}));
  // dagre keeps nodes in plain objects, in which not every id is a good key
  const numbers = new Map(ids.map((id, index) => [id, String(index)]));
  for (const [id, number] of numbers) {
    graph.setNode(number, { width: boxes[id]?.width ?? 0, height: boxes[id]?.height ?? 0 });
  }
  for (const [src, srcIo, dst, dstIo] of edges) {
    const [from, to] = [numbers.get(src), numbers.get(dst)];
    if (from !== undefined && to !== undefined) graph.setEdge(from, to, {}, `${srcIo}>${dstIo}`);
  }
  layout(graph);
  return atCorner(graph, ids, boxes);
}

function atCorner(
  graph: Graph,
  ids: readonly string[],
  boxes: Readonly<Record<string, Rect>>,
): Record<string, Point> {
  const laid = ids.map((id, index) => {
    const { x = 0, y = 0, width = 0, height = 0 } = graph.node(String(index)) as Partial<Rect>;
    return { id, x: x - width / 2, y: y - height / 2 };
  });
  const dx = least(Object.values(boxes), 'x') - least(laid, 'x');
  const dy = least(Object.values(boxes), 'y') - least(laid, 'y');
  return Object.fromEntries(
    laid.map(({ id, x, y }) => [id, { x: Math.round(x + dx), y: Math.round(y + dy) }]),
  );
}

function least(points: readonly Point[], axis: 'x' | 'y'): number {
  return points.reduce((low, point) => Math.min(low, point[axis]), Number.POSITIVE_INFINITY);
}
