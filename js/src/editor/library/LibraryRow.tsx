import { memo, useEffect, useRef } from 'react';
import { KindChip } from '../node/KindChip';
import { giveDraggedNode } from './dragging';
import type { LibraryItem } from './items';

interface LibraryRowProps {
  item: LibraryItem;
  marked: boolean;
  /** Said at the right end: the shelf, where the rows stand under no head. */
  hint?: string;
  onTake(item: LibraryItem): void;
}

/** A node class one can click or drag. */
export const LibraryRow = memo(function LibraryRow({ item, marked, hint, onTake }: LibraryRowProps) {
  const row = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (marked) row.current?.scrollIntoView({ block: 'nearest' });
  }, [marked]);
  return (
    <button
      ref={row}
      type="button"
      className="fn-library-item"
      data-testid="fn-library-item"
      data-node-id={item.nodeId}
      data-marked={marked || undefined}
      title={[item.description || item.name, item.pack && `From ${item.pack}.`].filter(Boolean).join('\n')}
      draggable
      onDragStart={event => giveDraggedNode(event.dataTransfer, item.nodeId)}
      onClick={() => onTake(item)}
    >
      <KindChip kind={item.kind} />
      <span className="fn-library-name">{item.name}</span>
      {hint && (
        <span className="fn-library-hint" title={hint}>
          {hint}
        </span>
      )}
    </button>
  );
});
