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
        <span className="fn-json-count">{summary(value, wholeCount(value, entries.length))}</span>
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

/** How many items a value really has: of a long list the worker sends the first ones and `… 900 more`. */
function wholeCount(value: unknown, sent: number): number {
  const last: unknown = Array.isArray(value)
    ? value[value.length - 1]
    : (value as Record<string, unknown>)['…'];
  const cut = typeof last === 'string' ? /^(?:… )?([\d,]+) more$/.exec(last) : null;
  return cut?.[1] ? sent - 1 + Number(cut[1].replaceAll(',', '')) : sent;
}

function entriesOf(value: unknown): [string, unknown][] | null {
  if (typeof value !== 'object' || value === null) return null;
  return Object.entries(value);
}

function summary(value: unknown, count: number): string {
  const unit = count === 1 ? 'item' : 'items';
  return Array.isArray(value) ? `[ ${count} ${unit} ]` : `{ ${count} ${unit} }`;
}
