import type { TablePage } from '../../protocol/types.gen';

/** A page of a table with all its columns; scrolls sideways, the heads stay. */
export function TableGrid({ page }: { page: TablePage }): React.JSX.Element {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
    <div className="fn-grid" tabIndex={0}>
      <table className="fn-table">
        <thead>
          <tr>
            {page.columns.map(column => (
              <th key={column.name} data-align={column.align} title={column.dtype}>
                {column.name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {page.rows.map((row, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: rows have no identity but their place
            <tr key={page.offset + index}>
              {row.map((cell, at) => (
                <td
                  key={page.columns[at]?.name}
                  data-align={page.columns[at]?.align}
                  data-index={page.columns[at]?.is_index || undefined}
                >
                  {cell}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
