import { useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { useAddNode } from '../canvas/useAddNode';
import { useEditor } from '../context';
import type { Palette } from '../state/ui';
import type { LibraryItem } from './items';
import { LibraryRow } from './LibraryRow';
import { useSearch } from './useSearch';

const MOST = 40;
const MARGIN = 8;

/** A small search at the pointer: type, Enter, and the node stands there. */
export function QuickAdd({ palette }: { palette: Palette }): React.JSX.Element {
  const { ui } = useEditor();
  const addNode = useAddNode();
  const box = useRef<HTMLDivElement>(null);
  const [place, setPlace] = useState(palette.at);

  const close = useCallback(() => {
    ui.setState({ palette: null });
    box.current?.closest<HTMLElement>('.fn-editor')?.focus({ preventScroll: true });
  }, [ui]);
  const take = useCallback(
    (item: LibraryItem) => {
      close();
      addNode(item.nodeId, palette.target);
    },
    [addNode, close, palette.target],
  );
  const search = useSearch(take, true);

  useLayoutEffect(() => {
    const root = box.current?.closest('.fn-editor');
    if (!box.current || !root) return;
    setPlace({
      x: Math.max(MARGIN, Math.min(palette.at.x, root.clientWidth - box.current.offsetWidth - MARGIN)),
      y: Math.max(MARGIN, Math.min(palette.at.y, root.clientHeight - box.current.offsetHeight - MARGIN)),
    });
  }, [palette]);

  useEffect(() => {
    const onPress = (event: PointerEvent): void => {
      if (!box.current?.contains(event.target as Node)) ui.setState({ palette: null });
    };
    document.addEventListener('pointerdown', onPress, true);
    return () => document.removeEventListener('pointerdown', onPress, true);
  }, [ui]);

  return (
    <div
      ref={box}
      className="fn-quick"
      role="dialog"
      aria-label="Add a node"
      style={{ left: place.x, top: place.y }}
    >
      <input
        // biome-ignore lint/a11y/noAutofocus: it opens by a key in order to be typed in
        autoFocus
        className="fn-quick-field"
        data-testid="fn-quick-search"
        type="text"
        aria-label="Add a node"
        placeholder="Add a node"
        spellCheck={false}
        autoComplete="off"
        value={search.typed}
        onChange={event => search.setTyped(event.currentTarget.value)}
        onKeyDown={event => {
          search.onKeyDown(event);
          if (event.key !== 'Escape') return;
          event.preventDefault();
          close();
        }}
      />
      <div className="fn-quick-list">
        {search.found.slice(0, MOST).map((item, index) => (
          <LibraryRow
            key={item.key}
            item={item}
            hint={(item.twin && item.pack) || item.path[item.path.length - 1]}
            marked={index === search.marked}
            onTake={take}
          />
        ))}
        {search.found.length === 0 && <p className="fn-quiet">{search.emptiness}</p>}
      </div>
    </div>
  );
}
