"""The graph as its clients know it: answers queries, and turns what happened into numbered events.

The mirror belongs to the I/O thread. Facts of the graph are noted under its lock by
:class:`~funcnodes_jupyter.worker.pending.Pending`; at a flush the mirror reads what changed, briefly under
the lock, compares it with what clients know, and numbers the differences. A query is answered from the
mirror, at exactly the number of the newest event, so a client can continue from there.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterator
from operator import attrgetter, itemgetter
from typing import Any

from msgspec import structs

from funcnodes_jupyter.core import facts
from funcnodes_jupyter.core.node import Node
from funcnodes_jupyter.core.nodeio import NodeInput, NodeIO
from funcnodes_jupyter.core.nodelog import NodeLog
from funcnodes_jupyter.core.nodespace import NodeSpace
from funcnodes_jupyter.core.values import NoValue
from funcnodes_jupyter.wire import events
from funcnodes_jupyter.wire.events import Event, GroupState, NodeState, PortState
from funcnodes_jupyter.worker.brief import describe_port
from funcnodes_jupyter.worker.functions import PROPERTY
from funcnodes_jupyter.worker.lognews import Told, log_state, snapshot
from funcnodes_jupyter.worker.nodestate import (
    STATUS_FIELDS,
    edge_notes,
    error_info,
    group_state,
    node_state,
    options_of,
    status,
)
from funcnodes_jupyter.worker.pending import Changes, Pending
from funcnodes_jupyter.worker.picture.graph import Snapshot
from funcnodes_jupyter.worker.placement import Places

KEPT_EVENTS = 10_000
"""How many of the newest events are kept for clients that resume."""

_STATUS_NOW = itemgetter(*STATUS_FIELDS)
_STATUS_KNOWN = attrgetter(*STATUS_FIELDS)

PortKey = tuple[str, str]
Edge = tuple[str, str, str, str]
Publish = Callable[[int, list[Event]], None]
Touched = Callable[[list[PortKey]], None]


class Mirror:
    """See the module.

    Args:
        nodespace: The graph to mirror.
        wake: Asks the I/O thread for a flush soon; called from any thread, under the graph lock.
        edited: Gets each fact that is to be saved; likewise.
        publish: Gets the number of the first of a list of new events, and the list.
        touched: Gets the ports whose values changed in a flush.
    """

    def __init__(
        self,
        nodespace: NodeSpace,
        *,
        wake: Callable[[], None],
        edited: facts.Observer,
        publish: Publish,
        touched: Touched,
    ) -> None:
        self._nodespace = nodespace
        self._publish = publish
        self._touched = touched
        # Every life of a worker counts from a number of its own, whatever the clock says, so that a client that
        # resumes after a restart is never given the events of another life. JavaScript counts to 2**53.
        self.seq = int.from_bytes(os.urandom(6), "big")
        self._kept: deque[Event] = deque(maxlen=KEPT_EVENTS)
        self.nodes: dict[str, NodeState] = {}
        self.edges: dict[Edge, events.EdgeData | None] = {}
        """With a note on those that are feedback or whose ports may not fit."""
        self.groups: dict[str, GroupState] = {}
        self.mode: events.GraphMode = "reactive"
        self.history = events.HistoryInfo()
        self._told: dict[str, Told] = {}  # of each node's log
        self._functions: Any = None
        with nodespace.lock:
            self.places = Places(nodespace.nodes)
            self._pending = Pending(wake, edited, self.places)
            self._unsubscribe = nodespace.subscribe(self._pending.observe)
            self._read_all()

    def close(self) -> None:
        """Observe no more."""
        self._unsubscribe()

    # --- queries --------------------------------------------------------------------------------

    def missed_since(self, seq: int) -> list[Event] | None:
        """The events after number ``seq``, or None when they are not known any more."""
        missed = self.seq - seq
        if missed < 0 or missed > len(self._kept):
            return None
        return list(self._kept)[len(self._kept) - missed :]

    def state_of(self, node: Node) -> NodeState:
        """``node`` as it is now, which may be newer than the last event."""
        with self._nodespace.lock:
            return node_state(node)

    def snapshot(self) -> Snapshot:
        """The graph as the last event left it, for other threads: nothing in it changes any more."""
        # Cheap, for it is done on the I/O loop: a port is replaced when it changes, so that the list is all to be copied.
        nodes = {uuid: structs.replace(state, io=list(state.io)) for uuid, state in self.nodes.items()}
        feedback = frozenset(edge for edge, note in self.edges.items() if note is not None and note.feedback)
        return Snapshot(nodes, tuple(self.edges), feedback, dict(self.groups))

    # --- events ---------------------------------------------------------------------------------

    def tell(self, event: Event) -> None:
        """Number and publish an event that is not about the graph."""
        self._number([event])

    def flush(self) -> None:
        """Number and publish what changed since the last time."""
        with self._nodespace.lock:
            changes = self._pending.take()
            if changes is None:
                return
            found = [*self._structure_events(changes), *self._group_events(changes)]
            values = self._changed_values(changes)
            options = [(port, options_of(port)) for port in changes.options]
            logs = [
                (node.uuid, node.slot.log, snapshot(node.slot.log))
                for node in changes.logs
                if self._knows(node) and (node.slot.log is not None or self.nodes[node.uuid].log.lines)
            ]
            runs = [(node.uuid, run) for node, run in changes.runs.items() if self._knows(node)]
            updates = {node: status(node) for node in changes.nodes if self._knows(node)}
        # Outside the lock from here on: describing many values takes a while.
        found += [event for port, stored, default in values for event in self._value_event(port, stored, default)]
        found += [event for port, made in options for event in self._options_event(port, made)]
        found += [event for uuid, run in runs for event in self._run_event(uuid, run)]
        found += [event for node, now in updates.items() for event in self._update_event(node.uuid, now)]
        found += [event for node, fact in changes.progress.items() for event in self._progress_event(node.uuid, fact)]
        found += self._graph_events(changes)
        found += [event for uuid, log, taken in logs for event in self._log_events(uuid, log, log_state(taken))]
        if found:
            self._number(found)
        self._touched([(port.node.uuid, port.id) for port in changes.values])

    def _number(self, new: list[Event]) -> None:
        first = self.seq + 1
        self.seq += len(new)
        self._kept.extend(new)
        self._publish(first, new)

    # --- structure, under the lock ----------------------------------------------------------------

    def _read_all(self) -> None:
        self.nodes = {uuid: node_state(node) for uuid, node in self._nodespace.nodes.items()}
        self.edges = dict.fromkeys(self._nodespace.edges)
        for note in edge_notes(self._nodespace):
            self.edges[(*note.src, *note.dst)] = note
        self.groups = {group_id: group_state(record) for group_id, record in self._nodespace.groups.items()}
        self.mode = self._nodespace.mode
        history = self._nodespace.history
        self.history = events.HistoryInfo(history.undo_label, history.redo_label)
        self._told = {uuid: Told(node.slot.log) for uuid, node in self._nodespace.nodes.items()}
        self._functions = self._nodespace.get_property(PROPERTY)

    def _knows(self, node: Node) -> bool:
        return node.uuid in self.nodes and self._nodespace.nodes.get(node.uuid) is node

    def _structure_events(self, changes: Changes) -> Iterator[Event]:
        if any(self._knows(node) for node in changes.reshaped):
            # A node got another port; no event says that, so clients ask for everything again.
            changes.structure = [facts.Loaded()]
        for fact in changes.structure:
            if isinstance(fact, facts.NodeAdded):
                yield from self._added(fact.node)
            elif isinstance(fact, facts.NodeRemoved):
                yield from self._removed(fact.uuid)
            elif isinstance(fact, facts.EdgeAdded):
                yield from self._edge_added(fact)
            elif isinstance(fact, facts.EdgeRemoved):
                yield from self._edge_removed(fact.edge)
            elif isinstance(fact, facts.Cleared):
                self.nodes, self.edges, self.groups, self._told = {}, {}, {}, {}
                yield events.Cleared(events.Nothing())
            else:
                self._read_all()
                yield events.Loaded(events.Nothing())

    def _added(self, node: Node) -> Iterator[Event]:
        if self._nodespace.nodes.get(node.uuid) is not node or node.uuid in self.nodes:
            return
        state = self.nodes[node.uuid] = node_state(node)
        self._told[node.uuid] = Told(node.slot.log)
        # Clients that resume later get this event again, so it must not change with the mirror.
        sent = structs.replace(state, io=list(state.io))
        yield events.NodeAdded(events.NodeAddedData(node.uuid, state.node_id, sent))

    def _removed(self, uuid: str) -> Iterator[Event]:
        self._told.pop(uuid, None)
        if self.nodes.pop(uuid, None) is not None:
            self.edges = {edge: note for edge, note in self.edges.items() if uuid not in (edge[0], edge[2])}
            yield events.NodeRemoved(events.NodeRef(uuid))

    def _edge_added(self, fact: facts.EdgeAdded) -> Iterator[Event]:
        edge = fact.edge
        if edge not in self.edges and edge[0] in self.nodes and edge[2] in self.nodes:
            data = events.EdgeData(edge[:2], edge[2:], fact.feedback, fact.warning)
            self.edges[edge] = data if fact.feedback or fact.warning else None
            yield events.EdgeAdded(data)

    def _edge_removed(self, edge: Edge) -> Iterator[Event]:
        if edge in self.edges:
            del self.edges[edge]
            yield events.EdgeRemoved(events.EdgeData(edge[:2], edge[2:]))

    def _group_events(self, changes: Changes) -> Iterator[Event]:
        for group_id in changes.groups:
            record = self._nodespace.groups.get_group(group_id)
            now = None if record is None else group_state(record)
            if now == self.groups.get(group_id):
                continue
            if now is None:
                del self.groups[group_id]
            else:
                self.groups[group_id] = now
            yield events.GroupChanged(events.GroupData(group_id, now))

    def _changed_values(self, changes: Changes) -> list[tuple[NodeIO, Any, Any]]:
        return [
            (port, port.stored, port.default if isinstance(port, NodeInput) else NoValue)
            for port in changes.values
            if self._knows(port.node)
        ]

    # --- the rest, outside the lock -----------------------------------------------------------------

    def _value_event(self, port: NodeIO, stored: Any, default: Any) -> Iterator[Event]:
        uuid = port.node.uuid
        info = describe_port(stored, default)
        if self._patch_port(uuid, port.id, value=info):
            kind = "input" if port.is_input else "output"
            yield events.ValueChanged(events.ValueChangedData(uuid, port.id, kind, info))  # type: ignore[arg-type]

    def _options_event(self, port: NodeIO, options: dict[str, Any]) -> Iterator[Event]:
        uuid = port.node.uuid
        if self._patch_port(uuid, port.id, value_options=options):
            yield events.OptionsChanged(events.OptionsChangedData(uuid, port.id, options))

    def _patch_port(self, uuid: str, io_id: str, **changed: Any) -> bool:
        state = self.nodes.get(uuid)
        place = _place_of(state.io, io_id) if state is not None else None
        if state is None or place is None:
            return False
        # Replaced, never changed: an event may still hold the old one.
        state.io[place] = structs.replace(state.io[place], **changed)
        return True

    def _run_event(self, uuid: str, run: facts.Fact) -> Iterator[Event]:
        state = self.nodes.get(uuid)
        if state is None:
            return
        state.progress = None
        if isinstance(run, facts.NodeTriggered):
            state.state, state.error = "running", None
            yield events.NodeTriggered(events.NodeRef(uuid))
        elif isinstance(run, facts.NodeDone):
            state.state, state.error, state.stale, state.seconds = "done", None, False, run.seconds
            yield events.NodeDone(events.NodeDoneData(uuid, run.seconds))
        elif isinstance(run, facts.NodeFailed):
            state.state, state.error = "error", error_info(run.error)
            yield events.NodeError(events.NodeErrorData(uuid, state.error.text, state.error.traceback, state.error))

    def _update_event(self, uuid: str, now: dict[str, Any]) -> Iterator[Event]:
        """Whatever the events before did not say already."""
        state = self.nodes[uuid]
        if _STATUS_NOW(now) == _STATUS_KNOWN(state):
            return  # as after most runs
        changed = {key: now[key] for key in STATUS_FIELDS if now[key] != getattr(state, key)}
        if changed:
            for key, value in changed.items():
                setattr(state, key, value)
            yield events.NodeUpdated(events.NodeUpdatedData(uuid, events.NodeChange(**changed)))

    def _graph_events(self, changes: Changes) -> Iterator[Event]:
        functions = self._nodespace.get_property(PROPERTY)
        if functions is not self._functions:
            self._functions = functions
            yield events.LibraryChanged(events.Nothing())
        if changes.mode is not None and changes.mode.mode != self.mode:
            self.mode = changes.mode.mode
            yield events.ModeChanged(events.ModeData(self.mode))
        if changes.history is not None:
            history = events.HistoryInfo(changes.history.undo, changes.history.redo)
            if history != self.history:
                self.history = history
                yield events.HistoryChanged(history)

    def _progress_event(self, uuid: str, fact: facts.NodeProgressed) -> Iterator[Event]:
        state = self.nodes.get(uuid)
        progress = events.ProgressInfo(fact.fraction, fact.text)
        if state is not None and state.state == "running" and state.progress != progress:
            state.progress = progress
            yield events.NodeProgress(events.NodeProgressData(uuid, fact.fraction, fact.text))

    def _log_events(self, uuid: str, log: NodeLog | None, now: events.NodeLog) -> Iterator[Event]:
        state = self.nodes.get(uuid)
        if state is None:
            return
        known, state.log = state.log, now
        yield from self._told[uuid].news(uuid, known, log, now)


def _place_of(ports: list[PortState], io_id: str) -> int | None:
    for place, port in enumerate(ports):
        if port.id == io_id:
            return place
    return None
