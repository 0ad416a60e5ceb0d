import type { GroupState } from '../../protocol/types.gen';
import type { Rect } from './placement';

/** Between a frame and what stands in it, and the bar with its title; in canvas pixels. */
export const FRAME_GAP = 18;
export const FRAME_HEAD = 30;

/** The frame of a group on the canvas. */
export interface Frame extends Rect {
  readonly id: string;
}

/**
 * The frames of groups around the boxes of their nodes and of the groups inside them, the outer ones first.
 * A group in which nothing can be seen has none.
 */
export function groupFrames(
  groups: Readonly<Record<string, GroupState>>,
  boxes: ReadonlyMap<string, Rect>,
): Frame[] {
  const inside = childrenOf(groups);
  const found: Frame[] = [];
  const frame = (id: string): Frame[] => {
    const inner = (inside.get(id) ?? []).flatMap(frame);
    const nodes = (groups[id]?.node_ids ?? []).map(uuid => boxes.get(uuid)).filter(box => box !== undefined);
    const box = around([...nodes, ...inner]);
    return box ? [{ id, ...box }, ...inner] : inner;
  };
  // groups that stand inside each other, as no worker tells, hang on no outer one and are left out
  for (const id of inside.get('') ?? []) found.push(...frame(id));
  return found;
}

/** How many frames stand around each other at most. */
export function frameDepth(groups: Readonly<Record<string, GroupState>>): number {
  const inside = childrenOf(groups);
  let depth = 0;
  for (let level = inside.get('') ?? []; level.length > 0; depth += 1) {
    level = level.flatMap(id => inside.get(id) ?? []);
  }
  return depth;
}

/** The groups inside each; under '' those that stand in none. */
function childrenOf(groups: Readonly<Record<string, GroupState>>): Map<string, string[]> {
  const inside = new Map<string, string[]>();
  for (const [id, { parent_group }] of Object.entries(groups)) {
    const parent = parent_group !== null && parent_group in groups ? parent_group : '';
    inside.set(parent, [...(inside.get(parent) ?? []), id]);
  }
  return inside;
}

function around(boxes: readonly Rect[]): Rect | null {
  if (boxes.length === 0) return null;
  const x = Math.min(...boxes.map(box => box.x)) - FRAME_GAP;
  const y = Math.min(...boxes.map(box => box.y)) - FRAME_GAP - FRAME_HEAD;
  const right = Math.max(...boxes.map(box => box.x + box.width)) + FRAME_GAP;
  const bottom = Math.max(...boxes.map(box => box.y + box.height)) + FRAME_GAP;
  return { x, y, width: right - x, height: bottom - y };
}
