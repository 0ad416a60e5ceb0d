"""Expressions of a cell: each is a value that stands there, a wire that is there, or new nodes."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from funcnodes_jupyter.convert.cells.arguments import parameter_ports, ports_of_call
from funcnodes_jupyter.convert.cells.board import Board
from funcnodes_jupyter.convert.cells.cellscope import FromKernel, Function, Imported, Scope, Variable
from funcnodes_jupyter.convert.cells.constants import constant_of
from funcnodes_jupyter.convert.cells.draft import Constant, Draft, Finder, Found, Source, Wire
from funcnodes_jupyter.convert.cells.inplace import dotted_name
from funcnodes_jupyter.convert.cells.names import names_of
from funcnodes_jupyter.convert.errors import CellError
from funcnodes_jupyter.core.callports import SOURCE, is_taken

CALL, METHOD, CODE, ASYNC_CODE, KERNEL = "py.call", "py.method", "py.code", "py.async_code", "kernel.variable"

BINARY: dict[type[ast.operator], str] = {
    ast.Add: "add", ast.Sub: "sub", ast.Mult: "mul", ast.Div: "truediv", ast.FloorDiv: "floordiv", ast.Mod: "mod",
    ast.Pow: "pow", ast.MatMult: "matmul", ast.LShift: "lshift", ast.RShift: "rshift", ast.BitAnd: "and_",
    ast.BitOr: "or_", ast.BitXor: "xor",
}  # fmt: skip
UNARY: dict[type[ast.unaryop], str] = {ast.USub: "neg", ast.UAdd: "pos", ast.Invert: "invert", ast.Not: "not_"}
COMPARISON: dict[type[ast.cmpop], str] = {
    ast.Lt: "lt", ast.LtE: "le", ast.Gt: "gt", ast.GtE: "ge", ast.Eq: "eq", ast.NotEq: "ne", ast.Is: "is_",
    ast.IsNot: "is_not",
}  # fmt: skip
_SEES_NAMES = ("globals", "locals", "vars", "dir", "eval", "exec")
"""Builtins that look at the names around them, when they are told nothing else."""


class Expressions:
    """Reads expressions into drafts on a board."""

    def __init__(self, board: Board, scope: Scope, find: Finder) -> None:
        self._board = board
        self._scope = scope
        self._find = find
        self._being_made: list[str] = []

    # --- values -----------------------------------------------------------------------------------

    def value(self, expression: ast.expr, key: str) -> Source:
        """Where the value of ``expression`` comes from; ``key`` is that of the node that gives it, if one is made.

        Raises:
            CellError: a name in it means nothing, or a call does not fit.
        """
        constant = constant_of(expression)
        if constant is not None:
            return constant
        if isinstance(expression, ast.Name):
            wire = self.wire_of(expression.id, expression.lineno)
            if wire is not None:
                return wire
        made = self.operation(expression, key)
        return made if made is not None else self.code(expression, key)

    def wire_of(self, name: str, line: int) -> Wire | None:
        """The wire of a name that is a variable, a function of the cell, or a value of the kernel; else None."""
        meaning = self._scope.find(name)
        if isinstance(meaning, Variable):
            return meaning.wire
        if isinstance(meaning, Function):
            return self._function(meaning)
        if isinstance(meaning, FromKernel):
            key = self._board.free_key(name)
            wire = self._board.put(Draft(key, name, KERNEL, line))
            self._scope.bind(name, Variable(wire))
            return wire
        return None

    # --- calls ------------------------------------------------------------------------------------

    def operation(self, expression: ast.expr, key: str, parts: int = 1) -> Wire | None:
        """The node of a call or an operator, when all that goes into it can be wired to it; else nothing is made.

        Args:
            parts: Into how many names its value is taken apart.
        """
        if isinstance(expression, ast.Call):
            return self._call(expression, key, parts)
        if isinstance(expression, ast.BinOp):
            return self._operator(BINARY[type(expression.op)], [expression.left, expression.right], key)
        if isinstance(expression, ast.UnaryOp):
            return self._operator(UNARY[type(expression.op)], [expression.operand], key)
        if isinstance(expression, ast.Compare) and type(expression.ops[0]) in COMPARISON and len(expression.ops) == 1:
            name = COMPARISON[type(expression.ops[0])]
            return self._operator(name, [expression.left, expression.comparators[0]], key)
        if isinstance(expression, ast.Attribute):
            return self._attribute(expression, key)
        if isinstance(expression, ast.Subscript) and not _has_slice(expression.slice):
            return self._operator("getitem", [expression.value, expression.slice], key)
        return None

    def _operator(self, name: str, operands: list[ast.expr], key: str) -> Wire | None:
        if not all(map(self._can_be_wired, operands)):
            return None
        dotted = f"operator.{name}"
        return self._called(dotted, self._find(dotted), operands, {}, key, name.strip("_"), operands[0].lineno)

    def _call(self, call: ast.Call, key: str, parts: int) -> Wire | None:
        named = {keyword.arg: keyword.value for keyword in call.keywords if keyword.arg is not None}
        given = [*call.args, *named.values()]
        if len(named) < len(call.keywords) or not all(map(self._can_be_wired, given)) or any(map(is_taken, named)):
            return None
        dotted = self.dotted(call.func)
        if dotted is not None:
            self._refuse_looking_around(dotted, call)
            found = self._find(dotted)
            if found.kind == "missing":
                raise CellError(call.lineno, found.reason)
            if found.node_id and parts != max(1, len(found.outputs)):
                return None  # a node class has its outputs, and no other
            return self._called(dotted, found, call.args, named, key, dotted.rpartition(".")[2], call.lineno)
        if isinstance(call.func, ast.Attribute):
            return self._method(call.func, call, named, key)
        return self._call_of_value(call, named, key)

    def _called(
        self,
        dotted: str,
        found: Found,
        positional: Sequence[ast.expr],
        named: Mapping[str, ast.expr],
        key: str,
        name: str,
        line: int,
    ) -> Wire:
        sources = self._sources(positional, named, key)
        inputs = ports_of_call(found.signature, *sources, name, line)
        if found.node_id:
            return self._put(Draft(key, name, found.node_id, line, inputs, class_outputs=found.outputs))
        ports = {**found.ports, **{port: {} for port in inputs if port not in found.ports}}
        return self._put(Draft(key, name, f"py:{dotted}", line, inputs, ports))

    def _method(self, function: ast.Attribute, call: ast.Call, named: Mapping[str, ast.expr], key: str) -> Wire | None:
        if not self._can_be_wired(function.value) or not named.keys().isdisjoint(("object", "method")):
            return None
        owner = self.value(function.value, self._inner_key(key, function.value))
        sources = self._sources(call.args, named, key)
        inputs = ports_of_call(None, *sources, function.attr, call.lineno)
        ports: dict[str, dict[str, Any]] = {port: {} for port in inputs}
        inputs = {"object": owner, "method": Constant(function.attr), **inputs}
        return self._put(Draft(key, function.attr, METHOD, call.lineno, inputs, ports))

    def _attribute(self, expression: ast.Attribute, key: str) -> Wire | None:
        """``df.columns`` is code that says just that, of whatever comes on the wire."""
        owner = expression.value
        if isinstance(owner, ast.Name) or not self._can_be_wired(owner) or self.dotted(expression) is not None:
            return None
        source = self.value(owner, self._inner_key(key, owner))
        if isinstance(source, Constant):
            return None
        draft = Draft(key, expression.attr, CODE, expression.lineno)
        self.fill(draft, f"value.{expression.attr}", {"value": source}, ["out"], [])
        return self._put(draft)

    def _call_of_value(self, call: ast.Call, named: Mapping[str, ast.expr], key: str) -> Wire | None:
        if not self._can_be_wired(call.func) or "function" in named:
            return None
        meaning = self._scope.find(call.func.id) if isinstance(call.func, ast.Name) else None
        signature = meaning.signature if isinstance(meaning, Function) else None
        name = call.func.id if isinstance(call.func, ast.Name) else "call"
        if meaning is None and isinstance(call.func, ast.Name):
            raise _unknown(call.func.id, call.lineno)
        ports = parameter_ports(signature)
        if "function" in ports:
            return None
        function = self.value(call.func, self._inner_key(key, call.func))
        sources = self._sources(call.args, named, key)
        inputs = ports_of_call(signature, *sources, name, call.lineno)
        ports |= {port: {} for port in inputs if port not in ports}
        return self._put(Draft(key, name, CALL, call.lineno, {"function": function, **inputs}, ports))

    def _sources(
        self, positional: Sequence[ast.expr], named: Mapping[str, ast.expr], key: str
    ) -> tuple[list[Source], dict[str, Source]]:
        def source(expression: ast.expr) -> Source:
            return self.value(expression, self._inner_key(key, expression))

        return [source(one) for one in positional], {name: source(one) for name, one in named.items()}

    # --- code -------------------------------------------------------------------------------------

    def code(self, expression: ast.expr, key: str) -> Wire:
        """A node that computes the expression as it stands."""
        inputs, imports = self.needs(names_of(expression).read, expression.lineno)
        draft = Draft(key, _short_name(expression), CODE, expression.lineno)
        self.fill(draft, ast.unparse(expression), inputs, ["out"], imports)
        return self._put(draft)

    def fill(
        self, draft: Draft, source: str, inputs: Mapping[str, Wire], names: Sequence[str], imports: Sequence[str]
    ) -> None:
        """Make ``draft`` a node of this code, with an output for each of these names."""
        code = compile(source, "<cell>", "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True)
        draft.node_id = ASYNC_CODE if code.co_flags & inspect.CO_COROUTINE else CODE
        draft.inputs = {SOURCE: Constant(source), **inputs}
        draft.ports = {name: {} for name in inputs}
        for name in names:
            port = name
            while port in inputs:
                port += "_"
            draft.outputs[port] = name
        if imports:
            draft.properties["imports"] = list(imports)

    def needs(
        self, names: Sequence[str], line: int, bound: Sequence[str] = (), *, later: bool = False
    ) -> tuple[dict[str, Wire], list[str]]:
        """The wires and the imports that code needs for the names it reads.

        Args:
            bound: Names that it binds itself, perhaps before it reads them.
            later: It reads them later, if ever, so they may mean nothing yet.

        Raises:
            CellError: a name means nothing.
        """
        wires: dict[str, Wire] = {}
        imports: list[str] = []
        for name in names:
            meaning = self._scope.find(name)
            if isinstance(meaning, Imported):
                imports.append(meaning.statement)
            elif (wire := self.wire_of(name, line)) is not None:
                wires[name] = wire
            elif meaning is None and name not in bound and not later:
                raise _unknown(name, line)
        return wires, imports

    def _function(self, function: Function) -> Wire | None:
        """Its node; another one when its names mean something else than when it was used last."""
        if function.name in self._being_made:
            circle = " and ".join(sorted({function.name, *self._being_made}))
            raise CellError(function.line, f"{circle} call each other: put them into one function or a class.")
        self._being_made.append(function.name)
        try:
            inputs, imports = self.needs(function.needs, function.line, later=True)
        finally:
            self._being_made.pop()
        given = {**inputs, "import": tuple(imports)}
        if function.wire is None or function.given != given:
            draft = Draft(self._board.free_key(function.name), function.name, CODE, function.line)
            self.fill(draft, function.source, inputs, [function.name], imports)
            function.wire, function.given = self._board.put(draft), given
        return function.wire

    # --- names ------------------------------------------------------------------------------------

    def dotted(self, expression: ast.expr) -> str | None:
        """The full name of what ``np.linalg.norm`` stands for, when it is imported or Python's own."""
        return dotted_name(expression, self._scope.full_name)

    def _can_be_wired(self, expression: ast.expr) -> bool:
        """Whether its value is one to show on a wire, and no function, class, module or part of a call."""
        if isinstance(expression, (ast.Lambda, ast.GeneratorExp, ast.Starred, ast.Slice)):
            return False
        dotted = self.dotted(expression)
        return dotted is None or constant_of(expression) is not None or self._find(dotted).kind == "value"

    def _refuse_looking_around(self, dotted: str, call: ast.Call) -> None:
        name = dotted.removeprefix("builtins.")
        if name in _SEES_NAMES and len(call.args) < (2 if name in ("eval", "exec") else 1):
            raise CellError(
                call.lineno, f"{name}(): a node has no names of its own to look at; write out what is meant."
            )

    def _inner_key(self, key: str, expression: ast.expr) -> str:
        return f"{key.partition('/')[0]}/{_short_name(expression)}"

    def _put(self, draft: Draft) -> Wire:
        draft.key = self._board.free_key(draft.key)
        return self._board.put(draft)


def _unknown(name: str, line: int) -> CellError:
    return CellError(line, f"the name {name!r} is not defined, neither in the cell nor in the notebook.")


def _has_slice(expression: ast.expr) -> bool:
    parts: Iterator[ast.expr] = iter(expression.elts if isinstance(expression, ast.Tuple) else (expression,))
    return any(isinstance(part, (ast.Slice, ast.Starred)) for part in parts)


_KINDS: dict[type[ast.expr], str] = {
    ast.Subscript: "item", ast.Compare: "compare", ast.BoolOp: "condition", ast.IfExp: "choice", ast.JoinedStr: "text",
    ast.List: "list", ast.Tuple: "tuple", ast.Dict: "dict", ast.Set: "set", ast.ListComp: "list", ast.SetComp: "set",
    ast.DictComp: "dict", ast.GeneratorExp: "generator", ast.Lambda: "function",
}  # fmt: skip


def _short_name(expression: ast.expr) -> str:
    """A word for what an expression does."""
    while isinstance(expression, (ast.Await, ast.Call)):
        expression = expression.value if isinstance(expression, ast.Await) else expression.func
    if isinstance(expression, ast.Name):
        return expression.id
    if isinstance(expression, ast.Attribute):
        return expression.attr
    if isinstance(expression, ast.BinOp):
        return BINARY[type(expression.op)].strip("_")
    if isinstance(expression, ast.UnaryOp):
        return UNARY[type(expression.op)].strip("_")
    return _KINDS.get(type(expression), "code")
