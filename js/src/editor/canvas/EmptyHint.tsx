import { keyText } from '../../renderers/keys';
import { useEditor, useUi } from '../context';

/** What one can do with an empty canvas. */
export function EmptyHint(): React.JSX.Element {
  const { readOnly } = useEditor();
  const narrow = useUi(state => state.narrow);
  if (readOnly) return <p className="fn-empty fn-quiet">There is nothing in this graph.</p>;
  return (
    <div className="fn-empty">
      <p className="fn-empty-title">Nothing here yet</p>
      <ul>
        <li>
          <kbd className="fn-key">/</kbd> find a node and add it at the pointer
        </li>
        <li>
          <kbd className="fn-key">double click</kbd> the same, where you click
        </li>
        <li>
          {narrow ? (
            <>
              <kbd className="fn-key">{keyText('Mod+b')}</kbd> open the library and drag a node here
            </>
          ) : (
            <>
              <kbd className="fn-key">drag</kbd> a node from the library on the left
            </>
          )}
        </li>
      </ul>
    </div>
  );
}
