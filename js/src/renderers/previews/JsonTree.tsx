import { useState } from 'react';
import { pythonText } from './pythonText';

const MOST_ITEMS = 100;

/** A JSON value as a tree to open and close; long lists are cut with a count of what is left. */
export function JsonTree({ value, depth = 1 }: { value: unknown; depth?: number }): React.JSX.Element {
  return (
    <div className="fn-json">
      <Branch name={null} value={value} open={depth} />
    </div>
  );
}

function Branch({
  name,
  value,
  open,
}: {
  name: string | null;
  value: unknown;
  open: number;
}): React.JSX.Element {
  const [shown, setShown] = useState(open > 0);
  const entries = entriesOf(value);
  if (!entries || entries.length === 0) {
    return (
      <div className="fn-json-leaf">
        {name !== null && <span className="fn-json-name">{name}: </span>}
        <span data-type={value === null ? 'none' : typeof value}>{pythonText(value)}</span>
      </div>
    );
  }
  return (
    <div className="fn-json-branch">
      <button
        type="button"
        className="fn-json-toggle nodrag"
        aria-expanded={shown}
        onClick={() => setShown(!shown)}
      >
        {name !== null && <span className="fn-json-name">{name}: </span>}
        <span className="fn-json-count">{summary(value, entries.length)}</span>
      </button>
      {shown && (
        <div className="fn-json-items">
          {entries.slice(0, MOST_ITEMS).map(([key, item]) => (
            <Branch key={key} name={key} value={item} open={open - 1} />
          ))}
          {entries.length > MOST_ITEMS && (
            <div className="fn-json-leaf">… {entries.length - MOST_ITEMS} more</div>
          )}
        </div>
      )}
    </div>
  );
}

function entriesOf(value: unknown): [string, unknown][] | null {
  if (typeof value !== 'object' || value === null) return null;
  return Object.entries(value);
}

function summary(value: unknown, count: number): string {
  const unit = count === 1 ? 'item' : 'items';
  return Array.isArray(value) ? `[ ${count} ${unit} ]` : `{ ${count} ${unit} }`;
}
