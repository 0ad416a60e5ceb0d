"""How the arguments of any call, and the names of any code, are called as ports of a node."""

from __future__ import annotations

import ast
from collections.abc import Sequence

NO_NAME = "args"
"""What positional arguments are called where a callable tells no signature: ``args_0``, ``args_1``, …"""
SOURCE = "__source__"
"""The input that holds code: no name that code would read."""


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


def is_taken(port: str) -> bool:
    """Whether an output of every call has that id, as ``out`` and ``out0``: such a parameter is no port."""
    return port.startswith("out") and (port == "out" or port[3:].isdecimal())
