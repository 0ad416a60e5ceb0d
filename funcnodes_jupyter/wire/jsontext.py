"""JSON of any text: also of what is no Unicode, as names of files that are not UTF-8 come from the system."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

import msgspec


def json_bytes(
    value: Any, enc_hook: Callable[[Any], Any] | None = None, order: Literal["sorted"] | None = None
) -> bytes:
    """``value`` as JSON, where each half of a surrogate pair that stands alone is written as an escape, ``\\udcff``.

    One such character in one text must not keep all the rest from being sent or saved.
    """
    try:
        return msgspec.json.encode(value, enc_hook=enc_hook, order=order)
    except UnicodeEncodeError:
        plain = msgspec.to_builtins(value, enc_hook=enc_hook, str_keys=True)
        return msgspec.json.encode(_escaped(plain), order=order)


def _escaped(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-8", "backslashreplace").decode()
    if isinstance(value, dict):
        return {_escaped(key): _escaped(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_escaped(item) for item in value]
    return value
