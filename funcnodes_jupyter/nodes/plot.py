"""Nodes that draw a table, on matplotlib. Each hands on a figure that can be shown, saved or drawn upon."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Annotated, Any, Literal

from funcnodes_jupyter.core.decorator import InputMeta, NodeDecorator
from funcnodes_jupyter.core.shelf import Shelf
from funcnodes_jupyter.nodes.axes import (
    INK,
    PALETTE,
    add_colour_scale,
    add_legend,
    label_axes,
    new_axes,
    readable,
    turn_long_names,
    whole_steps,
)
from funcnodes_jupyter.nodes.columns import (
    find_column,
    find_columns,
    is_numeric,
    numbers_of,
    numeric_column_names,
    offers_columns,
)
from funcnodes_jupyter.nodes.previews import SHOWS_OUT
from funcnodes_jupyter.nodes.series import Part, parts_by_colour

if TYPE_CHECKING:
    import matplotlib.axes
    import matplotlib.figure
    import pandas

Statistic = Literal["mean", "median", "sum", "count"]
Bins = Annotated[int, InputMeta(value_options={"min": 1, "max": 1000})]
MOST_BARS = 40
_COLOUR = offers_columns("colour", empty="one colour")


@NodeDecorator(
    "plot.scatter",
    name="Scatter",
    default_io_options={
        "table": {"on": {"after_set_value": [offers_columns("x", "y", names=numeric_column_names), _COLOUR]}}
    },
    default_render_options=SHOWS_OUT,
)
def scatter(table: pandas.DataFrame, x: str, y: str, colour: str = "") -> matplotlib.figure.Figure:
    """One point for each row. Rows without a value in x or y are left out.

    Args:
        table: Table to draw.
        x: Column of numbers on the horizontal axis.
        y: Column of numbers on the vertical axis.
        colour: Column that colours the points: by group, or on a scale when it holds many different numbers.
    """
    labels = find_column(table, x, "a column for x"), find_column(table, y, "a column for y")
    for label in labels:
        numbers_of(table, label, "A scatter plot")
    shown = table.dropna(subset=list(dict.fromkeys(labels)))
    figure, axes = new_axes()
    if colour.strip() and _is_scale(shown, colour):
        _draw_scale(axes, shown, *labels, find_column(shown, colour))
    else:
        parts = parts_by_colour(shown, colour)
        for part in parts:
            axes.scatter(part.rows[labels[0]], part.rows[labels[1]], c=part.colour, label=part.label, **_POINTS)
        _legend(axes, parts)
    label_axes(axes, x, y)
    return figure


_POINTS: dict[str, Any] = {"s": 20, "alpha": 0.8, "linewidths": 0}


def _is_scale(table: pandas.DataFrame, colour: str) -> bool:
    values = table[find_column(table, colour)]
    return is_numeric(values) and values.nunique() > len(PALETTE)


def _draw_scale(axes: matplotlib.axes.Axes, table: pandas.DataFrame, x: Any, y: Any, colour: Any) -> None:
    drawn = axes.scatter(table[x], table[y], c=table[colour], cmap="viridis", **_POINTS)
    add_colour_scale(axes, drawn, colour)


@NodeDecorator(
    "plot.histogram",
    name="Histogram",
    default_io_options={
        "table": {"on": {"after_set_value": [offers_columns("column", names=numeric_column_names), _COLOUR]}}
    },
    default_render_options=SHOWS_OUT,
)
def histogram(table: pandas.DataFrame, column: str, bins: Bins = 20, colour: str = "") -> matplotlib.figure.Figure:
    """How often the values of a column occur, in bins of equal width.

    Args:
        table: Table to draw.
        column: Column of numbers.
        bins: How many bars, from 1 to 1000.
        colour: Column that splits the bars into groups, one upon the other.
    """
    if not 1 <= bins <= 1000:
        raise ValueError(f"A histogram has 1 to 1000 bins, not {bins}.")
    label = find_column(table, column)
    numbers_of(table, label, "A histogram")
    parts = parts_by_colour(table.dropna(subset=[label]), colour)
    figure, axes = new_axes()
    axes.hist(
        [part.rows[label].to_numpy(dtype=float) for part in parts],
        bins=bins,
        stacked=True,
        color=[part.colour for part in parts],
        label=[part.label for part in parts],
        rwidth=0.92,
    )
    _legend(axes, parts)
    label_axes(axes, column, "rows")
    return figure


@NodeDecorator(
    "plot.line",
    name="Line",
    default_io_options={
        "table": {
            "on": {"after_set_value": [offers_columns("x"), offers_columns("y", names=numeric_column_names), _COLOUR]}
        }
    },
    default_render_options=SHOWS_OUT,
)
def line(table: pandas.DataFrame, x: str, y: str, colour: str = "") -> matplotlib.figure.Figure:
    """A line through the rows, in the order of x. A missing value in y leaves a gap.

    Args:
        table: Table to draw.
        x: Column on the horizontal axis: numbers, times or names.
        y: Column of numbers on the vertical axis; several, with commas between them, give a line each.
        colour: Column that splits the rows into lines of their own; only with one column in y.
    """
    from pandas.api.types import is_integer_dtype

    label = find_column(table, x, "a column for x")
    heights = find_columns(table, y, "a column for y")
    for height in heights:
        numbers_of(table, height, "A line")
    if len(heights) > 1 and colour.strip():
        raise ValueError("Several columns in y have a colour each already: leave colour empty.")
    figure, axes = new_axes()
    shown = table.dropna(subset=[label]).sort_values(label, kind="stable")
    lines = _lines(shown, heights, colour)
    for part, height in lines:
        axes.plot(part.rows[label], part.rows[height], color=part.colour, label=part.label, linewidth=1.6)
    if is_integer_dtype(shown[label].dtype):
        whole_steps(axes.xaxis)
    _legend(axes, [part for part, _ in lines])
    label_axes(axes, x, y if len(heights) == 1 else "")
    return figure


def _lines(table: pandas.DataFrame, heights: list[Any], colour: str) -> list[tuple[Part, Any]]:
    """Which rows give a line, and which column its height."""
    if len(heights) == 1:
        return [(part, heights[0]) for part in parts_by_colour(table, colour)]
    colours = itertools.cycle(PALETTE)
    return [(Part(readable(height), next(colours), table), height) for height in heights]


@NodeDecorator(
    "plot.bar",
    name="Bars",
    default_io_options={
        "table": {
            "on": {
                "after_set_value": [
                    offers_columns("category"),
                    offers_columns("column", names=numeric_column_names, empty="number of rows"),
                ]
            }
        }
    },
    default_render_options=SHOWS_OUT,
)
def bar(table: pandas.DataFrame, category: str, column: str = "", how: Statistic = "mean") -> matplotlib.figure.Figure:
    """One bar for each category, as high as a statistic of its rows.

    Args:
        table: Table to draw.
        category: Column that holds the categories.
        column: Column of numbers that the bars show; empty counts the rows.
        how: Which statistic of the numbers.
    """
    label = find_column(table, category, "a column of categories")
    groups = table.groupby(label, observed=True, sort=True)
    if column.strip():
        number = find_column(table, column)
        numbers_of(table, number, f"The {how}")
        heights = groups[number].agg(how)
    else:
        heights = groups.size()
    if len(heights) > MOST_BARS:
        raise ValueError(f"{category!r} has {len(heights):,} different values; at most {MOST_BARS} bars are drawn.")
    names = [str(name) for name in heights.index]
    figure, axes = new_axes()
    axes.bar(range(len(names)), heights.to_numpy(dtype=float), color=PALETTE[0], width=0.7)
    axes.set_xticks(range(len(names)), names)
    turn_long_names(axes, names)
    label_axes(axes, category, f"{how} of {readable(column)}" if column.strip() else "rows")
    return figure


@NodeDecorator(
    "plot.box",
    name="Box plot",
    default_io_options={
        "table": {
            "on": {
                "after_set_value": [
                    offers_columns("column", names=numeric_column_names),
                    offers_columns("category", empty="all rows"),
                ]
            }
        }
    },
    default_render_options=SHOWS_OUT,
)
def box(table: pandas.DataFrame, column: str, category: str = "") -> matplotlib.figure.Figure:
    """The spread of a column: a box from the first to the third quartile, a line at the median, and outliers.

    Args:
        table: Table to draw.
        column: Column of numbers.
        category: Column that gives each of its values a box of its own.
    """
    label = find_column(table, column)
    numbers_of(table, label, "A box plot")
    shown = table.dropna(subset=[label])
    groups = {"": shown[label]}
    if category.strip():
        grouped = shown.groupby(find_column(shown, category), observed=True, sort=True)
        groups = {str(name): rows[label] for name, rows in grouped}
    if len(groups) > MOST_BARS:
        raise ValueError(f"{category!r} has {len(groups):,} different values; at most {MOST_BARS} boxes are drawn.")
    figure, axes = new_axes()
    _draw_boxes(axes, [values.to_numpy(dtype=float) for values in groups.values()])
    axes.set_xticks(range(1, len(groups) + 1), list(groups))
    turn_long_names(axes, list(groups))
    label_axes(axes, category, column)
    return figure


def _draw_boxes(axes: matplotlib.axes.Axes, groups: list[Any]) -> None:
    thin = {"color": INK, "linewidth": 1.0}
    drawn = axes.boxplot(
        groups,
        widths=0.55,
        patch_artist=True,
        boxprops={"linewidth": 1.0, "edgecolor": INK},
        medianprops={"color": INK, "linewidth": 1.8},
        whiskerprops=thin,
        capprops=thin,
        flierprops={"marker": "o", "markersize": 3, "markerfacecolor": INK, "markeredgewidth": 0},
    )
    for place, patch in enumerate(drawn["boxes"]):
        colour = PALETTE[place % len(PALETTE)]
        patch.set_facecolor((colour, 0.55))


def _legend(axes: matplotlib.axes.Axes, parts: list[Part]) -> None:
    if any(part.label for part in parts):
        add_legend(axes, len(parts))


def shelf() -> Shelf:
    """The nodes of this module."""
    return Shelf("Plot", "Draw a table.", nodes=(scatter, line, bar, histogram, box))
