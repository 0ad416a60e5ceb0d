"""What a set of connected nodes shares: the lock, the schedule, the runner and who is told.

The engine carries values along edges and keeps the edges themselves in order. A node made by hand has a
small engine of its own; connecting two nodes, or adding one to a nodespace, joins their engines.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from funcnodes_jupyter.core.errors import CycleError, MultipleConnectionsError, NodeConnectionError
from funcnodes_jupyter.core.events import EventEmitter
from funcnodes_jupyter.core.facts import Edge, EdgeAdded, EdgeRemoved, Fact, NodeChanged, Observer, ValueChanged
from funcnodes_jupyter.core.nodeio import NodeInput, NodeIO, NodeOutput
from funcnodes_jupyter.core.runner import Runner
from funcnodes_jupyter.core.schedule import Schedule
from funcnodes_jupyter.core.traversal import origins, path_between, reached, receivers
from funcnodes_jupyter.core.values import NoValue

if TYPE_CHECKING:
    from funcnodes_jupyter.core.node import Node

_log = logging.getLogger(__name__)


def edge_of(source: NodeIO, target: NodeIO) -> Edge:
    """The edge between two ports as uuids and ids."""
    return (source.node.uuid, source.id, target.node.uuid, target.id)


class Engine:
    """Carries values, keeps edges, and passes on what happened.

    ``owned`` engines belong to a nodespace and never give their nodes up.
    ``defers`` is set where a second thread changes the graph (in a worker): callbacks of users are then
    queued for the thread that runs the nodes and never called under the lock.
    """

    __slots__ = ("__weakref__", "_observers", "defers", "listened", "lock", "members", "owned", "runner", "schedule")

    def __init__(self, owned: bool = False) -> None:
        # An uncontended RLock costs less than any no-op context manager written in Python.
        self.lock = threading.RLock()
        self.schedule = Schedule()
        self.runner = Runner(self)
        self.members: list[Node] = []
        self.owned = owned
        self.defers = False
        self.listened = False
        self._observers: tuple[Observer, ...] = ()

    # --- telling --------------------------------------------------------------------------------

    def subscribe(self, observer: Observer) -> Callable[[], None]:
        """Tell ``observer`` every fact from now on; returns the function that ends it."""
        self._set_observers((*self._observers, observer))
        return lambda: self._set_observers(tuple(known for known in self._observers if known is not observer))

    def _set_observers(self, observers: tuple[Observer, ...]) -> None:
        self._observers = observers
        self.schedule.tell = self.tell if observers else None

    @property
    def observed(self) -> bool:
        return bool(self._observers)

    def tell(self, fact: Fact) -> None:
        """Pass a fact to the observers; called under the lock."""
        for observer in self._observers:
            observer(fact)

    def announce(self, emitter: EventEmitter, event: str, **data: Any) -> None:
        """Call the users' callbacks for ``event``, in the thread that runs the nodes."""
        if not self.listened or not emitter.hears(event):
            return
        if self.defers:
            self.runner.call(lambda: _emit(emitter, event, data))
        else:
            _emit(emitter, event, data)

    def request(self, node: Node) -> None:
        """A run of ``node`` is wanted; who listens is told. Called under the lock."""
        if not self.listened:
            self.schedule.request(node)
            return
        self.announce(node, "before_request_trigger")
        self.schedule.request(node)
        self.announce(node, "after_request_trigger", result=None)

    # --- values ---------------------------------------------------------------------------------

    def receive(self, port: NodeInput, value: Any, does_trigger: bool | None = None) -> None:
        """Store ``value`` on an input and on those that follow it, and request what it triggers."""
        self._store(port, value)
        node = port.node
        triggers = port._triggers if does_trigger is None else does_trigger
        if triggers:
            self.request(node)
        else:
            self.schedule.mark_stale((node,))
        for follower in port._targets:
            self.receive(follower, value, does_trigger)

    def _store(self, port: NodeIO, value: Any) -> None:
        port._value = value
        if self._observers:
            self.tell(ValueChanged(port))
        if self.listened and port._spec.emit_value_set:
            self.announce(port, "after_set_value", result=value)

    def send(self, output: NodeOutput, value: Any) -> None:
        """Store ``value`` on an output and hand it on. NoValue clears what follows and requests nothing."""
        if self._observers or self.listened or value is NoValue:
            self._send_told(output, value)
            return
        # The road of most values: nobody is to be told.
        output._value = value
        request = self.schedule.request
        for target in output._targets:
            if target._triggers and not target._targets:
                target._value = value
                request(target._node)  # type: ignore[arg-type]
            else:
                self.receive(target, value)

    def _send_told(self, output: NodeOutput, value: Any) -> None:
        self._store(output, value)
        for target in tuple(output._targets):
            if value is NoValue:
                self._clear(target)
            else:
                self.receive(target, value)

    def stream(self, output: NodeOutput, value: Any) -> None:
        """:meth:`send`, and what follows need not wait for the end of the running node."""
        self.send(output, value)
        if output.node.slot.running:
            self.schedule.passes_on(output.node)

    def _clear(self, port: NodeInput) -> None:
        """Fall back to the default without triggering; what depends on it is stale."""
        self._store(port, NoValue)
        self.schedule.mark_stale((port.node,))
        for follower in port._targets:
            self._clear(follower)

    # --- edges ----------------------------------------------------------------------------------

    def connect(self, a: NodeIO, b: NodeIO, replace: bool = False, does_trigger: bool | None = None) -> Edge | None:
        """Connect two ports; returns the edge, or None if it is there already.

        An output with an input, in either order. Two inputs make a *forward*: the second follows the first.
        The value that is there is handed on, and ``does_trigger`` wins over what the input says of that.

        Raises:
            NodeConnectionError: two outputs, or a port with itself.
            MultipleConnectionsError: the input has a source, and ``replace`` is False.
            CycleError: the edge would close a circle; the message names its path.
        """
        source, target = _directed(a, b)
        joined = self._joined_with(source.node, target.node)
        with joined.lock:
            if target in source._targets:
                return None
            _refuse_cycle(source, target)
            if target._sources and not target.spec.allow_multiple:
                if not replace:
                    raise MultipleConnectionsError(
                        f"{target.full_name} receives from {target._sources[0].full_name} already: "
                        "remove that edge first, or replace it."
                    )
                for old in tuple(target._sources):
                    joined.disconnect(old, target)
            joined._link(source, target, does_trigger)
        joined.runner.wake()
        return edge_of(source, target)

    def _link(self, source: NodeIO, target: NodeInput, does_trigger: bool | None) -> None:
        kind = "forward" if source._spec.is_input else "connect"
        self.announce(source, f"before_{kind}", other=target)
        source._targets.append(target)
        target._sources.append(source)
        self.schedule.edge_added(source, target)
        if self._observers:
            self.tell(EdgeAdded(edge_of(source, target)))
        self.announce(source, f"after_{kind}", result=edge_of(source, target))
        value = source._value
        if value is not NoValue:
            # Also while the source's node runs: the target waits for it, and gets this value if nothing newer comes.
            self.receive(target, value, does_trigger)
        elif target._value is not NoValue:
            self._clear(target)
        elif self._observers:
            self.tell(NodeChanged(target.node, ("state",)))

    def disconnect(self, a: NodeIO, b: NodeIO) -> None:
        """Take away the edge between two ports; the input falls back to its default, nothing runs.

        Raises:
            NodeConnectionError: there is no such edge.
        """
        with self.lock:
            source, target = (a, b) if b in a._targets else (b, a)
            if target not in source._targets or not isinstance(target, NodeInput):
                raise NodeConnectionError(f"There is no edge between {a.full_name} and {b.full_name}.")
            self.announce(source, "before_disconnect", other=target)
            source._targets.remove(target)
            target._sources.remove(source)
            self.schedule.edge_removed(source, target)
            if self._observers:
                self.tell(EdgeRemoved(edge_of(source, target)))
            if not is_trigger(target):
                self._clear(target)
            for node in reached(target):
                if node.slot.blame is not None:
                    node.slot.blame = None  # it may be gone with this edge
            self.announce(source, "after_disconnect", result=edge_of(source, target))
        self.runner.wake()

    def _joined_with(self, first: Node, second: Node) -> Engine:
        """The one engine of both nodes; a hand-made node's engine gives its nodes up."""
        if first.engine is second.engine:
            return first.engine
        keep, give = first.engine, second.engine
        if give.owned or (not keep.owned and len(give.members) > len(keep.members)):
            keep, give = give, keep
        keep.adopt(give)
        return keep

    def adopt(self, other: Engine) -> None:
        """Take over all nodes of another engine and what it had to do.

        Raises:
            NodeConnectionError: the other engine belongs to a nodespace.
        """
        if other is self:
            return
        if other.owned:
            raise NodeConnectionError("Nodes of two nodespaces cannot be connected.")
        with self.lock:
            for node in other.members:
                node.engine = self
            if not self.owned:
                self.members.extend(other.members)
            other.members = []
            self.schedule.absorb(other.schedule)
            self.listened = self.listened or other.listened
            self._set_observers((*self._observers, *other._observers))
            other.runner.move_to(self.runner, self)


def _emit(emitter: EventEmitter, event: str, data: dict[str, Any]) -> None:
    try:
        emitter.emit(event, **data)
    except Exception:  # noqa: BLE001 - users' code may raise anything
        # It is told where errors of the program go: a change must not stop half-way for it.
        _log.exception("A callback for %s of %r failed", event, emitter)


def is_trigger(port: NodeIO) -> bool:
    """Whether the port orders runs only and carries no value."""
    return port.id in ("_triggerinput", "_triggeroutput")


def _directed(a: NodeIO, b: NodeIO) -> tuple[NodeIO, NodeInput]:
    if isinstance(b, NodeInput):
        source, target = a, b
    elif isinstance(a, NodeInput):
        source, target = b, a
    else:
        raise NodeConnectionError(f"{a.full_name} and {b.full_name} are both outputs: connect an output with an input.")
    if source is target:
        raise NodeConnectionError(f"{a.full_name} cannot be connected with itself.")
    return source, target


def _refuse_cycle(source: NodeIO, target: NodeInput) -> None:
    if source.node is target.node:
        raise CycleError([source.full_name, target.full_name])
    if not any(port._sources for port in source.node._ins):
        return  # nothing leads to the source, so no circle can
    if source in receivers(target):
        raise CycleError([source.full_name, target.full_name])
    for origin in origins(source):
        for follower in reached(target):
            path = path_between(follower, origin)
            if path is not None:
                raise CycleError([*(node.name for node in path), follower.name])
