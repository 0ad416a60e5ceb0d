"""Numbers of a table's column as short texts that line up: 4,675 or 43.92."""

from __future__ import annotations

import math
from collections.abc import Sequence

_DIGITS = 4
"""Digits that count, for the largest number of a column."""
_TOO_LARGE = 1e15
_TOO_SMALL = 1e-4


def column_texts(values: Sequence[int | float], name: str = "") -> list[str]:
    """The numbers of one column, all with the same count of decimals; whole years are not grouped."""
    if "year" in name.lower() and all(isinstance(value, int) or value.is_integer() for value in values):
        return [str(int(value)) for value in values]
    sizes = [abs(value) for value in values if isinstance(value, int) or math.isfinite(value)]
    largest = max(sizes, default=0)
    if largest >= _TOO_LARGE or 0 < largest < _TOO_SMALL:
        return [_scientific(value) for value in values]
    decimals = 0 if all(isinstance(value, int) for value in values) else _decimals_needed(values, largest)
    return [_text(value, decimals) for value in values]


def _decimals_needed(values: Sequence[int | float], largest: float) -> int:
    """As many as the largest number deserves, fewer when the numbers have no more."""
    before_point = len(str(int(largest))) if largest >= 1 else -_leading_zeros(largest)
    decimals = max(0, _DIGITS - before_point)
    finite = [value for value in values if math.isfinite(value)]
    while decimals and all(_is_shorter(value, decimals) for value in finite):
        decimals -= 1
    return decimals


def _leading_zeros(number: float) -> int:
    """Zeros between the point and the first digit of a number below 1."""
    return -math.floor(math.log10(number)) - 1 if number > 0 else 0


def _is_shorter(value: int | float, decimals: int) -> bool:
    return f"{value:.{decimals}f}".endswith("0")


def _text(value: int | float, decimals: int) -> str:
    if not isinstance(value, int) and not math.isfinite(value):
        return repr(value)
    text = f"{value:,.{decimals}f}"
    if value and not any(digit in text for digit in "123456789"):
        return f"{value:.2g}"
    return text


def _scientific(value: int | float) -> str:
    if isinstance(value, int):
        return f"{value:,}" if abs(value) < 10**30 else f"{value:.3e}"
    return repr(value) if value == 0 or not math.isfinite(value) else f"{value:.3e}"
