"""Nodes that combine True and False, and one that chooses by them."""

from __future__ import annotations

from typing import Any

from funcnodes_jupyter.core.decorator import NodeDecorator
from funcnodes_jupyter.core.shelf import Shelf


@NodeDecorator("basic.and", name="And")
def logical_and(a: bool, b: bool) -> bool:
    """True when both are true.

    Args:
        a: First condition.
        b: Second condition.
    """
    return bool(a and b)


@NodeDecorator("basic.or", name="Or")
def logical_or(a: bool, b: bool) -> bool:
    """True when at least one is true.

    Args:
        a: First condition.
        b: Second condition.
    """
    return bool(a or b)


@NodeDecorator("basic.xor", name="Either or")
def exclusive_or(a: bool, b: bool) -> bool:
    """True when exactly one of two is true.

    Args:
        a: First condition.
        b: Second condition.
    """
    return bool(a) != bool(b)


@NodeDecorator("basic.not", name="Not")
def logical_not(value: bool) -> bool:
    """The opposite: True becomes False.

    Args:
        value: Condition to turn round.
    """
    return not value


@NodeDecorator("basic.choose", name="Choose")
def choose(condition: bool, if_true: Any = None, if_false: Any = None) -> Any:
    """One of two values, by a condition. Both are computed; one is handed on.

    Args:
        condition: Which one.
        if_true: Handed on when the condition is true.
        if_false: Handed on when it is false.
    """
    return if_true if condition else if_false


def shelf() -> Shelf:
    """The nodes of this module."""
    nodes = (logical_and, logical_or, exclusive_or, logical_not, choose)
    return Shelf("Logic", "Combine conditions, and choose by them.", nodes=nodes)
