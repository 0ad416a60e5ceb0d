"""Programs of edits: what hypothesis makes and shrinks, and how a graph carries them out.

A program is a list of plain tuples, so that a failure prints what a person can read and run again. Numbers in
it choose among what is there at that moment (modulo its count), so every program means something in every graph.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from hypothesis import strategies as st
from kinds import KINDS, STREAMS, Recorder, outputs_of
from naive import INPUTS, Address, Naive

from funcnodes_jupyter.core.errors import CycleError, MultipleConnectionsError
from funcnodes_jupyter.core.modes import GRAPH_MODES, NODE_MODES
from funcnodes_jupyter.core.node import Node
from funcnodes_jupyter.core.nodespace import NodeSpace
from funcnodes_jupyter.core.scopes import RUN_SCOPES
from funcnodes_jupyter.core.values import NoValue

Edit = tuple[Any, ...]
Program = list[Edit]
PATIENCE = 60.0
FEEDBACK_LIMIT = 7

_place = st.integers(0, 11)
_port = st.integers(0, 2)

EDITS: dict[str, st.SearchStrategy[Edit]] = {
    "add": st.tuples(st.just("add"), st.sampled_from(KINDS), st.integers(0, 2)),
    "set": st.tuples(st.just("set"), _place, _port, st.integers(0, 30)),
    "unset": st.tuples(st.just("unset"), _place, _port),
    "connect": st.tuples(st.just("connect"), _place, _port, _place, _port, st.booleans()),
    "forward": st.tuples(st.just("forward"), _place, _port, _place, _port),
    "chain": st.tuples(st.just("chain"), _place, _place),
    "disconnect": st.tuples(st.just("disconnect"), st.integers(0, 30)),
    "remove": st.tuples(st.just("remove"), _place),
    "mode": st.tuples(st.just("mode"), _place, st.sampled_from(NODE_MODES)),
    "graph": st.tuples(st.just("graph"), st.sampled_from(GRAPH_MODES)),
    "run": st.tuples(st.just("run"), st.sampled_from(RUN_SCOPES), st.lists(_place, min_size=1, max_size=2)),
    "back": st.tuples(st.just("back"), _place, _port, _place, _port),
    "cancel": st.tuples(st.just("cancel"), st.none() | _place),
    "turns": st.tuples(st.just("turns"), st.integers(0, 6)),
}


@st.composite
def programs(draw: st.DrawFn, always: Sequence[str], sometimes: Sequence[str], kinds: Sequence[str] = KINDS) -> Program:
    """Some nodes, then edits of those kinds; each program has some of ``sometimes`` only, and so more of them."""
    chosen = [*always, *draw(st.lists(st.sampled_from(sometimes), unique=True, max_size=4))]
    present = draw(st.lists(st.sampled_from(kinds), min_size=1, max_size=4, unique=True))
    added = draw(
        st.lists(st.tuples(st.just("add"), st.sampled_from(present), st.integers(0, 2)), min_size=1, max_size=8)
    )
    edits = draw(st.lists(st.lists(st.one_of([EDITS[name] for name in chosen]), max_size=8), max_size=14))
    return [*added, *(edit for block in edits for edit in block)]


class Graph:
    """A nodespace that is edited by programs.

    Args:
        watched: Whether there is an observer of facts and a listener to events: values take another road then.
        threaded: Whether a second thread edits.

    Attributes:
        quiet: Whether an edit left something out of date on purpose since the graph was last brought up to date.
        forced: Whether a node may use old values on purpose, in the present round.
    """

    def __init__(self, watched: bool = False, threaded: bool = False) -> None:
        self.recorder = Recorder()
        self.space = NodeSpace(self.recorder.library(), threaded=threaded)
        self.space.feedback_limit = FEEDBACK_LIMIT
        self.quiet = self.forced = False
        self._made = 0
        self._versions = 0
        if watched:
            self.space.subscribe(lambda fact: None)
            self.space.on("*", lambda **_: None)

    # --- choosing ---------------------------------------------------------------------------------

    def node(self, place: int) -> Node | None:
        nodes = list(self.space.nodes.values())
        return nodes[place % len(nodes)] if nodes else None

    def output(self, place: int, port: int) -> Address | None:
        node = self.node(place)
        names = outputs_of(node.node_id[2:]) if node is not None else ()
        return (node.uuid, names[port % len(names)]) if node is not None else None

    def input(self, place: int, port: int) -> Address | None:
        node = self.node(place)
        return (node.uuid, INPUTS[port % 2]) if node is not None else None

    # --- editing ----------------------------------------------------------------------------------

    def edit(self, edit: Edit, naive: Naive | None = None) -> None:
        """Make an edit, also in what the graph is compared with; an edit that means nothing now does nothing."""
        getattr(self, f"_{edit[0]}")(*edit[1:], naive)

    def _add(self, kind: str, retries: int, naive: Naive | None) -> None:
        if len(self.space.nodes) >= 12:
            return
        self._made += 1
        uuid = f"n{self._made}"
        self.space.add_node_by_id(f"k.{kind}", uuid=uuid, retries=retries if kind == "flaky" else 0)
        if naive is not None:
            naive.add(uuid, kind, retries if kind == "flaky" else 0)

    def _set(self, place: int, port: int, number: int, naive: Naive | None) -> None:
        found = self.input(place, port)
        self._versions += 1
        if found is not None:
            self._store(found, (number, ((".".join(found), self._versions),)), naive)

    def _unset(self, place: int, port: int, naive: Naive | None) -> None:
        found = self.input(place, port)
        if found is not None:
            self.quiet = True
            self._store(found, NoValue, naive)

    def _store(self, port: Address, value: Any, naive: Naive | None) -> None:
        target = self.space.nodes[port[0]].inputs[port[1]]
        if not target.sources:
            target.set_value(value)
            if naive is not None:
                naive.set_value(port, value)

    def _connect(self, *given: Any) -> None:
        a, b, c, d, replace, naive = given
        self._join(self.output(a, b), self.input(c, d), naive, replace=replace)

    def _forward(self, a: int, b: int, c: int, d: int, naive: Naive | None) -> None:
        self.quiet = True
        self._join(self.input(a, b), self.input(c, d), naive)

    def _chain(self, a: int, b: int, naive: Naive | None) -> None:
        source, target = self.node(a), self.node(b)
        if source is not None and target is not None:
            self._join((source.uuid, "_triggeroutput"), (target.uuid, "_triggerinput"), naive)

    def _back(self, a: int, b: int, c: int, d: int, naive: Naive | None) -> None:
        assert naive is None
        self.quiet = self.forced = True
        self._join(self.output(a, b), self.input(c, d), None, feedback=True)

    def _join(self, source: Address | None, target: Address | None, naive: Naive | None, **options: Any) -> None:
        if source is None or target is None or source == target:
            return
        end = self.space.nodes[target[0]].inputs[target[1]]
        self.quiet = self.quiet or end.is_connected
        with suppress(CycleError, MultipleConnectionsError):
            self.space.nodes[source[0]][source[1]].connect(end, **options)
            if naive is not None:
                naive.connect(source, target)

    def _disconnect(self, place: int, naive: Naive | None) -> None:
        edges = sorted([*self.space.edges, *self.space.feedback_edges])
        if edges:
            self.quiet = True
            edge = edges[place % len(edges)]
            self.space.nodes[edge[0]][edge[1]].disconnect(self.space.nodes[edge[2]][edge[3]])
            if naive is not None:
                naive.disconnect(edge[:2], edge[2:])

    def _remove(self, place: int, naive: Naive | None) -> None:
        node = self.node(place)
        if node is not None:
            self.quiet = True
            self.space.remove_node_by_id(node.uuid)
            if naive is not None:
                naive.remove(node.uuid)

    def _mode(self, place: int, mode: str, naive: Naive | None) -> None:
        node = self.node(place)
        if node is not None:
            self.quiet = self.forced = True
            node.set_mode(mode)
            if naive is not None:
                naive.set_mode(node.uuid, mode)

    def _graph(self, mode: str, naive: Naive | None) -> None:
        self.quiet = True
        self.space.set_mode(mode)
        if naive is not None:
            naive.set_graph_mode(mode)

    def _run(self, scope: str, places: list[int], naive: Naive | None) -> None:
        chosen = list(dict.fromkeys(node for place in places if (node := self.node(place)) is not None))
        self.forced = self.forced or scope in ("only", "from")
        self.space.run(chosen, scope)
        if naive is not None:
            naive.run([node.uuid for node in chosen], scope)

    def _cancel(self, place: int | None, naive: Naive | None) -> None:
        assert naive is None
        node = None if place is None else self.node(place)
        if place is None or node is not None:
            self.quiet = True
            self.space.runner.cancel(node)

    # --- at rest ----------------------------------------------------------------------------------

    async def rest(self) -> None:
        """Wait until nothing runs; then nothing may be left over."""
        await asyncio.wait_for(self.space.await_done(), PATIENCE)
        await asyncio.sleep(0)  # what was taken back leaves the queue with the next turn of the loop
        self.check()

    def check(self) -> None:
        """What must be true of every graph at rest."""
        space = self.space
        assert space.engine.schedule.pending == 0
        assert not space.runner.tasks
        assert space.runner._waiters == []
        assert space.engine.feedback is None or not space.engine.feedback.waiting
        for node in space.nodes.values():
            slot = node.slot
            counts = (slot.waiting, slot.requested, slot.running, slot.holding, slot.queued, slot.forced, slot.behind)
            assert counts == (0, False, False, False, False, False, False), (node, counts)
        for edge in space.edges:
            source, target = space.nodes[edge[0]][edge[1]], space.nodes[edge[2]][edge[3]]
            assert target.id == "_triggerinput" or target.stored == source.stored, f"{edge} has two values"
        old_stays = bool(space.feedback_edges) or any(node.mode == "frozen" for node in space.nodes.values())
        assert self.forced or old_stays or self.recorder.mixtures == []
        self.recorder.mixtures.clear()
        self.forced = old_stays
        self._check_fresh()

    def _check_fresh(self) -> None:
        """What says that it is up to date is so, and in a graph without quiet edits what could be is."""
        naive = Naive(self.space)
        for uuid in naive.kinds:
            if naive.modes[uuid] in ("frozen", "disabled") or uuid in naive.trouble:
                continue
            arguments, culprits, _ = naive.arguments(uuid)
            if uuid in naive.ran and uuid not in naive.stale:
                assert not culprits, f"{uuid} is up to date, and {culprits} are not"
                assert arguments is not None, f"{uuid} is up to date and cannot run"
                last = naive._call(uuid, arguments)
                held = tuple(naive.values[uuid, name] for name in outputs_of(naive.kinds[uuid]))
                assert held == last, f"{uuid} is up to date and holds {held}, not {last}"
            elif not self.quiet and not naive.paused and arguments is not None and not self._nothing_came(naive, uuid):
                raise AssertionError(f"{uuid} could be up to date and is not")

    def _nothing_came(self, naive: Naive, uuid: str) -> bool:
        """Whether something above sent no value: what follows is out of date then, and nobody asks it to run."""
        sends = {"quiet", *STREAMS}
        above = naive.above([uuid])
        return any(naive.kinds[found] in sends or found in naive.stale or found not in naive.ran for found in above)

    async def bring_up_to_date(self) -> None:
        """Run all that is out of date; what comes of it must be what recomputing everything gives.

        What goes round in loops is looked at elsewhere.
        """
        naive = Naive(self.space)
        self.recorder.runs.clear()
        self.space.run()
        naive.run([], "stale")
        await self.rest()
        if not self.space.feedback_edges:
            naive.settle()
            self.compare(naive)
        self.quiet = False

    def compare(self, naive: Naive, runs: bool = True) -> None:
        found = naive.differences(self.space, self.recorder.runs if runs else None)
        assert not found, "; ".join(found)
