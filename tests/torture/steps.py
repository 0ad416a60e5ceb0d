"""Steps that can be undone: what hypothesis makes of them, and a graph that knows its document after each."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st
from kinds import KINDS, Recorder, outputs_of
from naive import INPUTS

from funcnodes_jupyter.core.errors import FuncNodesError, HistoryError
from funcnodes_jupyter.core.facts import Fact, HistoryChanged
from funcnodes_jupyter.core.modes import NODE_MODES
from funcnodes_jupyter.core.node import Node
from funcnodes_jupyter.core.nodespace import NodeSpace
from funcnodes_jupyter.core.operations import SetGroups, SetOverrides
from funcnodes_jupyter.worker.savedform import to_bytes

Edit = tuple[Any, ...]
PATIENCE = 60.0
KEPT = 200
"""More steps than a program has."""

SAID = ("name", "default", "hidden")
_place = st.integers(0, 7)
_port = st.integers(0, 1)
_value = st.integers(0, 30) | st.text(max_size=2) | st.lists(st.integers(0, 3), max_size=2)

EDITS: dict[str, st.SearchStrategy[Edit]] = {
    "add": st.tuples(st.just("add"), st.sampled_from(KINDS)),
    "remove": st.tuples(st.just("remove"), _place),
    "rename": st.tuples(st.just("rename"), _place, st.sampled_from(("", "x", "y"))),
    "keep": st.tuples(st.just("keep"), _place, st.sampled_from(("k", "frontend:pos")), st.none() | _value),
    "mode": st.tuples(st.just("mode"), _place, st.sampled_from(NODE_MODES)),
    "limits": st.tuples(st.just("limits"), _place, st.none() | st.just(50.0), st.integers(0, 2)),
    "set": st.tuples(st.just("set"), _place, _port, st.integers(0, 30)),
    "reset": st.tuples(st.just("reset"), _place, _port),
    "connect": st.tuples(st.just("connect"), _place, _port, _place, _port, st.booleans(), st.booleans()),
    "forward": st.tuples(st.just("forward"), _place, _port, _place, _port),
    "chain": st.tuples(st.just("chain"), _place, _place),
    "disconnect": st.tuples(st.just("disconnect"), st.integers(0, 30)),
    "say": st.tuples(st.just("say"), _place, _port, st.dictionaries(st.sampled_from(SAID), st.integers(0, 1))),
    "group": st.tuples(st.just("group"), st.lists(_place, max_size=3)),
    "gather": st.tuples(st.just("gather"), st.lists(_place, max_size=3), st.lists(_place, max_size=2)),
    "regroup": st.tuples(st.just("regroup"), _place, st.sampled_from(("name", "nodes", "parent", "ungroup")), _place),
    "clear": st.tuples(st.just("clear")),
}


@st.composite
def programs(draw: st.DrawFn) -> list[Edit]:
    """Some nodes, then steps; each program has only some kinds of edits, and so more of them."""
    chosen = draw(st.lists(st.sampled_from(sorted(EDITS)), min_size=1, max_size=6, unique=True))
    edits = st.one_of([EDITS[name] for name in chosen])
    steps = st.one_of(
        edits,
        edits,
        EDITS["set"],
        st.tuples(st.just("several"), st.lists(edits, min_size=2, max_size=5), st.booleans()),
        st.tuples(st.sampled_from(("undo", "redo")), st.integers(1, 4)),
        st.tuples(st.just("settle")),
    )
    added = draw(st.lists(EDITS["add"], min_size=1, max_size=4))
    blocks = draw(st.lists(st.lists(steps, max_size=8), max_size=10))
    return [*added, *(step for block in blocks for step in block)]


class BatchError(Exception):
    """Something that goes wrong in the middle of a batch."""


class Edited:
    """A nodespace that is edited in steps, and the document after each of them.

    Args:
        limit: How many steps the history keeps.
        runs: Whether nodes run in between; without, there are loops of feedback edges.
    """

    def __init__(self, limit: int, runs: bool) -> None:
        self._runs = runs
        self.space = NodeSpace(Recorder().library())
        self.space.feedback_limit = 5
        self.space.history.limit = limit
        self.space.subscribe(self._hear)
        self._told = 0  # how often the history changed
        self._made = 0
        self.documents = [self.document()]
        self.place = 0
        """Which of the documents is the present one."""

    def _hear(self, fact: Fact) -> None:
        self._told += isinstance(fact, HistoryChanged)

    def document(self) -> bytes:
        """The graph as it is saved, without what came of runs."""
        found = self.space.serialize()
        found.pop("errors", None)
        return to_bytes(found)

    def node(self, place: int) -> Node:
        nodes = list(self.space.nodes.values())
        return nodes[place % len(nodes)]

    # --- edits ------------------------------------------------------------------------------------

    def apply(self, edit: Edit) -> None:
        """One edit; what means nothing now does nothing."""
        if self.space.nodes or edit[0] in ("add", "clear", "group", "disconnect"):
            getattr(self, f"_{edit[0]}")(*edit[1:])

    def _add(self, kind: str) -> None:
        self._made += 1
        self.space.edits.add_node(f"k.{kind}", uuid=f"n{self._made}")

    def _remove(self, place: int) -> None:
        self.space.edits.remove_node(self.node(place))

    def _rename(self, place: int, name: str) -> None:
        self.space.edits.rename(self.node(place), name)

    def _keep(self, place: int, key: str, value: Any) -> None:
        self.space.edits.set_properties(self.node(place), {key: value})

    def _mode(self, place: int, mode: str) -> None:
        self.space.edits.set_mode(self.node(place), mode)

    def _limits(self, place: int, timeout: float | None, retries: int) -> None:
        self.space.edits.set_limits(self.node(place), timeout, retries)

    def _set(self, place: int, port: int, value: Any) -> None:
        target = self.node(place).inputs[INPUTS[port]]
        if not target.sources:
            self.space.edits.set_value(target, value)

    def _reset(self, place: int, port: int) -> None:
        target = self.node(place).inputs[INPUTS[port]]
        if not target.sources:
            self.space.edits.reset_value(target)

    def _connect(self, a: int, b: int, c: int, d: int, replace: bool, feedback: bool) -> None:
        if feedback and self._runs:
            return  # what goes round changes the input that it comes to, and so the document
        source, target = self.node(a), self.node(c)
        names = outputs_of(source.node_id[2:])
        self.space.edits.connect(
            source[names[b % len(names)]], target.inputs[INPUTS[d]], replace=replace, feedback=feedback
        )

    def _forward(self, a: int, b: int, c: int, d: int) -> None:
        self.space.edits.connect(self.node(a).inputs[INPUTS[b]], self.node(c).inputs[INPUTS[d]])

    def _chain(self, a: int, b: int) -> None:
        self.space.edits.connect(self.node(a)["_triggeroutput"], self.node(b)["_triggerinput"])

    def _disconnect(self, place: int) -> None:
        edges = sorted([*self.space.edges, *self.space.feedback_edges])
        if edges:
            a, b, c, d = edges[place % len(edges)]
            self.space.edits.disconnect(self.space.nodes[a][b], self.space.nodes[c][d])

    def _say(self, place: int, port: int, overrides: dict[str, Any]) -> None:
        self.space.history.apply("Say", SetOverrides(self.node(place).uuid, INPUTS[port], overrides))

    def _group(self, places: list[int]) -> None:
        members = sorted({self.node(place).uuid for place in places}) if self.space.nodes else []
        self.space.history.apply("Group", SetGroups({"g": {"node_ids": members}}))

    def _gather(self, places: list[int], groups: list[int]) -> None:
        self._made += 1
        nodes = [self.node(place).uuid for place in places]
        inner = [self._group_at(place) for place in groups if self.space.groups]
        if nodes or inner:
            self.space.edits.group(nodes, inner, group_id=f"g{self._made}")

    def _regroup(self, place: int, how: str, other: int) -> None:
        if not self.space.groups:
            return
        group_id = self._group_at(place)
        if how == "name":
            self.space.edits.set_group_meta(group_id, {"name": "xyz"[other % 3]})
        elif how == "nodes":
            self.space.edits.set_group_members(group_id, [self.node(other).uuid])
        elif how == "parent":
            self.space.edits.set_group_parent(group_id, self._group_at(other) if other else None)
        else:
            self.space.edits.ungroup(group_id)

    def _group_at(self, place: int) -> str:
        groups = list(self.space.groups)
        return groups[place % len(groups)]

    def _clear(self) -> None:
        self.space.edits.clear()

    # --- steps ------------------------------------------------------------------------------------

    async def step(self, step: Edit) -> None:
        """One step of a program, and what must be true after it."""
        name = step[0]
        if name == "settle":
            if self._runs:
                await asyncio.wait_for(self.space.await_done(), PATIENCE)
        elif name in ("undo", "redo"):
            for _ in range(step[1]):
                self.turn(name)
        elif name == "several":
            self._change(lambda: self._several(*step[1:]))
        else:
            self._change(lambda: self.apply(step))

    def _several(self, edits: list[Edit], fails: bool) -> None:
        with self.space.history.step("Several"):
            for edit in edits:
                self.apply(edit)
            if fails:
                raise BatchError

    def _change(self, change: Callable[[], None]) -> None:
        known = self._told
        try:
            change()
        except (FuncNodesError, BatchError):
            assert self.document() == self.documents[self.place], "an edit that failed changed something"
            assert self._told == known
            return
        made = self.document()
        if self._told == known:
            assert made == self.documents[self.place], "a change that cannot be undone"
            return
        self.documents = [*self.documents[: self.place + 1], made]
        self.place += 1
        assert self.space.history.redo_label == ""

    def turn(self, verb: str) -> bool:
        """Undo or redo one step; returns whether there was one."""
        there = self.space.history.undo_label if verb == "undo" else self.space.history.redo_label
        try:
            label = getattr(self.space, verb)()
        except HistoryError:
            assert not there, f"cannot {verb} {there!r}"
            return False
        assert label == there
        self.place += -1 if verb == "undo" else 1
        assert self.document() == self.documents[self.place], f"{verb} of {label!r} gives another document"
        return True
