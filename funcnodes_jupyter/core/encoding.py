"""Values in a saved graph: JSON, with a tag where Python's value has no JSON form.

A tagged value is ``{"$type": name, "value": …}``. Decoding never imports, evaluates or unpickles.
"""

from __future__ import annotations

import base64
import datetime
import math
from collections.abc import Callable
from typing import Any

from funcnodes_jupyter.core.values import NoValue

TAG = "$type"
_LONG = 2**2000
"""From here on whole numbers are written in hexadecimal: Python refuses decimals of many digits."""


class NotEncodableError(TypeError):
    """The value has no form in a saved graph."""


def encode_value(value: Any) -> Any:
    """The JSON form of ``value``.

    Raises:
        NotEncodableError: it has none (a table, a figure, an object of a class).
    """
    kind = type(value)  # never isinstance: it may ask the value for its class, which is code of the user
    if value is None or kind is bool:
        return value
    if kind is int:
        return value if -_LONG <= value < _LONG else {TAG: "int", "value": hex(value)}
    if issubclass(kind, str):
        return _encode_text(str.__str__(value))
    if issubclass(kind, float):
        plain = float.__float__(value)
        return plain if math.isfinite(plain) else {TAG: "float", "value": repr(plain)}
    if kind is list:
        return [encode_value(item) for item in value]
    if kind is dict:
        return _encode_dict(list(value.items()))
    if issubclass(kind, tuple):  # a named one comes back as a plain one
        return {TAG: "tuple", "value": [encode_value(item) for item in tuple.__iter__(value)]}
    if kind in (set, frozenset):
        return {TAG: kind.__name__, "value": sorted((encode_value(item) for item in list(value)), key=repr)}
    if kind is bytes:
        return {TAG: "bytes", "value": base64.b64encode(value).decode("ascii")}
    if kind is complex:
        return {TAG: "complex", "value": repr(value)}
    if kind is datetime.datetime or kind is datetime.date:
        return {TAG: kind.__name__, "value": value.isoformat()}
    if value is NoValue:
        return {TAG: "NoValue", "value": None}
    raise NotEncodableError(kind.__name__)


def _encode_text(text: str) -> Any:
    if text.isascii():
        return text
    try:
        text.encode()
    except UnicodeEncodeError:  # the name of a file that is not UTF-8
        return {TAG: "str", "value": base64.b64encode(text.encode("utf-8", "surrogatepass")).decode("ascii")}
    return text


def _encode_dict(items: list[tuple[Any, Any]]) -> Any:
    if all(type(key) is str and key != TAG for key, _ in items):
        return {key: encode_value(item) for key, item in items}
    return {TAG: "dict", "value": [[encode_value(key), encode_value(item)] for key, item in items]}


def decode_value(value: Any) -> Any:
    """The value of its JSON form; a tag that is not known, or does not fit, leaves the form as it is."""
    if isinstance(value, list):
        return [decode_value(item) for item in value]
    if not isinstance(value, dict):
        return value
    if TAG not in value:
        return {key: decode_value(item) for key, item in value.items()}
    reader = _READERS.get(value[TAG]) if isinstance(value[TAG], str) else None
    try:
        return reader(value.get("value")) if reader is not None else value
    except (TypeError, ValueError, OverflowError):
        return value


_READERS: dict[str, Callable[[Any], Any]] = {
    "float": lambda value: float(value),
    "int": lambda value: int(value, 16),
    "complex": lambda value: complex(value),
    "datetime": lambda value: datetime.datetime.fromisoformat(value),
    "date": lambda value: datetime.date.fromisoformat(value),
    "bytes": lambda value: base64.b64decode(value),
    "str": lambda value: base64.b64decode(value).decode("utf-8", "surrogatepass"),
    "NoValue": lambda value: NoValue,
    "tuple": lambda value: tuple(decode_value(value)),
    "set": lambda value: set(decode_value(value)),
    "frozenset": lambda value: frozenset(decode_value(value)),
    "dict": lambda value: {decode_value(key): decode_value(item) for key, item in value},
}
