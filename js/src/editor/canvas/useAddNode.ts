import { type Node, type ReactFlowState, useReactFlow, useStoreApi, type Viewport } from '@xyflow/react';
import { useCallback } from 'react';
import { useEditor } from '../context';
import { expectedSize } from '../layout/expected';
import { nodeGeometry } from '../layout/geometry';
import { freePlace, isFree, type Point, type Rect } from '../layout/placement';
import { libraryItems } from '../library/items';

export type AddNode = (nodeId: string, at?: Point | null) => void;

const MARGIN = 16;
const MOVE_MS = 120;
const NO_LOOK = { connected: new Set<string>(), refused: new Set<string>(), form: null };

/** Adds a node of that class at a place, or in the middle of the view; beside, never on, another. */
export function useAddNode(): AddNode {
  const { client, commands } = useEditor();
  const flow = useReactFlow();
  const store = useStoreApi();

  return useCallback(
    async (nodeId, at = null) => {
      const items = libraryItems(client.store.getState().library);
      const expected = expectedSize(items.find(item => item.nodeId === nodeId));
      const others = flow.getNodes().map(boxOf);
      const place = freePlace(at ?? middleOfView(store.getState(), expected), expected, others);
      const node = await commands.addNode(nodeId, place);
      if (!node) return;
      // the library does not tell everything about a node's size: now it is known
      const size = nodeGeometry(node, NO_LOOK);
      const kept = isFree({ ...place, ...size }, others);
      const final = kept ? place : freePlace(place, size, others);
      if (!kept) void commands.move({ [node.uuid]: final });
      // who pointed at a place looks there; who clicked in the library wants to see what came
      const shift = at === null ? shiftIntoView(store.getState(), { ...final, ...size }) : null;
      if (shift) void flow.setViewport(shift, { duration: MOVE_MS });
    },
    [client, commands, flow, store],
  );
}

function boxOf(node: Node): Rect {
  return { ...node.position, width: node.width ?? 0, height: node.height ?? 0 };
}

/** Where a box stands in the middle of what can be seen of the canvas. */
function middleOfView(
  { width, height, transform: [x, y, zoom], domNode }: ReactFlowState,
  size: { width: number; height: number },
): Point {
  const { left, right } = covered(domNode);
  const middle = left + (width - left - right) / 2;
  return { x: (middle - x) / zoom - size.width / 2, y: (height / 2 - y) / zoom - size.height / 2 };
}

/** The view moved just so far that a box is seen whole; null when it is already. */
function shiftIntoView(state: ReactFlowState, box: Rect): Viewport | null {
  const [x, y, zoom] = state.transform;
  const { left, right } = covered(state.domNode);
  const dx = shiftOf(box.x * zoom + x, box.width * zoom, left, state.width - right);
  const dy = shiftOf(box.y * zoom + y, box.height * zoom, 0, state.height);
  return dx === 0 && dy === 0 ? null : { x: x + dx, y: y + dy, zoom };
}

/** How far a stretch has to move to lie between two ends; one that is too long shows its beginning. */
function shiftOf(start: number, length: number, low: number, high: number): number {
  const fromEnd = Math.min(0, high - MARGIN - (start + length));
  const fromStart = low + MARGIN - (start + fromEnd);
  return fromEnd + Math.max(0, fromStart);
}

/** How many pixels of the canvas panels that slid over it hide at each side. */
function covered(canvas: HTMLElement | null): { left: number; right: number } {
  const frame = canvas?.getBoundingClientRect();
  const body = canvas?.closest('.fn-body');
  const library = body?.querySelector('.fn-library')?.getBoundingClientRect();
  const inspector = body?.querySelector('.fn-inspector')?.getBoundingClientRect();
  return {
    left: frame && library ? Math.max(0, library.right - frame.left) : 0,
    right: frame && inspector ? Math.max(0, frame.right - inspector.left) : 0,
  };
}
