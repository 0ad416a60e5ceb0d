"""A window of a table: rows of a DataFrame, Series or array as texts ready to show.

Nothing here imports pandas or numpy: a value of theirs brings its own methods.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from funcnodes_jupyter.core.brief import is_numpy, is_pandas, line_of
from funcnodes_jupyter.wire.messages import TableColumn, TablePage
from funcnodes_jupyter.worker.errors import NoTableError
from funcnodes_jupyter.worker.numbers import column_texts

TABLE_MIME = "application/vnd.funcnodes.table+json"
PREVIEW_ROWS = 20
PREVIEW_COLUMNS = 20
MAX_ROWS = 1000
"""Rows of one page at most, whatever a client asks for."""
MAX_COLUMNS = 200
_CELL = 120
_NAME = 80


def is_table(value: Any) -> bool:
    """Whether :func:`table_page` can show ``value``: pandas tables, and arrays of one or two dimensions."""
    kind = type(value)
    if is_pandas(kind):
        return kind.__name__ in ("DataFrame", "Series")
    return is_numpy(kind) and kind.__name__ == "ndarray" and value.ndim in (1, 2) and value.dtype.names is None


def table_page(value: Any, offset: int, limit: int, columns: int = MAX_COLUMNS) -> TablePage:
    """The rows ``offset`` … ``offset + limit`` of ``value``, and its first ``columns`` columns.

    Raises:
        NoTableError: ``value`` is no table.
    """
    if not is_table(value):
        raise NoTableError(f"A {type(value).__name__} is no table.")
    start, stop = max(0, offset), max(0, offset) + max(0, min(limit, MAX_ROWS))
    if type(value).__name__ == "DataFrame":
        return _frame_page(value, start, stop, columns)
    if type(value).__name__ == "Series":
        return _series_page(value, start, stop)
    return _array_page(value, start, stop, columns)


def _frame_page(frame: Any, start: int, stop: int, width: int) -> TablePage:
    rows, columns = frame.shape
    window = frame.iloc[start:stop, :width]
    shown = [_Column(name, window.iloc[:, place]) for place, name in enumerate(window.columns)]
    return _page([*_index_columns(window.index), *shown], start, rows, columns)


def _series_page(series: Any, start: int, stop: int) -> TablePage:
    window = series.iloc[start:stop]
    name = "value" if series.name is None else series.name
    return _page([*_index_columns(window.index), _Column(name, window)], start, len(series), 1)


def _array_page(array: Any, start: int, stop: int, width: int) -> TablePage:
    window = array[start:stop]
    if array.ndim == 1:
        return _page([_Column("value", window)], start, array.shape[0], 1)
    shown = [_Column(str(place), window[:, place]) for place in range(min(width, array.shape[1]))]
    return _page(shown, start, array.shape[0], array.shape[1])


class _Column:
    """Name, type and values of what becomes one column of a page."""

    def __init__(self, name: Any, values: Any, is_index: bool = False) -> None:
        dtype = getattr(values, "dtype", None)
        self.numeric = getattr(dtype, "kind", "O") in "iuf"
        self.head = TableColumn(
            name=name if isinstance(name, str) else line_of(name, _NAME),
            dtype=str(dtype) if dtype is not None else "",
            align="right" if self.numeric else "left",
            is_index=is_index,
        )
        self.texts = _cells(values.tolist(), self.numeric, self.head.name)


def _index_columns(index: Any) -> list[_Column]:
    """The index as columns, if it means something: a bare number of the row does not."""
    if index.nlevels > 1:
        names = [index.names[level] or f"level {level}" for level in range(index.nlevels)]
        return [_Column(name, index.get_level_values(level), True) for level, name in enumerate(names)]
    if index.name is None and index.dtype.kind in "iu":
        return []
    return [_Column("index" if index.name is None else index.name, index, True)]


def _cells(values: list[Any], numeric: bool, name: str) -> list[str]:
    if not numeric:
        return [_cell(value) for value in values]
    numbers = [value for value in values if type(value) in (int, float)]
    texts = iter(column_texts(numbers, name))
    return [next(texts) if type(value) in (int, float) else _cell(value) for value in values]


def _cell(value: Any) -> str:
    if type(value) is str:
        return value if len(value) <= _CELL else f"{value[: _CELL - 1]}…"
    if type(value).__name__ == "Timestamp" and is_pandas(type(value)):
        return str(value).removesuffix(" 00:00:00")
    return line_of(value, _CELL)


def _page(columns: Iterable[_Column], offset: int, rows: int, width: int) -> TablePage:
    shown = list(columns)
    cells = [list(row) for row in zip(*(column.texts for column in shown), strict=True)]
    return TablePage(
        columns=[column.head for column in shown], rows=cells, offset=offset, total_rows=rows, total_columns=width
    )
