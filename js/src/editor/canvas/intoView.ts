import type { ReactFlowState, Viewport } from '@xyflow/react';
import type { Point, Rect } from '../layout/placement';

export const MOVE_MS = 120;
const MARGIN = 16;

/** Where a box stands in the middle of what can be seen of the canvas. */
export function middleOfView(
  { width, height, transform: [x, y, zoom], domNode }: ReactFlowState,
  size: { width: number; height: number },
): Point {
  const { left, right } = covered(domNode);
  const middle = left + (width - left - right) / 2;
  return { x: (middle - x) / zoom - size.width / 2, y: (height / 2 - y) / zoom - size.height / 2 };
}

/** The view moved just so far that a box is seen whole; null when it is already. */
export function shiftIntoView(state: ReactFlowState, box: Rect): Viewport | null {
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
