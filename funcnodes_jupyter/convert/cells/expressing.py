"""A node written as an expression, with the names that its wires have."""

from __future__ import annotations

import ast
import inspect
import keyword
from collections.abc import Mapping, Sequence
from typing import Any

from funcnodes_jupyter.convert.cells.cellscope import signature_of
from funcnodes_jupyter.convert.cells.constants import constant_of
from funcnodes_jupyter.convert.cells.draft import Finder
from funcnodes_jupyter.convert.cells.expressions import (
    ASYNC_CODE,
    BINARY,
    CALL,
    CODE,
    COMPARISON,
    METHOD,
    UNARY,
)
from funcnodes_jupyter.convert.cells.importing import Importing
from funcnodes_jupyter.convert.cells.live import LiveNode, Port, written
from funcnodes_jupyter.convert.cells.naming import Naming
from funcnodes_jupyter.convert.cells.renaming import with_values
from funcnodes_jupyter.convert.cells.wholenodes import called_name, is_constant
from funcnodes_jupyter.convert.errors import NotWritableError
from funcnodes_jupyter.core.callports import NO_NAME, SOURCE

_OPERATORS: Mapping[str, type[ast.operator]] = {name: kind for kind, name in BINARY.items()}
_UNARY: Mapping[str, type[ast.unaryop]] = {name: kind for kind, name in UNARY.items()}
_COMPARISONS: Mapping[str, type[ast.cmpop]] = {name: kind for kind, name in COMPARISON.items()}


class Expressing:
    """Writes nodes as expressions.

    Args:
        nodes: The nodes by uuid.
        find: Looks up what is called; called where importing may run code.
        naming: What the values of their wires are called.
        importing: Gets what they need.
    """

    def __init__(self, nodes: Mapping[str, LiveNode], find: Finder, naming: Naming, importing: Importing) -> None:
        self._nodes = nodes
        self._find = find
        self._naming = naming
        self._importing = importing

    def of(self, live: LiveNode) -> str:
        """What stands behind the ``=`` of the node's statement.

        Raises:
            NotWritableError: a value, or what is called, has no form in Python.
        """
        node_id = live.node_id
        if node_id in (CODE, ASYNC_CODE):
            self._importing.for_code(live)
            given = {name: self._value(live, name) for name in (*live.wires, *live.values) if name != SOURCE}
            return with_values(str(live.values.get(SOURCE, "")), given)
        if node_id == METHOD:
            owner = _as_operand(self._value(live, "object"))
            method = live.values.get("method")
            if not isinstance(method, str) or not method.isidentifier():
                raise NotWritableError(f"{live.node.name}.method is no name of a method.")
            return f"{owner}.{method}({self.arguments(live, ('object', 'method'))})"
        if node_id == CALL:
            arguments = self.arguments(live, ("function",), self._signature(live.wires.get("function")))
            return f"{_as_operand(self._value(live, 'function'))}({arguments})"
        if node_id.startswith("py:operator."):
            made = self._operation(live, node_id.removeprefix("py:operator."))
            if made is not None and constant_of(ast.parse(made, mode="eval").body) is None:
                return made  # -1 would be read as a number
        if node_id.startswith("py:"):
            dotted = node_id.removeprefix("py:")
            return f"{self._importing.called(dotted)}({self.arguments(live, (), self._find(dotted).signature)})"
        if is_constant(live):
            return self.literal(live, "value", live.values.get("value"))
        return self._function_node(live)

    def _signature(self, port: Port | None) -> inspect.Signature | None:
        """That of a function which is a node of code; None when it is anything else."""
        maker = self._nodes.get(port[0]) if port is not None else None
        source = maker.values.get(SOURCE) if maker is not None else None
        if not isinstance(source, str):
            return None
        first = ast.parse(source).body[0]
        is_plain = isinstance(first, (ast.FunctionDef, ast.AsyncFunctionDef)) and not first.decorator_list
        return signature_of(first.args) if is_plain else None  # type: ignore[attr-defined]

    def _operation(self, live: LiveNode, name: str) -> str | None:
        given = [self._value(live, port) for port in ("a", "b") if port in live.wires or port in live.values]
        operands = [_as_operand(text) for text in given]
        if name == "getitem" and len(given) == 2:
            return f"{operands[0]}[{given[1]}]"
        trees = [ast.parse(text, mode="eval").body for text in given]
        if name in _OPERATORS and len(trees) == 2:
            return ast.unparse(ast.BinOp(trees[0], _OPERATORS[name](), trees[1]))
        if name in _COMPARISONS and len(trees) == 2:
            return ast.unparse(ast.Compare(trees[0], [_COMPARISONS[name]()], [trees[1]]))
        if name in _UNARY and len(trees) == 1:
            return ast.unparse(ast.UnaryOp(_UNARY[name](), trees[0]))
        return None

    def _function_node(self, live: LiveNode) -> str:
        """A call of the function that a node class was made of."""
        dotted = called_name(live.node)
        assert dotted is not None  # else the node is whole
        called = self._importing.called(dotted)
        return f"{called}.o_func({self.arguments(live, ())})"

    def arguments(self, live: LiveNode, skipped: Sequence[str], signature: inspect.Signature | None = None) -> str:
        """What stands between the brackets of a call: every input that is set or connected, but those ``skipped``."""
        given = {port.id: port.id for port in live.node._ins if port.id in live.wires or port.id in live.values}
        for port in skipped:
            given.pop(port, None)
        by_place: list[str] = []
        parameters = list(signature.parameters.values()) if signature is not None else []
        star = next((one.name for one in parameters if one.kind is one.VAR_POSITIONAL), NO_NAME)
        starred = [f"{star}_{place}" for place in range(len(given)) if f"{star}_{place}" in given]
        for one in parameters:
            needed = one.kind is one.POSITIONAL_ONLY or (one.kind is one.POSITIONAL_OR_KEYWORD and starred)
            wanted = one.kind is one.POSITIONAL_OR_KEYWORD and one.default is one.empty
            if one.name not in given or not (needed or wanted):
                break
            by_place.append(one.name)
        by_place += starred
        keywords = [port for port in given if port not in by_place]
        if wrong := next((port for port in keywords if not port.isidentifier() or keyword.iskeyword(port)), None):
            raise NotWritableError(f"{live.node.name} has an input {wrong!r}, which is no name of Python.")
        named = [f"{port}={self._value(live, port)}" for port in keywords]
        return ", ".join([*(self._value(live, port) for port in by_place), *named])

    def _value(self, live: LiveNode, port: str) -> str:
        wire = live.wires.get(port)
        if wire is not None:
            return self._naming.of(live, port, wire)
        if port not in live.values:
            raise NotWritableError(f"{live.node.name}.{port} has no value: set one, or connect it.")
        return self.literal(live, port, live.values[port])

    def literal(self, live: LiveNode, port: str, value: Any) -> str:
        """A value of an input, as Python writes it.

        Raises:
            NotWritableError: Python has no form for it.
        """
        text = written(value)
        if text is None:
            raise NotWritableError(
                f"{live.node.name}.{port} holds a {type(value).__name__}, which cannot be written in a cell: "
                "save it to a file, or export the graph as json."
            )
        return text


def _as_operand(text: str) -> str:
    """``text``, in brackets unless it holds together by itself."""
    tree = ast.parse(text, mode="eval").body
    alone = (ast.Name, ast.Attribute, ast.Call, ast.Subscript, ast.List, ast.Dict, ast.Set)
    return (
        text
        if isinstance(tree, alone) or (isinstance(tree, ast.Constant) and isinstance(tree.value, str))
        else f"({text})"
    )
