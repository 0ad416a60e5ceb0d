"""Nodes that estimate how certain a number is by drawing from the data again and again."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Annotated

from funcnodes_jupyter.core.decorator import InputMeta, NodeDecorator
from funcnodes_jupyter.core.node import Node
from funcnodes_jupyter.core.shelf import Shelf
from funcnodes_jupyter.nodes.columns import find_column, numbers_of, numeric_column_names, offers_columns
from funcnodes_jupyter.nodes.previews import SHOWS_OUT

if TYPE_CHECKING:
    import pandas

Samples = Annotated[int, InputMeta(value_options={"min": 1})]
Share = Annotated[float, InputMeta(value_options={"exclusive_min": 0, "exclusive_max": 1, "step": 0.01})]


@NodeDecorator(
    "data.bootstrap_mean",
    name="Bootstrap mean",
    default_io_options={"table": {"on": {"after_set_value": offers_columns("column", names=numeric_column_names)}}},
    default_render_options=SHOWS_OUT,
)
def bootstrap_mean(
    node: Node, table: pandas.DataFrame, column: str, samples: Samples = 1000, confidence: Share = 0.95, seed: int = 0
) -> pandas.DataFrame:
    """The mean of a column, and between which limits it would lie in other samples of this kind.

    Rows are drawn with replacement, as many as there are; the limits are percentiles of the means.

    Args:
        table: Table to draw from.
        column: Column of numbers; missing values are left out.
        samples: How often to draw.
        confidence: Share of the means between the limits, such as 0.95.
        seed: Start of the random numbers; the same one gives the same limits.
    """
    import pandas

    label = find_column(table, column)
    values = numbers_of(table, label, "The mean").dropna().tolist()
    _check(values, samples, confidence, column)
    draw = random.Random(seed)
    count = len(values)
    means = [sum(draw.choices(values, k=count)) / count for _ in node.progress(range(samples), unit="samples")]
    spread = pandas.Series(means, dtype=float)
    outside = (1 - confidence) / 2
    row = {
        "column": str(label),
        "n": count,
        "mean": sum(values) / count,
        "low": spread.quantile(outside),
        "high": spread.quantile(1 - outside),
    }
    return pandas.DataFrame([row])


def _check(values: list[float], samples: int, confidence: float, column: str) -> None:
    if not values:
        raise ValueError(f"The column {column!r} holds no values to draw from.")
    if samples < 1:
        raise ValueError(f"{samples} samples cannot be drawn; at least 1 is needed.")
    if not 0 < confidence < 1:
        raise ValueError(f"The confidence is a share between 0 and 1, such as 0.95; {confidence:g} is not.")


def shelf() -> Shelf:
    """The nodes of this module, for the shelf that stands on pandas."""
    return Shelf("Data", nodes=(bootstrap_mean,))
