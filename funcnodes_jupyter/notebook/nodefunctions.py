"""A function of the notebook as text that can stand alone: with the imports, functions and constants that it reads."""

from __future__ import annotations

import ast
import builtins
import inspect
import textwrap
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from funcnodes_jupyter.convert.cells.live import written
from funcnodes_jupyter.convert.cells.names import names_of
from funcnodes_jupyter.notebook.errors import CellRefusedError
from funcnodes_jupyter.notebook.kernelnames import meaning_of

Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
_LONGEST = 10_000
"""Characters of a constant that travels with a function."""


def source_of(function: Callable[..., Any]) -> str:
    """The text of a function, without the decorator that asks for it.

    Raises:
        CellRefusedError: it has none, because it was made by ``exec`` or in C.
    """
    try:
        text = textwrap.dedent(inspect.getsource(function))
        statement = ast.parse(text).body[0]
    except (OSError, TypeError, SyntaxError, IndexError):
        name = getattr(function, "__name__", repr(function))
        raise CellRefusedError(f"{name} has no source that could be read: define it with def in a cell.", 0) from None
    if not isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef)):
        raise CellRefusedError("A node is made of a function that def gives a name to, and this is none.", 0)
    return text_of(text, statement)


def definitions(cell: str) -> dict[str, str]:
    """The functions and classes that a cell of plain Python defines at its top level, as they stand there, by name."""
    return {part.name: text_of(cell, part) for part in ast.parse(cell).body if isinstance(part, Definition)}


def public_functions(cell: str) -> list[str]:
    """The names of the functions among them that do not begin with an underscore."""
    functions = (part for part in ast.parse(cell).body if isinstance(part, (ast.FunctionDef, ast.AsyncFunctionDef)))
    return list(dict.fromkeys(part.name for part in functions if not part.name.startswith("_")))


def text_of(source: str, statement: Definition) -> str:
    """The text of a definition, with those decorators that are not ours."""
    lines = source.splitlines()
    kept: list[str] = []
    for decorator in statement.decorator_list:
        if not _asks_for_node(decorator):
            kept += lines[decorator.lineno - 1 : decorator.end_lineno]
    return "\n".join([*kept, *lines[statement.lineno - 1 : statement.end_lineno]])


def standing_alone(name: str, text: str, namespace: Mapping[str, Any], beside: Mapping[str, str] | None = None) -> str:
    """``text`` behind all that it reads of the notebook.

    Args:
        name: What it defines.
        text: The definition.
        namespace: The names of the notebook.
        beside: Definitions of the same cell, by name.

    Raises:
        CellRefusedError: it reads a value that does not travel; the text names both.
    """
    needs = _Needs(name, namespace, beside or {})
    needs.of(text)
    head = "\n".join(sorted(needs.imports, key=lambda line: (line.startswith("from"), line)))
    return "\n\n\n".join(part for part in (head, *needs.parts, text) if part) + "\n"


class _Needs:
    """Collects what a definition reads, and what that reads."""

    def __init__(self, name: str, namespace: Mapping[str, Any], beside: Mapping[str, str]) -> None:
        self._name = name
        self._namespace = namespace
        self._beside = beside
        self._seen = {name}
        self.imports: set[str] = set()
        self.parts: list[str] = []

    def of(self, text: str) -> None:
        """Add what ``text`` reads, each part behind what it needs itself."""
        for name in _read_by(text):
            if name not in self._seen:
                self._seen.add(name)
                self._add(name)

    def _add(self, name: str) -> None:
        if name in self._beside:
            self._add_text(self._beside[name])
        elif name in self._namespace:
            meaning = meaning_of(self._namespace[name])
            if meaning["kind"] == "function":
                self._add_text(meaning["text"])
            elif meaning["kind"] == "value":
                self._add_constant(name)
            else:
                self.imports.add(_import_of(name, meaning))

    def _add_text(self, text: str) -> None:
        self.of(text)
        self.parts.append(text.rstrip())

    def _add_constant(self, name: str) -> None:
        value = self._namespace[name]
        text = written(value)
        if text is None or len(text) > _LONGEST:
            raise CellRefusedError(
                f"{self._name} reads {name!r}, a {type(value).__name__} of the notebook, which does not travel with it: "
                "make it a parameter, or make it inside the function.",
                0,
            )
        self.parts.append(f"{name} = {text}")


def _read_by(text: str) -> Iterator[str]:
    for statement in ast.parse(text).body:
        names = names_of(statement)
        yield from (name for name in names.read if name not in names.bound and not hasattr(builtins, name))


def _import_of(name: str, meaning: Mapping[str, str]) -> str:
    dotted = meaning["text"]
    if meaning["kind"] == "module":
        return f"import {dotted}" if name == dotted else f"import {dotted} as {name}"
    owner, _, last = dotted.rpartition(".")
    return f"from {owner} import {last}" if name == last else f"from {owner} import {last} as {name}"


def _asks_for_node(decorator: ast.expr) -> bool:
    """Whether it is ``flow.node``, plain or called: in the worker there is nothing of that name."""
    called = decorator.func if isinstance(decorator, ast.Call) else decorator
    return isinstance(called, ast.Attribute) and called.attr == "node"
