"""Nodes that read, filter and summarise tables, on pandas. Tables that come in are never changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from funcnodes_jupyter.core.decorator import NodeDecorator
from funcnodes_jupyter.core.shelf import Shelf
from funcnodes_jupyter.nodes import conditions
from funcnodes_jupyter.nodes.columns import (
    column_names,
    find_column,
    find_columns,
    kind_of_values,
    numbers_of,
    numeric_column_names,
    offers_columns,
)
from funcnodes_jupyter.nodes.files import ASKS_FOR_FILE, existing_file, sample_path
from funcnodes_jupyter.nodes.previews import SHOWS_OUT

if TYPE_CHECKING:
    import pandas

Separator = Literal["comma", "semicolon", "semicolon, decimal comma", "tab", "spaces"]
Statistic = Literal["mean", "median", "sum", "min", "max", "std", "count"]
KeptRows = Literal["matching", "all of left", "all of right", "all"]


@NodeDecorator(
    "data.read_csv",
    name="Read CSV",
    default_io_options={"path": ASKS_FOR_FILE},
    default_render_options=SHOWS_OUT,
)
def read_csv(path: str, separator: Separator = "comma") -> pandas.DataFrame:
    """A table from a text file with one line a row and the names of the columns in the first line.

    Empty cells and NA are missing values.

    Args:
        path: File to read, relative to the worker's working directory. files/NAME is one that was uploaded, and
            sample:penguins.csv one that comes with this package.
        separator: What stands between two cells.
    """
    import pandas

    file = existing_file(path)
    sep, decimal = {
        "comma": (",", "."),
        "semicolon": (";", "."),
        "semicolon, decimal comma": (";", ","),
        "tab": ("\t", "."),
        "spaces": (r"\s+", "."),
    }[separator]
    try:
        return pandas.read_csv(file, sep=sep, decimal=decimal)
    except pandas.errors.EmptyDataError:
        raise ValueError(f"{file.name} is empty.") from None
    except pandas.errors.ParserError as error:
        hint = "Does another separator fit?"
        raise ValueError(f"{file.name} cannot be read as a table with '{separator}': {error}. {hint}") from None


@NodeDecorator("data.sample_penguins", name="Palmer penguins", default_render_options=SHOWS_OUT)
def sample_penguins() -> pandas.DataFrame:
    """344 penguins of three species from the Palmer Archipelago: bill, flipper and mass (Gorman et al. 2014, CC0).

    Real measurements to try things on; some are missing, as in real life.
    """
    import pandas

    return pandas.read_csv(sample_path("penguins.csv"))


@NodeDecorator(
    "data.filter_rows",
    name="Filter rows",
    default_io_options={
        "table": {"on": {"after_set_value": offers_columns("column")}},
        "test": {"type": conditions.tests_type()},
    },
    default_render_options=SHOWS_OUT,
)
def filter_rows(table: pandas.DataFrame, column: str, test: str = ">=", value: Any = None) -> pandas.DataFrame:
    """The rows for which a column passes a test. Rows without a value there pass only "is missing".

    Args:
        table: Table to take rows from.
        column: Column whose values are tested.
        test: How they are compared; "contains" looks for a text and does not mind capitals.
        value: What they are compared with: a number for numbers, a text for texts, a date for times.
    """
    label = find_column(table, column)
    return table[conditions.passing(table[label], str(label), test, value)]


@NodeDecorator(
    "data.select_columns",
    name="Select columns",
    default_io_options={"table": {"on": {"after_set_value": offers_columns("columns")}}},
    default_render_options=SHOWS_OUT,
)
def select_columns(table: pandas.DataFrame, columns: str, leave_out: bool = False) -> pandas.DataFrame:
    """Some columns of a table, in the order in which they are named.

    Args:
        table: Table to take columns from.
        columns: One column, or several with commas between them: species, island.
        leave_out: Leave these out and keep the others.
    """
    labels = find_columns(table, columns)
    return table.drop(columns=labels) if leave_out else table[labels]


@NodeDecorator(
    "data.sort_rows",
    name="Sort rows",
    default_io_options={"table": {"on": {"after_set_value": offers_columns("column")}}},
    default_render_options=SHOWS_OUT,
)
def sort_rows(table: pandas.DataFrame, column: str, descending: bool = False) -> pandas.DataFrame:
    """The rows of a table in order; equal ones keep theirs, missing values come last.

    Args:
        table: Table to sort.
        column: Column to sort by, or several with commas between them.
        descending: Largest first.
    """
    labels = find_columns(table, column)
    try:
        return table.sort_values(labels, ascending=not descending, kind="stable", ignore_index=True)
    except TypeError:
        names = ", ".join(f"{str(label)!r} ({kind_of_values(table[label])})" for label in labels)
        raise TypeError(f"The values have no common order: {names}.") from None


@NodeDecorator(
    "data.first_rows",
    name="First rows",
    default_render_options=SHOWS_OUT,
)
def first_rows(table: pandas.DataFrame, count: int = 10) -> pandas.DataFrame:
    """The first rows of a table.

    Args:
        table: Table to take rows from.
        count: How many; a negative number leaves out so many at the end.
    """
    return table.head(count)


@NodeDecorator(
    "data.drop_missing",
    name="Drop missing rows",
    default_io_options={"table": {"on": {"after_set_value": offers_columns("columns", empty="any column")}}},
    default_render_options=SHOWS_OUT,
)
def drop_missing(table: pandas.DataFrame, columns: str = "") -> pandas.DataFrame:
    """The rows that have a value in every column, or in the columns that are named.

    Args:
        table: Table to take rows from.
        columns: Columns that need a value, with commas between them; empty means all.
    """
    return table.dropna(subset=find_columns(table, columns) if columns.strip() else None)


@NodeDecorator(
    "data.group_aggregate",
    name="Group and aggregate",
    default_io_options={
        "table": {
            "on": {
                "after_set_value": [
                    offers_columns("by"),
                    offers_columns("column", names=numeric_column_names, empty="all numbers"),
                ]
            }
        }
    },
    default_render_options=SHOWS_OUT,
)
def group_aggregate(table: pandas.DataFrame, by: str, column: str = "", how: Statistic = "mean") -> pandas.DataFrame:
    """One row for each group: how many rows it has (n), and one statistic of its numbers.

    The statistic stands under the name of its column. Missing values count neither for the groups nor for
    the statistic; groups come in the order of their names.

    Args:
        table: Table to summarise.
        by: Column that tells the groups apart, or several with commas between them.
        column: Column to summarise, or several with commas between them; empty takes all columns of numbers.
        how: Which statistic; count is the number of values that are not missing.
    """
    import pandas

    keys = find_columns(table, by, "a column to group by")
    columns = _columns_to_summarise(table, keys, column, how)
    groups = table.groupby(keys, observed=True, sort=True)
    # One row per group whatever is summarised: also when no column is.
    counts = groups.size().reset_index(name=_free_name("n", [*keys, *columns]))
    if not columns:
        return counts
    summary = groups[columns].agg(how).reset_index(drop=True)
    return pandas.concat([counts, summary], axis=1)


def _columns_to_summarise(table: pandas.DataFrame, keys: list[Any], column: str, how: str) -> list[Any]:
    if not column.strip():
        numeric = [find_column(table, name) for name in numeric_column_names(table)]
        return [label for label in numeric if label not in keys]
    labels = find_columns(table, column)
    repeated = [str(label) for label in labels if label in keys]
    if repeated:
        raise ValueError(f"The column {repeated[0]!r} tells the groups apart; summarise another one.")
    if how != "count":
        for label in labels:
            numbers_of(table, label, f"The {how}")
    return labels


def _free_name(wanted: str, taken: list[Any]) -> str:
    name = wanted
    while name in taken:
        name += "_rows" if name == wanted else "_"
    return name


@NodeDecorator("data.describe", name="Describe", default_render_options=SHOWS_OUT)
def describe(table: pandas.DataFrame) -> pandas.DataFrame:
    """One row for each column of numbers: how many values, how many missing, mean, spread and quartiles.

    Args:
        table: Table to describe.
    """
    import pandas

    names = numeric_column_names(table)
    if not names:
        raise ValueError(f"No column holds numbers; the table has {', '.join(column_names(table)) or 'no columns'}.")
    numbers = table[[find_column(table, name) for name in names]]
    summary = pandas.DataFrame({"column": names})
    summary["n"] = numbers.count().to_numpy()
    summary["missing"] = numbers.isna().sum().to_numpy()
    for statistic in ("mean", "std", "min"):
        summary[statistic] = numbers.agg(statistic).to_numpy()
    for name, share in (("25 %", 0.25), ("median", 0.5), ("75 %", 0.75)):
        summary[name] = numbers.quantile(share).to_numpy()
    summary["max"] = numbers.max().to_numpy()
    return summary


@NodeDecorator(
    "data.join",
    name="Join",
    default_io_options={"left": {"on": {"after_set_value": offers_columns("on")}}},
    default_render_options=SHOWS_OUT,
)
def join(left: pandas.DataFrame, right: pandas.DataFrame, on: str, keep: KeptRows = "matching") -> pandas.DataFrame:
    """Two tables side by side: rows that agree in a column become one.

    Columns of the same name get the endings _left and _right.

    Args:
        left: First table.
        right: Second table.
        on: Column that both tables have, or several with commas between them.
        keep: Which rows stay: those with a partner, or also those without one.
    """
    labels = find_columns(left, on)
    for label in labels:
        find_column(right, str(label))
    how: Any = {"matching": "inner", "all of left": "left", "all of right": "right", "all": "outer"}[keep]
    try:
        return left.merge(right, on=labels, how=how, suffixes=("_left", "_right"))
    except ValueError:
        sides = (("left", left), ("right", right))
        kinds = ", ".join(f"{kind_of_values(table[labels[0]])} on the {side}" for side, table in sides)
        raise ValueError(f"The columns {on!r} do not go together: {kinds}.") from None


@NodeDecorator(
    "data.column_values",
    name="Values of column",
    default_io_options={"table": {"on": {"after_set_value": offers_columns("column")}}},
    default_render_options=SHOWS_OUT,
)
def column_values(table: pandas.DataFrame, column: str) -> list[Any]:
    """The values of one column as a list; missing ones are nan.

    Args:
        table: Table to read.
        column: Column to take.
    """
    return list(table[find_column(table, column)].tolist())


def shelf() -> Shelf:
    """The nodes of this module."""
    return Shelf(
        "Data",
        "Read, filter and summarise tables.",
        nodes=(
            read_csv, sample_penguins, filter_rows, select_columns, sort_rows, first_rows, drop_missing,
            group_aggregate, describe, join, column_values,
        ),
    )  # fmt: skip
