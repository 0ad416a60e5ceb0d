"""The names of a part: what it needs from before it, what it gives to those after it, and what it changes."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeGuard

from funcnodes_jupyter.convert.cells.inplace import FullName
from funcnodes_jupyter.convert.cells.names import (
    Names,
    base_of,
    changed_by_call,
    changed_in_place,
    names_of,
    parts_run_at_once,
)

_VIEWS = frozenset({"items", "values", "get", "setdefault"})
"""Methods whose results are parts of their object."""
_ASKING = frozenset(
    {
        "agg", "all", "any", "astype", "copy", "corr", "count", "describe", "dropna", "fillna", "groupby", "head", "index",
        "info", "isna", "items", "join", "keys", "max", "mean", "median", "merge", "min", "notna", "nunique", "pivot_table",
        "query", "round", "sample", "sort_values", "std", "sum", "tail", "to_csv", "to_string", "unique", "value_counts",
        "var",
    }
)  # fmt: skip
"""Methods that change nothing, however often a part ends with one of them to show what it gives."""
_NO_PART_OF_IT = (ast.Compare, ast.BinOp, ast.UnaryOp, ast.JoinedStr, ast.Lambda)


@dataclass(slots=True)
class PartNames:
    """The names of some statements that run one after the other.

    Attributes:
        read: What they read before they bind it, with the line.
        later: What functions and classes of theirs read, perhaps not before somebody calls them.
        bound: What they give a value to.
        certain: What they give a value to in any case; all else may keep the one that it had.
        imported: What is a module, or a part of one, in the end.
        changed: The names from before them whose objects they change in place.
        touched: The names, its own too, whose objects its lines themselves change in place, or call a method of.
        handed_on: The names from before them whose objects, or parts of these, they give other names to.
        called: The functions that they call for what they do.
    """

    read: dict[str, int] = field(default_factory=dict)
    later: dict[str, int] = field(default_factory=dict)
    bound: list[str] = field(default_factory=list)
    certain: set[str] = field(default_factory=set)
    imported: set[str] = field(default_factory=set)
    changed: list[str] = field(default_factory=list)
    touched: set[str] = field(default_factory=set)
    handed_on: list[str] = field(default_factory=list)
    called: set[str] = field(default_factory=set)


def names_of_part(
    statements: Sequence[ast.stmt], changes: Callable[[str], Iterable[str]], full_name: FullName
) -> PartNames:
    """The names of statements, after the order in which they run.

    Args:
        changes: Of a function from before them: the names whose objects it changes in place.
        full_name: What names stand for that are imported.
    """
    found = PartNames()
    own: dict[str, tuple[str, ...]] = {}
    others = _Others()
    for statement in statements:
        names = names_of(statement)
        _add_read(found, statement, names)
        if not isinstance(statement, (ast.Import, ast.ImportFrom)):
            _follow(others, statement, found.certain)
            _add_changed(found, statement, others, full_name)
            calls = [changed for name in names.read for changed in own.get(name, changes(name))]
            _add_roots(found, [] if is_function(statement) else calls, others)
        if is_function(statement):
            own[statement.name] = changed_by_call(statement, full_name)
        _add_bound(found, statement, names)
    found.handed_on = sorted({root for name in [*found.bound, *found.changed] for root in others.of(name)})
    return found


def is_function(statement: ast.stmt) -> TypeGuard[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Whether a statement defines a function."""
    return isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef))


def _add_read(found: PartNames, statement: ast.stmt, names: Names) -> None:
    waits = is_function(statement) or isinstance(statement, ast.ClassDef)
    for name in names.read:
        if name not in found.certain:
            (found.later if waits else found.read).setdefault(name, statement.lineno)


def _add_changed(found: PartNames, statement: ast.stmt, others: _Others, full_name: FullName) -> None:
    for name in changed_in_place(statement, full_name) if not _only_asks(statement) else ():
        _add_roots(found, [name], others)
        found.touched.add(name)
    found.called |= {
        part.value.func.id
        for part in parts_run_at_once(statement)
        if isinstance(part, ast.Expr) and isinstance(part.value, ast.Call) and isinstance(part.value.func, ast.Name)
    }


def _add_roots(found: PartNames, changed: Iterable[str], others: _Others) -> None:
    for root in sorted(_roots(changed, others, found.certain)):
        if root not in found.changed:
            found.changed.append(root)


def _only_asks(statement: ast.stmt) -> bool:
    """Whether a statement is a call such as ``df.head()``, or ``df.groupby("a").mean()``."""
    value: ast.expr | None = statement.value if isinstance(statement, ast.Expr) else None
    first: ast.Call | None = None
    while isinstance(value, (ast.Call, ast.Attribute, ast.Subscript)):
        first = value if isinstance(value, ast.Call) else first
        value = value.func if isinstance(value, ast.Call) else value.value
    if first is None or not isinstance(first.func, ast.Attribute) or any(k.arg == "inplace" for k in first.keywords):
        return False
    return first.func.attr in _ASKING


def _add_bound(found: PartNames, statement: ast.stmt, names: Names) -> None:
    if isinstance(statement, (ast.Import, ast.ImportFrom)):
        found.imported.update(names.bound)
        found.bound = [name for name in found.bound if name not in names.bound]
        found.certain.update(names.bound)
        return
    for name in _in_order(statement, names):
        if name not in found.bound:
            found.bound.append(name)
    found.imported.difference_update(names.bound)
    simple = (ast.Assign, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.AugAssign)
    if isinstance(statement, simple) or (isinstance(statement, ast.AnnAssign) and statement.value is not None):
        found.certain.update(names.bound)


def _in_order(statement: ast.stmt, names: Names) -> list[str]:
    """The names that a statement binds as they stand in it, so that the first is the one that a person sees first."""
    if isinstance(statement, ast.AnnAssign) and statement.value is None:
        return []
    places = {
        part.id: (part.lineno, part.col_offset)
        for part in reversed(list(ast.walk(statement)))
        if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store)
    }
    return sorted(names.bound, key=lambda name: places.get(name, (0, 0)))


# --- other names for the same object ----------------------------------------------------------------


@dataclass(slots=True)
class _Others:
    """Objects from before the part that its names may lead to, by name.

    Attributes:
        same: Who stands for such an object, or for a part of it: a change of the one is a change of the other.
        inside: Who was given such an object to keep.
    """

    same: dict[str, set[str]] = field(default_factory=dict)
    inside: dict[str, set[str]] = field(default_factory=dict)

    def of(self, name: str) -> set[str]:
        return self.same.get(name, set()) | self.inside.get(name, set())


def _follow(others: _Others, statement: ast.stmt, certain: Iterable[str]) -> None:
    """Note which names may lead to objects from before the part."""
    for part in parts_run_at_once(statement):
        for target, value in _bindings(part):
            names = set(_may_be(value))
            roots = _roots(names, others, certain).union(*(others.inside.get(name, ()) for name in names))
            is_sure = part is statement and isinstance(statement, (ast.Assign, ast.AnnAssign))
            for node in ast.walk(target):
                if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                    others.same[node.id] = roots if is_sure else others.same.get(node.id, set()) | roots
                elif isinstance(node, (ast.Subscript, ast.Attribute)) and isinstance(node.ctx, ast.Store):
                    for name in base_of(node.value):
                        others.inside[name] = others.inside.get(name, set()) | roots


def _bindings(part: ast.AST) -> Iterator[tuple[ast.expr, ast.expr]]:
    if isinstance(part, ast.Assign):
        yield from ((target, part.value) for target in part.targets)
    elif isinstance(part, (ast.AnnAssign, ast.NamedExpr)) and part.value is not None:
        yield part.target, part.value
    elif isinstance(part, (ast.For, ast.AsyncFor)):
        yield part.target, part.iter
    elif isinstance(part, ast.withitem) and part.optional_vars is not None:
        yield part.optional_vars, part.context_expr
    elif isinstance(part, ast.Expr) and isinstance(part.value, ast.Call) and isinstance(part.value.func, ast.Attribute):
        # What is given to ``l.append(x)`` may be kept there.
        given = [*part.value.args, *(keyword.value for keyword in part.value.keywords)]
        yield ast.Attribute(part.value.func.value, "", ast.Store()), ast.Tuple(given, ast.Load())


def _may_be(value: ast.AST) -> Iterator[str]:
    """The names whose objects, or parts of them, an expression may give."""
    if isinstance(value, ast.Name):
        yield value.id
    elif isinstance(value, ast.Call):
        # Most calls make something new; of those that do not, the names that everybody knows.
        if isinstance(value.func, ast.Attribute) and value.func.attr in _VIEWS:
            yield from _may_be(value.func.value)
        elif isinstance(value.func, ast.Name) and value.func.id in ("zip", "enumerate", "reversed", "iter", "next"):
            for argument in value.args:
                yield from _may_be(argument)
    elif isinstance(value, ast.Subscript):
        yield from _may_be(value.value)
    elif not isinstance(value, _NO_PART_OF_IT):
        for child in ast.iter_child_nodes(value):
            yield from _may_be(child)


def _roots(names: Iterable[str], others: _Others, certain: Iterable[str]) -> set[str]:
    """The names from before the part that these may stand for."""
    return {root for name in names for root in (*others.same.get(name, ()), *(() if name in certain else (name,)))}
