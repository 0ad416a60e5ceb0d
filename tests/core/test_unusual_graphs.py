"""Forwards, joins during a run, streams after a failure, documents that are torn: what is rare and must hold."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator
from typing import Any

import pytest

from funcnodes_jupyter.core.decorator import NodeDecorator
from funcnodes_jupyter.core.errors import CycleError, DocumentError
from funcnodes_jupyter.core.library import Library
from funcnodes_jupyter.core.node import Node
from funcnodes_jupyter.core.nodeio import NodeInput, NodeOutput
from funcnodes_jupyter.core.nodespace import NodeSpace
from funcnodes_jupyter.core.shelf import Shelf
from funcnodes_jupyter.core.values import NoValue

PATIENCE = 10


@NodeDecorator("u.add")
def add(a: int, b: int = 0) -> int:
    return a + b


@NodeDecorator("u.later")
async def later(a: int, turns: int = 3) -> int:
    for _ in range(turns):
        await asyncio.sleep(0)
    return a


@NodeDecorator("u.count")
def count(n: int) -> Iterator[int]:
    if n < 0:
        raise ValueError(n)
    yield from range(n)


@NodeDecorator("u.first", separate_thread=True)
def first(items: list) -> Any:  # type: ignore[type-arg]
    return next(iter(items))


class Telling(Node):
    """Sets its output by hand, and only when asked to."""

    node_id = "u.telling"
    value = NodeInput()
    out = NodeOutput()

    async def func(self, value: Any) -> None:
        await asyncio.sleep(0)
        if value:
            self.outputs["out"].value = value
        for _ in range(5):
            await asyncio.sleep(0)


class Tidy(Node):
    """Notes that it was cleaned up."""

    node_id = "u.tidy"
    cleaned = 0

    def cleanup(self) -> None:
        type(self).cleaned += 1


class Faulty(Node):
    """Cannot be made."""

    node_id = "u.faulty"

    def __init__(self, *arguments: Any, **options: Any) -> None:
        raise RuntimeError("not today")


def space_of(*named: str) -> NodeSpace:
    """``"a:add"`` and so on as a nodespace."""
    space = NodeSpace(Library([Shelf("unusual", nodes=[add, later, count, first, Telling, Tidy, Faulty])]))
    for entry in named:
        name, kind = entry.split(":")
        space.add_node_by_id(f"u.{kind}", uuid=name, name=name)
    return space


async def settled(space: NodeSpace) -> None:
    await asyncio.wait_for(space.await_done(), PATIENCE)


# --- forwards ---------------------------------------------------------------------------------------


def test_a_circle_through_a_forward_is_refused() -> None:
    """b would wait for itself for ever."""
    space = space_of("a:add", "b:add")
    space.connect("a.a", "b.a")
    with pytest.raises(CycleError):
        space.connect("b.out", "a.a")


def test_inputs_that_follow_each_other_are_refused() -> None:
    space = space_of("a:add", "b:add", "c:add")
    space.connect("a.a", "b.a")
    space.connect("b.a", "c.a")
    with pytest.raises(CycleError):
        space.connect("c.a", "a.a")


def test_opening_a_graph_with_a_forward_runs_nothing() -> None:
    async def story() -> None:
        space = space_of("a:add", "b:add")
        space.connect("a.a", "b.a")
        space.find("a").inputs["a"] = 3
        opened = space_of()
        opened.deserialize(space.serialize())
        assert opened.runner.idle
        await settled(opened)
        assert [node.state for node in opened.nodes.values()] == ["idle", "idle"]
        assert opened.find("b").inputs["a"].value == 3

    asyncio.run(story())


# --- during a run -----------------------------------------------------------------------------------


def test_hand_made_nodes_may_be_connected_while_one_runs() -> None:
    """The run ends in the graph that the node belongs to by then."""

    async def story() -> None:
        slow, follower, other = later(), add(), add()
        slow.inputs["a"] = 4
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        assert slow.state == "running"
        waiting = asyncio.ensure_future(slow.engine.runner.wait_idle())
        await asyncio.sleep(0)
        other.outputs["out"].connect(follower.inputs["b"])
        slow.outputs["out"].connect(follower.inputs["a"])
        NodeSpace().add_node_instance(slow)
        await asyncio.wait_for(waiting, PATIENCE)
        await asyncio.wait_for(follower.engine.runner.wait_idle(), PATIENCE)
        assert follower.outputs["out"].value == 4
        assert follower.engine.schedule.pending == 0

    asyncio.run(story())


@pytest.mark.parametrize("value", [7, 0])
def test_an_edge_made_during_a_run_brings_the_value_that_is_there(value: int) -> None:
    """Also when the rest of the run sends none."""

    async def story() -> None:
        space = space_of("t:telling", "d:add")
        teller = space.find("t")
        teller.inputs["value"] = 5
        await settled(space)
        teller.inputs["value"] = value
        for _ in range(4):
            await asyncio.sleep(0)
        assert teller.state == "running"
        space.connect("t.out", "d.a")
        await settled(space)
        assert (space.find("d").outputs["out"].value, space.find("d").stale) == (value or 5, False)

    asyncio.run(story())


def test_a_stream_after_a_failure_is_passed_on() -> None:
    async def story() -> None:
        space = space_of("c:count", "d:add")
        space.connect("c.out", "d.a")
        space.find("c").inputs["n"] = -1
        await settled(space)
        assert space.find("c").state == "error"
        space.find("c").inputs["n"] = 3
        await settled(space)
        assert (space.find("d").outputs["out"].value, space.find("d").stale) == (2, False)

    asyncio.run(story())


def test_a_connection_to_what_waits_in_vain_leaves_what_follows_as_it_was() -> None:
    async def story() -> None:
        space = space_of("s:later", "w:add", "m:add", "d:add")
        space.find("m").inputs["a"] = 1
        space.connect("m.out", "d.a")
        space.connect("s.out", "w.b")
        await settled(space)
        space.find("s").inputs["a"] = 1
        space.connect("w.out", "m.b")
        await settled(space)
        assert [space.find(name).slot.stale for name in "md"] == [False, False]
        assert space.find("d")["out"].stored == 1  # type: ignore[attr-defined]

    asyncio.run(story())


def test_stop_iteration_in_a_thread_is_a_failure_like_others() -> None:
    async def story() -> None:
        space = space_of("f:first")
        space.find("f").inputs["items"] = []
        await settled(space)
        error = space.find("f").error
        assert error is not None
        assert error.type == "StopIteration"

    asyncio.run(story())


def test_a_task_that_is_cancelled_before_it_begins_leaves_its_node_usable() -> None:
    async def story() -> None:
        space = space_of("s:later")
        slow = space.find("s")
        slow.inputs["a"] = 2
        await asyncio.sleep(0)
        space.runner.tasks[slow].cancel()
        await settled(space)
        assert slow.state == "cancelled"
        space.run()
        await settled(space)
        assert slow.outputs["out"].value == 2

    asyncio.run(story())


def test_a_value_that_comes_after_a_cancel_is_computed() -> None:
    """The cancelled run ends a little later; it must not take the new request along."""

    async def story() -> None:
        space = space_of("s:later")
        slow = space.find("s")
        slow.inputs["a"] = 2
        for _ in range(2):
            await asyncio.sleep(0)
        assert slow.state == "running"
        space.runner.cancel(slow)
        slow.inputs["a"] = 3
        await settled(space)
        assert (slow.state, slow.outputs["out"].value) == ("done", 3)

    asyncio.run(story())


def test_a_port_that_is_disconnected_wakes_what_waited_for_it() -> None:
    async def story() -> None:
        space = space_of("t:telling", "d:add")
        space.connect("t.out", "d.b")
        space.find("t").inputs["value"] = 1
        space.find("d").inputs["a"] = 2
        for _ in range(3):
            await asyncio.sleep(0)
        ran = asyncio.Event()
        space.find("d").once("triggerdone", lambda **_: ran.set())
        assert space.find("t").state == "running"
        space.find("d").inputs["b"].disconnect()
        await asyncio.wait_for(ran.wait(), PATIENCE)
        assert space.find("t").state == "running"
        await settled(space)

    asyncio.run(story())


def test_waiting_in_vain_leaves_nothing_behind() -> None:
    async def story() -> None:
        space = space_of("s:later")
        space.find("s").inputs["turns"] = 1_000_000
        space.find("s").inputs["a"] = 1
        for _ in range(3):
            waiting = asyncio.ensure_future(space.await_done())
            await asyncio.sleep(0)
            waiting.cancel()
            await asyncio.wait([waiting])
        assert not space.runner._waiters
        space.runner.cancel(None)
        await settled(space)

    asyncio.run(story())


# --- callbacks and jobs -----------------------------------------------------------------------------


def test_a_callback_that_fails_is_told_and_stops_nothing(caplog: pytest.LogCaptureFixture) -> None:
    async def story() -> None:
        space = space_of("a:add", "b:add")
        space.connect("a.out", "b.a")

        def fail(**_: Any) -> None:
            raise KeyError("of the callback")

        space.find("b").inputs["a"].on("after_set_value", fail)
        space.find("a").inputs["a"] = 1
        await settled(space)
        assert space.find("b").outputs["out"].value == 1

    with caplog.at_level(logging.ERROR):
        asyncio.run(story())
    assert "of the callback" in caplog.text


def test_a_job_that_wants_to_exit_ends_only_itself() -> None:
    async def story() -> None:
        space = space_of("a:add")

        def leave() -> None:
            raise SystemExit(3)

        asked = space.runner.call(leave)
        space.find("a").inputs["a"] = 1
        await settled(space)
        assert isinstance(asked.exception(0), Exception)
        assert space.find("a").outputs["out"].value == 1

    asyncio.run(story())


def test_options_that_cannot_be_compared_are_taken() -> None:
    class Undecided:
        def __eq__(self, other: object) -> bool:
            raise ValueError("the truth value is ambiguous")

        __hash__ = None  # type: ignore[assignment]

    port = add().inputs["a"]
    port.update_value_options(options=Undecided())
    port.update_value_options(options=Undecided())
    assert isinstance(port.value_options["options"], Undecided)


# --- documents --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "torn",
    [
        {"nodes": [{}]},
        {"nodes": [5]},
        {"nodes": [{"id": "x", "node_id": "u.add", "io": 3}]},
        {"nodes": [{"id": "x", "node_id": "u.add"}, {"id": "x", "node_id": "u.add"}]},
        {"nodes": [], "edges": {"a": 1}},
        {"nodes": [], "view": [1]},
    ],
)
def test_a_torn_document_changes_nothing(torn: dict[str, Any]) -> None:
    space = space_of("a:add")
    with pytest.raises(DocumentError):
        space.deserialize(torn)
    assert list(space.nodes) == ["a"]


def test_what_cannot_be_restored_is_kept_and_costs_nothing_else() -> None:
    space = space_of()
    document = {
        "nodes": [
            {"id": "x", "node_id": "u.faulty"},
            {"id": "y", "node_id": "u.add", "io": {"a": {"value": {"$type": "bytes", "value": 5}}}},
        ],
        "edges": [5, [1, 2], ["x", "out", "y", "a", "b"]],
    }
    problems = space.deserialize(document)
    assert len(problems) == 4
    assert sorted(space.nodes) == ["x", "y"]
    assert space.serialize()["edges"] == sorted(document["edges"], key=str)


def test_a_named_tuple_comes_back_as_a_tuple() -> None:
    from collections import namedtuple

    space = space_of("a:add")
    space.find("a").inputs["a"] = namedtuple("Pair", "x y")(1, 2)
    opened = space_of()
    opened.deserialize(space.serialize())
    assert opened.find("a").inputs["a"].value == (1, 2)


def test_blame_does_not_keep_a_removed_node() -> None:
    async def story() -> None:
        space = space_of("c:count", "d:add")
        space.connect("c.out", "d.b")
        space.find("c").inputs["n"] = -1
        space.find("d").inputs["a"] = 1
        await settled(space)
        assert space.find("d").slot.blame is space.find("c")
        space.remove_node_by_id("c")
        assert space.find("d").slot.blame is None

    asyncio.run(story())


def test_a_node_that_is_brought_back_is_not_cleaned_up() -> None:
    async def story() -> None:
        space = space_of("t:tidy")
        space.engine.defers = True
        space.runner.bind(asyncio.get_running_loop())
        node = space.find("t")
        Tidy.cleaned = 0
        space.remove_node_by_id("t")
        space.add_node_instance(node)
        await asyncio.wrap_future(space.runner.call(lambda: None))
        assert Tidy.cleaned == 0
        space.remove_node_by_id("t")
        await asyncio.wrap_future(space.runner.call(lambda: None))
        assert Tidy.cleaned == 1

    asyncio.run(story())


def test_a_default_that_gives_no_value_leaves_the_node_not_ready() -> None:
    async def story() -> None:
        made: list[Any] = [NoValue, 4]
        node = add(io_options={"a": {"default": NodeInput.DefaultFactory(lambda io: made.pop(0))}})
        await asyncio.wait_for(node.engine.runner.wait_idle(), PATIENCE)
        assert (node.slot.ran, node.slot.trouble, node.slot.stale) == (False, False, True)
        node.request_trigger()
        await asyncio.wait_for(node.engine.runner.wait_idle(), PATIENCE)
        assert node.outputs["out"].value == 4

    asyncio.run(story())
