export interface Rect {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

const GAP = 20;
const STEP = 20;
const RINGS = 120;

/**
 * The place nearest to `wanted` (top left) where a box of that size stands beside all others, never on one.
 * Looks in rings around the wanted place, so that the first free place found is a near one.
 */
export function freePlace(
  wanted: Point,
  size: { width: number; height: number },
  others: readonly Rect[],
): Point {
  const start = { x: snap(wanted.x), y: snap(wanted.y) };
  for (let ring = 0; ring <= RINGS; ring += 1) {
    const free = ringPlaces(start, ring).filter(place => isFree({ ...place, ...size }, others));
    if (free.length > 0) return nearest(free, start);
  }
  const bottom = others.reduce((most, other) => Math.max(most, other.y + other.height), start.y);
  return { x: start.x, y: snap(bottom + GAP) };
}

/** True when a box keeps its distance from all others. */
export function isFree(box: Rect, others: readonly Rect[]): boolean {
  return !others.some(
    other =>
      box.x < other.x + other.width + GAP &&
      other.x < box.x + box.width + GAP &&
      box.y < other.y + other.height + GAP &&
      other.y < box.y + box.height + GAP,
  );
}

function ringPlaces(centre: Point, ring: number): Point[] {
  if (ring === 0) return [centre];
  const reach = ring * STEP;
  const places: Point[] = [];
  for (let at = -reach; at <= reach; at += STEP) {
    places.push({ x: centre.x + at, y: centre.y - reach }, { x: centre.x + at, y: centre.y + reach });
    places.push({ x: centre.x - reach, y: centre.y + at }, { x: centre.x + reach, y: centre.y + at });
  }
  return places;
}

function nearest(places: readonly Point[], to: Point): Point {
  return places.reduce((best, place) => (distance(place, to) < distance(best, to) ? place : best));
}

function distance(a: Point, b: Point): number {
  return (a.x - b.x) ** 2 + (a.y - b.y) ** 2;
}

function snap(value: number): number {
  return Math.round(value / 4) * 4;
}
