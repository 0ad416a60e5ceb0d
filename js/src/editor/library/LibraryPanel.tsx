import { useCallback } from 'react';
import { Icon } from '../../renderers/Icon';
import { useAddNode } from '../canvas/useAddNode';
import { useEditor, useGraph, useUi } from '../context';
import { showPanel } from '../state/ui';
import { type LibraryItem, librarySections } from './items';
import { LibraryRow } from './LibraryRow';
import { PackList } from './PackList';
import { useSearch } from './useSearch';

/** Everything one can add, by shelves: a click adds in the middle of the view, dragging places. */
export function LibraryPanel(): React.JSX.Element {
  const { ui } = useEditor();
  const narrow = useUi(state => state.narrow);
  const addNode = useAddNode();
  const take = useCallback((item: LibraryItem) => addNode(item.nodeId), [addNode]);
  const search = useSearch(take, false);
  const packs = useGraph(state => state.library?.packs);
  const searches = search.typed.trim() !== '';
  const sections = searches
    ? [{ title: '', pack: '', key: '', items: search.found }]
    : librarySections(search.all, packs);
  return (
    <aside className="fn-panel fn-library" data-testid="fn-library" aria-label="Library">
      <div className="fn-panel-top">
        <label className="fn-search">
          <Icon name="search" size={14} />
          <input
            data-testid="fn-library-search"
            type="text"
            aria-label="Search nodes"
            placeholder="Search nodes"
            spellCheck={false}
            autoComplete="off"
            value={search.typed}
            onChange={event => search.setTyped(event.currentTarget.value)}
            onKeyDown={search.onKeyDown}
          />
          {!narrow && <kbd>/</kbd>}
        </label>
        {narrow && (
          <button
            type="button"
            className="fn-icon-button"
            title="Close the library"
            aria-label="Close the library"
            onClick={() => showPanel(ui, 'libraryOpen', false)}
          >
            <Icon name="close" />
          </button>
        )}
      </div>
      <div className="fn-panel-scroll">
        {sections.map(section => (
          <section key={section.key}>
            {section.title && (
              <h3 className="fn-head">
                {section.title}
                {section.pack && <span className="fn-head-pack">{section.pack}</span>}
              </h3>
            )}
            {section.items.map(item => (
              <LibraryRow
                key={item.key}
                item={item}
                hint={searches && item.twin ? item.pack || item.path[0] : undefined}
                marked={searches && search.found[search.marked] === item}
                onTake={take}
              />
            ))}
          </section>
        ))}
        {search.found.length === 0 && <p className="fn-quiet">{search.emptiness}</p>}
        {!searches && <PackList />}
      </div>
    </aside>
  );
}
