"""Columns of a table by the names that people choose and type."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from funcnodes_jupyter.core.nodeio import NodeIO
from funcnodes_jupyter.core.options import update_other_io_options

if TYPE_CHECKING:
    import pandas

LISTED = 12
"""Columns that an error message names at most."""
OFFERED = 500
"""Columns that a port offers at most; others can be typed."""


class ColumnNotFoundError(ValueError):
    """The table has no column of that name; ``wanted`` is the name."""

    def __init__(self, wanted: str, table: pandas.DataFrame) -> None:
        names = column_names(table)
        rest = len(names) - LISTED
        listed = ", ".join(names[:LISTED]) + (f" and {rest} more" if rest > 0 else "")
        super().__init__(f"There is no column {wanted!r}. The table has {listed or 'no columns'}.")
        self.wanted = wanted


def column_names(table: pandas.DataFrame) -> list[str]:
    """The names of all columns as texts, in order."""
    return [str(name) for name in table.columns]


def numeric_column_names(table: pandas.DataFrame) -> list[str]:
    """The names of the columns that hold numbers; True and False are none."""
    return [str(name) for name in table.columns if is_numeric(table[name])]


def is_numeric(values: pandas.Series[Any]) -> bool:
    """Whether these are numbers; True and False are none, and neither are times."""
    from pandas.api import types

    return types.is_numeric_dtype(values.dtype) and not types.is_bool_dtype(values.dtype)


def find_column(table: pandas.DataFrame, wanted: str, purpose: str = "a column") -> Any:
    """The label of the column that ``wanted`` names; labels that are no texts are found by their text.

    Raises:
        ColumnNotFoundError: there is none.
        ValueError: the name is empty, or several columns bear it.
    """
    name = str(wanted).strip()
    if not name:
        raise ValueError(f"Choose {purpose}: {', '.join(column_names(table)[:LISTED]) or 'the table has no columns'}.")
    for same in (lambda label: label == wanted, lambda label: str(label).strip() == name):
        labels = [label for label in table.columns if same(label)]
        if len(labels) > 1:
            raise ValueError(f"{len(labels)} columns are called {name!r}; give them names of their own first.")
        if labels:
            return labels[0]
    raise ColumnNotFoundError(name, table)


def find_columns(table: pandas.DataFrame, wanted: str, purpose: str = "one or more columns") -> list[Any]:
    """The labels that ``wanted`` names: one column, or several with commas between them.

    Raises:
        ColumnNotFoundError: one of them does not exist.
        ValueError: the text is empty.
    """
    if str(wanted).strip() in column_names(table):
        return [find_column(table, wanted)]
    names = [part for part in str(wanted).split(",") if part.strip()]
    if not names:
        find_column(table, "", purpose)
    return list(dict.fromkeys(find_column(table, name) for name in names))


def numbers_of(table: pandas.DataFrame, label: Any, purpose: str) -> pandas.Series[Any]:
    """The column ``label``, which must hold numbers.

    Raises:
        TypeError: it holds something else; the text names columns that would do.
    """
    values: pandas.Series[Any] = table[label]
    if is_numeric(values):
        return values
    numeric = numeric_column_names(table)
    instead = f" Columns of numbers are {', '.join(numeric[:LISTED])}." if numeric else ""
    raise TypeError(f"{purpose} needs numbers, and the column {str(label)!r} holds {kind_of_values(values)}.{instead}")


def kind_of_values(values: pandas.Series[Any]) -> str:
    """What a column holds, in words: numbers, texts, times …"""
    from pandas.api import types

    dtype = values.dtype
    if types.is_bool_dtype(dtype):
        return "True and False"
    if types.is_numeric_dtype(dtype):
        return "numbers"
    if types.is_datetime64_any_dtype(dtype):
        return "times"
    if types.is_timedelta64_dtype(dtype):
        return "durations"
    if isinstance(dtype, _categorical_dtype()):
        return "categories"
    return "texts" if types.infer_dtype(values, skipna=True) in ("string", "empty") else f"values of type {dtype}"


def _categorical_dtype() -> type[Any]:
    from pandas import CategoricalDtype

    return CategoricalDtype


def offers_columns(
    *ports: str, names: Callable[[pandas.DataFrame], list[str]] = column_names, empty: str | None = None
) -> Callable[..., None]:
    """A callback of a table port: offers the table's columns on the other ports.

    Args:
        ports: Ids of the ports that name columns.
        names: Which columns are offered.
        empty: How the empty choice is shown, None when there is none.
    """

    def options(table: pandas.DataFrame) -> list[Any]:
        offered: list[Any] = [[empty, ""]] if empty is not None else []
        return [*offered, *names(table)[:OFFERED]]

    callbacks = [update_other_io_options(port, options) for port in ports]

    def offer(src: NodeIO, **data: Any) -> None:
        for callback in callbacks:
            callback(src=src, **data)

    return offer
