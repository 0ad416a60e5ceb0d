"""A graph written as a cell of plain Python: its own text where it has one, else a statement for each node.

What Python has no word for - places, groups, modes - stands in a comment behind the statement: what is written is read
again, and of what came of that, the remarks tell how the graph differs. See
:mod:`funcnodes_jupyter.convert.cells.remarks`.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Mapping

from funcnodes_jupyter.convert.cells.annotating import Layout, annotated
from funcnodes_jupyter.convert.cells.draft import CellGraph, Finder, KernelName
from funcnodes_jupyter.convert.cells.expressing import Expressing
from funcnodes_jupyter.convert.cells.expressions import ASYNC_CODE, CODE, KERNEL
from funcnodes_jupyter.convert.cells.functiontexts import PREFIX as FUNCTION
from funcnodes_jupyter.convert.cells.functiontexts import FunctionTexts
from funcnodes_jupyter.convert.cells.importing import Importing, modules_of
from funcnodes_jupyter.convert.cells.live import LiveNode, Port
from funcnodes_jupyter.convert.cells.naming import Naming
from funcnodes_jupyter.convert.cells.parts import PART
from funcnodes_jupyter.convert.cells.patching import patched
from funcnodes_jupyter.convert.cells.reading import read_cell
from funcnodes_jupyter.convert.cells.remarks import inert, remark_text, split_remarks
from funcnodes_jupyter.convert.cells.renaming import renamed
from funcnodes_jupyter.convert.cells.source import lines_of
from funcnodes_jupyter.convert.cells.wholenodes import is_whole, whole_remark
from funcnodes_jupyter.convert.errors import CellError, NotWritableError
from funcnodes_jupyter.core.callports import FUNCTIONS, SHOWN, SOURCE, gives_value, with_shown


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
        self._variables = graph.variables if graph is not None else {}
        self._nodes = nodes
        self._remarks = remarks
        self._functions = FunctionTexts(nodes.values())
        imports = graph.imports if graph is not None else ()
        self._naming = Naming(name for name, _, _ in imports)
        for name in self._functions.names if alone else ():
            self._naming.take(name)
        self._importing = Importing(imports, self._naming)
        self._expressing = Expressing(nodes, find, self._naming, self._importing)
        self._readers: dict[Port, list[str]] = {}
        for live in nodes.values():
            for name in modules_of(live):
                self._naming.take(name)
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
        imports = self._importing.statements()
        head = [*imports, ""] if imports else []
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
            if (here := self._naming.of_port.get((uuids.get(wire.key, ""), wire.port))) not in (None, name)
        ]
        if not pairs:
            return []
        return [f"{', '.join(name for name, _ in pairs)} = {', '.join(str(here) for _, here in pairs)}"]

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
            expression = self._expressing.of(live)
            is_code = live.node_id in (CODE, ASYNC_CODE)
            parts = [port for port in live.node._outs if port._spec.added and port.id != "out" and not is_code]
            if len(type(live.node).output_specs) > 1:
                names = [self._naming.new((live.uuid, port.id), port.id) for port in live.node._outs]
                lines = [f"{', '.join(names)} = {expression}"]
            elif parts:
                names = [self._naming.new((live.uuid, port.id), port._spec.label) for port in parts]
                whole = (live.uuid, "out")
                if self._readers.get(whole):
                    name = self._naming.new(whole, f"{names[0]}_parts")
                    lines = [f"{name} = {expression}", f"{', '.join(names)}, = {name}".replace(", , =", ", =")]
                else:
                    lines = [f"{', '.join(names)}{',' * (len(names) == 1)} = {expression}"]
            elif self._is_for_its_effect(live):
                lines = [expression]
            else:
                lines = [f"{self._naming.new((live.uuid, self._only_output(live)), _wanted_name(live))} = {expression}"]
        return lines

    def _call_of_function(self, live: LiveNode) -> str:
        """A call of a function of the notebook, whose text stands before it."""
        call = f"{live.node_id.removeprefix(FUNCTION)}({self._expressing.arguments(live, (SOURCE,))})"
        ports = [port.id for port in live.node._outs]
        name = _wanted_name(live)
        if not ports:
            return call
        names = [self._naming.new((live.uuid, port), name if len(ports) == 1 else f"{name}_{port}") for port in ports]
        return f"{', '.join(names)} = {call}"

    def _whole(self, live: LiveNode) -> list[str]:
        if self._alone or not self._remarks:
            raise NotWritableError(
                f"{live.node.name} is a {live.node_id}, which no function of a module makes: export the graph as json."
            )
        takes = {port: self._naming.of(live, port, wire) for port, wire in live.wires.items()}
        name, first = _wanted_name(live), self._only_output(live)
        gives = {
            port.id: self._naming.new((live.uuid, port.id), name if port.id == first else f"{name}_{port.id}")
            for port in live.node._outs
        }
        return [remark_text(whole_remark(live, takes, gives))]

    def _name_of_notebook(self, live: LiveNode) -> list[str]:
        name = live.node.name
        if self._alone or not name.isidentifier():
            raise NotWritableError(
                f"{name} is a value of the notebook, which a script does not have: read it from a file."
            )
        self._naming.of_port[live.uuid, "out"] = name
        self._naming.take(name)
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
        self._importing.for_code(live)
        source = str(live.values.get(SOURCE, ""))
        names: dict[str, str] = {}
        before: list[str] = []
        outputs = {port._spec.label: port.id for port in live.node._outs}
        shown = live.node.get_property(SHOWN)
        if shown in outputs:
            if self._readers.get((live.uuid, outputs[shown])):
                source = ast.unparse(with_shown(ast.parse(source), shown))
            else:
                del outputs[shown]
        for name, port in live.wires.items():
            here = self._naming.of(live, name, port)
            is_shared = list(live.wires.values()).count(port) > 1
            if name in outputs and (is_shared or self._is_needed_later(port, live)):
                fresh = self._naming.new((live.uuid, outputs[name]), name)
                before.append(f"{fresh} = {here}")
                here = fresh
            names[name] = here
        for name, value in live.values.items():
            if name != SOURCE:
                names[name] = self._naming.new((live.uuid, f"in {name}"), name)
                before.append(f"{names[name]} = {self._expressing.literal(live, name, value)}")
        functions: Mapping[str, str] = live.node.get_property(FUNCTIONS) or {}
        for name in functions:
            names[name] = self._naming.new((live.uuid, f"function {name}"), name)
        source = "\n".join([*functions.values(), source])
        for name, port_id in outputs.items():
            if name in names:
                self._naming.of_port[live.uuid, port_id] = names[name]
            elif (live.uuid, port_id) not in self._naming.of_port:
                names[name] = self._naming.new((live.uuid, port_id), name)
        return [*before, *lines_of(renamed(source, names))]

    def _is_needed_later(self, port: Port, live: LiveNode) -> bool:
        """Whether something else reads what ``live`` is about to put another value in the place of."""
        if any(reader not in self._written and reader != live.uuid for reader in self._readers[port]):
            return True
        key = self._nodes[port[0]].key
        return bool(key) and any((wire.key, wire.port) == (key, port[1]) for wire in self._variables.values())


def _wanted_name(live: LiveNode) -> str:
    return live.key.rpartition("/")[2] or live.node.name


def _title_of(live: LiveNode) -> str:
    """The title of a part. Whatever stands there, it is a comment of one line, and no remark."""
    title = " ".join(str(live.node.get_property(PART)).split())
    return inert("".join(character for character in title if character.isprintable()))
