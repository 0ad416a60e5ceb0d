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
const PADDING = 10;
/** What the outermost cells have on their outer side beyond other cells. */
const EDGE = 7;
const LONGEST = 16;
/** Heads are often longer than what stands below them: they give way, to this many characters … */
const HEAD = 9;
/** … and further where that makes room for one more column of values. */
const SHORT_HEAD = 6;
export const MORE_WIDTH = 20;

/** Fits the first rows of a page into `width` × `count` rows; long cells are cut, not the columns. */
export function fitTable(page: TablePage, width: number, count: number): FittedTable {
  const rows = page.rows.slice(0, count);
  const relaxed = fitColumns(page, rows, width, HEAD);
  const tight = fitColumns(page, rows, width, SHORT_HEAD);
  const columns = tight.length > relaxed.length ? widenHeads(tight, rows, width) : relaxed;
  const more = columns.length < page.columns.length || !isWhole(page);
  return { columns, rows: rows.map(row => row.slice(0, columns.length)), more };
}

function fitColumns(
  page: TablePage,
  rows: readonly string[][],
  width: number,
  longestHead: number,
): FittedColumn[] {
  const columns: FittedColumn[] = [];
  let used = 0;
  for (const [index, column] of page.columns.entries()) {
    const wanted = columnWidth(column.name, rows, index, longestHead);
    const end = index === page.columns.length - 1 && isWhole(page) ? EDGE : MORE_WIDTH;
    if (columns.length > 0 && used + wanted + end > width) break;
    columns.push({ ...column, width: Math.min(wanted, width) });
    used += wanted;
  }
  return columns;
}

/** Gives what room is left back to cut heads, from the left. */
function widenHeads(
  columns: readonly FittedColumn[],
  rows: readonly string[][],
  width: number,
): FittedColumn[] {
  let spare = width - MORE_WIDTH - columns.reduce((sum, column) => sum + column.width, 0);
  return columns.map((column, index) => {
    const wanted = columnWidth(column.name, rows, index, HEAD);
    if (wanted - column.width > spare) return column;
    spare -= wanted - column.width;
    return { ...column, width: wanted };
  });
}

/** Whether a page has all columns of its table; an index does not count as one. */
function isWhole(page: TablePage): boolean {
  return page.columns.filter(column => !column.is_index).length >= page.total_columns;
}

function columnWidth(name: string, rows: readonly string[][], index: number, longestHead: number): number {
  const head = Math.min(name.length, longestHead);
  const longest = rows.reduce((most, row) => Math.max(most, row[index]?.length ?? 0), head);
  const edge = index === 0 ? EDGE : 0;
  return Math.ceil(Math.min(longest, LONGEST) * CHAR_WIDTH) + PADDING + edge;
}
