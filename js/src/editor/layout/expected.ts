import type { LibraryItem } from '../library/items';
import { FOOTER, HEADER, NODE_WIDTH, PICTURE_WIDTH, ROW } from './geometry';

const PICTURE = 188;

/** How large a node will be that does not exist yet, so that room can be found for it. */
export function expectedSize(item: LibraryItem | undefined): { width: number; height: number } {
  if (!item) return { width: NODE_WIDTH, height: HEADER + 3 * ROW + FOOTER };
  const rows = item.info.inputs.length + item.info.outputs.length;
  const picture = item.kind === 'figure' || item.kind === 'image';
  return {
    width: picture ? PICTURE_WIDTH : NODE_WIDTH,
    height: HEADER + rows * ROW + (picture ? PICTURE : 0) + FOOTER,
  };
}
