"""Nodes that calculate with numbers. They take arrays and tables as well, where Python's operators do."""

from __future__ import annotations

import math
from typing import Annotated

from funcnodes_jupyter.core.decorator import InputMeta, NodeDecorator
from funcnodes_jupyter.core.shelf import Shelf


@NodeDecorator("basic.add", name="Add")
def add(a: int | float, b: int | float) -> int | float:
    """The sum of two numbers.

    Args:
        a: First number.
        b: Number that is added to the first.
    """
    return a + b


@NodeDecorator("basic.subtract", name="Subtract")
def subtract(a: int | float, b: int | float) -> int | float:
    """The first number minus the second.

    Args:
        a: Number to take away from.
        b: Number that is taken away.
    """
    return a - b


@NodeDecorator("basic.multiply", name="Multiply")
def multiply(a: int | float, b: int | float) -> int | float:
    """The product of two numbers.

    Args:
        a: First factor.
        b: Second factor.
    """
    return a * b


@NodeDecorator("basic.divide", name="Divide")
def divide(a: int | float, b: int | float) -> int | float:
    """The first number divided by the second, with decimals. Dividing by 0 is an error.

    Args:
        a: Dividend.
        b: Divisor, not 0.
    """
    return a / b


@NodeDecorator("basic.floor_divide", name="Divide, whole part")
def floor_divide(a: int | float, b: int | float) -> int | float:
    """How many times the second number fits into the first, rounded down.

    Args:
        a: Dividend.
        b: Divisor, not 0.
    """
    return a // b


@NodeDecorator("basic.modulo", name="Remainder")
def modulo(a: int | float, b: int | float) -> int | float:
    """What is left after dividing the first number by the second; it has the sign of the second.

    Args:
        a: Dividend.
        b: Divisor, not 0.
    """
    return a % b


@NodeDecorator("basic.power", name="Power")
def power(base: int | float, exponent: int | float = 2) -> int | float:
    """A number raised to a power.

    Args:
        base: Number that is multiplied with itself.
        exponent: How often; 2 squares, 0.5 takes the square root.
    """
    return base**exponent


@NodeDecorator("basic.square_root", name="Square root")
def square_root(value: Annotated[int | float, InputMeta(value_options={"min": 0})]) -> float:
    """The square root of a number. A negative number is an error.

    Args:
        value: Number of 0 or more.
    """
    if value < 0:
        raise ValueError(f"{value} is negative and has no square root among the real numbers.")
    return math.sqrt(value)


@NodeDecorator("basic.absolute", name="Absolute value")
def absolute(value: int | float) -> int | float:
    """A number without its sign.

    Args:
        value: Any number.
    """
    return abs(value)


@NodeDecorator("basic.negate", name="Negate")
def negate(value: int | float) -> int | float:
    """A number with the opposite sign.

    Args:
        value: Any number.
    """
    return -value


@NodeDecorator("basic.round", name="Round")
def round_number(value: int | float, digits: int = 0) -> int | float:
    """A number rounded to so many decimals; halves go to the even neighbour.

    Args:
        value: Number to round.
        digits: Decimals to keep. 0 gives a whole number, -2 rounds to hundreds.
    """
    return round(value, digits) if digits else round(value)


@NodeDecorator("basic.minimum", name="Smaller of two")
def minimum(a: int | float, b: int | float) -> int | float:
    """The smaller one of two numbers.

    Args:
        a: First number.
        b: Second number.
    """
    return min(a, b)


@NodeDecorator("basic.maximum", name="Larger of two")
def maximum(a: int | float, b: int | float) -> int | float:
    """The larger one of two numbers.

    Args:
        a: First number.
        b: Second number.
    """
    return max(a, b)


@NodeDecorator("basic.clamp", name="Keep within limits")
def clamp(value: int | float, low: int | float = 0, high: int | float = 1) -> int | float:
    """A number, or the nearest limit where it lies outside.

    Args:
        value: Any number.
        low: Smallest result.
        high: Largest result, not below the smallest.
    """
    if low > high:
        raise ValueError(f"The lower limit {low} lies above the upper limit {high}.")
    return min(max(value, low), high)


def shelf() -> Shelf:
    """The nodes of this module."""
    return Shelf(
        "Arithmetic",
        "Calculate with numbers.",
        nodes=(
            add, subtract, multiply, divide, floor_divide, modulo, power, square_root, absolute, negate,
            round_number, minimum, maximum, clamp,
        ),
    )  # fmt: skip
