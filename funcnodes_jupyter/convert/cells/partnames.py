"""The names of a part: what it needs from before it, what it gives to those after it, and what it changes."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from funcnodes_jupyter.convert.cells.names import Names, changed_in_place, names_of, parts_run_at_once

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
        handed_on: The names from before them whose objects, or parts of these, they give other names to.
        called: What they call for what it does, such as ``plt`` in ``plt.show()``.
    """

    read: dict[str, int] = field(default_factory=dict)
    later: dict[str, int] = field(default_factory=dict)
    bound: list[str] = field(default_factory=list)
    certain: set[str] = field(default_factory=set)
    imported: set[str] = field(default_factory=set)
    changed: list[str] = field(default_factory=list)
    handed_on: list[str] = field(default_factory=list)
    called: set[str] = field(default_factory=set)


def names_of_part(statements: Sequence[ast.stmt]) -> PartNames:
    """The names of statements, after the order in which they run."""
    found = PartNames()
    others: dict[str, set[str]] = {}
    for statement in statements:
        names = names_of(statement)
        _add_read(found, statement, names)
        if not isinstance(statement, (ast.Import, ast.ImportFrom)):
            _follow(others, statement, found.certain)
            _add_changed(found, statement, others)
        _add_bound(found, statement, names)
    found.handed_on = sorted({root for name in found.bound for root in others.get(name, ())})
    return found


def _add_read(found: PartNames, statement: ast.stmt, names: Names) -> None:
    waits = isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef))
    for name in names.read:
        if name not in found.certain:
            (found.later if waits else found.read).setdefault(name, statement.lineno)


def _add_changed(found: PartNames, statement: ast.stmt, others: dict[str, set[str]]) -> None:
    for name in changed_in_place(statement) if not _only_asks(statement) else ():
        for root in _roots([name], others, found.certain):
            if root not in found.changed:
                found.changed.append(root)
        found.called.add(name)
    found.called |= {
        part.value.func.id
        for part in parts_run_at_once(statement)
        if isinstance(part, ast.Expr) and isinstance(part.value, ast.Call) and isinstance(part.value.func, ast.Name)
    }


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


def _follow(others: dict[str, set[str]], statement: ast.stmt, certain: Iterable[str]) -> None:
    """Note which names may stand for objects from before the part, or for parts of them."""
    for part in parts_run_at_once(statement):
        for target, value in _bindings(part):
            roots = _roots(_may_be(value), others, certain)
            for name in ast.walk(target):
                if isinstance(name, ast.Name) and isinstance(name.ctx, ast.Store):
                    is_sure = part is statement and isinstance(statement, (ast.Assign, ast.AnnAssign))
                    others[name.id] = roots if is_sure else others.get(name.id, set()) | roots


def _bindings(part: ast.AST) -> Iterator[tuple[ast.expr, ast.expr]]:
    if isinstance(part, ast.Assign):
        yield from ((target, part.value) for target in part.targets)
    elif isinstance(part, (ast.AnnAssign, ast.NamedExpr)) and part.value is not None:
        yield part.target, part.value
    elif isinstance(part, (ast.For, ast.AsyncFor)):
        yield part.target, part.iter
    elif isinstance(part, ast.withitem) and part.optional_vars is not None:
        yield part.optional_vars, part.context_expr


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


def _roots(names: Iterable[str], others: dict[str, set[str]], certain: Iterable[str]) -> set[str]:
    """The names from before the part that these may stand for."""
    return {root for name in names for root in (*others.get(name, ()), *(() if name in certain else (name,)))}
