"""Python values on their way into an input: as JSON where that means the same, else as a Python literal."""

from __future__ import annotations

import ast
import math
import os
from collections.abc import Mapping
from typing import Any

from msgspec import UNSET

from funcnodes_jupyter.core.conversion import convert_value
from funcnodes_jupyter.core.errors import ValueConversionError
from funcnodes_jupyter.core.values import NoValue
from funcnodes_jupyter.wire.events import PortState

_SCALARS = (bool, int, float, str, type(None))


def input_argument(value: Any, port: str) -> dict[str, Any]:
    """The keyword of the command ``update_node`` that sets ``value``: value, text or reset.

    Raises:
        TypeError: the value is no plain data; ``port`` names the input in the text.
    """
    if value is NoValue:
        return {"reset": True}
    plain = _plain(value)
    if _is_json(plain):
        return {"value": plain}
    text = "nan" if isinstance(plain, float) and math.isnan(plain) else repr(plain)
    if isinstance(plain, float) or _is_literal(text):
        return {"text": text}
    raise TypeError(
        f"{port}: a {type(value).__name__} cannot be set from here, only numbers, texts, True, False, None, and lists "
        f"and dictionaries of them. Save it to a file and read that with a node."
    )


def holds(port: PortState, value: Any) -> bool | None:
    """Whether the input holds ``value`` already; None when what is known of it does not tell."""
    info = port.value
    if value is NoValue:
        return info is None or info.is_default
    if info is None:
        return False
    try:
        wanted = convert_value(_plain(value), port.type)
    except ValueConversionError:
        return False
    if info.value is UNSET:
        return None
    return same(info.value, wanted)


def same(a: Any, b: Any) -> bool:
    """Whether two plain values are equal and of one type; nan equals nan."""
    if type(a) is not type(b):
        return False
    if isinstance(a, float) and math.isnan(a):
        return math.isnan(b)
    return bool(a == b)


def _plain(value: Any) -> Any:
    """Paths as texts, numpy's numbers as Python's."""
    if isinstance(value, os.PathLike):
        return os.fspath(value)
    if type(value).__module__ == "numpy" and getattr(value, "ndim", None) == 0:
        return value.item()
    return value


def _is_json(value: Any) -> bool:
    if isinstance(value, float):
        return math.isfinite(value)
    if type(value) is list:
        return all(_is_json(item) for item in value)
    if type(value) is dict:
        return all(type(key) is str and _is_json(item) for key, item in value.items())
    return isinstance(value, _SCALARS)


def _is_literal(text: str) -> bool:
    try:
        ast.literal_eval(text)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return False
    return True


def split_by_form(inputs: Mapping[str, Any], node: str) -> tuple[dict[str, Any], dict[str, dict[str, Any]]]:
    """(inputs that travel as JSON with a new node, arguments of those that must follow it).

    Raises:
        TypeError: a value is no plain data.
    """
    arguments = {io: input_argument(value, f"{node}.{io}") for io, value in inputs.items()}
    at_once = {io: given["value"] for io, given in arguments.items() if "value" in given}
    return at_once, {io: given for io, given in arguments.items() if "text" in given}
