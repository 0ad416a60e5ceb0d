import { useEffect, useState } from 'react';
import type { TablePage } from '../../protocol/types.gen';
import { formatRowRange } from '../../renderers/format';
import { Icon } from '../../renderers/Icon';
import { TableGrid } from '../../renderers/previews/TableGrid';
import { useEditor } from '../context';

const PAGE = 20;

/** A table page by page; the pages come from the worker as they are looked at. */
export function TablePager({
  uuid,
  io,
  first,
}: {
  uuid: string;
  io: string;
  first: TablePage;
}): React.JSX.Element {
  const { client, readOnly } = useEditor();
  const [offset, setOffset] = useState(0);
  const [page, setPage] = useState(first);

  // a new preview says that the table is another one: what is shown must be asked for again
  useEffect(() => {
    let current = true;
    client.command<TablePage>('get_table_page', { node: uuid, io, offset, limit: PAGE }).then(
      fresh => current && setPage(fresh),
      () => current && setPage(first), // the rows of the preview are better than none
    );
    return () => {
      current = false;
    };
  }, [client, uuid, io, offset, first]);

  const shown = page.rows.length;
  const within = readOnly ? first.rows.length : page.total_rows;
  const last = page.offset + shown >= within;
  return (
    <div className="fn-pager">
      <TableGrid page={page} />
      <div className="fn-pager-bar">
        <span>{formatRowRange(page.offset, shown, page.total_rows)}</span>
        {within > shown && (
          <>
            <button
              type="button"
              className="fn-icon-button"
              title="Earlier rows"
              aria-label="Earlier rows"
              disabled={page.offset === 0}
              onClick={() => setOffset(Math.max(0, page.offset - PAGE))}
            >
              <Icon name="left" />
            </button>
            <button
              type="button"
              className="fn-icon-button"
              title="Later rows"
              aria-label="Later rows"
              disabled={last}
              onClick={() => setOffset(page.offset + PAGE)}
            >
              <Icon name="right" />
            </button>
          </>
        )}
      </div>
    </div>
  );
}
