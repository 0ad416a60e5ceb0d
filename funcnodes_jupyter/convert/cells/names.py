"""Which names a piece of code reads, binds and changes in place."""

from __future__ import annotations

import ast
import builtins
import symtable
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Names:
    """The names of a piece of code, in the order of the alphabet.

    Attributes:
        read: What it needs from around it, or reads after binding it; builtins too, when it reads them.
        bound: What it gives a value to, at its top level.
    """

    read: tuple[str, ...]
    bound: tuple[str, ...]


def names_of(code: ast.stmt | ast.expr) -> Names:
    """The names of a statement or an expression, after Python's own rules of scopes."""
    table = symtable.symtable(ast.unparse(code), "<cell>", "exec")
    read: set[str] = set()
    bound: set[str] = set()
    for symbol in table.get_symbols():
        if symbol.is_assigned() or symbol.is_imported() or symbol.is_namespace():
            bound.add(symbol.get_name())
        if symbol.is_referenced():
            read.add(symbol.get_name())
    for inner in _inner(table):
        read |= {symbol.get_name() for symbol in inner.get_symbols() if symbol.is_global() and symbol.is_referenced()}
    return Names(tuple(sorted(read)), tuple(sorted(bound)))


def _inner(table: symtable.SymbolTable) -> Iterator[symtable.SymbolTable]:
    for child in table.get_children():
        yield child
        yield from _inner(child)


def is_builtin(name: str) -> bool:
    """Whether Python itself knows the name."""
    return hasattr(builtins, name)


def changed_in_place(statement: ast.stmt) -> tuple[str, ...]:
    """The names whose objects a statement changes, as far as that can be seen.

    An item or attribute that is set or deleted, ``x += 1``, and a method that is called for what it does: its result
    is thrown away. Functions that are defined in it do nothing yet.
    """
    found = {name for part in _walk(statement) for name in _changed_by(part)}
    return tuple(sorted(found))


def _walk(node: ast.AST) -> Iterator[ast.AST]:
    yield node
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
            yield from _walk(child)


def _changed_by(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
        yield node.target.id
    elif isinstance(node, (ast.Subscript, ast.Attribute)) and isinstance(node.ctx, (ast.Store, ast.Del)):
        yield from _base(node.value)
    elif isinstance(node, ast.Expr):
        call = node.value.value if isinstance(node.value, ast.Await) else node.value
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute):
            yield from _base(call.func.value)


def _base(node: ast.expr) -> Iterator[str]:
    """The name at the root of ``a.b[0].c``, also through calls of methods such as ``df.loc().x``."""
    while isinstance(node, (ast.Attribute, ast.Subscript, ast.Call)):
        node = node.func if isinstance(node, ast.Call) else node.value
    if isinstance(node, ast.Name):
        yield node.id
