"""A handle's uses in a script, where the graph is plain code: its values are variables, all else has no place there.

``flow["x"].value`` becomes ``x``. A statement that needs the graph itself, or what such a statement gave a value to, is put
into comments, with the reason.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from funcnodes_jupyter.convert.cells.names import names_of
from funcnodes_jupyter.convert.cells.source import lines_of
from funcnodes_jupyter.convert.notebooks.linemagics import Mark, marked, unmarked

_NEEDS_GRAPH = "this needs the graph itself, which a script does not have:"
_Function = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)


@dataclass
class Handles:
    """What is known of handles while a notebook is gone through.

    Attributes:
        values: The variables of each workflow whose code stands in the script already.
        graphs: The names of handles, and the workflows that they are handles of.
        lost: Names that have no value in the script, and why.
    """

    values: dict[str, Collection[str]] = field(default_factory=dict)
    graphs: dict[str, str] = field(default_factory=dict)
    lost: dict[str, str] = field(default_factory=dict)

    def bind(self, names: Collection[str]) -> None:
        """These names have other values from here on."""
        for name in names:
            self.graphs.pop(name, None)
            self.lost.pop(name, None)


def without_handles(text: str, handles: Handles) -> str:
    """A cell's text without the graphs; ``handles`` learns what the cell gives names to.

    The lines for our own magics, which :func:`marked` has marked, become comments, too.
    """
    try:
        body = ast.parse(text).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return unmarked(text, "# ")  # it could not be run in the notebook either
    editor = _Editor(text, handles)
    editor.block(body)
    return unmarked(editor.text())  # what is marked now stands inside a text


class _NeedsGraphError(Exception):
    """A statement has to go."""

    def __init__(self, reason: str) -> None:
        self.reason = reason


@dataclass(frozen=True)
class _Edit:
    """Other text for a part of a line, or for whole lines: first line, column, last line, end (columns in bytes)."""

    span: tuple[int, int, int, int]
    text: str


class _Editor:
    def __init__(self, text: str, handles: Handles) -> None:
        self._lines = [line.encode() for line in lines_of(text)]
        self._handles = handles
        self._edits: list[_Edit] = []
        self._taken_out = (0, "")  # the last line that was, and why

    def text(self) -> str:
        lines = list(self._lines)
        for edit in sorted(self._edits, key=lambda edit: edit.span, reverse=True):
            first, start, last, end = edit.span
            lines[first - 1 : last] = (lines[first - 1][:start] + edit.text.encode() + lines[last - 1][end:]).split(
                b"\n"
            )
        return b"\n".join(lines).decode()

    # --- statements -------------------------------------------------------------------------------

    def block(self, statements: Sequence[ast.stmt], depth: int = 0) -> None:
        """Go through statements that follow each other."""
        for together in _sharing_lines(statements):
            before = len(self._edits)
            try:
                for statement in together:
                    self._statement(statement, depth)
            except _NeedsGraphError as error:
                if depth and self._shares_lines(together):
                    raise  # with the statement around it, which has to go as well
                del self._edits[before:]
                self._take_out(together, error.reason, depth)

    def _statement(self, statement: ast.stmt, depth: int) -> None:
        mark = marked(statement)
        if mark is not None:
            self._open(mark, statement, depth)
            return
        for part in _own_parts(statement):
            self._expression(part, statement)
        bodies = list(_bodies(statement))
        for body in bodies:
            if not isinstance(statement, (*_Function, ast.ClassDef)):
                self.block(body, depth + 1)
            elif isinstance(statement, ast.ClassDef) or not self._is_shadowed(statement.args):
                # A function without one of its statements would be another one: it goes as a whole.
                self._all_of(body, depth + 1)
        if not bodies or isinstance(statement, (*_Function, ast.ClassDef)):
            self._handles.bind(names_of(statement).bound)

    def _all_of(self, statements: Sequence[ast.stmt], depth: int) -> None:
        for statement in statements:
            for part in _own_parts(statement):
                self._expression(part, statement)
            for body in _bodies(statement):
                self._all_of(body, depth + 1)

    def _open(self, mark: Mark, statement: ast.stmt, depth: int) -> None:
        self._handles.bind(mark.targets)
        if mark.graph:
            self._handles.graphs.update(dict.fromkeys(mark.targets, mark.graph))
        else:
            self._handles.lost.update(dict.fromkeys(mark.targets, _NEEDS_GRAPH))
        if depth and self._shares_lines([statement]):
            raise _NeedsGraphError(_NEEDS_GRAPH)
        self._put_in_place([statement], f"# {mark.line}", depth)

    def _take_out(self, statements: Sequence[ast.stmt], reason: str, depth: int) -> None:
        bound = {name for statement in statements for name in names_of(statement).bound}
        self._handles.bind(bound)
        self._handles.lost.update(dict.fromkeys(bound, reason))
        first, last = _lines_of(statements)
        indent = self._indent(first)
        lines = [line.decode().removeprefix(indent) for line in self._lines[first - 1 : last]]
        # A part of it may have been a magic: a person is to read what stood there.
        lines = lines_of(unmarked("\n".join(lines)))
        # What follows directly for the same reason does not say it again.
        said = [] if self._taken_out == (first - 1, reason) else [f"# {reason}"]
        self._taken_out = (last, reason)
        self._put_in_place(statements, "\n".join([*said, *(f"# {line}".rstrip() for line in lines)]), depth)

    def _put_in_place(self, statements: Sequence[ast.stmt], comment: str, depth: int) -> None:
        first, last = _lines_of(statements)
        indent = self._indent(first)
        lines = [f"{indent}{line}" for line in comment.split("\n")]
        if depth:  # a block of comments alone is none
            lines.insert(0, f"{indent}pass")
        self._edits.append(_Edit((first, 0, last, len(self._lines[last - 1])), "\n".join(lines)))

    def _shares_lines(self, statements: Sequence[ast.stmt]) -> bool:
        """Whether something stands before these statements on their first line."""
        first, _ = _lines_of(statements)
        return bool(self._lines[first - 1][: statements[0].col_offset].strip(b" \t@"))

    def _indent(self, line: int) -> str:
        text = self._lines[line - 1].decode()
        return text[: len(text) - len(text.lstrip())]

    # --- expressions ------------------------------------------------------------------------------

    def _expression(self, part: ast.AST, statement: ast.stmt) -> None:
        if part in getattr(statement, "decorator_list", ()) and self._is_node_decorator(part):
            self._drop_decorator(part)
            return
        used = _used_value(part, self._handles.graphs)
        if used is not None:
            graph, name = used
            self._check_value(graph, name)
            self._edits.append(_Edit(_span_of(part), name))
        elif isinstance(part, ast.JoinedStr):
            self._text_with_values(part, statement)
        elif isinstance(part, ast.Name) and part.id in self._handles.graphs and isinstance(part.ctx, ast.Load):
            raise _NeedsGraphError(_NEEDS_GRAPH)
        elif isinstance(part, ast.Name) and part.id in self._handles.lost and isinstance(part.ctx, ast.Load):
            raise _NeedsGraphError(f"{part.id} has no value in a script:")
        elif not (isinstance(part, _Function) and self._is_shadowed(part.args)):
            for child in ast.iter_child_nodes(part):
                self._expression(child, statement)

    def _text_with_values(self, part: ast.JoinedStr, statement: ast.stmt) -> None:
        """An f-string is written anew as a whole: before Python 3.12 nobody knows where its parts stand."""
        before = len(self._edits)
        for child in ast.iter_child_nodes(part):
            self._expression(child, statement)
        if len(self._edits) > before:
            del self._edits[before:]
            self._edits.append(_Edit(_span_of(part), ast.unparse(_Values(self._handles.graphs).visit(part))))

    def _check_value(self, graph: str, name: str) -> None:
        if graph not in self._handles.values:
            raise _NeedsGraphError(f"the graph {graph!r} has no code above this line:")
        if name not in self._handles.values[graph]:
            raise _NeedsGraphError(f"{name!r} is no variable in the code of the graph {graph!r}:")

    def _is_node_decorator(self, part: ast.AST) -> bool:
        """Whether this is ``@flow.node``, which leaves the function as it is."""
        called = part.func if isinstance(part, ast.Call) else part
        return (
            isinstance(called, ast.Attribute)
            and called.attr == "node"
            and isinstance(called.value, ast.Name)
            and called.value.id in self._handles.graphs
        )

    def _drop_decorator(self, part: ast.AST) -> None:
        first, _, last, _ = _span_of(part)
        indent = self._indent(first)
        lines = [f"{indent}# {line.decode().strip()}" for line in self._lines[first - 1 : last]]
        self._edits.append(_Edit((first, 0, last, len(self._lines[last - 1])), "\n".join(lines)))

    def _is_shadowed(self, arguments: ast.arguments) -> bool:
        return any(isinstance(part, ast.arg) and part.arg in self._handles.graphs for part in ast.walk(arguments))


class _Values(ast.NodeTransformer):
    """Puts names in the place of values of graphs."""

    def __init__(self, graphs: Mapping[str, str]) -> None:
        self._graphs = graphs

    def visit(self, node: ast.AST) -> ast.AST:
        used = _used_value(node, self._graphs)
        found: ast.AST = self.generic_visit(node) if used is None else ast.Name(used[1], ast.Load())
        return found


def _used_value(part: ast.AST, graphs: Mapping[str, str]) -> tuple[str, str] | None:
    """Of ``flow["x"].value``, ``flow["x"].outputs["out"].value`` and ``await flow["x"]``: the graph, and the name."""
    if isinstance(part, ast.Await):
        node: ast.AST = part.value
    elif isinstance(part, ast.Attribute) and part.attr == "value" and isinstance(part.ctx, ast.Load):
        node = part.value
        outputs = node.value if isinstance(node, ast.Subscript) and _text_in(node) == "out" else None
        if isinstance(outputs, ast.Attribute) and outputs.attr == "outputs":
            node = outputs.value
    else:
        return None
    if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name) and node.value.id in graphs:
        name = _text_in(node)
        return None if name is None else (graphs[node.value.id], name)
    return None


def _text_in(part: ast.Subscript) -> str | None:
    found = part.slice
    return found.value if isinstance(found, ast.Constant) and isinstance(found.value, str) else None


def _sharing_lines(statements: Sequence[ast.stmt]) -> Iterator[list[ast.stmt]]:
    """The statements, those together that have a line in common: ``a = 1; b = 2``."""
    together: list[ast.stmt] = []
    for statement in statements:
        if together and _lines_of([statement])[0] > _lines_of(together)[1]:
            yield together
            together = []
        together.append(statement)
    if together:
        yield together


def _lines_of(statements: Sequence[ast.stmt]) -> tuple[int, int]:
    first = min(
        line
        for statement in statements
        for line in (statement.lineno, *(part.lineno for part in getattr(statement, "decorator_list", ())))
    )
    return first, max(statement.end_lineno or statement.lineno for statement in statements)


def _bodies(statement: ast.AST) -> Iterator[list[ast.stmt]]:
    """The blocks inside a statement."""
    for _, value in ast.iter_fields(statement):
        if not isinstance(value, list) or not value:
            continue
        if isinstance(value[0], ast.stmt):
            yield value
        elif isinstance(value[0], (ast.ExceptHandler, ast.match_case)):
            for part in value:
                yield from _bodies(part)


def _own_parts(statement: ast.AST) -> Iterator[ast.AST]:
    """What stands in a statement besides its blocks."""
    for child in ast.iter_child_nodes(statement):
        if isinstance(child, (ast.ExceptHandler, ast.match_case)):
            yield from _own_parts(child)
        elif not isinstance(child, ast.stmt):
            yield child


def _span_of(part: ast.AST) -> tuple[int, int, int, int]:
    assert isinstance(part, ast.expr)
    return (part.lineno, part.col_offset, part.end_lineno or part.lineno, part.end_col_offset or part.col_offset)
