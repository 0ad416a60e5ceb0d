"""A value in one line, as Python shows it, without running anybody's code.

Only types whose ``repr`` is known to be quick and harmless are looked into: those of the standard library,
numpy and pandas, told apart by exact type. Whatever else there is shows the name of its class. So this may
be called on any thread, at any time, for any value.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from enum import Enum
from itertools import islice
from typing import Any

_ITEMS = 8
_DEPTH = 3
_HUGE_BITS = 1024
_SCALAR = 160
"""Characters of a numpy scalar."""

_PLAIN_REPR = frozenset(
    {
        "builtins.bool", "builtins.float", "builtins.complex", "builtins.NoneType", "builtins.ellipsis",
        "builtins.range", "datetime.date", "datetime.datetime", "datetime.time", "datetime.timedelta",
        "decimal.Decimal", "fractions.Fraction", "uuid.UUID", "pathlib.PosixPath", "pathlib.WindowsPath",
        "pathlib.PurePosixPath", "pathlib._local.PurePosixPath", "pathlib._local.PosixPath",
        "pathlib._local.WindowsPath",  # Python 3.13 alone has pathlib._local
    }
)  # fmt: skip
_PANDAS_SCALARS = frozenset({"Timestamp", "Timedelta", "Period", "NaTType", "NAType"})
_NUMPY_SCALARS = "biufcSUM"
"""Kinds of numpy scalars that have a plain Python form."""
_CONTAINERS: dict[type, tuple[str, str]] = {
    list: ("[", "]"),
    tuple: ("(", ")"),
    set: ("{", "}"),
    frozenset: ("frozenset({", "})"),
}
_NAME: Callable[[type], str] = type.__dict__["__name__"].__get__
_MODULE: Callable[[type], Any] = type.__dict__["__module__"].__get__


def brief(value: Any, limit: int) -> str:
    """The line that stands for ``value``, in at most ``limit`` characters; of an array or table its size."""
    text = heading(value) or line_of(value, limit + 1)
    return text if len(text) <= limit else f"{text[: limit - 1]}…"


def heading(value: Any) -> str | None:
    """Type, shape and type of the elements of an array or table, None of anything else."""
    shape = shape_of(value)
    if shape is None:
        return None
    kind = type(value)
    dtype = f" {value.dtype}" if kind.__name__ == "ndarray" else ""
    return f"{kind.__name__} {' × '.join(f'{length:,}' for length in shape)}{dtype}".rstrip()


def shape_of(value: Any) -> list[int] | None:
    """The shape of an array or table of numpy or pandas, exactly these types."""
    kind = type(value)
    if is_numpy(kind) and kind.__name__ == "ndarray":
        return list(value.shape)
    if is_pandas(kind) and kind.__name__ in ("DataFrame", "Series"):
        return list(value.shape)
    return None


def is_numpy(kind: type) -> bool:
    """Whether the class is numpy's own."""
    return _package(kind) == "numpy" and "numpy" in sys.modules


def is_pandas(kind: type) -> bool:
    """Whether the class is pandas' own; subclasses made by others are not."""
    return _package(kind) == "pandas" and "pandas" in sys.modules


def _package(kind: type) -> str:
    return module_of(kind).partition(".")[0]


def name_of(kind: type) -> str:
    """The name of a class, not asked of its metaclass, which may be anybody's."""
    return _NAME(kind)


def module_of(kind: type) -> str:
    """The module of a class, likewise."""
    module = _MODULE(kind)
    return module if type(module) is str else ""


def line_of(value: Any, limit: int, depth: int = _DEPTH) -> str:
    """The repr of ``value`` in about ``limit`` characters; containers show their first items."""
    kind = type(value)
    if kind is str or kind is bytes:
        cut = value[:limit]
        return repr(cut) if len(value) <= limit else f"{repr(cut)[:-1]}…"
    if kind is int:
        return repr(value) if value.bit_length() <= _HUGE_BITS else f"int of {value.bit_length():,} bits"
    if kind in _CONTAINERS:
        return _container_line(value, limit, depth)
    if kind is dict:
        return _dict_line(value, limit, depth)
    return _other_line(value, kind)


def _container_line(value: Any, limit: int, depth: int) -> str:
    opening, closing = _CONTAINERS[type(value)]
    if not value and type(value) in (set, frozenset):
        return f"{type(value).__name__}()"
    body = _joined(value, len(value), limit, depth, line_of)
    comma = "," if type(value) is tuple and len(value) == 1 else ""
    return f"{opening}{body}{comma}{closing}"


def _dict_line(value: dict[Any, Any], limit: int, depth: int) -> str:
    def entry(item: Any, room: int, below: int) -> str:
        return f"{line_of(item[0], room, below)}: {line_of(item[1], room, below)}"

    return f"{{{_joined(value.items(), len(value), limit, depth, entry)}}}"


def _joined(items: Iterable[Any], length: int, limit: int, depth: int, show: Callable[[Any, int, int], str]) -> str:
    if depth == 0:
        return "…" if length else ""
    parts: list[str] = []
    used = 0
    for item in first_items(items, limit // 3 + 1):
        if used > limit or (depth < _DEPTH and len(parts) >= _ITEMS):
            break
        parts.append(show(item, limit, depth - 1))
        used += len(parts[-1]) + 2
    if len(parts) < length:
        parts.append("…")
    return ", ".join(parts)


def first_items(items: Iterable[Any], count: int) -> list[Any]:
    """The first ``count`` items of a container that another thread may change meanwhile."""
    try:
        return list(islice(items, count))
    except RuntimeError:  # the thread that owns it changed its size meanwhile
        return []


def _other_line(value: Any, kind: type) -> str:
    if f"{module_of(kind)}.{name_of(kind)}" in _PLAIN_REPR:
        return repr(value)
    # Asked of the class: isinstance would ask the value, and run its code.
    if issubclass(kind, type):
        return f"<class {name_of(value)!r}>"
    if issubclass(kind, Enum):
        name = object.__getattribute__(value, "__dict__").get("_name_", "?")
        return f"{name_of(kind)}.{name}"
    shape = shape_of(value)
    if shape is not None:
        return f"{kind.__name__} {' × '.join(map(str, shape))}"
    if is_pandas(kind) and kind.__name__ in _PANDAS_SCALARS:
        return str(value)
    # Arrays of other kinds, such as masked ones and memory maps, have a dtype as well, and no plain form.
    if is_numpy(kind) and issubclass(kind, sys.modules["numpy"].generic) and value.dtype.kind in _NUMPY_SCALARS:
        plain = value.item()
        # One that is longer than Python's own is its own plain form.
        return str(value) if is_numpy(type(plain)) else line_of(plain, _SCALAR, 0)
    return name_of(kind)
