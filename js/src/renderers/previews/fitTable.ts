import type { TableColumn, TablePage } from '../../protocol/types.gen';

/** What of a table fits into a small box: whole columns from the left, whole rows from the top. */
export interface FittedTable {
  readonly columns: readonly FittedColumn[];
  readonly rows: readonly string[][];
  /** True when columns were left out on the right. */
  readonly more: boolean;
}

export interface FittedColumn extends TableColumn {
  /** Pixels, padding included. */
  readonly width: number;
}

export const CHAR_WIDTH = 6.7;
const PADDING = 12;
const EDGE = 6;
const LONGEST = 16;
/** Heads are often longer than what stands below them: they give way, down to this many characters. */
const HEAD = 9;
export const MORE_WIDTH = 24;

/** Fits the first rows of a page into `width` × `count` rows; long cells are cut, not the columns. */
export function fitTable(page: TablePage, width: number, count: number): FittedTable {
  const rows = page.rows.slice(0, count);
  const columns: FittedColumn[] = [];
  let used = EDGE;
  for (const [index, column] of page.columns.entries()) {
    const wanted = columnWidth(column.name, rows, index);
    const last = index === page.columns.length - 1;
    if (columns.length > 0 && used + wanted + (last ? 0 : MORE_WIDTH) > width) break;
    columns.push({ ...column, width: Math.min(wanted, width) });
    used += wanted;
  }
  const more = columns.length < page.columns.length || page.columns.length < page.total_columns;
  return { columns, rows: rows.map(row => row.slice(0, columns.length)), more };
}

function columnWidth(name: string, rows: readonly string[][], index: number): number {
  const head = Math.min(name.length, HEAD);
  const longest = rows.reduce((most, row) => Math.max(most, row[index]?.length ?? 0), head);
  const edge = index === 0 ? EDGE : 0;
  return Math.ceil(Math.min(longest, LONGEST) * CHAR_WIDTH) + PADDING + edge;
}
