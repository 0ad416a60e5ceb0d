"""What the names of a notebook mean, as far as its text tells: the kernel itself is not there to be asked."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

from funcnodes_jupyter.convert.cells.draft import KernelName
from funcnodes_jupyter.convert.cells.names import is_builtin, names_of
from funcnodes_jupyter.convert.cells.source import imports_of, lines_of, text_of

Meanings = dict[str, KernelName]


def meanings_in(text: str) -> Meanings:
    """What a cell gives meanings to; nothing when it is no Python, for then it could not be run either."""
    found: Meanings = {}
    for statement in _statements(text):
        found.update(_meanings(statement, lines_of(text)))
    return found


def needed(text: str, known: Mapping[str, KernelName]) -> Meanings:
    """What the names of a workflow's cell mean that the notebook has to know.

    What nobody saw come, from ``import *`` or a magic, is a value: that the cell ran without it is not likely.
    """
    found: Meanings = {}
    statements = list(_statements(text))
    bound = {name for statement in statements for name in names_of(statement).bound}
    waiting = [(name, bound) for statement in statements for name in names_of(statement).read]
    while waiting:
        name, here = waiting.pop()
        if name in found or (name not in known and (name in here or is_builtin(name))):
            continue
        found[name] = meaning = known.get(name, KernelName("value"))
        if meaning.kind == "function":
            waiting += [(read, {name}) for part in _statements(meaning.text) for read in names_of(part).read]
    return found


def bound_by(text: str) -> set[str]:
    """The names that a text gives values to, modules left out."""
    names = {name: meaning for name, meaning in meanings_in(text).items() if meaning.kind in ("value", "function")}
    return set(names)


def _statements(text: str) -> Iterator[ast.stmt]:
    try:
        yield from ast.parse(text).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return


def _meanings(statement: ast.stmt, lines: list[str]) -> Meanings:
    if isinstance(statement, ast.ImportFrom):
        if statement.level or any(alias.name == "*" for alias in statement.names):
            return {}
        # Whether a module's part is a module itself makes no difference: what matters is how it is imported.
        return {name: KernelName("callable", dotted) for name, dotted, _ in imports_of(statement)}
    if isinstance(statement, ast.Import):
        return {
            name: KernelName("module", _bound_module(name, dotted, text))
            for name, dotted, text in imports_of(statement)
        }
    if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return {statement.name: KernelName("function", text_of(statement, lines))}
    return dict.fromkeys(names_of(statement).bound, KernelName("value"))


def _bound_module(name: str, dotted: str, statement: str) -> str:
    """``import a.b`` binds ``a``."""
    return name if statement == f"import {dotted}" else dotted
