"""A part of a cell read as one node of code: wired by the names that it needs, with those that it binds as outputs."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from funcnodes_jupyter.convert.cells.board import Board, module_of
from funcnodes_jupyter.convert.cells.cellscope import Function, Imported, Scope, Variable, function_of
from funcnodes_jupyter.convert.cells.draft import Draft, Wire
from funcnodes_jupyter.convert.cells.expressions import CODE, Expressions
from funcnodes_jupyter.convert.cells.inplace import with_imports
from funcnodes_jupyter.convert.cells.names import names_of
from funcnodes_jupyter.convert.cells.partnames import PartNames, names_of_part
from funcnodes_jupyter.convert.cells.parts import PART, Part
from funcnodes_jupyter.convert.cells.source import text_of
from funcnodes_jupyter.core.callports import FUNCTIONS, SHOWN

_QUIET = frozenset(
    {"print", "display", "show", "seed", "append", "extend", "insert", "sort", "reverse", "clear", "update", "add"}
)
"""What is called for what it does, and gives nothing."""


class PartReader:
    """Reads parts, in their order, into drafts on a board.

    Args:
        take_import: Makes known what a statement imports.
    """

    def __init__(
        self,
        board: Board,
        scope: Scope,
        expressions: Expressions,
        take_import: Callable[[ast.Import | ast.ImportFrom], None],
    ) -> None:
        self._board = board
        self._scope = scope
        self._expressions = expressions
        self._take_import = take_import

    def read(self, part: Part) -> Wire | None:
        """Take up the next part; returns where the value is that its last line shows, if there is one.

        Raises:
            CellError: a name in it means nothing, or what it imports is missing.
        """
        full_name = with_imports(part.statements, self._scope.full_name)
        names = names_of_part(part.statements, self._changes_of, full_name)
        if all(map(_makes_nothing, part.statements)):
            self._import_all(part)
            return None
        changed = [name for name in names.changed if self._wire(name) is not None]
        functions = self._looking_here(names, changed)
        inputs, imports = self._needs(names, functions, changed)
        self._import_all(part)
        gives = list(dict.fromkeys([*names.bound, *changed]))
        key = self._board.free_key(_key_of(part, gives))
        draft = Draft(key, part.title or (gives[0] if gives else key), CODE, part.line)
        shown = _shown_name(part, gives, [*inputs, *names.imported])
        self._expressions.fill(draft, part.text, inputs, gives, imports)
        draft.properties[PART] = part.title
        if functions:
            draft.properties[FUNCTIONS] = {name: function.source for name, function in functions.items()}
        if shown and shown not in gives:
            draft.properties[SHOWN] = shown
        if shown:
            others = {port: name for port, name in draft.outputs.items() if name != shown}
            draft.outputs = {_shown_port([*others, *inputs]): shown, **others}
        draft.modules = tuple(self._modules(names.imported))
        if changed:
            draft.properties["mutates"] = changed
            self._board.changes(draft, [inputs[name] for name in changed])
        self._board.put(draft)
        if handed_on := [inputs[name] for name in names.handed_on if name in inputs]:
            self._board.hands_on(draft, handed_on)
        self._board.does(draft, tuple(self._modules(names.touched | names.called)))
        self._bind(part, draft, names)
        return Wire(key, next(iter(draft.outputs))) if shown else None

    # --- what it needs ----------------------------------------------------------------------------

    def _functions_behind(self, names: Iterable[str]) -> dict[str, Function]:
        """The functions among these names, and those that they may call."""
        found: dict[str, Function] = {}
        waiting = list(names)
        while waiting:
            name = waiting.pop()
            meaning = self._scope.find(name)
            if name not in found and isinstance(meaning, Function):
                found[name] = meaning
                waiting += meaning.needs
        return found

    def _changes_of(self, name: str) -> list[str]:
        return [changed for function in self._functions_behind([name]).values() for changed in function.changes]

    def _looking_here(self, names: PartNames, changed: Sequence[str]) -> dict[str, Function]:
        """The functions from before it that it may call, and that read what it binds or changes: they have to see that."""
        found = self._functions_behind([*names.read, *names.later])
        given = {*names.bound, *changed}
        here: set[str] = set()
        while more := {name for name in found.keys() - here if not here.union(given).isdisjoint(found[name].needs)}:
            here |= more
        return {name: found[name] for name in sorted(here)}

    def _needs(
        self, names: PartNames, functions: Mapping[str, Function], changed: Sequence[str]
    ) -> tuple[dict[str, Wire], list[str]]:
        """The wires and imports: of what it and those functions read, of what it changes, and may leave as it is."""
        own = [*names.bound, *names.imported]
        kept = [name for name in names.bound if name not in names.certain and self._wire(name) is not None]
        wires: dict[str, Wire] = {}
        imports: dict[str, None] = {}
        inside = {name for function in functions.values() for name in (function.name, *function.needs)}
        for name in sorted({*names.read, *names.later, *inside, *changed, *kept}):
            is_later = name not in names.read
            found, needed = self._expressions.needs(
                [name], names.read.get(name) or names.later.get(name, 1), own, later=is_later
            )
            wires |= found
            imports |= dict.fromkeys(needed)
        return dict(sorted(wires.items(), key=lambda item: self._place(item[1]))), list(imports)

    def _place(self, wire: Wire) -> tuple[int, int]:
        """Where a wire comes from; inputs in this order have no wires that cross without need."""
        at = list(self._board.drafts).index(wire.key)
        outputs = list(self._board.drafts[wire.key].outputs)
        return at, outputs.index(wire.port) if wire.port in outputs else 0

    def _import_all(self, part: Part) -> None:
        for statement in part.statements:
            if isinstance(statement, (ast.Import, ast.ImportFrom)):
                self._take_import(statement)

    def _modules(self, names: set[str]) -> Iterator[str]:
        for name in sorted(names):
            meaning = self._scope.find(name)
            if isinstance(meaning, Imported):
                yield module_of(meaning.statement)

    # --- what it gives ----------------------------------------------------------------------------

    def _bind(self, part: Part, draft: Draft, names: PartNames) -> None:
        for port, name in draft.outputs.items():
            if name != draft.properties.get(SHOWN):
                self._scope.bind(name, Variable(Wire(draft.key, port)))
        for function in self._functions(part, names):
            self._remember(function)

    def _functions(self, part: Part, names: PartNames) -> list[Function]:
        """Those that are nothing but their text, so that they can be made again when their names mean something else."""
        found: dict[str, Function] = {}
        for statement in part.statements:
            for name in names_of(statement).bound:
                found.pop(name, None)
            if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef)) and _is_nothing_but_text(statement):
                text = text_of(statement, part.text.split("\n"), part.line)
                found[statement.name] = function_of(
                    statement, text, statement.lineno, statement.name, self._scope.full_name
                )
        return [
            function for name, function in found.items() if name not in names.touched and not _needs_itself(name, found)
        ]

    def _remember(self, function: Function) -> None:
        inputs, imports = self._expressions.needs(function.needs, function.line, later=True)
        function.wire = self._wire(function.name)
        function.given = {**inputs, "import": tuple(imports)}
        function.is_made = True
        self._scope.bind(function.name, function)

    def _wire(self, name: str) -> Wire | None:
        return self._expressions.wire_of(name, 1)


def _makes_nothing(statement: ast.stmt) -> bool:
    is_text = isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
    return is_text or isinstance(statement, (ast.Import, ast.ImportFrom, ast.Pass))


def _key_of(part: Part, gives: Sequence[str]) -> str:
    """By its title a part is known also when its lines are others."""
    word = re.sub(r"\W+", "_", part.title).strip("_").lower()
    return word or (gives[0] if gives else "part")


def _ends_quietly(part: Part, last: ast.Expr) -> bool:
    called = last.value.func if isinstance(last.value, ast.Call) else None
    word = called.id if isinstance(called, ast.Name) else called.attr if isinstance(called, ast.Attribute) else ""
    line = part.text.split("\n")[(last.end_lineno or part.line) - part.line].encode()
    behind = line[last.end_col_offset :].decode().strip()
    return behind.startswith(";") or word in _QUIET


def _shown_name(part: Part, gives: Sequence[str], taken: Sequence[str]) -> str:
    """What the value of the last line is called; empty when a notebook would show none."""
    last = part.statements[-1]
    if not isinstance(last, ast.Expr) or isinstance(last.value, ast.Constant) or _ends_quietly(part, last):
        return ""
    if isinstance(last.value, ast.Name) and last.value.id in gives:
        return last.value.id
    name = "result"
    while name in gives or name in taken:
        name += "_"
    return name


def _shown_port(taken: Sequence[str]) -> str:
    """As of every node with one result, where a preview looks for it; or with something behind it."""
    port = "out"
    while port in taken:
        port += "_"
    return port


def _is_nothing_but_text(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Whether nothing is computed when it is defined."""
    arguments = function.args
    defaults = [*arguments.defaults, *(default for default in arguments.kw_defaults if default is not None)]
    return not function.decorator_list and all(isinstance(default, ast.Constant) for default in defaults)


def _needs_itself(name: str, functions: dict[str, Function]) -> bool:
    """Whether it calls others that call it."""
    seen: set[str] = set()
    waiting = list(functions[name].needs)
    while waiting:
        needed = waiting.pop()
        if needed == name:
            return True
        if needed in functions and needed not in seen:
            seen.add(needed)
            waiting += functions[needed].needs
    return False
