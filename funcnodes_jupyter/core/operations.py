"""What a person can do to a graph, as values: each operation is applied and gives the one that takes it back.

Operations name nodes and ports by their ids, so that they still mean the same after a node was removed and
brought back. They are applied under the graph lock.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from funcnodes_jupyter.core.errors import DocumentError, MultipleConnectionsError
from funcnodes_jupyter.core.memento import Memento, Source, remember, sources_of
from funcnodes_jupyter.core.saving import Rest
from funcnodes_jupyter.core.traversal import reached
from funcnodes_jupyter.core.values import NoValue, certainly_equal

if TYPE_CHECKING:
    from funcnodes_jupyter.core.document import Document
    from funcnodes_jupyter.core.groups import Groups
    from funcnodes_jupyter.core.modes import GraphMode, TypeCheck
    from funcnodes_jupyter.core.nodeio import NodeInput
    from funcnodes_jupyter.core.nodespace import NodeSpace


class Operation(Protocol):
    """One change of a graph."""

    def apply(self, space: NodeSpace) -> Operation | None:
        """Make the change; returns what takes it back, None when nothing changed.

        Raises:
            FuncNodesError: it cannot be made; nothing is changed then.
        """


@dataclass(frozen=True, slots=True)
class AddNode:
    """Add a node of a class of the library; ``options`` as for :meth:`NodeSpace.add_node_by_id`."""

    node_id: str
    uuid: str
    options: Mapping[str, Any]

    def apply(self, space: NodeSpace) -> Operation:
        space.add_node_by_id(self.node_id, uuid=self.uuid, **self.options)
        return RemoveNode(self.uuid)


@dataclass(frozen=True, slots=True)
class AddSaved:
    """Add a node in its saved form, with ports of its own; ``view`` is its layout."""

    record: Mapping[str, Any]
    view: Mapping[str, Any]

    def apply(self, space: NodeSpace) -> Operation:
        return RemoveNode(space.add_saved(dict(self.record), self.view).uuid)


@dataclass(frozen=True, slots=True)
class RemoveNode:
    """Take a node away, with its edges and its place in groups."""

    uuid: str

    def apply(self, space: NodeSpace) -> Operation:
        groups = space.saved_groups()
        memento = remember(space.get_node_by_id(self.uuid))
        space.remove_node_by_id(self.uuid)
        return BringBack(memento, groups)


@dataclass(frozen=True, slots=True)
class BringBack:
    """Put a removed node back as it was: what it computed counts as long as its inputs are the same."""

    memento: Memento
    groups: Mapping[str, Any]

    def apply(self, space: NodeSpace) -> Operation:
        space.bring_back(self.memento)
        space.load_groups(self.groups)
        return RemoveNode(self.memento.uuid)


@dataclass(frozen=True, slots=True)
class Replace:
    """Have a node as a memento says, in the place of the one with its uuid: with other ports, for instance."""

    memento: Memento

    def apply(self, space: NodeSpace) -> Operation:
        groups = space.saved_groups()
        before = remember(space.get_node_by_id(self.memento.uuid))
        space.remove_node_by_id(self.memento.uuid)
        try:
            space.bring_back(self.memento)
        except BaseException:
            space.bring_back(before)
            raise
        finally:
            space.load_groups(groups)
        return Replace(before)


@dataclass(frozen=True, slots=True)
class SetInput:
    """Store a value on an input; NoValue goes back to the default."""

    uuid: str
    io: str
    value: Any

    def apply(self, space: NodeSpace) -> Operation | None:
        port = space.get_node_by_id(self.uuid).get_input(self.io)
        before = port.stored
        port.set_value(self.value)
        return None if certainly_equal(before, self.value) else SetInput(self.uuid, self.io, before)


@dataclass(frozen=True, slots=True)
class SetSources:
    """Let an input receive from exactly these ports; without any it holds ``value``, or its default.

    Taking an edge away runs nothing; ``runs`` has what depends on the input run all the same, when an edit is undone.
    """

    uuid: str
    io: str
    sources: tuple[Source, ...]
    value: Any = NoValue
    runs: bool = False

    def apply(self, space: NodeSpace) -> Operation | None:
        port = space.get_node_by_id(self.uuid).get_input(self.io)
        before, held = sources_of(port), port.stored
        if before == self.sources:
            return None
        wanted = [(space.get_node_by_id(uuid)[io], feedback) for uuid, io, feedback in self.sources]
        for source in (*port._sources, *port.fed_back):
            port.disconnect(source)
        try:
            for source, feedback in wanted:
                port.node.engine.connect(source, port, feedback=feedback)
        except BaseException:
            SetSources(self.uuid, self.io, before, held).apply(space)
            raise
        if not port._sources and not certainly_equal(port.stored, self.value):
            port.set_value(self.value)
        if self.runs and not any(feedback for _, feedback in wanted):
            for node in reached(port):
                node.engine.ask(node)
        return SetSources(self.uuid, self.io, before, held, runs=True)


@dataclass(frozen=True, slots=True)
class Rename:
    """Give a node a name; an empty one shows the class's."""

    uuid: str
    name: str

    def apply(self, space: NodeSpace) -> Operation | None:
        node = space.get_node_by_id(self.uuid)
        before = node.given_name
        node.name = self.name
        return None if before == self.name else Rename(self.uuid, before)


@dataclass(frozen=True, slots=True)
class SetProperties:
    """Keep values with a node; None takes a key away."""

    uuid: str
    properties: Mapping[str, Any]

    def apply(self, space: NodeSpace) -> Operation | None:
        node = space.get_node_by_id(self.uuid)
        before = {key: node.get_property(key) for key in self.properties}
        for key, value in self.properties.items():
            node.set_property(key, value)
        return None if certainly_equal(before, dict(self.properties)) else SetProperties(self.uuid, before)


@dataclass(frozen=True, slots=True)
class SetOverrides:
    """What a port says differently from its class: its default, options, whether it is hidden."""

    uuid: str
    io: str
    overrides: Mapping[str, Any]

    def apply(self, space: NodeSpace) -> Operation:
        port = space.get_node_by_id(self.uuid)[self.io]
        before = port.overrides
        port.replace_overrides(self.overrides)
        return SetOverrides(self.uuid, self.io, before)


@dataclass(frozen=True, slots=True)
class SetNodeMode:
    """Enable, disable, bypass or freeze a node.

    ``held`` is what the outputs of a frozen node hold: not what it would compute, and so part of the graph.
    """

    uuid: str
    mode: str
    held: Mapping[str, Any] | None = None

    def apply(self, space: NodeSpace) -> Operation | None:
        node = space.get_node_by_id(self.uuid)
        before = node.mode
        held = {port_id: port.stored for port_id, port in node.outputs.items()} if before == "frozen" else None
        node.set_mode(self.mode)
        for port_id, value in (self.held or {}).items():
            port = node.outputs.get(port_id)
            if port is not None and port.stored is not value:
                port.set_value(value)
        return None if before == self.mode else SetNodeMode(self.uuid, before, held)


@dataclass(frozen=True, slots=True)
class SetLimits:
    """How long a run of a node may take, in seconds, and how often it is tried again."""

    uuid: str
    timeout: float | None
    retries: int

    def apply(self, space: NodeSpace) -> Operation | None:
        node = space.get_node_by_id(self.uuid)
        before = (node.timeout, node.retries)
        node.set_limits(self.timeout, self.retries)
        return None if before == (self.timeout, self.retries) else SetLimits(self.uuid, *before)


@dataclass(frozen=True, slots=True)
class SetGroups:
    """Which nodes belong together."""

    groups: Mapping[str, Any]

    def apply(self, space: NodeSpace) -> Operation | None:
        before = space.saved_groups()
        space.load_groups(self.groups)
        return None if before == self.groups else SetGroups(before)


@dataclass(frozen=True, slots=True)
class ChangeGroups:
    """Do something to the groups, as a whole or not at all; see :class:`Groups`."""

    change: Callable[[Groups], object]

    def apply(self, space: NodeSpace) -> Operation | None:
        before = space.saved_groups()
        self.change(space.groups)
        return None if before == space.saved_groups() else SetGroups(before)


@dataclass(frozen=True, slots=True)
class SetContent:
    """Have exactly these nodes, groups and properties in the graph, and these ``settings`` if there are any."""

    nodes: tuple[Memento, ...]
    groups: Mapping[str, Any]
    rest: Rest
    settings: tuple[GraphMode, TypeCheck] | None = None

    def apply(self, space: NodeSpace) -> Operation:
        before = content_of(space, settings=self.settings is not None)
        try:
            self._put(space)
        except BaseException:
            before._put(space)
            raise
        return before

    def _put(self, space: NodeSpace) -> None:
        space.clear()
        for memento in self.nodes:
            space.bring_back(memento)
        space.load_groups(self.groups)
        space.rest = self.rest
        if self.settings is not None:
            mode, space.type_check = self.settings
            space.set_mode(mode)


def content_of(space: NodeSpace, settings: bool = False) -> SetContent:
    """What brings the graph back to what it holds now; with ``settings`` also to its modes."""
    nodes = tuple(map(remember, space.nodes.values()))
    return SetContent(nodes, space.saved_groups(), space.rest, (space.mode, space.type_check) if settings else None)


@dataclass(frozen=True, slots=True)
class Load:
    """Have a saved graph in the place of this one. ``problems`` gets what of it could not be restored."""

    document: Document
    problems: list[str]

    def apply(self, space: NodeSpace) -> Operation:
        before = content_of(space, settings=True)
        try:
            self.problems.extend(space.put_document(self.document))
        except BaseException as error:
            before._put(space)
            if isinstance(error, _UNREADABLE):
                raise DocumentError(f"This saved graph cannot be read, so nothing is changed: {error!r}") from error
            raise
        return before


_UNREADABLE = (KeyError, TypeError, AttributeError, ValueError, RecursionError)
"""What comes of a document in which something stands where something else belongs."""


def connecting(port: NodeInput, source: Source, replace: bool) -> SetSources:
    """The operation that connects ``source`` with ``port``.

    Raises:
        MultipleConnectionsError: the port takes one source and has one, and ``replace`` is False.
    """
    before = sources_of(port)
    if any(known[:2] == source[:2] for known in before):
        return SetSources(port.node.uuid, port.id, before)
    if before and not port.spec.allow_multiple:
        if not replace:
            raise MultipleConnectionsError(
                f"{port.full_name} receives from {before[0][1]} already: remove that edge first, or replace it."
            )
        before = ()
    return SetSources(port.node.uuid, port.id, (*before, source), port.stored)
