"""Which functions of libraries change what they are given: a call does not show it, so those that everybody knows stand here."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Final

from funcnodes_jupyter.convert.cells.source import imports_of

FullName = Callable[[str], str | None]
"""What a name stands for in full when it is imported or Python's own, such as ``numpy`` for ``np``; else None."""

_CHANGED: Final[Mapping[str, str]] = MappingProxyType(
    {
        "bisect.insort": "a", "bisect.insort_left": "a", "bisect.insort_right": "a",
        "builtins.delattr": "obj", "builtins.setattr": "obj",
        "heapq.heapify": "heap", "heapq.heapify_max": "heap", "heapq.heappop": "heap", "heapq.heappop_max": "heap",
        "heapq.heappush": "heap", "heapq.heappush_max": "heap", "heapq.heappushpop": "heap",
        "heapq.heappushpop_max": "heap", "heapq.heapreplace": "heap", "heapq.heapreplace_max": "heap",
        "numpy.copyto": "dst", "numpy.fill_diagonal": "a", "numpy.place": "arr", "numpy.put": "a",
        "numpy.put_along_axis": "arr", "numpy.putmask": "a", "numpy.random.shuffle": "x",
        "operator.delitem": "a", "operator.setitem": "a",
        "random.shuffle": "x",
    }
)  # fmt: skip
"""Function: the parameter whose value it changes, which is its first."""
_REMEMBERS: Final = frozenset({"numpy.random", "random"})
"""Modules of such functions that look different afterwards themselves."""


def changed_arguments(call: ast.Call, full_name: FullName) -> Iterator[ast.expr]:
    """The arguments that a call changes in place: those of well-known functions, and what numpy writes ``out`` to."""
    dotted = dotted_name(call.func, full_name)
    if dotted is None:
        return
    named = {keyword.arg: keyword.value for keyword in call.keywords}
    parameter = _CHANGED.get(dotted)
    if parameter is not None and (call.args or parameter in named):
        yield call.args[0] if call.args else named[parameter]
    if dotted.startswith("numpy.") and "out" in named:
        yield named["out"]


def changed_modules(statement: ast.stmt, full_name: FullName) -> list[str]:
    """The modules that remember that such a function was called in a statement, as those of random numbers do."""
    calls = [part for part in ast.walk(statement) if isinstance(part, ast.Call)]
    called = {dotted for call in calls if (dotted := dotted_name(call.func, full_name)) is not None}
    return sorted(_REMEMBERS.intersection(dotted.rpartition(".")[0] for dotted in called if dotted in _CHANGED))


def dotted_name(expression: ast.expr, full_name: FullName) -> str | None:
    """The full name of what ``np.linalg.norm`` stands for, when that is imported or Python's own."""
    attributes: list[str] = []
    while isinstance(expression, ast.Attribute):
        attributes.insert(0, expression.attr)
        expression = expression.value
    base = full_name(expression.id) if isinstance(expression, ast.Name) else None
    return None if base is None else ".".join([base, *attributes])


def with_imports(statements: Iterable[ast.stmt], around: FullName) -> FullName:
    """The full names that these statements see: of what they import themselves, else those ``around`` them."""
    own = {
        name: base_of_import(name, dotted, text)
        for statement in statements
        for part in ast.walk(statement)
        if isinstance(part, (ast.Import, ast.ImportFrom))
        for name, dotted, text in imports_of(part)
    }
    return lambda name: own.get(name) or around(name)


def base_of_import(name: str, dotted: str, statement: str) -> str:
    """What a name stands for after an import: ``import a.b`` binds ``a``."""
    return name if statement == f"import {dotted}" else dotted
