"""Edges that close a circle."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import Any

import pytest

from funcnodes_jupyter.core.decorator import NodeDecorator
from funcnodes_jupyter.core.errors import CycleError, MultipleConnectionsError, NodeConnectionError
from funcnodes_jupyter.core.library import Library
from funcnodes_jupyter.core.node import Node
from funcnodes_jupyter.core.nodespace import NodeSpace
from funcnodes_jupyter.core.shelf import Shelf
from funcnodes_jupyter.core.values import NoValue


class Loop:
    """``step`` (halves towards a target) → ``show``; ``step.out`` feeds back to ``step``'s ``x`` through ``pass``."""

    def __init__(self) -> None:
        self.runs: Counter[str] = Counter()
        self.seen: list[Any] = []

        @NodeDecorator("f.step")
        def step(x: int, add: int = 1, stop: int = 5) -> Any:
            self.runs["step"] += 1
            return x + add if x + add <= stop else NoValue

        @NodeDecorator("f.later")
        async def later(value: int) -> int:
            self.runs["later"] += 1
            await asyncio.sleep(0)
            return value

        @NodeDecorator("f.show")
        def show(value: int) -> int:
            self.seen.append(value)
            return value

        self.space = NodeSpace(Library([Shelf("f", nodes=[step, later, show])]))
        for name in ("step", "later", "show"):
            self.space.add_node_by_id(f"f.{name}", uuid=name, name=name)
        self.space.connect("step.out", "later.value")
        self.space.connect("later.out", "show.value")

    def __getitem__(self, name: str) -> Node:
        return self.space.find(name)


@pytest.fixture
def loop() -> Loop:
    return Loop()


def test_a_circle_is_refused_with_its_path_and_the_way_out(loop: Loop) -> None:
    with pytest.raises(CycleError, match=r"step → later → step.*feedback") as caught:
        loop.space.connect("later.out", "step.x")
    assert caught.value.path == ("step", "later", "step")


async def test_each_value_that_comes_round_starts_a_wave_that_reaches_everything(loop: Loop) -> None:
    loop.space.connect("later.out", "step.x", feedback=True)
    loop["step"]["x"] = 0
    await loop.space.await_done()
    assert loop.seen == [1, 2, 3, 4, 5]
    assert loop.runs == {"step": 6, "later": 5}
    assert loop["step"]["x"].value == 5  # type: ignore[attr-defined]


async def test_a_loop_rests_when_the_same_value_comes_round(loop: Loop) -> None:
    loop.space.connect("later.out", "step.x", feedback=True)
    loop["step"]["add"] = 0
    loop["step"]["x"] = 3
    await loop.space.await_done()
    assert loop.seen == [3]


async def test_a_runaway_is_stopped_with_a_clear_error_and_can_be_started_again(loop: Loop) -> None:
    loop.space.connect("later.out", "step.x", feedback=True)
    loop.space.feedback_limit = 20
    loop["step"]["stop"] = 10**9
    loop["step"]["x"] = 0
    await loop.space.await_done()
    error = loop["step"].error
    assert error is not None
    assert error.text.startswith("FeedbackLimitError: The feedback later.out → step.x went round 20 times")
    assert loop.seen == list(range(1, 22))
    loop["step"]["stop"] = 3
    loop["step"]["x"] = 0
    await loop.space.await_done()
    assert loop["step"].error is None
    assert loop.seen[21:] == [1, 2, 3]


async def test_a_loop_does_not_run_by_itself_in_a_paused_graph(loop: Loop) -> None:
    loop.space.connect("later.out", "step.x", feedback=True)
    loop.space.set_mode("paused")
    loop["step"]["x"] = 0
    loop.space.run()
    await loop.space.await_done()
    assert loop.seen == [1]
    assert loop["step"].stale


async def test_a_cancel_stops_a_loop(loop: Loop) -> None:
    loop.space.connect("later.out", "step.x", feedback=True)
    loop["step"]["stop"] = 10**9
    loop.space.feedback_limit = 10**9
    rounds = 50

    def enough(**_: Any) -> None:
        if len(loop.seen) == rounds:
            loop.space.runner.cancel()

    loop["show"].on("triggerdone", enough)
    loop["step"]["x"] = 0
    await loop.space.await_done()
    assert len(loop.seen) == rounds


async def test_a_node_can_feed_itself(loop: Loop) -> None:
    with pytest.raises(CycleError):
        loop.space.connect("step.out", "step.x")
    loop.space.connect("step.out", "step.x", feedback=True)
    loop["step"]["x"] = 0
    await loop.space.await_done()
    assert loop["step"]["x"].value == 5  # type: ignore[attr-defined]


async def test_a_feedback_edge_is_an_edge_of_its_own_kind(loop: Loop) -> None:
    edge = loop.space.connect("later.out", "step.x", feedback=True)
    assert edge == ("later", "out", "step", "x")
    assert loop.space.feedback_edges == [edge]
    assert edge not in loop.space.edges
    assert loop.space.connect("later.out", "step.x", feedback=True) is None
    assert loop["step"]["x"].connections == (loop["later"]["out"],)
    with pytest.raises(MultipleConnectionsError):
        loop.space.connect("show.out", "step.x", feedback=True)
    with pytest.raises(NodeConnectionError, match="is an input"):
        loop.space.connect("step.x", "later.value", feedback=True)
    loop.space.disconnect("later.out", "step.x")
    assert loop.space.feedback_edges == []


async def test_it_goes_with_its_node(loop: Loop) -> None:
    loop.space.connect("later.out", "step.x", feedback=True)
    loop.space.remove_node_by_id("later")
    assert loop.space.feedback_edges == []


async def test_it_is_saved_and_restored(loop: Loop) -> None:
    loop.space.connect("later.out", "step.x", feedback=True)
    document = loop.space.serialize()
    assert document["feedback"] == [["later", "out", "step", "x"]]
    other = NodeSpace(loop.space.lib)
    assert other.deserialize(document) == []
    assert other.feedback_edges == loop.space.feedback_edges
    assert other.serialize() == document


async def test_a_slow_node_elsewhere_does_not_hold_the_loop_up(loop: Loop) -> None:
    release = asyncio.Event()

    @NodeDecorator("f.elsewhere")
    async def elsewhere(value: int) -> int:
        await release.wait()
        return value

    loop.space.lib.add_node(elsewhere)
    loop.space.add_node_by_id("f.elsewhere", uuid="elsewhere", name="elsewhere")
    loop.space.connect("later.out", "step.x", feedback=True)
    loop["elsewhere"]["value"] = 1

    def done(**_: Any) -> None:
        if loop.seen and loop.seen[-1] == 5:
            release.set()

    loop["show"].on("triggerdone", done)
    loop["step"]["x"] = 0
    await loop.space.await_done()
    assert loop.seen == [1, 2, 3, 4, 5]


async def test_chained_runs_can_go_round(loop: Loop) -> None:
    """A trigger edge as feedback: the first node runs again each time the last one succeeded."""
    loop.space.feedback_limit = 3
    loop["later"]["_triggeroutput"].connect(loop["step"]["_triggerinput"], feedback=True)
    loop["step"]["x"] = 0
    await loop.space.await_done()
    assert loop.runs["step"] == 4
    assert loop["step"].error is not None


def test_of_an_edge_that_a_document_has_twice_none_is_lost(loop: Loop) -> None:
    document = loop.space.serialize()
    document["feedback"] = [["step", "out", "later", "value"]]
    other = Loop().space
    (problem,) = other.deserialize(document)
    assert "step.out leads to later.value already" in problem
    assert other.feedback_edges == []
    assert other.serialize() == document
