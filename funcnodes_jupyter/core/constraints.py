"""Bounds of values: read from ``Annotated[int, Ge(0)]``, kept in a port's value options, checked on setting.

Metadata is read by its attributes, so annotated-types, msgspec's Meta and pydantic's Field are understood
and none of them is imported.
"""

from __future__ import annotations

import math
import types
import typing
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from funcnodes_jupyter.core.datatypes import default_value_options, describe_type
from funcnodes_jupyter.core.errors import ValueConversionError, shown

_NAMES = {
    "ge": "min",
    "le": "max",
    "gt": "exclusive_min",
    "lt": "exclusive_max",
    "multiple_of": "multiple_of",
    "min_length": "min_length",
    "max_length": "max_length",
    "pattern": "pattern",
}
"""Attribute of the metadata: value option."""


def metadata_of(annotation: Any) -> tuple[Any, ...]:
    """What stands beside a type in ``Annotated``, also in ``Annotated[int, …] | None``."""
    if typing.get_origin(annotation) is typing.Annotated:
        return (*metadata_of(annotation.__origin__), *annotation.__metadata__)
    if typing.get_origin(annotation) in (typing.Union, types.UnionType):
        options = [option for option in typing.get_args(annotation) if option is not type(None)]
        return metadata_of(options[0]) if len(options) == 1 else ()
    return ()


def stated_options(annotation: Any) -> dict[str, Any]:
    """The value options that a type states by itself and by the limits in its ``Annotated``."""
    return {**default_value_options(describe_type(annotation)), **options_from(metadata_of(annotation))}


def options_from(metadata: Iterable[Any]) -> dict[str, Any]:
    """The value options that say the same as ``metadata``; what is no constraint is passed over.

    A multiple is the editor's ``step`` as well. ``step`` alone binds nobody: it only says how far an arrow key goes.
    """
    found: dict[str, Any] = {}
    for extra in metadata:
        for name, option in _NAMES.items():
            bound = _bound(option, getattr(extra, name, None))
            if bound is not None:
                found[option] = bound
        inner = getattr(extra, "metadata", None)
        if isinstance(inner, list | tuple):
            found |= options_from(inner)
    return {"step": found["multiple_of"], **found} if "multiple_of" in found else found


def _bound(option: str, given: Any) -> Any:
    if option == "pattern":
        pattern = getattr(given, "pattern", given)
        return pattern if isinstance(pattern, str) else None
    return given if _is_number(given) else None


def check(value: Any, value_options: Mapping[str, Any], port: str = "") -> None:
    """Compare ``value`` with the bounds among a port's value options; ``options`` are suggestions and bind nobody.

    Args:
        value: A converted value; bounds that mean nothing to its type are passed over.
        value_options: ``min``, ``max``, ``exclusive_min``, ``exclusive_max``, ``multiple_of``, ``min_length``,
            ``max_length``. A ``pattern`` is left to who can bound how long it is tried.
        port: Which port it is for, for the message.

    Raises:
        ValueConversionError: it lies outside.
    """
    if _is_number(value):
        tests = _NUMBER_TESTS
    elif issubclass(type(value), str | bytes | list | tuple | set | frozenset | dict):
        tests = _LENGTH_TESTS
    else:
        return
    for option, (passes, wanted, reason) in tests.items():
        bound: Any = value_options.get(option)
        if not _is_number(bound) or passes(value, bound):
            continue
        words = {"bound": shown(bound), "things": _things(value, bound)}
        # nan is neither more nor less, so it is only said what was wanted.
        told = "" if value != value else f"{shown(value)} {reason.format(**words)}"
        raise ValueConversionError(value, wanted.format(**words), port, reason=told)


def _is_number(value: Any) -> bool:
    # Of an object of the user not even its class is asked: that might run code.
    return issubclass(type(value), int | float) and type(value) is not bool


def _is_multiple(value: float, step: float) -> bool:
    if step == 0:
        return True
    if isinstance(value, int) and isinstance(step, int):
        return value % step == 0
    if not math.isfinite(value):
        return False
    # 0.3 is a multiple of 0.1, although the nearest floats are not.
    return abs(math.remainder(value, step)) <= 1e-9 * max(abs(value), abs(step))


def _things(value: Any, count: float) -> str:
    noun = "character" if isinstance(value, str) else "byte" if isinstance(value, bytes) else "item"
    return noun if count == 1 else f"{noun}s"


_Tests = dict[str, tuple[Callable[[Any, Any], bool], str, str]]

_NUMBER_TESTS: _Tests = {
    "min": (lambda value, bound: value >= bound, "at least {bound}", "is less than {bound}"),
    "max": (lambda value, bound: value <= bound, "at most {bound}", "is more than {bound}"),
    "exclusive_min": (lambda value, bound: value > bound, "more than {bound}", "is not more than {bound}"),
    "exclusive_max": (lambda value, bound: value < bound, "less than {bound}", "is not less than {bound}"),
    "multiple_of": (_is_multiple, "a multiple of {bound}", "is not a multiple of {bound}"),
}
_LENGTH_TESTS: _Tests = {
    "min_length": (
        lambda value, bound: len(value) >= bound,
        "of at least {bound} {things}",
        "has fewer than {bound} {things}",
    ),
    "max_length": (
        lambda value, bound: len(value) <= bound,
        "of at most {bound} {things}",
        "has more than {bound} {things}",
    ),
}
"""Option: what passes, what is wanted, and what is said of a value that does not pass."""
