import type { Point } from '../layout/placement';

const AWAY = 24;
const BELOW = 20;
const CORNER = 12;

/** A wire that runs back: out to the right, around under its nodes, and in from the left; and the middle below. */
export function loopPath(from: Point, to: Point, bottom: number): { path: string; middle: Point } {
  const right = from.x + AWAY;
  const left = to.x - AWAY;
  const low = Math.max(bottom, from.y + CORNER, to.y + CORNER) + BELOW;
  // where the target lies to the right of the source the lower part runs the other way
  const way = left < right ? -1 : 1;
  const round = Math.min(CORNER, Math.abs(right - left) / 2);
  const path = [
    `M${from.x},${from.y}`,
    `L${right - CORNER},${from.y}`,
    `Q${right},${from.y} ${right},${from.y + CORNER}`,
    `L${right},${low - round}`,
    `Q${right},${low} ${right + way * round},${low}`,
    `L${left - way * round},${low}`,
    `Q${left},${low} ${left},${low - round}`,
    `L${left},${to.y + CORNER}`,
    `Q${left},${to.y} ${left + CORNER},${to.y}`,
    `L${to.x},${to.y}`,
  ].join(' ');
  return { path, middle: { x: (left + right) / 2, y: low } };
}
