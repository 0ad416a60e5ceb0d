"""The functions that the measured graphs are made of: two steps of real work, and the same with none."""

from __future__ import annotations

from collections.abc import Callable

from funcnodes_jupyter.core.decorator import NodeDecorator
from funcnodes_jupyter.core.library import Library
from funcnodes_jupyter.core.shelf import Shelf

Function = Callable[..., float]


def calibrate(value: float) -> float:
    """A small step of real work: scale, clip to a range, wrap and round."""
    scaled = value * 1.0001 + 1.0
    return round(min(max(scaled, 0.0), 1000.0) % 97.0, 6)


def combine(a: float, b: float) -> float:
    """A small step of real work on two values: weigh, clip, wrap and round."""
    weighed = a * 0.75 + b * 0.25 + 1.0
    return round(min(max(weighed, 0.0), 1000.0) % 97.0, 6)


def increment(value: float) -> float:
    """The smallest step there is."""
    return value + 1.0


def add(a: float, b: float) -> float:
    """The smallest step on two values."""
    return a + b


REAL = (calibrate, combine)
BARE = (increment, add)


def library(step: Function, join: Function) -> Library:
    """A library with ``step`` as ``bench.step`` and ``join`` as ``bench.join``."""
    nodes = [NodeDecorator("bench.step")(step), NodeDecorator("bench.join")(join)]
    return Library([Shelf("bench", nodes=nodes)])
