interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  readonly width: number;
  readonly height: number;
}

export interface PopoverPlace {
  left: number;
  top: number;
  maxHeight: number;
}

const GAP = 4;
const MARGIN = 8;

/** Where a popover goes, relative to the editor: below its anchor, above when there is more room there. */
export function placePopover(anchor: Box, popover: Box, root: Box, align: 'start' | 'end'): PopoverPlace {
  const below = root.bottom - anchor.bottom - GAP - MARGIN;
  const above = anchor.top - root.top - GAP - MARGIN;
  const goesBelow = popover.height <= below || below >= above;
  const room = Math.max(80, goesBelow ? below : above);
  const height = Math.min(popover.height, room);
  const wanted = align === 'start' ? anchor.left - root.left : anchor.right - root.left - popover.width;
  const left = Math.max(MARGIN, Math.min(wanted, root.width - popover.width - MARGIN));
  const top = goesBelow ? anchor.bottom - root.top + GAP : anchor.top - root.top - GAP - height;
  return { left: Math.round(left), top: Math.round(top), maxHeight: Math.round(room) };
}
