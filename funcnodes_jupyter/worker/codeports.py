"""The ports of a node of code, after its text. Nothing of it is run for that."""

from __future__ import annotations

import ast
import builtins
import inspect

from funcnodes_jupyter.convert.cells.inplace import with_imports
from funcnodes_jupyter.convert.cells.names import changed_in_place, is_builtin, names_of
from funcnodes_jupyter.core.callports import SOURCE
from funcnodes_jupyter.core.document import Record
from funcnodes_jupyter.core.node import Node
from funcnodes_jupyter.core.nodespace import NodeSpace
from funcnodes_jupyter.nodes.code import IMPORTS, MUTATES, AsyncCodeNode, CodeNode
from funcnodes_jupyter.nodes.trust import is_trusted
from funcnodes_jupyter.worker.errors import ArgumentError


def put_code(space: NodeSpace, node: Node, source: str) -> Node:
    """Give a node of code another text: what it reads are its inputs then, and what it binds its outputs.

    Raises:
        ArgumentError: it is no Python, or what is there came from elsewhere; nothing is changed then.
    """
    if not is_trusted(node):
        raise ArgumentError(f"uuid: {node.name} holds code that came from elsewhere: trust it before you change it")
    tree, awaits = _parsed(source)
    _refuse_other_kind(node, awaits)
    reads, gives = _names(tree)
    imported = {name for statement in _imports(node) for name in names_of(statement).bound}
    inputs = [name for name in reads if name not in imported]
    ports: dict[str, Record] = {SOURCE: {"is_input": True, "value": source}}
    ports.update({name: {"is_input": True, "added": {}} for name in inputs})
    full_name = with_imports([*_imports(node), *tree.body], _builtin)
    changed = [name for statement in tree.body for name in changed_in_place(statement, full_name) if name in inputs]
    outputs = [] if gives == ["out"] and changed else gives
    for name in dict.fromkeys([*outputs, *changed]):
        ports[_free_id(name, ports)] = {"is_input": False, "added": {"name": name}}
    properties = {MUTATES: changed or None}
    return space.edits.reshape(node, ports, properties, f"Change {node.name}")


def _parsed(source: str) -> tuple[ast.Module, bool]:
    try:
        code = compile(source.strip(), "<code>", "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True)
    except (SyntaxError, ValueError) as error:
        line = f" in line {error.lineno}" if isinstance(error, SyntaxError) else ""
        what = error.msg if isinstance(error, SyntaxError) else str(error)
        raise ArgumentError(f"source: is no Python: {what}{line}") from None
    return ast.parse(source.strip()), bool(code.co_flags & inspect.CO_COROUTINE)


def _names(tree: ast.Module) -> tuple[list[str], list[str]]:
    """(the names that have to come from outside, those that the code gives values to or ``out`` for an expression)."""
    bound: dict[str, None] = {}
    imported: set[str] = set()
    reads: dict[str, None] = {}
    for statement in tree.body:
        if isinstance(statement, (ast.Import, ast.ImportFrom)):
            imported |= set(names_of(statement).bound)
            continue
        names = names_of(statement)
        known = bound.keys() | imported
        first = _read_first(statement)
        own = set(names.bound) - first
        read = [*names.read, *(name for name in names.bound if name in first and name not in names.read)]
        needed = [name for name in read if name not in known and name not in own and not hasattr(builtins, name)]
        reads.update(dict.fromkeys(needed))
        bound.update(dict.fromkeys(name for name in names.bound if name not in imported))
    is_expression = len(tree.body) == 1 and isinstance(tree.body[0], ast.Expr)
    return list(reads), ["out"] if is_expression and not bound else list(bound)


def _read_first(statement: ast.stmt) -> set[str]:
    """The names that ``x += 1`` and ``x = x + 1`` need the value of that they had before."""
    found: set[str] = set()
    for part in ast.walk(statement):
        if isinstance(part, ast.AugAssign) and isinstance(part.target, ast.Name):
            found.add(part.target.id)
        elif isinstance(part, (ast.Assign, ast.AnnAssign)) and part.value is not None:
            found.update(names_of(part.value).read)
    return found


def _imports(node: Node) -> list[ast.stmt]:
    return [ast.parse(statement).body[0] for statement in node.get_property(IMPORTS) or ()]


def _builtin(name: str) -> str | None:
    return f"builtins.{name}" if is_builtin(name) else None


def _free_id(name: str, ports: dict[str, Record]) -> str:
    while name in ports:
        name += "_"
    return name


def _refuse_other_kind(node: Node, awaits: bool) -> None:
    if awaits and isinstance(node, CodeNode):
        raise ArgumentError(f"source: it awaits something: add a node {AsyncCodeNode.node_name!r} for that")
