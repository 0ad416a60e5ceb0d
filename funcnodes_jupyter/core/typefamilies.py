"""Families of types, for telling which values can never be one another: numbers, texts, lists, tables …"""

from __future__ import annotations

from typing import Any

_TRUTH, _WHOLE, _REAL, _COMPLEX = range(4)

_RANKS: dict[str, int] = {
    "bool": _TRUTH,
    "bool_": _TRUTH,
    **dict.fromkeys((f"{sign}int{bits}" for sign in ("", "u") for bits in ("", 8, 16, 32, 64)), _WHOLE),
    "integer": _WHOLE,
    **dict.fromkeys(("float", "float16", "float32", "float64", "longdouble", "floating"), _REAL),
    **dict.fromkeys(("complex", "complex64", "complex128"), _COMPLEX),
}
"""Numbers: each fits those of its own rank and above."""

_FAMILIES: dict[str, str] = {
    **{name: "truth" if rank == _TRUTH else "number" for name, rank in _RANKS.items()},
    **dict.fromkeys(("number", "Number", "Complex", "Real", "Rational", "Integral", "Decimal", "Fraction"), "number"),
    **dict.fromkeys(("str", "Path", "PathLike", "PurePath", "PosixPath", "WindowsPath"), "text"),
    **dict.fromkeys(("bytes", "bytearray"), "bytes"),
    **dict.fromkeys(("list", "tuple", "set", "frozenset"), "list"),
    "dict": "dict",
    "DataFrame": "table",
    "Series": "column",
    "ndarray": "array",
    "Figure": "figure",
    "Image": "image",
    "type": "type",
    "None": "none",
    "NoneType": "none",
}
_SHAPES = {"array": "list", "object": "dict", "type": "type"}


def family_of(description: Any) -> str | None:
    """The family of a type, None for one that is not known here (and for unions and choices)."""
    if isinstance(description, dict):
        if "allOf" in description:
            return "list"
        return _SHAPES.get(str(description.get("type")))
    return _FAMILIES.get(_last(description)) if isinstance(description, str) else None


def rank_of(description: Any) -> int | None:
    """How much a number can hold: whole ones less than those with decimals; None for what is no known number."""
    return _RANKS.get(_last(description)) if isinstance(description, str) else None


def _last(name: str) -> str:
    return name.rsplit(".", 1)[-1]
