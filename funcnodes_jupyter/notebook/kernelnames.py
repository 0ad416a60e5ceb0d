"""What the names of a cell mean in this process: modules and functions are named, values travel."""

from __future__ import annotations

import ast
import builtins
import inspect
import sys
import textwrap
from collections.abc import Mapping
from types import FunctionType, ModuleType
from typing import Any


def names_in(source: str) -> set[str]:
    """The names that stand in a cell; none when it is no Python."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError):
        return set()
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}


def meanings(source: str, namespace: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """What the names of a cell that ``namespace`` knows are, as the command ``apply_cell`` takes it.

    Functions of the notebook bring their source along, and so what those read is looked up, too.
    """
    found: dict[str, dict[str, str]] = {}
    waiting = sorted(names_in(source))
    while waiting:
        name = waiting.pop()
        if name in found or (name not in namespace and not _is_of_shell(name)):
            continue
        found[name] = meaning = meaning_of(namespace[name] if name in namespace else getattr(builtins, name))
        if meaning["kind"] == "function":
            waiting += sorted(names_in(meaning["text"]))
    return found


def _is_of_shell(name: str) -> bool:
    """Whether a notebook has the name from IPython, without an import."""
    return name == "display" and hasattr(builtins, name)


def meaning_of(value: Any) -> dict[str, str]:
    """What a value of this process is for a worker: ``kind`` module, callable, function or value; ``text`` names it."""
    if isinstance(value, ModuleType):
        return {"kind": "module", "text": value.__name__}
    if isinstance(value, (FunctionType, type)) and value.__module__ != "__main__":
        dotted = f"{value.__module__}.{value.__qualname__}"
        if _leads_to(dotted, value):
            return {"kind": "callable", "text": dotted}
    if isinstance(value, FunctionType) and value.__name__ != "<lambda>":
        try:
            return {"kind": "function", "text": textwrap.dedent(inspect.getsource(value))}
        except (OSError, TypeError):  # made by exec, or its cell is gone
            return {"kind": "value", "text": ""}
    return {"kind": "value", "text": ""}


def _leads_to(dotted: str, value: Any) -> bool:
    found: Any = sys.modules.get(value.__module__)
    for part in value.__qualname__.split("."):
        found = getattr(found, part, None)
    return found is value
