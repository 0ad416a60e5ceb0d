import type { TablePage } from '../../protocol/types.gen';
import { formatCount, formatRowRange } from '../format';
import { fitTable, MORE_WIDTH } from './fitTable';

export const TABLE_HEAD = 22;
export const TABLE_ROW = 20;
export const TABLE_FOOT = 22;

/** The names of the columns that had no room. */
function moreColumns(page: TablePage, shown: readonly unknown[]): string {
  const names = page.columns.slice(shown.length).map(column => column.name);
  const unnamed = page.total_columns - page.columns.length;
  return [...names, ...(unnamed > 0 ? [`and ${formatCount(unnamed)} more`] : [])].join('\n');
}

/** The first rows of a table in a small box, right-aligned numbers, and how much there is. */
export function TablePreview({
  page,
  width,
  height,
}: {
  page: TablePage;
  width: number;
  height: number;
}): React.JSX.Element {
  const count = Math.max(1, Math.floor((height - TABLE_HEAD - TABLE_FOOT) / TABLE_ROW));
  const fitted = fitTable(page, width, count);
  return (
    <div className="fn-table-preview">
      <table className="fn-table">
        <thead>
          <tr>
            {fitted.columns.map(column => (
              <th
                key={column.name}
                data-align={column.align}
                style={{ width: column.width }}
                title={`${column.name} · ${column.dtype}`}
              >
                {column.name}
              </th>
            ))}
            {fitted.more && (
              <th
                className="fn-table-more"
                aria-label="more columns"
                title={moreColumns(page, fitted.columns)}
                style={{ width: MORE_WIDTH }}
              >
                …
              </th>
            )}
          </tr>
        </thead>
        <tbody>
          {fitted.rows.map((row, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: rows have no identity but their place
            <tr key={index}>
              {row.map((cell, at) => (
                <td
                  key={fitted.columns[at]?.name}
                  data-align={fitted.columns[at]?.align}
                  data-index={fitted.columns[at]?.is_index || undefined}
                >
                  {cell}
                </td>
              ))}
              {fitted.more && <td />}
            </tr>
          ))}
        </tbody>
      </table>
      <div className="fn-table-range">{formatRowRange(page.offset, fitted.rows.length, page.total_rows)}</div>
    </div>
  );
}
