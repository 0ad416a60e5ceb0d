"""What a set of connected nodes shares: the lock, the schedule, the runner and who is told.

The engine carries values along edges and keeps the edges themselves in order. A node made by hand has a
small engine of its own; connecting two nodes, or adding one to a nodespace, joins their engines.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from funcnodes_jupyter.core import outcomes, wiring
from funcnodes_jupyter.core.errors import FeedbackLimitError, NodeConnectionError
from funcnodes_jupyter.core.events import ANY, EventEmitter
from funcnodes_jupyter.core.facts import Edge, Fact, GraphModeChanged, NodeChanged, NodeFailed, Observer, ValueChanged
from funcnodes_jupyter.core.feedback import FEEDBACK_LIMIT, Feedback
from funcnodes_jupyter.core.nodeio import NodeInput, NodeIO, NodeOutput
from funcnodes_jupyter.core.runner import Runner
from funcnodes_jupyter.core.runreport import describe_error
from funcnodes_jupyter.core.schedule import Schedule
from funcnodes_jupyter.core.traversal import successors
from funcnodes_jupyter.core.values import NoValue, certainly_equal

if TYPE_CHECKING:
    from funcnodes_jupyter.core.modes import GraphMode, TypeCheck
    from funcnodes_jupyter.core.node import Node

_OF_A_RUN = frozenset(
    {
        "before_request_trigger", "after_request_trigger", "before_trigger", "triggerstart", "triggerdone",
        "triggerfast", "after_trigger", ANY,
    }
)  # fmt: skip
"""The events of each run, of which most graphs hear none: one look at this spares seven."""

_log = logging.getLogger(__name__)


class Engine:
    """Carries values, keeps edges, and passes on what happened.

    ``owned`` engines belong to a nodespace and never give their nodes up.
    ``defers`` is set where a second thread changes the graph (in a worker): callbacks of users are then
    queued for the thread that runs the nodes and never called under the lock.
    """

    __slots__ = (
        "__weakref__", "_mark", "_observers", "defers", "feedback", "feedback_limit", "heard", "listened", "lock", "members", "observed", "owned",
        "paused", "runner", "runs_heard", "schedule", "type_check", "values_heard",
    )  # fmt: skip

    def __init__(self, owned: bool = False) -> None:
        # An uncontended RLock costs less than any no-op context manager written in Python.
        self.lock = threading.RLock()
        self.schedule = Schedule()
        self.paused = False
        self._mark: Callable[[Node], None] = self.schedule.request  # what a change does to the node that it concerns
        self.feedback: Feedback | None = None  # made for the first feedback edge
        self.feedback_limit = FEEDBACK_LIMIT
        self.type_check: TypeCheck = "warn"
        self.runner = Runner(self)
        self.members: list[Node] = []
        self.owned = owned
        self.defers = False
        self.listened = self.values_heard = self.runs_heard = False
        self.heard: set[str] = set()  # the names of the events that somebody asked for, of whatever node or port
        self._observers: tuple[Observer, ...] = ()
        self.observed = False

    # --- telling --------------------------------------------------------------------------------

    def subscribe(self, observer: Observer) -> Callable[[], None]:
        """Tell ``observer`` every fact from now on; returns the function that ends it."""
        self._set_observers((*self._observers, observer))
        return lambda: self._set_observers(tuple(known for known in self._observers if known is not observer))

    def _set_observers(self, observers: tuple[Observer, ...]) -> None:
        self._observers = observers
        self.observed = bool(observers)
        # Of one observer the schedule tells it directly: a call less for each of the facts of a wave.
        self.schedule.tell = observers[0] if len(observers) == 1 else self.tell if observers else None

    def tell(self, fact: Fact) -> None:
        """Pass a fact to the observers; called under the lock."""
        for observer in self._observers:
            observer(fact)

    def listen_for(self, events: set[str]) -> None:
        """Somebody wants to hear ``events`` from now on. Others are still not built."""
        self.heard |= events
        self.listened = bool(self.heard)
        self.values_heard = ANY in self.heard or "after_set_value" in self.heard
        self.runs_heard = not self.heard.isdisjoint(_OF_A_RUN)

    def announce(self, emitter: EventEmitter, event: str, **data: Any) -> None:
        """Call the users' callbacks for ``event``, in the thread that runs the nodes."""
        heard = self.heard
        if (event not in heard and ANY not in heard) or not emitter.hears(event):
            return
        if self.defers:
            self.runner.call(lambda: _emit(emitter, event, data))
        else:
            _emit(emitter, event, data)

    # --- requesting -----------------------------------------------------------------------------

    def request(self, node: Node) -> None:
        """Somebody wants a run of ``node``; who listens is told. Called under the lock."""
        if not self.runs_heard:
            self.schedule.request(node)
            return
        self.announce(node, "before_request_trigger")
        self.schedule.request(node)
        self.announce(node, "after_request_trigger", result=None)

    def ask(self, node: Node) -> None:
        """A change concerns ``node``: it is to run, or, in a paused graph, only out of date. Called under the lock."""
        if self.runs_heard and not self.paused:
            self.request(node)
        else:
            self._mark(node)

    # --- values ---------------------------------------------------------------------------------

    def receive(self, port: NodeInput, value: Any, does_trigger: bool | None = None) -> None:
        """Store ``value`` on an input and on those that follow it, and request what it triggers."""
        self._store(port, value)
        node: Node = port._node  # type: ignore[assignment]
        triggers = port._triggers if does_trigger is None else does_trigger
        if triggers:
            self.ask(node)
        else:
            self.schedule.mark_stale((node,))
        for follower in port._targets:
            self.receive(follower, value, does_trigger)

    def _store(self, port: NodeIO, value: Any) -> None:
        port._value = value
        if self._observers:
            fact = ValueChanged(port)
            for observer in self._observers:
                observer(fact)
        if self.values_heard and port._spec.emit_value_set:
            self.announce(port, "after_set_value", result=value)

    def send(self, output: NodeOutput, value: Any) -> None:
        """Store ``value`` on an output and hand it on. NoValue clears what follows and requests nothing."""
        if self._observers or self.values_heard or self.runs_heard or value is NoValue or self.feedback is not None:
            self._send_told(output, value)
            return
        # The road of most values: nobody is to be told.
        output._value = value
        mark = self._mark
        for target in output._targets:
            if target._triggers and not target._targets:
                target._value = value
                mark(target._node)  # type: ignore[arg-type]
            else:
                self.receive(target, value)

    def _send_told(self, output: NodeOutput, value: Any) -> None:
        self._store(output, value)
        for target in tuple(output._targets):
            if value is NoValue:
                self.clear_input(target)
            else:
                self.receive(target, value)
        if self.feedback is not None:
            self.send_back(output, value)

    def stream(self, output: NodeOutput, value: Any) -> None:
        """:meth:`send`, and what follows need not wait for the end of the running node."""
        self.send(output, value)
        if output.node.slot.running:
            self.passes_on(output.node)

    def passes_on(self, node: Node) -> None:
        """A running node sent a value. In a paused graph what follows waits for the last one: it runs only once."""
        if not self.paused:
            self.schedule.passes_on(node)

    def clear_input(self, port: NodeInput) -> None:
        """Fall back to the default without triggering; what depends on it is stale."""
        self._store(port, NoValue)
        self.schedule.mark_stale((port.node,))
        for follower in port._targets:
            self.clear_input(follower)

    # --- feedback -------------------------------------------------------------------------------

    def send_back(self, output: NodeIO, value: Any) -> None:
        """Keep ``value`` for what ``output`` feeds back to, until the present wave has settled."""
        assert self.feedback is not None
        fresh = self.feedback.sent(output, value)
        self.schedule.pending += len(fresh)
        if self._observers:
            for target in fresh:
                self.tell(NodeChanged(target.node, ("state",)))

    def feed_back(self) -> bool:
        """Let the values arrive that came round and whose wave has settled; returns whether there were any."""
        if self.feedback is None or not self.feedback.waiting:
            return False
        arrived = False
        for target, value in self.feedback.arriving():
            arrived = True
            self.schedule.pending -= 1
            if self._observers:
                self.tell(NodeChanged(target.node, ("state",)))
            if target.id != "_triggerinput" and certainly_equal(value, target._value):
                continue
            if self.feedback.goes_round(target, self.feedback_limit):
                self.receive(target, value)
            else:
                self._stop_runaway(target)
        return arrived

    def _stop_runaway(self, target: NodeInput) -> None:
        assert self.feedback is not None
        source = self.feedback.source_of(target)
        edge = f"{source.full_name} → {target.full_name}" if source is not None else target.full_name
        error = FeedbackLimitError(edge, self.feedback_limit)
        node = target.node
        report = describe_error(error, node.function_name, None)
        node.slot.error, node.slot.trouble, node.slot.stale = report, True, True
        if self._observers:
            self.tell(NodeFailed(node, report))
        self.schedule.mark_stale(successors(node))
        outcomes.announce_failure(node, report)

    # --- modes ----------------------------------------------------------------------------------

    def set_mode(self, mode: GraphMode) -> None:
        """Let changes run what depends on them, or only mark it out of date."""
        with self.lock:
            paused = mode == "paused"
            if paused == self.paused:
                return
            self.paused = paused
            self._mark = self.schedule.outdate if paused else self.schedule.request
            if self._observers:
                self.tell(GraphModeChanged(mode))

    # --- edges ----------------------------------------------------------------------------------

    def connect(
        self, a: NodeIO, b: NodeIO, replace: bool = False, does_trigger: bool | None = None, feedback: bool = False
    ) -> Edge | None:
        """Connect two ports; returns the edge, or None if it is there already.

        An output with an input, in either order. Two inputs make a *forward*: the second follows the first.
        The value that is there is handed on, and ``does_trigger`` wins over what the input says of that.
        A ``feedback`` edge may close a circle; it hands on what its source sends from then on.

        Raises:
            NodeConnectionError: two outputs, a port with itself, or feedback from an input.
            MultipleConnectionsError: the input has a source, and ``replace`` is False.
            CycleError: the edge would close a circle; the message names its path.
            TypeMismatchError: the types do not fit, and ``type_check`` is "refuse".
        """
        source, target = wiring.directed(a, b)
        first, second = source._node or source.node, target._node or target.node  # a declaration says what it is
        engine = first.engine if first.engine is second.engine else self._joined_with(first, second)
        with engine.lock:
            edge = wiring.connect(engine, source, target, replace, does_trigger, feedback)
        engine.runner.wake()
        return edge

    def disconnect(self, a: NodeIO, b: NodeIO) -> None:
        """Take away the edge between two ports; the input falls back to its default, nothing runs.

        An input at the end of a feedback edge keeps the value that it has.

        Raises:
            NodeConnectionError: there is no such edge.
        """
        with self.lock:
            wiring.disconnect(self, a, b)
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
            if other.feedback is not None:
                self.feedback = self.feedback or Feedback()
                self.feedback.absorb(other.feedback)
            self.listen_for(other.heard)
            self._set_observers((*self._observers, *other._observers))
            other.runner.move_to(self.runner, self)


def _emit(emitter: EventEmitter, event: str, data: dict[str, Any]) -> None:
    try:
        emitter.emit(event, **data)
    except Exception:  # noqa: BLE001 - users' code may raise anything
        # It is told where errors of the program go: a change must not stop half-way for it.
        _log.exception("A callback for %s of %r failed", event, emitter)
