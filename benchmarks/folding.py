"""A client's picture of the graph, folded from the state that it was given and the events that followed."""

from __future__ import annotations

from typing import Any

import msgspec

from funcnodes_jupyter.wire import events
from funcnodes_jupyter.wire.client import Update
from funcnodes_jupyter.wire.events import Event, NodeState
from funcnodes_jupyter.wire.messages import FullState, NodespaceEvents


class Picture:
    """Listens to a client; ``nodes`` and ``edges`` are what it knows, the counts what it was told."""

    def __init__(self) -> None:
        self.nodes: dict[str, NodeState] = {}
        self.edges: set[tuple[str, ...]] = set()
        self.seq = 0
        self.events = 0
        self.snapshots = 0

    def hear(self, update: Update) -> None:
        """Take one update of the client."""
        if isinstance(update, FullState):
            self.snapshots += 1
            self.seq = update.seq
            self.nodes = {node.uuid: node for node in update.nodes}
            self.edges = {tuple(edge) for edge in update.edges}
        elif isinstance(update, NodespaceEvents):
            self.events += len(update.events)
            self.seq = update.seq
            for event in update.events:
                self._apply(event)

    def differences(self, state: FullState) -> list[str]:
        """The uuids of nodes that are not as ``state`` says, and "edges"."""
        told = {node.uuid: node for node in state.nodes}
        found = [uuid for uuid in told.keys() | self.nodes.keys() if told.get(uuid) != self.nodes.get(uuid)]
        return found + ["edges"] * ({tuple(edge) for edge in state.edges} != self.edges)

    def _apply(self, event: Event) -> None:
        """The events of a wave; a graph that changes its shape is not folded here."""
        if isinstance(event, events.ValueChanged):
            data = event.data
            for port in self.nodes[data.node_uuid].io:
                if port.id == data.io_id:
                    port.value = data.value
        elif isinstance(event, events.NodeTriggered):
            node = self.nodes[event.data.uuid]
            node.state, node.error, node.progress = "running", None, None
        elif isinstance(event, events.NodeDone):
            node = self.nodes[event.data.uuid]
            node.state, node.error, node.progress, node.stale = "done", None, None, False
            node.seconds = event.data.seconds
        elif isinstance(event, events.NodeUpdated):
            self._update(self.nodes[event.data.uuid], event.data.changed)
        elif not isinstance(event, events.ClientConnected | events.ClientDisconnected | events.HistoryChanged):
            raise NotImplementedError(type(event).__name__)

    def _update(self, node: NodeState, changed: events.NodeChange) -> None:
        for field in msgspec.structs.fields(changed):
            value: Any = getattr(changed, field.name)
            if value is not msgspec.UNSET:
                setattr(node, field.name, value)
