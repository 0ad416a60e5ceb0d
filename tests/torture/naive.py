"""What a graph must do, in the plainest way: everything in topological order, and nothing clever.

A :class:`Naive` begins as what a graph at rest holds. It is told the same edits as the graph, then
:meth:`Naive.settle` runs what is to run, one node after the other; what it holds then is what the graph must hold.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from graphlib import TopologicalSorter
from typing import Any

from kinds import STREAMS, RefusedError, outputs_of, results

from funcnodes_jupyter.core.nodespace import NodeSpace
from funcnodes_jupyter.core.values import NoValue

Address = tuple[str, str]
"""(node uuid, port id); no kind uses one id on both sides"""
INPUTS = ("a", "b")
TRIGGERS = ("_triggerinput", "_triggeroutput")


class Naive:
    """A graph as dicts.

    Attributes:
        runs: How often each function is called.
        blame: For what was held up since the beginning, whose fault it may be.
    """

    def __init__(self, space: NodeSpace) -> None:
        self.kinds: dict[str, str] = {}
        self.retries: dict[str, int] = {}
        self.modes: dict[str, str] = {}
        self.values: dict[Address, Any] = {}
        self.stale: set[str] = set()
        self.trouble: set[str] = set()
        self.ran: set[str] = set()
        self.paused = space.mode == "paused"
        self.edges: list[tuple[Address, Address]] = [(edge[:2], edge[2:]) for edge in space.edges]
        self.requested: set[str] = set()
        self.forced: set[str] = set()
        self.expecting: set[str] = set()
        self.runs: Counter[str] = Counter()
        self.blame: dict[str, set[str]] = {}
        for uuid, node in space.nodes.items():
            slot = node.slot
            self.kinds[uuid], self.retries[uuid], self.modes[uuid] = node.node_id[2:], node.retries, node.mode
            self.values.update({(uuid, port.id): port.stored for port in node.ports})
            for flag, known in ((slot.stale, self.stale), (slot.trouble, self.trouble), (slot.ran, self.ran)):
                if flag:
                    known.add(uuid)

    # --- structure --------------------------------------------------------------------------------

    def targets(self, port: Address) -> list[Address]:
        return [target for source, target in self.edges if source == port]

    def sources(self, port: Address) -> list[Address]:
        return [source for source, target in self.edges if target == port]

    def _receivers(self, port: Address) -> Iterable[Address]:
        for target in self.targets(port):
            yield target
            yield from self._receivers(target)

    def by_edges(self, uuid: str) -> list[str]:
        """The nodes that follow, whatever mode this one is in."""
        ports = [(uuid, name) for name in (*outputs_of(self.kinds[uuid]), "_triggeroutput")]
        return [target for port in ports for target, _ in self._receivers(port)]

    def followers(self, uuid: str) -> list[str]:
        return [] if self.modes[uuid] == "frozen" else self.by_edges(uuid)

    def below(self, uuids: Iterable[str]) -> list[str]:
        """What depends on these nodes, without them unless they do."""
        found: dict[str, None] = {}
        pending = list(uuids)
        while pending:
            for follower in self.followers(pending.pop()):
                if follower not in found:
                    found[follower] = None
                    pending.append(follower)
        return list(found)

    def above(self, uuids: Iterable[str]) -> list[str]:
        """What these nodes depend on by the edges."""
        found: set[str] = set()
        pending = list(uuids)
        while pending:
            target = pending.pop()
            for uuid in self.kinds:
                if uuid not in found and target in self.by_edges(uuid):
                    found.add(uuid)
                    pending.append(uuid)
        return list(found)

    def order(self) -> list[str]:
        before: dict[str, set[str]] = {uuid: set() for uuid in self.kinds}
        for uuid in self.kinds:
            for follower in self.by_edges(uuid):
                before[follower].add(uuid)
        return list(TopologicalSorter(before).static_order())

    # --- marking ----------------------------------------------------------------------------------

    def mark(self, uuids: Iterable[str]) -> None:
        marked = list(uuids)
        self.stale.update(marked, self.below(marked))
        self.expecting.difference_update(marked, self.below(marked))

    def request(self, uuid: str) -> None:
        self.requested.add(uuid)
        # What is below is out of date only if something comes of it.
        self.expecting.update(below for below in self.below([uuid]) if below not in self.stale)
        self.expecting.discard(uuid)
        self.stale.update([uuid], self.below([uuid]))

    def ask(self, uuid: str) -> None:
        self.mark([uuid]) if self.paused else self.request(uuid)

    def receive(self, port: Address, value: Any) -> None:
        self.values[port] = value
        self.ask(port[0])
        for follower in self.targets(port):
            self.receive(follower, value)

    def clear(self, port: Address) -> None:
        self.values[port] = NoValue
        self.mark([port[0]])
        for follower in self.targets(port):
            self.clear(follower)

    # --- edits ------------------------------------------------------------------------------------

    def add(self, uuid: str, kind: str, retries: int) -> None:
        self.kinds[uuid], self.retries[uuid], self.modes[uuid] = kind, retries, "enabled"
        self.values.update({(uuid, name): NoValue for name in (*INPUTS, *outputs_of(kind), *TRIGGERS)})
        if not self.missing(uuid):
            self.ask(uuid)

    def remove(self, uuid: str) -> None:
        own = [edge for edge in self.edges if uuid in (edge[0][0], edge[1][0])]
        for source, target in sorted(own, key=lambda edge: edge[1][0] != uuid):  # first what comes in
            self.disconnect(source, target)
        for known in (self.kinds, self.modes, self.retries):
            del known[uuid]
        self.values = {port: value for port, value in self.values.items() if port[0] != uuid}
        for marked in (self.stale, self.trouble, self.ran, self.requested, self.expecting):
            marked.discard(uuid)

    def set_value(self, port: Address, value: Any) -> None:
        self.receive(port, value)

    def connect(self, source: Address, target: Address) -> None:
        if (source, target) in self.edges:
            return
        if target[1] != "_triggerinput":
            for old in self.sources(target):
                self.disconnect(old, target)
        self.edges.append((source, target))
        if self.values[source] is not NoValue:
            self.receive(target, self.values[source])
        elif self.values[target] is not NoValue:
            self.clear(target)
        elif self.obstacles(source):
            self.mark([target[0], *(uuid for uuid, _ in self._receivers(target))])

    def disconnect(self, source: Address, target: Address) -> None:
        self.edges.remove((source, target))
        if target[1] != "_triggerinput":
            self.clear(target)

    def set_mode(self, uuid: str, mode: str) -> None:
        before, self.modes[uuid] = self.modes[uuid], mode
        if before == mode:
            return
        if mode == "frozen":
            if before == "bypassed":
                self.stale.add(uuid)
            for follower in self.by_edges(uuid):
                if follower in self.stale:
                    self.ask(follower)
        elif mode == "disabled":
            self.mark([uuid])
        elif before != "frozen" or uuid in self.stale or mode == "bypassed":
            self.trouble.discard(uuid)
            self.mark([uuid]) if self.missing(uuid) else self.ask(uuid)

    def set_graph_mode(self, mode: str) -> None:
        self.paused = mode == "paused"

    def run(self, uuids: list[str], scope: str) -> None:
        if scope == "only":
            wanted = uuids
        elif scope == "from":
            wanted = [*uuids, *self.below(uuids)]
        elif scope == "to":
            wanted = [*(uuid for uuid in self.above(uuids) if self.outdated(uuid)), *uuids]
        else:
            wanted = [uuid for uuid in self.kinds if scope == "all" or self.outdated(uuid)]
        ready = [uuid for uuid in wanted if self.modes[uuid] not in ("disabled", "frozen") and not self.missing(uuid)]
        for uuid in ready:
            self.request(uuid)
        self.forced = set(ready) & set(uuids) if scope in ("only", "from") else set()

    # --- running ----------------------------------------------------------------------------------

    def passed_on(self, uuid: str) -> list[tuple[str, str]]:
        """All ports are of one type: the first input goes to the first output."""
        return list(zip(INPUTS, outputs_of(self.kinds[uuid]), strict=False))

    def carriers(self, uuid: str) -> list[str]:
        return [name for name, _ in self.passed_on(uuid)] if self.modes[uuid] == "bypassed" else list(INPUTS)

    def default(self, uuid: str, name: str) -> Any:
        if self.kinds[uuid] == "source":
            return 1 if name == "a" else 2
        return NoValue if name == "a" else 0

    def missing(self, uuid: str) -> bool:
        if self.modes[uuid] == "frozen":
            return False
        return any(
            not self.sources((uuid, name))
            and self.values[uuid, name] is NoValue
            and self.default(uuid, name) is NoValue
            for name in self.carriers(uuid)
        )

    def outdated(self, uuid: str) -> bool:
        if self.missing(uuid):
            return self.is_stale(uuid)
        return self.is_stale(uuid) or uuid in self.trouble or uuid not in self.ran

    def is_stale(self, uuid: str) -> bool:
        return uuid in self.stale and self.modes[uuid] != "frozen" and (uuid in self.ran or not self.missing(uuid))

    def obstacles(self, port: Address) -> set[str]:
        """Whose fault it is that what ``port`` holds must not be used."""
        uuid, name = port
        if name in (*INPUTS, "_triggerinput"):
            return set().union(*map(self.obstacles, self.sources(port)))
        if self.modes[uuid] == "frozen":
            return set()
        old = uuid in self.stale and self.values[port] is not NoValue
        return {uuid} if uuid in self.trouble or self.modes[uuid] == "disabled" or old else set()

    def arguments(self, uuid: str) -> tuple[dict[str, Any] | None, set[str], bool]:
        """(what the function gets, None when it cannot run; whose fault that is; whether it is forced to)."""
        found: dict[str, Any] = {}
        behind = False
        if self.modes[uuid] in ("disabled", "frozen"):
            return None, set(), False
        for name in (*self.carriers(uuid), "_triggerinput"):
            culprits = self.obstacles((uuid, name))
            if culprits:
                if uuid not in self.forced:
                    return None, culprits, False
                behind = True
            if name == "_triggerinput":
                continue
            value = self.values[uuid, name]
            found[name] = self.default(uuid, name) if value is NoValue else value
            if found[name] is NoValue:
                return None, set(), False
        return found, set(), behind

    def settle(self) -> None:
        """Run what is to run."""
        for uuid in self.order():
            if uuid in self.requested:
                self.requested.discard(uuid)
                self._run(uuid)
            elif uuid in self.expecting:
                if not any(self.obstacles((uuid, name)) for name in (*self.carriers(uuid), "_triggerinput")):
                    self.stale.discard(uuid)
                self.expecting.discard(uuid)
        assert not self.requested
        self.forced = set()

    def _run(self, uuid: str) -> None:
        arguments, culprits, behind = self.arguments(uuid)
        if arguments is None:
            if culprits:
                self.blame[uuid] = culprits
            return
        self.stale.discard(uuid)
        if behind:
            self.stale.add(uuid)
        self.trouble.discard(uuid)
        try:
            sent = self._call(uuid, arguments)
        except RefusedError:
            self.trouble.add(uuid)
            self.mark(self.followers(uuid))
            return
        for name, value in zip(outputs_of(self.kinds[uuid]), sent, strict=True):
            self._send((uuid, name), value)
        self.ran.add(uuid)
        for target, _ in self.targets((uuid, "_triggeroutput")):
            self.ask(target)

    def _call(self, uuid: str, arguments: dict[str, Any]) -> tuple[Any, ...]:
        if self.modes[uuid] == "bypassed":
            given = {output: arguments[name] for name, output in self.passed_on(uuid)}
            return tuple(given.get(name, NoValue) for name in outputs_of(self.kinds[uuid]))
        self.runs[uuid] += 1
        return results(self.kinds[uuid], arguments["a"], arguments["b"], self.retries[uuid])[-1]

    def _send(self, output: Address, value: Any) -> None:
        self.values[output] = value
        for target in self.targets(output):
            self.clear(target) if value is NoValue else self.receive(target, value)

    # --- comparing --------------------------------------------------------------------------------

    def loose(self) -> set[str]:
        """Nodes that may have seen other values than the last: below streams, where something stopped half-way."""
        streams = [uuid for uuid, kind in self.kinds.items() if kind in STREAMS]
        below = set(self.below(streams))
        found: set[str] = set()
        for uuid in self.order():
            unsure = uuid in self.stale or uuid in self.trouble or uuid not in self.ran
            if uuid in below and (unsure or found & set(self.above([uuid]))):
                found.add(uuid)
        return found

    def differences(self, space: NodeSpace, runs: Counter[str] | None = None) -> list[str]:
        """What the graph holds that is not as it must be; with ``runs``, also how often each node ran."""
        found: list[str] = []
        loose = self.loose()
        below = set(self.below([uuid for uuid, kind in self.kinds.items() if kind in STREAMS]))

        def expect(uuid: str, what: str, is_there: Any, wanted: Any) -> None:
            if is_there != wanted:
                found.append(f"{uuid} ({self.kinds.get(uuid)}): {what} is {is_there!r}, not {wanted!r}")

        expect("graph", "nodes", sorted(space.nodes), sorted(self.kinds))
        expect("graph", "edges", sorted((edge[:2], edge[2:]) for edge in space.edges), sorted(self.edges))
        for uuid, node in space.nodes.items():
            if uuid in loose or uuid not in self.kinds:
                continue
            for port in node.ports:
                expect(uuid, port.id, port.stored, self.values[uuid, port.id])
            for what, told, known in (
                ("stale", node.slot.stale, self.stale),
                ("trouble", node.slot.trouble, self.trouble),
                ("ran", node.slot.ran, self.ran),
            ):
                expect(uuid, what, told, uuid in known)
            if uuid in self.blame:
                # The one that holds it up, or the one above that holds up this one.
                blamed = node.slot.blame
                if blamed is None or blamed.uuid not in {*self.blame[uuid], *self.above(self.blame[uuid])}:
                    found.append(f"{uuid}: {blamed} is to blame, and none of {self.blame[uuid]}")
            if runs is not None and uuid not in below:
                expect(uuid, "number of runs", runs[uuid], self.runs[uuid])
        return found
