"""What the wire says of a value: its line, and itself when it is small."""

from __future__ import annotations

import math
from typing import Any

from funcnodes_jupyter.core.brief import heading, line_of, shape_of
from funcnodes_jupyter.core.nodeio import NodeInput
from funcnodes_jupyter.core.values import NoValue
from funcnodes_jupyter.wire.events import Scalar, ValueInfo

LINE = 160
"""Characters of a value's line."""
SCALAR_TEXT = 4096
"""Texts up to this length travel whole as :attr:`ValueInfo.value`."""
_SAFE_INTEGER = 2**53


def describe_port(stored: Any, default: Any) -> ValueInfo | None:
    """What a port shows for the value that was set and its default; None when it has neither."""
    value = default if stored is NoValue else stored
    if value is NoValue:
        return None
    is_default = stored is NoValue
    if issubclass(type(value), NodeInput.DefaultFactory):
        return ValueInfo(text="default", type="", is_default=is_default)
    info = describe(value)
    info.is_default = is_default
    return info


def describe(value: Any) -> ValueInfo:
    """The line, type and shape of ``value``; the value itself when it is a small JSON scalar."""
    kind = type(value)
    if kind is float or kind is int or kind is bool:
        # Most values of most graphs are such; of a wave each is described, and so without detours.
        scalar = as_scalar(value)
        if scalar is not None:
            return ValueInfo(text=repr(value), type=kind.__name__, value=scalar)
    whole = heading(value)
    if whole is not None:
        return ValueInfo(text=whole, type=kind.__name__, shape=shape_of(value))
    text = line_of(value, LINE + 1)
    cut = len(text) > LINE
    info = ValueInfo(text=f"{text[: LINE - 1]}…" if cut else text, type=kind.__name__, truncated=cut)
    scalar = as_scalar(value)
    if scalar is not None or value is None:
        info.value = scalar
    return info


def as_scalar(value: Any) -> Scalar:
    """``value`` if it is a JSON scalar small enough to travel with an event, else None."""
    kind = type(value)
    if kind is bool or (kind is str and len(value) <= SCALAR_TEXT):
        return value  # type: ignore[no-any-return]
    if (kind is int and abs(value) <= _SAFE_INTEGER) or (kind is float and math.isfinite(value)):
        return value  # type: ignore[no-any-return]
    return None
