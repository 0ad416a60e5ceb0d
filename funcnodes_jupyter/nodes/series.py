"""What is drawn in which colour: a table split by the values of a column."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from funcnodes_jupyter.nodes.axes import OTHERS, PALETTE
from funcnodes_jupyter.nodes.columns import find_column

if TYPE_CHECKING:
    import pandas


@dataclass(frozen=True)
class Part:
    """Some rows, how they are called in the legend, and their colour."""

    label: str
    colour: str
    rows: pandas.DataFrame


def parts_by_colour(table: pandas.DataFrame, colour: str) -> list[Part]:
    """The rows of each value of the column ``colour``, in the order of the values; all in one part when it is empty.

    The palette's colours go to the most frequent values; what is beyond them is one grey part, "other",
    as are rows without a value.

    Raises:
        ColumnNotFoundError: there is no such column.
    """
    if not colour.strip():
        return [Part("", PALETTE[0], table)]
    values = table[find_column(table, colour)]
    present = values.value_counts()
    known = list(present[present > 0].index)
    named = _in_order(known if len(known) <= len(PALETTE) else known[: len(PALETTE) - 1])
    return list(_parts(table, values, named))


def _parts(table: pandas.DataFrame, values: pandas.Series[Any], named: list[Any]) -> Iterator[Part]:
    for value, colour in zip(named, PALETTE, strict=False):
        yield Part(str(value), colour, table[(values == value).fillna(False).astype(bool)])
    rest = table[~values.isin(named)]
    if len(rest):
        yield Part("other" if values.nunique() > len(named) else "missing", OTHERS, rest)


def _in_order(values: list[Any]) -> list[Any]:
    try:
        return sorted(values)
    except TypeError:
        return sorted(values, key=str)
