"""A cell of Python read as a graph: a call is a node, a variable a wire, a literal the value of an input.

What has no node of its own - compound statements, assignments to parts of things, comprehensions, slices - becomes a
node of code with the names it reads as inputs and the names it binds as outputs. So does, in a cell with lines such as
``# %% Load``, all that stands between two of them.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping, Sequence

from funcnodes_jupyter.convert.cells.blocks import Blocks, lines_of_statement, tell_drafts
from funcnodes_jupyter.convert.cells.board import Board
from funcnodes_jupyter.convert.cells.cellscope import FromKernel, Function, Imported, Scope, Variable, function_of
from funcnodes_jupyter.convert.cells.constants import node_of_constant
from funcnodes_jupyter.convert.cells.draft import CellGraph, Constant, Draft, Finder, KernelName, Source, Wire
from funcnodes_jupyter.convert.cells.expressions import CODE, Expressions
from funcnodes_jupyter.convert.cells.inplace import changed_modules
from funcnodes_jupyter.convert.cells.names import changed_in_place, names_of, parts_run_at_once
from funcnodes_jupyter.convert.cells.partreading import PartReader
from funcnodes_jupyter.convert.cells.parts import Part, parts_of
from funcnodes_jupyter.convert.cells.remarks import Remark, split_remarks
from funcnodes_jupyter.convert.cells.source import imports_of, lines_of, statements_of, text_of
from funcnodes_jupyter.convert.errors import CellError

_IDLE = (ast.Pass,)
_CODE_ONLY = (ast.NamedExpr, ast.Yield, ast.YieldFrom)


def read_cell(source: str, find: Finder, kernel: Mapping[str, KernelName] | None = None) -> CellGraph:
    """The graph of a cell.

    Args:
        source: Its text.
        find: Looks up what is imported; called where importing may run code.
        kernel: What names mean in the kernel that the cell comes from.

    Raises:
        CellError: it cannot be one; the text names the line and the remedy.
    """
    bare, remarks = split_remarks(source)
    statements = statements_of(source)
    reader = _Reader(bare, remarks, find, kernel or {})
    parts = parts_of(bare, statements)
    for part in parts:
        reader.read_nodes(before=part.mark)
        reader.read_part(part)
    for statement in statements if not parts else ():
        reader.read_nodes(before=lines_of_statement(statement)[0])
        reader.read(statement, is_last=statement is statements[-1])
    reader.read_nodes()
    return reader.finished()


class _Reader:
    def __init__(
        self, source: str, remarks: Mapping[int, Remark], find: Finder, kernel: Mapping[str, KernelName]
    ) -> None:
        self._lines = lines_of(source)
        self._remarks = remarks
        self._whole_nodes = sorted(line for line, remark in remarks.items() if "node" in remark)
        self._find = find
        self._board = Board()
        self._blocks = Blocks()
        self._scope = Scope(kernel)
        self._expressions = Expressions(self._board, self._scope, find)
        self._result: Wire | None = None
        self._imports: list[tuple[str, str, str]] = []
        self._parts = PartReader(self._board, self._scope, self._expressions, self._import)

    def finished(self) -> CellGraph:
        """What the cell was read as."""
        wires: dict[str, Wire] = {}
        before = len(self._board.drafts)
        for name, meaning in list(self._scope.own().items()):
            wire = None
            if isinstance(meaning, Function) and meaning.is_made:
                wire = meaning.wire
            elif isinstance(meaning, (Variable, Function)):
                wire = self._expressions.wire_of(name, 1)
            if wire is not None:
                wires[name] = wire
        self._blocks.note_rest(list(self._board.drafts.values())[before:])
        blocks = self._blocks.finished()
        tell_drafts(blocks, self._board.drafts, self._remarks)
        return CellGraph(self._board.drafts, wires, self._result, self._imports, blocks)

    # --- statements -------------------------------------------------------------------------------

    def read(self, statement: ast.stmt, *, is_last: bool) -> None:
        """Take up the next statement."""
        before = len(self._board.drafts)
        self._read(statement, is_last)
        function = statement.name if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef)) else ""
        self._blocks.note(lines_of_statement(statement), list(self._board.drafts.values())[before:], function)

    def read_part(self, part: Part) -> None:
        """Take up the next part."""
        before = len(self._board.drafts)
        self._result = self._parts.read(part)
        # Its remark stands behind the line that begins it; without one behind its last statement.
        last = part.statements[-1].end_lineno or part.last_line
        lines = (part.mark, part.mark) if part.mark else (part.line, last)
        self._blocks.note(lines, list(self._board.drafts.values())[before:])

    def read_nodes(self, before: int | None = None) -> None:
        """Take up the nodes that stand in remarks alone, up to a line."""
        while self._whole_nodes and (before is None or self._whole_nodes[0] < before):
            line = self._whole_nodes.pop(0)
            draft = self._whole_node(line, self._remarks[line])
            self._blocks.note((line, line), [draft])

    def _whole_node(self, line: int, remark: Remark) -> Draft:
        saved, taken, given = remark["node"], remark.get("takes", {}), remark.get("gives", {})
        names = [*taken.values(), *given.values()]
        if not isinstance(saved.get("node_id"), str) or not all(isinstance(n, str) and n.isidentifier() for n in names):
            raise CellError(line, "this remark is no node: write it as it was exported, or take it out.")
        inputs: dict[str, Source] = {}
        for port, name in taken.items():
            wire = self._expressions.wire_of(name, line)
            if wire is None:
                raise CellError(line, f"the name {name!r} is not defined, neither in the cell nor in the notebook.")
            inputs[port] = wire
        name = str(saved.get("name") or saved["node_id"])
        key = self._board.free_key(next(iter(given.values()), "_".join(re.findall(r"\w+", name)) or "node"))
        draft = Draft(key, str(saved.get("name") or ""), saved["node_id"], line, inputs, saved=saved)
        self._board.put(draft)
        for port, variable in given.items():
            self._scope.bind(variable, Variable(Wire(key, port)))
        return draft

    def _read(self, statement: ast.stmt, is_last: bool) -> None:
        if isinstance(statement, _IDLE) or _is_idle_expression(statement):
            return
        if isinstance(statement, (ast.Import, ast.ImportFrom)):
            self._import(statement)
        elif isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef)):
            made = function_of(
                statement, text_of(statement, self._lines), statement.lineno, statement.name, self._scope.full_name
            )
            self._scope.bind(statement.name, made)
        elif any(isinstance(part, _CODE_ONLY) for part in parts_run_at_once(statement)):
            self._code(statement)
        elif isinstance(statement, ast.Expr):
            self._expression(statement, is_last)
        elif self._changed_by(statement):
            self._code(statement)
        elif isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
            if statement.value is not None:
                self._assign([statement.target], statement.value)
        elif isinstance(statement, ast.Assign) and all(map(_is_plain_target, statement.targets)):
            if not self._assign(statement.targets, statement.value):
                self._code(statement)
        else:
            self._code(statement)

    def _import(self, statement: ast.Import | ast.ImportFrom) -> None:
        for name, dotted, text in imports_of(statement):
            found = self._find(dotted)
            if found.kind == "missing":
                raise CellError(statement.lineno, found.reason)
            self._scope.bind(name, Imported(dotted, text))
            self._imports.append((name, dotted, text))

    def _expression(self, statement: ast.Expr, is_last: bool) -> None:
        expression = statement.value
        changed = self._changed_by(statement)
        if changed and not is_last:
            self._code(statement)
            return
        source, is_new = self._new_value(expression, _called_name(expression))
        if is_last and isinstance(source, Wire):
            self._result = source
        if is_new and isinstance(source, Wire):
            self._keep_order(source.key, changed)

    def _changed_by(self, statement: ast.stmt) -> list[str]:
        """The variables whose objects a statement changes in place."""
        names = changed_in_place(statement, self._scope.full_name)
        return [name for name in names if isinstance(self._scope.find(name), (Variable, FromKernel))]

    def _keep_order(self, key: str, changed: Sequence[str]) -> None:
        """A call for what it does comes after those before it of its module, and after who read what it changes."""
        draft = self._board.drafts[key]
        self._board.changes(draft, [wire for name in changed if (wire := self._wire(name)) is not None])
        self._board.does(draft)

    # --- assignments ------------------------------------------------------------------------------

    def _assign(self, targets: Sequence[ast.expr], value: ast.expr) -> bool:
        """Bind names to a value; returns False when the statement has to stay code, and nothing was done."""
        if all(isinstance(target, ast.Name) for target in targets):
            names = [name for target in targets for name in _names_in(target)]
            self._bind(names, *self._new_value(value, names[0]), value.lineno)
            return True
        if len(targets) > 1:
            return False
        names = _names_in(targets[0])
        if isinstance(value, (ast.Tuple, ast.List)):
            return self._assign_each(names, value)
        return self._assign_parts(names, value)

    def _assign_each(self, names: Sequence[str], value: ast.Tuple | ast.List) -> bool:
        if len(value.elts) != len(names) or any(isinstance(part, ast.Starred) for part in value.elts):
            return False
        found = [self._new_value(part, name) for name, part in zip(names, value.elts, strict=True)]
        for name, (source, is_new) in zip(names, found, strict=True):
            self._bind([name], source, is_new, value.lineno)
        return True

    def _assign_parts(self, names: Sequence[str], value: ast.expr) -> bool:
        """``a, b = f(x)``: outputs of the node of the call, besides the whole."""
        wire = self._expressions.operation(value, ", ".join(names), len(names))
        if wire is None:
            return False
        draft = self._board.drafts[wire.key]
        draft.name = ", ".join(names)
        if draft.class_outputs:
            parts = dict(zip(draft.class_outputs, names, strict=True))
        else:
            parts = draft.outputs = {f"out{place}": name for place, name in enumerate(names)}
        for part, name in parts.items():
            self._scope.bind(name, Variable(Wire(wire.key, part)))
        return True

    def _new_value(self, value: ast.expr, key: str) -> tuple[Source, bool]:
        """Where a value comes from, and whether a node was made for it."""
        before = len(self._board.drafts)
        source = self._expressions.value(value, key)
        is_new = isinstance(source, Wire) and source.key in list(self._board.drafts)[before:]
        return source, is_new

    def _bind(self, names: Sequence[str], source: Source, is_new: bool, line: int) -> None:
        if isinstance(source, Constant):
            key = self._board.free_key(names[0])
            node_id = node_of_constant(source.value)
            inputs: dict[str, Source] = {} if node_id == "basic.none" else {"value": source}
            source = self._board.put(Draft(key, key, node_id, line, inputs))
        elif is_new:
            self._board.drafts[source.key].name = source.key
        for name in names:
            self._scope.bind(name, Variable(source))

    # --- code -------------------------------------------------------------------------------------

    def _code(self, statement: ast.stmt) -> None:
        names = names_of(statement)
        full_name = self._scope.full_name
        changed = [name for name in changed_in_place(statement, full_name) if self._wire(name) is not None]
        # What is bound in one branch only keeps the value that it had in the other.
        kept = [
            name
            for name in names.bound
            if not isinstance(statement, (ast.Assign, ast.ClassDef)) and self._wire(name) is not None
        ]
        read = list(dict.fromkeys([*names.read, *changed, *kept]))
        inputs, imports = self._expressions.needs(read, statement.lineno, names.bound)
        gives = list(dict.fromkeys([*names.bound, *changed]))
        key = self._board.free_key(gives[0] if gives else _word_for(statement))
        draft = Draft(key, key, CODE, statement.lineno)
        self._expressions.fill(draft, text_of(statement, self._lines), inputs, gives, imports)
        if changed:
            draft.properties["mutates"] = changed
            self._board.changes(draft, [inputs[name] for name in changed])
        self._board.put(draft)
        if modules := changed_modules(statement, full_name):
            self._board.does(draft, modules)
        for port, name in draft.outputs.items():
            self._scope.bind(name, Variable(Wire(key, port)))

    def _wire(self, name: str) -> Wire | None:
        return self._expressions.wire_of(name, 1)


def _is_idle_expression(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def _is_plain_target(target: ast.expr) -> bool:
    if isinstance(target, (ast.Tuple, ast.List)):
        return bool(target.elts) and all(isinstance(part, ast.Name) for part in target.elts)
    return isinstance(target, ast.Name)


def _names_in(target: ast.expr) -> list[str]:
    parts = target.elts if isinstance(target, (ast.Tuple, ast.List)) else [target]
    return [part.id for part in parts if isinstance(part, ast.Name)]


def _called_name(expression: ast.expr) -> str:
    while isinstance(expression, ast.Await):
        expression = expression.value
    function = expression.func if isinstance(expression, ast.Call) else expression
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else "result"


def _word_for(statement: ast.stmt) -> str:
    words: Mapping[type[ast.stmt], str] = {
        ast.For: "for", ast.AsyncFor: "for", ast.While: "while", ast.If: "if", ast.With: "with", ast.AsyncWith: "with",
        ast.Try: "try", ast.Assert: "assert", ast.Raise: "raise",
    }  # fmt: skip
    return words.get(type(statement), "code")
