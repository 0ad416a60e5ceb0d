"""How the arguments of any call, and the names of any code, are called as ports of a node."""

from __future__ import annotations

import ast
from collections.abc import Sequence

NO_NAME = "args"
"""What positional arguments are called where a callable tells no signature: ``args_0``, ``args_1``, …"""
SOURCE = "__source__"
"""The input that holds code: no name that code would read."""
SHOWN = "shown"
"""The property of code whose last line is an expression that is to be kept: the name that its value gets."""
FUNCTIONS = "functions"
"""The property of code that binds names which functions that come in read: these see its names (name → their text)."""


def gives_value(source: str, outputs: Sequence[str], changed: Sequence[str]) -> bool:
    """Whether code is an expression whose value is asked for, and no statement.

    Args:
        source: The code.
        outputs: The names that its outputs give values to.
        changed: The names whose objects it changes in place: then it is there for that.
    """
    if list(outputs) != ["out"] or changed:
        return False
    try:
        ast.parse(source.strip(), mode="eval")
    except SyntaxError:
        return False
    return True


def with_shown(tree: ast.Module, name: str) -> ast.Module:
    """Statements of which the last, if it is an expression, gives its value a name."""
    last = tree.body[-1] if tree.body else None
    if isinstance(last, ast.Expr):
        target = ast.copy_location(ast.Name(name, ast.Store()), last)
        tree.body[-1] = ast.copy_location(ast.Assign([target], last.value), last)
    return tree


def is_taken(port: str) -> bool:
    """Whether an output of every call has that id, as ``out`` and ``out0``: such a parameter is no port."""
    return port.startswith("out") and (port == "out" or port[3:].isdecimal())
