"""Values as JSON documents: whole for a program, or the beginning of it for a person."""

from __future__ import annotations

import base64
import math
from typing import Any

from funcnodes_jupyter.core.brief import first_items, is_numpy, is_pandas, line_of

_TEXT = 4000
_ITEMS = 100
_DEPTH = 6
_BUDGET = 2000


class Sample:
    """Copies the beginning of nested lists and dicts; exact built-in types only, no code of others runs."""

    def __init__(self, items: int = _ITEMS, budget: int = _BUDGET) -> None:
        self._items = items
        self._left = budget

    def of(self, value: Any, depth: int = _DEPTH) -> Any:
        """A JSON document of bounded size that begins like ``value``."""
        self._left -= 1
        kind = type(value)
        if value is None or kind in (bool, int, float):
            return value if kind is not float or math.isfinite(value) else repr(value)
        if kind is str:
            return value if len(value) <= _TEXT else f"{value[:_TEXT]}…"
        if depth == 0 or self._left <= 0:
            return "…"
        if kind is dict:
            return self._of_dict(value, depth)
        if kind in (list, tuple, set, frozenset):
            shown = [self.of(item, depth - 1) for item in first_items(value, self._items) if self._left > 0]
            hidden = len(value) - len(shown)
            return [*shown, f"… {hidden:,} more"] if hidden else shown
        return line_of(value, 200)

    def _of_dict(self, value: dict[Any, Any], depth: int) -> dict[str, Any]:
        shown: dict[str, Any] = {}
        for key, item in first_items(value.items(), self._items):
            if self._left <= 0:
                break
            shown[key if type(key) is str else line_of(key, 80)] = self.of(item, depth - 1)
        if len(value) > len(shown):
            shown["…"] = f"{len(value) - len(shown):,} more"
        return shown


def to_json(value: Any) -> Any:
    """``value`` as a whole JSON document, for the command that asks for it.

    Sets become lists, bytes base64, tables lists of records, arrays nested lists, ``_repr_json_`` is taken
    as it is, what has no form becomes its text. This may run code of others: call it in the main thread
    unless :func:`is_simple` says otherwise.
    """
    kind = type(value)
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, bytes | bytearray):
        return base64.b64encode(value).decode()
    if isinstance(value, dict):
        return {str(key): to_json(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [to_json(item) for item in value]
    if is_pandas(kind) and hasattr(value, "to_dict"):
        return to_json(value.to_dict("records") if kind.__name__ == "DataFrame" else value.to_dict())
    if is_numpy(kind) and hasattr(value, "tolist"):
        return to_json(value.tolist())
    if callable(getattr(kind, "_repr_json_", None)):
        return value._repr_json_()
    if hasattr(value, "__dataclass_fields__"):
        return {name: to_json(getattr(value, name)) for name in value.__dataclass_fields__}
    return str(value)


def is_simple(value: Any, budget: int = 10_000) -> bool:
    """Whether ``value`` is made of built-in types, numpy or pandas only, so that any thread may read it."""
    stack, seen = [value], 0
    while stack:
        item = stack.pop()
        seen += 1
        kind = type(item)
        if seen > budget:
            return False
        if item is None or kind in (bool, int, float, complex, str, bytes):
            continue
        if kind in (list, tuple, set, frozenset):
            stack.extend(list(item))
        elif kind is dict:
            stack.extend(list(item))
            stack.extend(list(item.values()))
        elif not _is_plain_array(item):
            return False
    return True


def _is_plain_array(value: Any) -> bool:
    """Numbers and texts of numpy and pandas; columns of objects may hold anything."""
    kind = type(value)
    if is_numpy(kind):
        return getattr(getattr(value, "dtype", None), "kind", "O") != "O"
    if is_pandas(kind) and kind.__name__ == "DataFrame":
        return all(_is_plain_dtype(dtype) for dtype in value.dtypes.tolist())
    return is_pandas(kind) and kind.__name__ == "Series" and _is_plain_dtype(value.dtype)


def _is_plain_dtype(dtype: Any) -> bool:
    known = type(dtype).__module__.partition(".")[0] in ("numpy", "pandas")
    return known and (getattr(dtype, "kind", "O") != "O" or str(dtype) in ("str", "string", "category"))
