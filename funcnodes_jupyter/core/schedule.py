"""Which nodes are out of date and which may run now: a state machine with no clock and no await.

A change marks first: the node is *requested*, and everything downstream of it *waits*. Each edge counts,
so a node with two changed branches becomes ready when the last of them has settled, however slow, and
runs once. A node *holds* its successors from the moment it is requested (or waits itself) until its
values are handed on; counting holds makes the order exact without looking at the whole graph.

All methods are called under the graph lock.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from funcnodes_jupyter.core.facts import NodeChanged
from funcnodes_jupyter.core.invocation import arguments_of, held_up_by
from funcnodes_jupyter.core.traversal import followers_by_edges, origins, reached, successors

if TYPE_CHECKING:
    from weakref import ReferenceType

    from funcnodes_jupyter.core.facts import Fact
    from funcnodes_jupyter.core.node import Node
    from funcnodes_jupyter.core.nodeio import NodeIO
    from funcnodes_jupyter.core.nodelog import NodeLog
    from funcnodes_jupyter.core.runreport import RunError

_STATE = ("state",)
_ERROR = ("error",)


class Slot:
    """A node's place in the schedule, and what came of its last run."""

    __slots__ = (
        "bar", "behind", "blame", "cancelled", "error", "expecting", "forced", "holding", "log", "queued", "ran", "requested", "running",
        "seconds", "stale", "stubborn", "trouble", "waiting",
    )  # fmt: skip

    def __init__(self) -> None:
        self.waiting = 0  # edges whose source has not settled
        self.requested = False  # a run is wanted
        self.running = False
        self.holding = False  # successors count this node among what they wait for
        self.queued = False  # stands in the ready queue
        self.forced = False  # run even when nothing upstream is up to date
        self.behind = False  # something upstream was not: the coming result is out of date from the start
        self.stale = False
        self.expecting = False  # stale only because something above is to run; nothing has come of it yet
        self.ran = False
        self.cancelled = False
        self.trouble = False  # the last run failed or was cancelled
        self.stubborn = False  # was to end and does not
        self.seconds: float | None = None
        self.error: RunError | None = None
        self.blame: Node | None = None  # the node upstream that keeps this one from running
        self.log: NodeLog | None = None  # what the newest run printed, once it did
        self.bar: ReferenceType[object] | None = None  # whose progress is shown


class Schedule:
    """Asked by the runner what to run next, told by the engine what changed."""

    __slots__ = ("_ready", "pending", "tell")

    def __init__(self) -> None:
        self._ready: deque[Node] = deque()
        self.pending = 0
        """How many nodes are requested or running; 0 means idle."""
        self.tell: Callable[[Fact], None] | None = None

    # --- marking ----------------------------------------------------------------------------

    def request(self, node: Node) -> None:
        """A run of ``node`` is wanted, once all that it waits for has settled."""
        slot = node.slot
        if slot.requested:
            return
        slot.requested = True
        self.pending += 1
        slot.stale = True
        slot.expecting = False
        if self.tell is not None:
            # Also when it was out of date before: it is queued now, and was not.
            self.tell(NodeChanged(node, _STATE))
        if slot.waiting:
            return  # a node that waits holds already
        if not slot.holding:
            self._hold(node)
        if not slot.running and not slot.queued:
            slot.queued = True
            self._ready.append(node)

    def outdate(self, node: Node) -> None:
        """What :meth:`request` is in a paused graph: the node and all below it are out of date, and nothing runs."""
        self.mark_stale((node,))

    def mark_stale(self, nodes: Iterable[Node]) -> None:
        """These nodes and all below them are out of date; nothing runs for it."""
        stack = list(nodes)
        seen = set(map(id, stack))
        while stack:
            node = stack.pop()
            node.slot.expecting = False
            if not node.slot.stale:
                node.slot.stale = True
                if self.tell is not None:
                    self.tell(NodeChanged(node, _STATE))
            for follower in successors(node):
                if id(follower) not in seen:
                    seen.add(id(follower))
                    stack.append(follower)

    def _hold(self, node: Node) -> None:
        node.slot.holding = True
        stack = [node]
        tell = self.tell
        while stack:
            current = stack.pop()
            for follower in current.followers or successors(current):
                slot = follower.slot
                slot.waiting += 1
                if not slot.stale:
                    slot.stale = slot.expecting = True
                    if tell is not None:
                        tell(NodeChanged(follower, _STATE))
                if not slot.holding:
                    slot.holding = True
                    stack.append(follower)

    def _release(self, node: Node) -> None:
        node.slot.holding = False
        ready = self._ready
        settled: list[Node] | None = None
        followers = node.followers or successors(node)
        while True:
            for follower in followers:
                slot = follower.slot
                slot.waiting -= 1
                if slot.waiting or slot.running:
                    continue
                if slot.requested:
                    if not slot.queued:
                        slot.queued = True
                        ready.append(follower)
                elif slot.holding:
                    # It got nothing new and so settles without a run.
                    slot.holding = False
                    if slot.expecting:
                        self._expected_in_vain(follower)
                    settled = settled or []
                    settled.append(follower)
            if not settled:
                return
            followers = successors(settled.pop())

    def _expected_in_vain(self, node: Node) -> None:
        """Nothing came of what was to run above ``node``: it is as fresh as it was, unless something there is not."""
        slot = node.slot
        slot.expecting = False
        culprit = held_up_by(node)
        if culprit is None:
            slot.stale = False
        elif slot.blame is None:
            slot.blame = culprit
        if self.tell is not None:
            self.tell(NodeChanged(node, _STATE))

    # --- running ----------------------------------------------------------------------------

    def take(self) -> tuple[Node, dict[str, Any]] | None:
        """The next node that may run now, with its arguments; None when none may."""
        ready = self._ready
        while ready:
            node = ready.popleft()
            slot = node.slot
            slot.queued = False
            if not slot.requested or slot.running or slot.waiting:
                continue
            arguments = arguments_of(node)
            slot.requested = False
            if arguments is None:
                self.pending -= 1
                slot.forced = slot.behind = False
                self._release(node)
                if self.tell is not None:
                    self.tell(NodeChanged(node, _STATE))
                continue
            slot.running = True
            # What arrives from here on makes the coming result stale again.
            slot.stale = slot.behind
            slot.forced = slot.behind = False
            slot.blame = slot.log = slot.bar = None
            if slot.trouble:
                # Over with the run that begins: what this one sends on its way must not be held up by it.
                slot.trouble = slot.cancelled = slot.stubborn = False
                if slot.error is not None:
                    slot.error = None
                    if self.tell is not None:
                        self.tell(NodeChanged(node, _ERROR))
            return node, arguments
        return None

    def passes_on(self, node: Node) -> None:
        """A running node sent a value: its followers need not wait for its end."""
        slot = node.slot
        if slot.holding and not slot.waiting and not slot.requested:
            self._release(node)

    def finish(self, node: Node) -> None:
        """The run of ``node`` ended and its values are handed on."""
        slot = node.slot
        slot.running = False
        self.pending -= 1
        if slot.requested:
            if not slot.waiting and not slot.queued:
                slot.queued = True
                self._ready.append(node)
        elif not slot.waiting:
            if slot.expecting:
                self._expected_in_vain(node)
            if slot.holding:
                self._release(node)

    def requested(self) -> list[Node]:
        """The nodes whose run is wanted and that wait for nothing."""
        return [node for node in self._ready if node.slot.requested]

    def withdraw(self, node: Node) -> bool:
        """Take back the request of a node, which counts as cancelled if it has not begun; returns whether there was one."""
        slot = node.slot
        if not slot.requested:
            return False
        slot.requested = slot.forced = False
        self.pending -= 1
        if not slot.running:
            slot.cancelled = slot.trouble = True
            if not slot.waiting and slot.holding:
                self._release(node)
        return True

    # --- the graph changed --------------------------------------------------------------------

    def edge_added(self, source: NodeIO, target: NodeIO) -> None:
        """Count the new edge from ``source`` to ``target`` where its origin has not settled."""
        for origin in origins(source) if source._spec.is_input else (source.node,):
            origin.followers = None
            if origin.slot.holding and origin.mode != "frozen":
                for follower in reached(target):
                    self._wait(follower)

    def _wait(self, node: Node) -> None:
        """One more edge whose source has not settled: as in :meth:`_hold`, also what follows is out of date."""
        slot = node.slot
        slot.waiting += 1
        if not slot.stale:
            slot.stale = slot.expecting = True
            if self.tell is not None:
                self.tell(NodeChanged(node, _STATE))
        if not slot.holding:
            self._hold(node)

    def edge_removed(self, source: NodeIO, target: NodeIO) -> None:
        """Stop counting an edge that was just taken away."""
        for origin in origins(source):
            origin.followers = None
            if origin.slot.holding and origin.mode != "frozen":
                for follower in reached(target):
                    self._one_less(follower)

    def frozen(self, node: Node) -> None:
        """``node`` was just frozen: what follows waits for it no longer."""
        if node.slot.holding:
            for follower in followers_by_edges(node):
                self._one_less(follower)

    def thawed(self, node: Node) -> None:
        """``node`` is just not frozen any more: what follows waits for it again."""
        if node.slot.holding:
            for follower in followers_by_edges(node):
                self._wait(follower)

    def _one_less(self, node: Node) -> None:
        slot = node.slot
        slot.waiting -= 1
        if slot.waiting or slot.running:
            return
        if slot.requested:
            if not slot.queued:
                slot.queued = True
                self._ready.append(node)
        elif slot.holding:
            if slot.expecting:
                self._expected_in_vain(node)
            self._release(node)

    def absorb(self, other: Schedule) -> None:
        """Take over what another schedule had to do."""
        self._ready.extend(other._ready)
        self.pending += other.pending
        other._ready.clear()
        other.pending = 0
