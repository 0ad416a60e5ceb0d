"""The graph of a worker as a kernel knows it: a snapshot that can be asked, and the view that events keep current."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from msgspec import UNSET, structs

from funcnodes_jupyter.core.errors import AmbiguousNameError, IONotFoundError, NodeNotFoundError
from funcnodes_jupyter.wire import events
from funcnodes_jupyter.wire.events import Event, GraphMode, GroupState, NodeState, PortState
from funcnodes_jupyter.wire.messages import FullState, NodespaceEvents

Edge = tuple[str, str, str, str]
ACTIVE = ("queued", "running")


@dataclass(frozen=True)
class Graph:
    """Nodes by uuid and edges, as they were at one moment."""

    nodes: Mapping[str, NodeState]
    edges: tuple[Edge, ...]
    feedback: frozenset[Edge] = frozenset()
    """Those of the edges that close a circle: their targets hold values of their own, too."""
    mode: GraphMode = "reactive"
    groups: Mapping[str, GroupState] = field(default_factory=dict)
    versions: Mapping[tuple[str, str], int] = field(default_factory=dict)
    """How often each output got a value, since the view was made."""
    epoch: int = 0

    def version(self, uuid: str, io: str) -> tuple[int, int]:
        """Another one whenever the output got a value, or may have got one that nobody told of."""
        return self.epoch, self.versions.get((uuid, io), 0)

    def find(self, name: str) -> NodeState:
        """The node of that name or uuid.

        Raises:
            AmbiguousNameError: several nodes bear the name.
            NodeNotFoundError: none does; the text offers similar names.
        """
        if name in self.nodes:
            return self.nodes[name]
        found = [node for node in self.nodes.values() if node.name == name]
        if len(found) > 1:
            raise AmbiguousNameError(name, [node.uuid for node in found])
        if not found:
            raise NodeNotFoundError(f"There is no node {name!r}.{self._similar(name)}")
        return found[0]

    def get(self, name: str) -> NodeState | None:
        """The node of that name or uuid, None when there is none."""
        return self.find(name) if name in self else None

    def __contains__(self, name: object) -> bool:
        return name in self.nodes or any(node.name == name for node in self.nodes.values())

    def source_of(self, uuid: str, io: str) -> str | None:
        """``node.port`` that the input receives from, None when it has no source (but perhaps feedback)."""
        edge = next((edge for edge in self.edges if edge[2:] == (uuid, io) and edge not in self.feedback), None)
        return f"{self.nodes[edge[0]].name}.{edge[1]}" if edge is not None and edge[0] in self.nodes else None

    def upstream(self, uuid: str) -> list[NodeState]:
        """The node and all that it depends on, the nearest first; empty when it is gone."""
        sources: dict[str, list[str]] = {}
        for source, _, target, _ in self.edges:
            sources.setdefault(target, []).append(source)
        found = [uuid]
        seen = {uuid}
        for known in found:
            new = [source for source in sources.get(known, ()) if source not in seen]
            seen.update(new)
            found.extend(new)
        return [self.nodes[known] for known in found if known in self.nodes]

    def settled(self, uuid: str) -> bool:
        """Whether neither the node nor anything before it runs or is going to (also when it is gone)."""
        return not any(node.state in ACTIVE for node in self.upstream(uuid))

    @property
    def active(self) -> list[NodeState]:
        """The nodes that run or wait for their turn."""
        return [node for node in self.nodes.values() if node.state in ACTIVE]

    def _similar(self, name: str) -> str:
        names = sorted({node.name for node in self.nodes.values()})
        close = difflib.get_close_matches(name, names, n=3) or names[:8]
        return f" There is {', '.join(close)}." if close else " The graph is empty."


def port_of(node: NodeState, io: str, *, is_input: bool) -> PortState:
    """The port of that id on one side of a node.

    Raises:
        IONotFoundError: there is none; the text names those that there are.
    """
    found = next((port for port in node.io if port.id == io and port.is_input == is_input), None)
    if found is None:
        side = "input" if is_input else "output"
        known = ", ".join(port.id for port in shown_ports(node, is_input=is_input))
        raise IONotFoundError(f"{node.name!r} has no {side} {io!r}, only {known or 'none at all'}.")
    return found


def shown_ports(node: NodeState, *, is_input: bool) -> list[PortState]:
    """The ports of one side that a person sees."""
    return [port for port in node.io if port.is_input == is_input and not port.hidden]


class GraphView:
    """Keeps a graph current: a :class:`FullState` replaces it, batches of events continue it.

    ``outdated`` is set when events cannot tell what changed and the full state must be asked for.
    """

    def __init__(self) -> None:
        self._nodes: dict[str, NodeState] = {}
        self._edges: dict[Edge, None] = {}
        self._feedback: frozenset[Edge] = frozenset()
        self._mode: GraphMode = "reactive"
        self._groups: dict[str, GroupState] = {}
        self._versions: dict[tuple[str, str], int] = {}
        self._epoch = 0
        self.seq = 0
        self.outdated = True

    def snapshot(self) -> Graph:
        """The graph as it is known now. States of nodes in it never change."""
        versions = dict(self._versions)
        groups = dict(self._groups)
        return Graph(dict(self._nodes), tuple(self._edges), self._feedback, self._mode, groups, versions, self._epoch)

    def replace(self, state: FullState) -> None:
        """Take over a full state."""
        self._nodes = {node.uuid: node for node in state.nodes}
        self._edges = dict.fromkeys(state.edges)
        self._feedback = frozenset((*note.src, *note.dst) for note in state.edge_notes if note.feedback)
        self._mode = state.mode
        self._groups = dict(state.groups)
        self.seq = state.seq
        self._epoch += 1
        self.outdated = False

    def apply(self, batch: NodespaceEvents) -> None:
        """Take over the events of a batch that are not known yet."""
        if batch.first > self.seq + 1:
            self.outdated = True
            return
        for event in batch.events[self.seq + 1 - batch.first :]:
            self._apply(event)
        self.seq = max(self.seq, batch.seq)

    def _apply(self, event: Event) -> None:
        if isinstance(event, events.NodeAdded):
            self._nodes[event.data.uuid] = event.data.serialized
        elif isinstance(event, events.NodeRemoved):
            self._remove(event.data.uuid)
        elif isinstance(event, events.EdgeAdded):
            edge = (*event.data.src, *event.data.dst)
            self._edges[edge] = None
            self._feedback = self._feedback | {edge} if event.data.feedback else self._feedback - {edge}
        elif isinstance(event, events.EdgeRemoved):
            self._edges.pop((*event.data.src, *event.data.dst), None)
        elif isinstance(event, events.Cleared):
            self._nodes, self._edges, self._groups = {}, {}, {}
        elif isinstance(event, events.ModeChanged):
            self._mode = event.data.mode
        elif isinstance(event, events.GroupChanged):
            self._set_group(event.data)
        elif isinstance(event, events.Loaded):
            self.outdated = True
        elif isinstance(event, events.ValueChanged):
            data = event.data
            self._patch_port(data.node_uuid, data.io_id, data.io_type == "input", value=data.value)
            if data.io_type == "output":
                port = (data.node_uuid, data.io_id)
                self._versions[port] = self._versions.get(port, 0) + 1
        elif isinstance(event, events.OptionsChanged):
            self._patch_port(event.data.node_uuid, event.data.io_id, None, value_options=event.data.value_options)
        else:
            self._apply_run(event)

    def _apply_run(self, event: Event) -> None:
        if isinstance(event, events.NodeUpdated):
            self._patch(event.data.uuid, **_given(event.data.changed))
        elif isinstance(event, events.NodeTriggered):
            self._patch(event.data.uuid, state="running", error=None, progress=None)
        elif isinstance(event, events.NodeDone):
            done = event.data
            self._patch(done.uuid, state="done", stale=False, seconds=done.seconds, error=None, progress=None)
        elif isinstance(event, events.NodeError):
            self._patch(event.data.uuid, state="error", error=event.data.info, progress=None)
        elif isinstance(event, events.NodeProgress):
            progress = events.ProgressInfo(event.data.progress, event.data.message)
            self._patch(event.data.uuid, progress=progress)
        elif isinstance(event, events.NodeLogged):
            self._append_log(event.data)

    def _append_log(self, data: events.NodeLogData) -> None:
        node = self._nodes.get(data.uuid)
        if node is not None:
            known = node.log.lines[: max(0, data.first - node.log.first)]
            # Lines that were never sent are missing in between: what was known before them is of no use.
            gap = data.first > node.log.first + len(node.log.lines)
            first = data.first if gap or not data.first else node.log.first
            lines = data.lines if gap or not data.first else [*known, *data.lines]
            over = max(0, len(lines) - events.LOG_LINES)
            self._patch(data.uuid, log=events.NodeLog(first + over, lines[over:]))

    def _set_group(self, data: events.GroupData) -> None:
        if data.group is None:
            self._groups.pop(data.group_id, None)
        else:
            self._groups[data.group_id] = data.group

    def _remove(self, uuid: str) -> None:
        self._nodes.pop(uuid, None)
        self._edges = {edge: None for edge in self._edges if uuid not in (edge[0], edge[2])}

    def _patch(self, uuid: str, **changed: Any) -> None:
        node = self._nodes.get(uuid)
        if node is not None:
            self._nodes[uuid] = structs.replace(node, **changed)

    def _patch_port(self, uuid: str, io: str, is_input: bool | None, **changed: Any) -> None:
        node = self._nodes.get(uuid)
        if node is None:
            return
        sides = (True, False) if is_input is None else (is_input,)
        self._patch(uuid, io=list(_patched(node.io, io, sides, changed)))


def _patched(
    ports: Iterable[PortState], io: str, sides: tuple[bool, ...], changed: Mapping[str, Any]
) -> Iterable[PortState]:
    for port in ports:
        matches = port.id == io and port.is_input in sides
        yield structs.replace(port, **changed) if matches else port


def _given(change: events.NodeChange) -> dict[str, Any]:
    values = {name: getattr(change, name) for name in change.__struct_fields__}
    return {name: value for name, value in values.items() if value is not UNSET}
