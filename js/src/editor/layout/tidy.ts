import { Graph, layout } from '@dagrejs/dagre';
import type { Edge } from '../../model/state';
import type { GroupState } from '../../protocol/types.gen';
import { FRAME_GAP, FRAME_HEAD, groupFrames } from './frames';
import type { Point, Rect } from './placement';

type Groups = Readonly<Record<string, GroupState>>;

/** Something that is placed as a whole: a node, or a frame with all that stands in it. */
interface Block {
  readonly width: number;
  readonly height: number;
  /** Its nodes, from its own top left corner. */
  readonly places: ReadonlyMap<string, Point>;
}

/**
 * Places nodes in columns from left to right along their edges; what stands in a frame is placed first, and the frame
 * then like a node. The whole keeps its top left corner, so that the view needs not jump.
 */
export function tidyLayout(
  boxes: Readonly<Record<string, Rect>>,
  edges: readonly Edge[],
  groups: Groups = {},
): Record<string, Point> {
  const known = new Map(Object.entries(boxes));
  if (known.size === 0) return {};
  // groups that cannot be seen take no part
  const framed = new Set(groupFrames(groups, known).map(({ id }) => id));
  const placed = new Set([...framed].flatMap(id => groups[id]?.node_ids ?? []));

  const block = (nodes: readonly string[], around: string): Block => {
    const inner = [...framed].filter(id => parentOf(groups, id) === around);
    return arranged(
      [
        ...nodes.flatMap(uuid => nodeBlock(uuid, known.get(uuid))),
        ...inner.map(id => withFrame(block(groups[id]?.node_ids ?? [], id))),
      ],
      edges,
    );
  };
  const { places } = block(
    [...known.keys()].filter(uuid => !placed.has(uuid)),
    '',
  );
  return atCorner(places, [...known.values()]);
}

function parentOf(groups: Groups, id: string): string {
  const parent = groups[id]?.parent_group ?? '';
  return parent in groups ? parent : '';
}

function nodeBlock(uuid: string, box: Rect | undefined): Block[] {
  return box ? [{ width: box.width, height: box.height, places: new Map([[uuid, { x: 0, y: 0 }]]) }] : [];
}

function withFrame({ width, height, places }: Block): Block {
  return {
    width: width + 2 * FRAME_GAP,
    height: height + 2 * FRAME_GAP + FRAME_HEAD,
    places: shifted(places, FRAME_GAP, FRAME_GAP + FRAME_HEAD),
  };
}

function shifted(places: ReadonlyMap<string, Point>, dx: number, dy: number): Map<string, Point> {
  return new Map([...places].map(([uuid, { x, y }]) => [uuid, { x: x + dx, y: y + dy }]));
}

/** Blocks in columns along the edges between them. */
function arranged(blocks: readonly Block[], edges: readonly Edge[]): Block {
  const graph = new Graph({ multigraph: true });
  graph.setGraph({ rankdir: 'LR', nodesep: 28, ranksep: 72 });
  graph.setDefaultEdgeLabel(() => ({}));
  // dagre keeps nodes in plain objects, in which not every id is a good key
  const numbers = new Map<string, string>();
  blocks.forEach(({ width, height, places }, index) => {
    graph.setNode(String(index), { width, height });
    for (const uuid of places.keys()) numbers.set(uuid, String(index));
  });
  for (const [src, srcIo, dst, dstIo] of edges) {
    const [from, to] = [numbers.get(src), numbers.get(dst)];
    if (from === undefined || to === undefined || (from === to && src !== dst)) continue;
    graph.setEdge(from, to, {}, `${src}.${srcIo}>${dst}.${dstIo}`);
  }
  layout(graph);
  const corners = blocks.map(({ width, height }, index) => {
    const { x = 0, y = 0 } = graph.node(String(index)) as Partial<Point>;
    return { x: x - width / 2, y: y - height / 2, width, height };
  });
  const [left, top] = [least(corners, 'x'), least(corners, 'y')];
  return {
    width: Math.max(...corners.map(({ x, width }) => x + width)) - left,
    height: Math.max(...corners.map(({ y, height }) => y + height)) - top,
    places: new Map(
      blocks.flatMap(({ places }, index) => {
        const { x = left, y = top } = corners[index] ?? {};
        return [...shifted(places, x - left, y - top)];
      }),
    ),
  };
}

function atCorner(places: ReadonlyMap<string, Point>, boxes: readonly Rect[]): Record<string, Point> {
  const dx = least(boxes, 'x') - least([...places.values()], 'x');
  const dy = least(boxes, 'y') - least([...places.values()], 'y');
  return Object.fromEntries(
    [...places].map(([id, { x, y }]) => [id, { x: Math.round(x + dx), y: Math.round(y + dy) }]),
  );
}

function least(points: readonly Point[], axis: 'x' | 'y'): number {
  return points.reduce((low, point) => Math.min(low, point[axis]), Number.POSITIVE_INFINITY);
}
