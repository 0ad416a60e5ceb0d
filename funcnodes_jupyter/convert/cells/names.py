"""Which names a piece of code reads, binds and changes in place."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from funcnodes_jupyter.convert.cells.inplace import FullName, changed_arguments, with_imports


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
    scope = _Scope()
    scope.visit(code)
    return Names(tuple(sorted(scope.read)), tuple(sorted(scope.bound)))


class _Scope(ast.NodeVisitor):
    """The names of one scope; of those inside it, what they take from around them.

    Not by ``symtable``: from Python 3.12 on it counts the variables of comprehensions among those around them.
    """

    def __init__(self) -> None:
        self.read: set[str] = set()
        self.bound: set[str] = set()
        self.elsewhere: set[str] = set()

    def visit_Name(self, node: ast.Name) -> None:
        (self.read if isinstance(node.ctx, ast.Load) else self.bound).add(node.id)

    def visit_alias(self, node: ast.alias) -> None:
        self.bound.add(node.asname or node.name.partition(".")[0])

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> None:
        self._bind(node.name)
        self.generic_visit(node)

    def visit_MatchAs(self, node: ast.MatchAs) -> None:
        self._bind(node.name)
        self.generic_visit(node)

    def visit_MatchStar(self, node: ast.MatchStar) -> None:
        self._bind(node.name)

    def visit_MatchMapping(self, node: ast.MatchMapping) -> None:
        self._bind(node.rest)
        self.generic_visit(node)

    def visit_Nonlocal(self, node: ast.Nonlocal) -> None:
        self.elsewhere.update(node.names)

    def visit_Lambda(self, node: ast.Lambda) -> None:
        self._defaults(node.args)
        self._inside([node.body], _parameters(node.args))

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        self._function(node)

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> None:
        self._function(node)

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        self.bound.add(node.name)
        for part in (*node.decorator_list, *node.bases, *node.keywords):
            self.visit(part)
        self._inside(node.body, {node.name})

    def visit_ListComp(self, node: ast.ListComp) -> None:
        self._comprehension(node.generators, [node.elt])

    def visit_SetComp(self, node: ast.SetComp) -> None:
        self._comprehension(node.generators, [node.elt])

    def visit_GeneratorExp(self, node: ast.GeneratorExp) -> None:
        self._comprehension(node.generators, [node.elt])

    def visit_DictComp(self, node: ast.DictComp) -> None:
        self._comprehension(node.generators, [node.key, node.value])

    def _function(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        self.bound.add(node.name)
        for part in node.decorator_list:
            self.visit(part)
        self._defaults(node.args)
        if node.returns is not None:
            self.visit(node.returns)
        self._inside(node.body, _parameters(node.args))

    def _defaults(self, arguments: ast.arguments) -> None:
        everyone = (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, arguments.vararg, arguments.kwarg)
        annotations = [one.annotation for one in everyone if one is not None]
        for part in (*arguments.defaults, *arguments.kw_defaults, *annotations):
            if part is not None:
                self.visit(part)

    def _comprehension(self, generators: list[ast.comprehension], results: list[ast.expr]) -> None:
        self.visit(generators[0].iter)
        targets = _Scope()
        for generator in generators:
            targets.visit(generator.target)
        rest = [generator.iter for generator in generators[1:]]
        inner = [*rest, *(test for generator in generators for test in generator.ifs), *results]
        # What := binds in there is bound around it.
        self.bound.update(
            part.target.id for whole in inner for part in ast.walk(whole) if isinstance(part, ast.NamedExpr)
        )
        self._inside(inner, targets.bound)

    def _inside(self, parts: Sequence[ast.AST], own: set[str]) -> None:
        inner = _Scope()
        for part in parts:
            inner.visit(part)
        self.read |= inner.read - own - (inner.bound - inner.elsewhere)

    def _bind(self, name: str | None) -> None:
        if name is not None:
            self.bound.add(name)


def _parameters(arguments: ast.arguments) -> set[str]:
    everyone = (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, arguments.vararg, arguments.kwarg)
    return {one.arg for one in everyone if one is not None}


def is_builtin(name: str) -> bool:
    """Whether Python itself knows the name."""
    return hasattr(builtins, name)


def changed_in_place(statement: ast.stmt, full_name: FullName) -> tuple[str, ...]:
    """The names whose objects a statement changes, as far as that can be seen.

    An item or attribute that is set or deleted, ``x += 1``, a method that is called for what it does (its result is
    thrown away), and what is given to a function that is known to change it, such as ``random.shuffle``. Functions that
    are defined in it do nothing yet.
    """
    found = {name for part in parts_run_at_once(statement) for name in _changed_by(part, full_name)}
    return tuple(sorted(found))


def parts_run_at_once(node: ast.AST) -> Iterator[ast.AST]:
    """What a statement consists of, functions in it apart: those run when they are called."""
    yield node
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
            yield from parts_run_at_once(child)


def changed_by_call(function: ast.FunctionDef | ast.AsyncFunctionDef, full_name: FullName) -> tuple[str, ...]:
    """The names from around a function whose objects it changes in place when it is called."""
    scope = _Scope()
    for statement in function.body:
        scope.visit(statement)
    own = _parameters(function.args) | (scope.bound - scope.elsewhere)
    seen = with_imports(function.body, full_name)
    return tuple(sorted({name for statement in function.body for name in changed_in_place(statement, seen)} - own))


def _changed_by(node: ast.AST, full_name: FullName) -> Iterator[str]:
    if isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
        yield node.target.id
    elif isinstance(node, (ast.Subscript, ast.Attribute)) and isinstance(node.ctx, (ast.Store, ast.Del)):
        yield from base_of(node.value)
    elif isinstance(node, ast.Expr):
        call = node.value.value if isinstance(node.value, ast.Await) else node.value
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute):
            yield from base_of(call.func.value)
            if call.func.attr == "shuffle" and call.args:  # of a generator of random numbers
                yield from base_of(call.args[0])
    elif isinstance(node, ast.Call):
        for argument in changed_arguments(node, full_name):
            yield from base_of(argument)


def base_of(node: ast.expr) -> Iterator[str]:
    """The name at the root of ``a.b[0].c``, also through calls of methods such as ``df.loc().x``."""
    while isinstance(node, (ast.Attribute, ast.Subscript, ast.Call)):
        node = node.func if isinstance(node, ast.Call) else node.value
    if isinstance(node, ast.Name):
        yield node.id
