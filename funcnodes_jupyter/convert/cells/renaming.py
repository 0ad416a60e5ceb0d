"""Code with other names, or with values in the place of names."""

from __future__ import annotations

import ast
from collections.abc import Mapping


def renamed(source: str, names: Mapping[str, str]) -> str:
    """The code with other names for some; as it is when they are the same."""
    changed = {old: new for old, new in names.items() if old != new}
    if not changed:
        return source
    return ast.unparse(_Renaming({old: ast.Name(new) for old, new in changed.items()}).visit(ast.parse(source)))


def with_values(source: str, values: Mapping[str, str]) -> str:
    """The expression with other expressions, given as text, in the place of names."""
    changed = {name: ast.parse(text, mode="eval").body for name, text in values.items() if text != name}
    if not changed:
        return source
    return ast.unparse(_Renaming(changed).visit(ast.parse(source, mode="eval")))


class _Renaming(ast.NodeTransformer):
    """Puts other names, or values, in the place of names; parameters of functions inside keep theirs."""

    def __init__(self, names: Mapping[str, ast.expr]) -> None:
        self._names = names

    def visit_Name(self, node: ast.Name) -> ast.expr:
        other = self._names.get(node.id)
        if other is None:
            return node
        return ast.Name(other.id, node.ctx) if isinstance(other, ast.Name) else other

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        return self._function(node)

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> ast.AST:
        return self._function(node)

    def visit_Lambda(self, node: ast.Lambda) -> ast.AST:
        return self._function(node)

    def _function(self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) -> ast.AST:
        arguments = node.args
        own = {one.arg for one in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)}
        own |= {one.arg for one in (arguments.vararg, arguments.kwarg) if one is not None}
        if not isinstance(node, ast.Lambda) and isinstance(other := self._names.get(node.name), ast.Name):
            node.name = other.id
        inner = _Renaming({old: new for old, new in self._names.items() if old not in own})
        return ast.NodeTransformer.generic_visit(inner, node)
