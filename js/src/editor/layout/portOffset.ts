import { AREA_ROW, PORT, ROW, type RowPlace } from './geometry';

/** From the top of a row to the top of its port: the middle of the line, or of a field of several lines. */
export function portOffset(row: Pick<RowPlace, 'height'>): number {
  const middle = row.height >= AREA_ROW ? AREA_ROW / 2 : ROW / 2;
  return middle - PORT / 2;
}
