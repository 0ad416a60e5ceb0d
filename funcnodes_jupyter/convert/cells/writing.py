"""A graph written as a cell of plain Python: its own text where it has one, else a statement for each node.

What Python has no word for - places, groups, modes - stands in a comment behind the statement: what is written is read
again, and of what came of that, the remarks tell how the graph differs. See
:mod:`funcnodes_jupyter.convert.cells.remarks`.
"""

from __future__ import annotations

import ast
import builtins
import inspect
import keyword
import re
import sys
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from funcnodes_jupyter.convert.cells.annotating import Layout, annotated
from funcnodes_jupyter.convert.cells.cellscope import signature_of
from funcnodes_jupyter.convert.cells.constants import constant_of
from funcnodes_jupyter.convert.cells.draft import CellGraph, Finder, KernelName
from funcnodes_jupyter.convert.cells.expressions import (
    ASYNC_CODE,
    BINARY,
    CALL,
    CODE,
    COMPARISON,
    KERNEL,
    METHOD,
    UNARY,
)
from funcnodes_jupyter.convert.cells.functiontexts import PREFIX as FUNCTION
from funcnodes_jupyter.convert.cells.functiontexts import FunctionTexts
from funcnodes_jupyter.convert.cells.live import LiveNode, Port, written
from funcnodes_jupyter.convert.cells.parts import PART
from funcnodes_jupyter.convert.cells.patching import patched
from funcnodes_jupyter.convert.cells.reading import read_cell
from funcnodes_jupyter.convert.cells.remarks import inert, remark_text, split_remarks
from funcnodes_jupyter.convert.cells.source import lines_of
from funcnodes_jupyter.convert.cells.wholenodes import called_name, is_constant, is_whole, whole_remark
from funcnodes_jupyter.convert.errors import CellError, NotWritableError
from funcnodes_jupyter.core.callports import FUNCTIONS, NO_NAME, SHOWN, SOURCE, gives_value, with_shown

_OPERATORS: Mapping[str, type[ast.operator]] = {name: kind for kind, name in BINARY.items()}
_UNARY: Mapping[str, type[ast.unaryop]] = {name: kind for kind, name in UNARY.items()}
_COMPARISONS: Mapping[str, type[ast.cmpop]] = {name: kind for kind, name in COMPARISON.items()}


def _every_place(graph: CellGraph, nodes: Mapping[str, LiveNode]) -> Collection[str]:
    return graph.drafts.keys()


def write_cell(
    nodes: Mapping[str, LiveNode],
    find: Finder,
    source: str = "",
    graph: CellGraph | None = None,
    *,
    kernel: Mapping[str, KernelName] | None = None,
    layout: Layout = _every_place,
    remarks: bool = True,
    alone: bool = False,
) -> str:
    """The cell that makes such a graph.

    Args:
        nodes: The nodes by uuid, each behind all that it depends on.
        find: Looks up what is called; called where importing may run code.
        source: The cell that the graph came from, if it came from one.
        graph: What that is read as.
        kernel: What names meant in the kernel that this cell came from.
        layout: Says which places are worth a word.
        remarks: Whether places and modes are written down, too.
        alone: It is to run without the notebook, so no name may come from there.

    Raises:
        NotWritableError: a node, or a value, has no form in Python; the text names it.
    """
    known = {} if alone else dict(kernel or {})
    if source and graph is not None and all(live.key for live in nodes.values()):
        text = patched(source, graph, nodes, alone=alone)
        again = _read(text, find, known) if text is not None else None
        if text is not None and again is not None and again.drafts.keys() == graph.drafts.keys():
            return _finished(text, again, {live.key: live for live in nodes.values()}, layout, remarks)
    writer = _Writer(nodes, find, graph, remarks=remarks, alone=alone)
    text = writer.text()
    known.update((live.node.name, KernelName("value")) for live in nodes.values() if live.node_id == KERNEL)
    again = _read(text, find, known)
    return text if again is None else _finished(text, again, writer.nodes_of(again), layout, remarks)


def _finished(text: str, graph: CellGraph, nodes: Mapping[str, LiveNode], layout: Layout, remarks: bool) -> str:
    bare, _ = split_remarks(text)
    return annotated(bare, graph, nodes, layout) if remarks else bare


def _read(text: str, find: Finder, kernel: Mapping[str, KernelName]) -> CellGraph | None:
    """What the text is read as; None when it cannot be, as code may be that was typed into a node."""
    try:
        return read_cell(text, find, kernel)
    except CellError:
        return None


class _Writer:
    def __init__(
        self, nodes: Mapping[str, LiveNode], find: Finder, graph: CellGraph | None, *, remarks: bool, alone: bool
    ) -> None:
        self._alone = alone
        self._known_imports = graph.imports if graph is not None else ()
        self._variables = graph.variables if graph is not None else {}
        self._nodes = nodes
        self._find = find
        self._remarks = remarks
        self._imports: dict[str, None] = {}
        self._taken: set[str] = set(keyword.kwlist) | set(dir(builtins))
        self._taken |= {name for name, _, _ in self._known_imports}
        self._functions = FunctionTexts(nodes.values())
        self._taken |= self._functions.names if alone else set()
        self._names: dict[Port, str] = {}
        self._readers: dict[Port, list[str]] = {}
        for live in nodes.values():
            self._taken |= _modules_of(live)
            for port in dict.fromkeys(live.wires.values()):
                self._readers.setdefault(port, []).append(live.uuid)
        self._written: dict[str, tuple[int, int]] = {}
        self._first = 1

    def text(self) -> str:
        """The cell, with remarks only for what no statement makes."""
        lines: list[str] = []
        in_parts = self._is_all_parts()
        for live in self._nodes.values():
            first = len(lines)
            made = self._statement(live)
            if in_parts and made:
                mark = f"# %% {_title_of(live)}".rstrip()
                lines += [*([""] if lines else []), mark]
            lines += lines_of("\n".join(made))
            self._written[live.uuid] = (first, len(lines))
        others = self._other_names()
        lines += ["", "# %%", *others] if in_parts and others else others
        head = [*sorted(self._imports), ""] if self._imports else []
        self._first = 1 + len(head)
        return "\n".join([*head, *lines]) + "\n"

    def nodes_of(self, graph: CellGraph) -> dict[str, LiveNode]:
        """The nodes by the keys that they have in the text, which is read as ``graph``."""
        found: dict[str, LiveNode] = {}
        for live in self._nodes.values():
            first, end = (self._first + place for place in self._written[live.uuid])
            for draft in graph.drafts.values():
                is_here = first <= draft.line < end if live.node_id != KERNEL else draft.name == live.node.name
                if is_here and draft.node_id == live.node_id:
                    found[draft.key] = live
        return found

    def _is_all_parts(self) -> bool:
        """Whether it can be written in parts: between two lines ``# %%`` all is one node."""
        own = [live for live in self._nodes.values() if live.node_id != KERNEL]
        return bool(own) and all(isinstance(live.node.get_property(PART), str) for live in own)

    def _other_names(self) -> list[str]:
        """The names of the cell that the graph came from, where the statements above chose others."""
        uuids = {live.key: live.uuid for live in self._nodes.values() if live.key}
        pairs = [
            (name, here)
            for name, wire in self._variables.items()
            if (here := self._names.get((uuids.get(wire.key, ""), wire.port))) not in (None, name)
        ]
        if not pairs:
            return []
        return [f"{', '.join(name for name, _ in pairs)} = {', '.join(str(here) for _, here in pairs)}"]

    # --- statements -------------------------------------------------------------------------------

    def _statement(self, live: LiveNode) -> list[str]:
        if live.node_id == KERNEL:
            return self._name_of_notebook(live)
        if self._alone and live.node_id.startswith(FUNCTION):
            return [*self._functions.before(live), self._call_of_function(live)]
        if is_whole(live):
            return self._whole(live)
        if live.node_id in (CODE, ASYNC_CODE) and not self._is_expression(live):
            lines = self._code(live)
        else:
            expression = self._expression(live)
            is_code = live.node_id in (CODE, ASYNC_CODE)
            parts = [port for port in live.node._outs if port._spec.added and port.id != "out" and not is_code]
            if len(type(live.node).output_specs) > 1:
                names = [self._new_name((live.uuid, port.id), port.id) for port in live.node._outs]
                lines = [f"{', '.join(names)} = {expression}"]
            elif parts:
                names = [self._new_name((live.uuid, port.id), port._spec.label) for port in parts]
                whole = (live.uuid, "out")
                if self._readers.get(whole):
                    name = self._new_name(whole, f"{names[0]}_parts")
                    lines = [f"{name} = {expression}", f"{', '.join(names)}, = {name}".replace(", , =", ", =")]
                else:
                    lines = [f"{', '.join(names)}{',' * (len(names) == 1)} = {expression}"]
            elif self._is_for_its_effect(live):
                lines = [expression]
            else:
                lines = [
                    f"{self._new_name((live.uuid, self._only_output(live)), self._wanted_name(live))} = {expression}"
                ]
        return lines

    def _call_of_function(self, live: LiveNode) -> str:
        """A call of a function of the notebook, whose text stands before it."""
        call = f"{live.node_id.removeprefix(FUNCTION)}({self._arguments(live, (SOURCE,))})"
        ports = [port.id for port in live.node._outs]
        name = self._wanted_name(live)
        if not ports:
            return call
        names = [self._new_name((live.uuid, port), name if len(ports) == 1 else f"{name}_{port}") for port in ports]
        return f"{', '.join(names)} = {call}"

    def _whole(self, live: LiveNode) -> list[str]:
        if self._alone or not self._remarks:
            raise NotWritableError(
                f"{live.node.name} is a {live.node_id}, which no function of a module makes: export the graph as json."
            )
        takes = {port: self._name_of(live, port, wire) for port, wire in live.wires.items()}
        name, first = self._wanted_name(live), self._only_output(live)
        gives = {
            port.id: self._new_name((live.uuid, port.id), name if port.id == first else f"{name}_{port.id}")
            for port in live.node._outs
        }
        return [remark_text(whole_remark(live, takes, gives))]

    def _name_of_notebook(self, live: LiveNode) -> list[str]:
        name = live.node.name
        if self._alone or not name.isidentifier():
            raise NotWritableError(
                f"{name} is a value of the notebook, which a script does not have: read it from a file."
            )
        self._names[live.uuid, "out"] = name
        self._taken.add(name)
        return []

    def _only_output(self, live: LiveNode) -> str:
        return live.node._outs[0].id if live.node._outs else "out"

    def _is_for_its_effect(self, live: LiveNode) -> bool:
        """Whether nobody takes what it gives, no variable holds it, and it was a line of its own in a cell."""
        taken = any(self._readers.get((live.uuid, port.id)) for port in live.node._outs)
        held = any(wire.key == live.key for wire in self._variables.values())
        return bool(live.key) and not taken and not held and live.key.partition("_")[0] == live.node.node_name

    def _is_expression(self, live: LiveNode) -> bool:
        names = [port._spec.label for port in live.node._outs]
        return gives_value(str(live.values.get(SOURCE, "")), names, live.node.get_property("mutates") or ())

    def _code(self, live: LiveNode) -> list[str]:
        """Statements, with the names that its wires have here."""
        self._import_all(live)
        source = str(live.values.get(SOURCE, ""))
        renamed: dict[str, str] = {}
        before: list[str] = []
        outputs = {port._spec.label: port.id for port in live.node._outs}
        shown = live.node.get_property(SHOWN)
        if shown in outputs:
            if self._readers.get((live.uuid, outputs[shown])):
                source = ast.unparse(with_shown(ast.parse(source), shown))
            else:
                del outputs[shown]
        for name, port in live.wires.items():
            here = self._name_of(live, name, port)
            is_shared = list(live.wires.values()).count(port) > 1
            if name in outputs and (is_shared or self._is_needed_later(port, live)):
                fresh = self._new_name((live.uuid, outputs[name]), name)
                before.append(f"{fresh} = {here}")
                here = fresh
            renamed[name] = here
        for name, value in live.values.items():
            if name != SOURCE:
                renamed[name] = self._new_name((live.uuid, f"in {name}"), name)
                before.append(f"{renamed[name]} = {self._literal(live, name, value)}")
        functions: Mapping[str, str] = live.node.get_property(FUNCTIONS) or {}
        for name in functions:
            renamed[name] = self._new_name((live.uuid, f"function {name}"), name)
        source = "\n".join([*functions.values(), source])
        for name, port_id in outputs.items():
            if name in renamed:
                self._names[live.uuid, port_id] = renamed[name]
            elif (live.uuid, port_id) not in self._names:
                renamed[name] = self._new_name((live.uuid, port_id), name)
        return [*before, *lines_of(_renamed(source, renamed))]

    def _is_needed_later(self, port: Port, live: LiveNode) -> bool:
        """Whether something else reads what ``live`` is about to put another value in the place of."""
        if any(reader not in self._written and reader != live.uuid for reader in self._readers[port]):
            return True
        key = self._nodes[port[0]].key
        return bool(key) and any((wire.key, wire.port) == (key, port[1]) for wire in self._variables.values())

    # --- expressions ------------------------------------------------------------------------------

    def _expression(self, live: LiveNode) -> str:
        node_id = live.node_id
        if node_id in (CODE, ASYNC_CODE):
            self._import_all(live)
            given = {name: self._value(live, name) for name in (*live.wires, *live.values) if name != SOURCE}
            return _with_values(str(live.values.get(SOURCE, "")), given)
        if node_id == METHOD:
            owner = _as_operand(self._value(live, "object"))
            method = live.values.get("method")
            if not isinstance(method, str) or not method.isidentifier():
                raise NotWritableError(f"{live.node.name}.method is no name of a method.")
            return f"{owner}.{method}({self._arguments(live, ('object', 'method'))})"
        if node_id == CALL:
            arguments = self._arguments(live, ("function",), self._signature(live.wires.get("function")))
            return f"{_as_operand(self._value(live, 'function'))}({arguments})"
        if node_id.startswith("py:operator."):
            made = self._operation(live, node_id.removeprefix("py:operator."))
            if made is not None and constant_of(ast.parse(made, mode="eval").body) is None:
                return made  # -1 would be read as a number
        if node_id.startswith("py:"):
            dotted = node_id.removeprefix("py:")
            return f"{self._imported(dotted)}({self._arguments(live, (), self._find(dotted).signature)})"
        if is_constant(live):
            return self._literal(live, "value", live.values.get("value"))
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
        called = self._imported(dotted)
        return f"{called}.o_func({self._arguments(live, ())})"

    def _arguments(self, live: LiveNode, skipped: Sequence[str], signature: inspect.Signature | None = None) -> str:
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

    # --- values -----------------------------------------------------------------------------------

    def _value(self, live: LiveNode, port: str) -> str:
        wire = live.wires.get(port)
        if wire is not None:
            return self._name_of(live, port, wire)
        if port not in live.values:
            raise NotWritableError(f"{live.node.name}.{port} has no value: set one, or connect it.")
        return self._literal(live, port, live.values[port])

    def _name_of(self, live: LiveNode, port: str, wire: Port) -> str:
        """What the value is called that comes along ``wire``."""
        name = self._names.get(wire)
        if name is None:
            raise NotWritableError(
                f"{live.node.name}.{port} follows something that has no name in Python, such as an input of another node: "
                "connect it with an output."
            )
        return name

    def _literal(self, live: LiveNode, port: str, value: Any) -> str:
        text = written(value)
        if text is None:
            raise NotWritableError(
                f"{live.node.name}.{port} holds a {type(value).__name__}, which cannot be written in a cell: "
                "save it to a file, or export the graph as json."
            )
        return text

    # --- names ------------------------------------------------------------------------------------

    def _wanted_name(self, live: LiveNode) -> str:
        return live.key.rpartition("/")[2] or live.node.name

    def _new_name(self, port: Port, wanted: str) -> str:
        base = re.sub(r"\W+", "_", wanted).strip("_").lower() if not wanted.isidentifier() else wanted
        base = base if base.isidentifier() else f"value_{base}".rstrip("_")
        name, number = base, 1
        while name in self._taken:
            number += 1
            name = f"{base}_{number}"
        self._taken.add(name)
        self._names[port] = name
        return name

    def _imported(self, dotted: str) -> str:
        """How ``dotted`` is called here; its module is imported."""
        parts = dotted.split(".")
        if parts[0] == "builtins":
            return ".".join(parts[1:])
        for name, whole, statement in self._known_imports:
            if dotted == whole or dotted.startswith(f"{whole}."):
                self._imports[statement] = None
                self._taken.add(name)
                is_plain = statement == f"import {whole}"
                return dotted if is_plain else name + dotted.removeprefix(whole)
        module = next(
            (".".join(parts[:n]) for n in range(len(parts) - 1, 0, -1) if ".".join(parts[:n]) in sys.modules), parts[0]
        )
        self._imports[f"import {module}"] = None
        self._taken.add(parts[0])
        return dotted

    def _import_all(self, live: LiveNode) -> None:
        for statement in live.node.get_property("imports") or ():
            self._imports[statement] = None
            self._taken.add(statement.split()[-1].partition(".")[0])


def _title_of(live: LiveNode) -> str:
    """The title of a part. Whatever stands there, it is a comment of one line, and no remark."""
    title = " ".join(str(live.node.get_property(PART)).split())
    return inert("".join(character for character in title if character.isprintable()))


def _modules_of(live: LiveNode) -> set[str]:
    """The names of modules that a node's statement may need, which no variable before it may take."""
    statements = live.node.get_property("imports") or ()
    dotted = called_name(live.node) or live.node_id.removeprefix("py:")
    return {dotted.partition(".")[0], *(statement.split()[-1].partition(".")[0] for statement in statements)}


def _as_operand(text: str) -> str:
    """``text``, in brackets unless it holds together by itself."""
    tree = ast.parse(text, mode="eval").body
    alone = (ast.Name, ast.Attribute, ast.Call, ast.Subscript, ast.List, ast.Dict, ast.Set)
    return (
        text
        if isinstance(tree, alone) or (isinstance(tree, ast.Constant) and isinstance(tree.value, str))
        else f"({text})"
    )


def _renamed(source: str, names: Mapping[str, str]) -> str:
    """The code with other names for some; as it is when they are the same."""
    changed = {old: new for old, new in names.items() if old != new}
    if not changed:
        return source
    return ast.unparse(_Renaming({old: ast.Name(new) for old, new in changed.items()}).visit(ast.parse(source)))


def _with_values(source: str, values: Mapping[str, str]) -> str:
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
