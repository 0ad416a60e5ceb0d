"""Nodes that compare two values and tell True or False."""

from __future__ import annotations

from typing import Any

from funcnodes_jupyter.core.decorator import NodeDecorator
from funcnodes_jupyter.core.shelf import Shelf


@NodeDecorator("basic.equal", name="Equal")
def equal(a: Any, b: Any) -> bool:
    """Whether two values are equal; 1 and 1.0 are, 1 and the text '1' are not.

    Args:
        a: First value.
        b: Second value.
    """
    return bool(a == b)


@NodeDecorator("basic.not_equal", name="Not equal")
def not_equal(a: Any, b: Any) -> bool:
    """Whether two values differ.

    Args:
        a: First value.
        b: Second value.
    """
    return bool(a != b)


@NodeDecorator("basic.less", name="Less than")
def less(a: Any, b: Any) -> bool:
    """Whether the first value lies below the second. Texts compare by the alphabet, capitals first.

    Args:
        a: First value.
        b: Second value, of the same kind.
    """
    return bool(a < b)


@NodeDecorator("basic.less_or_equal", name="Less or equal")
def less_or_equal(a: Any, b: Any) -> bool:
    """Whether the first value lies below the second or equals it.

    Args:
        a: First value.
        b: Second value, of the same kind.
    """
    return bool(a <= b)


@NodeDecorator("basic.greater", name="Greater than")
def greater(a: Any, b: Any) -> bool:
    """Whether the first value lies above the second.

    Args:
        a: First value.
        b: Second value, of the same kind.
    """
    return bool(a > b)


@NodeDecorator("basic.greater_or_equal", name="Greater or equal")
def greater_or_equal(a: Any, b: Any) -> bool:
    """Whether the first value lies above the second or equals it.

    Args:
        a: First value.
        b: Second value, of the same kind.
    """
    return bool(a >= b)


@NodeDecorator("basic.between", name="Between")
def between(value: int | float, low: int | float, high: int | float) -> bool:
    """Whether a number lies between two limits, the limits included.

    Args:
        value: Number to test.
        low: Lower limit.
        high: Upper limit.
    """
    return bool(low <= value <= high)


@NodeDecorator("basic.is_none", name="Is None")
def is_none(value: Any) -> bool:
    """Whether a value is None, Python's word for nothing.

    Args:
        value: Any value.
    """
    return value is None


def shelf() -> Shelf:
    """The nodes of this module."""
    nodes = (equal, not_equal, less, less_or_equal, greater, greater_or_equal, between, is_none)
    return Shelf("Comparison", "Compare two values.", nodes=nodes)
