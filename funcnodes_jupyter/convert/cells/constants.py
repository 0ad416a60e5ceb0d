"""Values that stand in a cell itself."""

from __future__ import annotations

import ast
from typing import Any

from funcnodes_jupyter.convert.cells.draft import Constant

_PLAIN = (bool, int, float, complex, str, bytes, type(None))
_NODES: dict[type, str] = {
    bool: "basic.boolean",
    int: "basic.whole_number",
    float: "basic.number",
    str: "basic.text",
    list: "basic.list",
    dict: "basic.dict",
    type(None): "basic.none",
}


def constant_of(expression: ast.expr) -> Constant | None:
    """The value of a literal, or of a list, tuple, dict or set of literals; None for all else."""
    try:
        value = ast.literal_eval(expression)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return None
    if not _has_form(value):
        return None
    assert expression.end_lineno is not None
    assert expression.end_col_offset is not None
    return Constant(value, (expression.lineno, expression.col_offset, expression.end_lineno, expression.end_col_offset))


def _has_form(value: Any) -> bool:
    if isinstance(value, (list, tuple, set)):
        return all(map(_has_form, value))
    if isinstance(value, dict):
        return all(map(_has_form, value)) and all(map(_has_form, value.values()))
    return isinstance(value, _PLAIN)


def node_of_constant(value: Any) -> str:
    """The class whose node holds such a value, in a field that fits."""
    return _NODES.get(type(value), "basic.value")
