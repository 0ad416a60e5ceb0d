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
    dotted = _place_of(value) if callable(value) else None
    if dotted is not None:
        return {"kind": "callable", "text": dotted}
    if isinstance(value, FunctionType) and value.__name__ != "<lambda>":
        try:
            return {"kind": "function", "text": textwrap.dedent(inspect.getsource(value))}
        except (OSError, TypeError):  # made by exec, or its cell is gone
            return {"kind": "value", "text": ""}
    return {"kind": "value", "text": ""}


def _place_of(value: Any) -> str | None:
    """The full name by which another process can import something that is called; None when none leads to it."""
    # Methods in C, such as random.random, name no module; their class does.
    module = getattr(value, "__module__", None) or getattr(type(getattr(value, "__self__", None)), "__module__", None)
    if module == "__main__" or not isinstance(module, str):
        return None
    # The second is for what is bound to an object of its module, such as random.gauss.
    for name in (getattr(value, "__qualname__", None), getattr(value, "__name__", None)):
        if isinstance(name, str) and _found(module, name) is value:
            return f"{module}.{name}"
    return None


def _found(module: str, name: str) -> Any:
    found: Any = sys.modules.get(module)
    for part in name.split("."):
        found = getattr(found, part, None)
    return found
