"""Values in a saved graph: JSON, with a tag where Python's value has no JSON form.

A tagged value is ``{"$type": name, "value": …}``. Decoding never imports, evaluates or unpickles.
"""

from __future__ import annotations

import base64
import math
from collections.abc import Callable
from typing import Any

from funcnodes_jupyter.core.values import NoValue

TAG = "$type"


class NotEncodableError(TypeError):
    """The value has no form in a saved graph."""


def encode_value(value: Any) -> Any:
    """The JSON form of ``value``.

    Raises:
        NotEncodableError: it has none (a table, a figure, an object of a class).
    """
    if value is None or isinstance(value, str | bool) or type(value) is int:
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else {TAG: "float", "value": repr(value)}
    if type(value) is list:
        return [encode_value(item) for item in value]
    if type(value) is dict:
        return _encode_dict(value)
    if isinstance(value, tuple | set | frozenset):
        items = [encode_value(item) for item in value]
        return {TAG: type(value).__name__, "value": items if isinstance(value, tuple) else sorted(items, key=repr)}
    if isinstance(value, bytes):
        return {TAG: "bytes", "value": base64.b64encode(value).decode("ascii")}
    if value is NoValue:
        return {TAG: "NoValue", "value": None}
    raise NotEncodableError(type(value).__name__)


def _encode_dict(value: dict[Any, Any]) -> Any:
    if all(isinstance(key, str) for key in value) and TAG not in value:
        return {key: encode_value(item) for key, item in value.items()}
    return {TAG: "dict", "value": [[encode_value(key), encode_value(item)] for key, item in value.items()]}


def decode_value(value: Any) -> Any:
    """The value of its JSON form; a tag that is not known leaves the form as it is."""
    if isinstance(value, list):
        return [decode_value(item) for item in value]
    if not isinstance(value, dict):
        return value
    if TAG not in value:
        return {key: decode_value(item) for key, item in value.items()}
    reader = _READERS.get(value[TAG])
    return reader(value.get("value")) if reader is not None else value


_READERS: dict[str, Callable[[Any], Any]] = {
    "float": lambda value: float(value),
    "bytes": lambda value: base64.b64decode(value),
    "NoValue": lambda value: NoValue,
    "tuple": lambda value: tuple(decode_value(value)),
    "set": lambda value: set(decode_value(value)),
    "frozenset": lambda value: frozenset(decode_value(value)),
    "dict": lambda value: {decode_value(key): decode_value(item) for key, item in value},
}
