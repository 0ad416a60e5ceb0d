"""What random programs of edits found, each as the smallest example of it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest

from funcnodes_jupyter.core.decorator import NodeDecorator
from funcnodes_jupyter.core.errors import CycleError, DocumentError
from funcnodes_jupyter.core.library import Library
from funcnodes_jupyter.core.nodespace import NodeSpace
from funcnodes_jupyter.core.shelf import Shelf
from funcnodes_jupyter.core.values import NoValue

PATIENCE = 10


@NodeDecorator("r.add")
def add(a: Any, b: Any = 0) -> Any:
    return a + b


@NodeDecorator("r.fail")
def fail(a: Any) -> Any:
    raise ValueError(a)


@NodeDecorator("r.count")
def count(n: int) -> Iterator[int]:
    yield from range(n)


def space_of(*named: str) -> NodeSpace:
    """``"a:add"`` and so on as a nodespace."""
    space = NodeSpace(Library([Shelf("rare", nodes=[add, fail, count])]))
    for entry in named:
        name, kind = entry.split(":")
        space.add_node_by_id(f"r.{kind}", uuid=name, name=name)
    return space


async def settled(space: NodeSpace) -> None:
    await asyncio.wait_for(space.await_done(), PATIENCE)


def test_a_circle_through_a_frozen_node_is_refused() -> None:
    """Its nodes would wait for each other for ever once it is not frozen any more."""
    space = space_of("a:add", "b:add")
    space.connect("a.out", "b.a")
    space.find("a").set_mode("frozen")
    with pytest.raises(CycleError):
        space.connect("b.out", "a.a")


@pytest.mark.parametrize(("before", "after", "held"), [("bypassed", "enabled", 3), ("enabled", "bypassed", 2)])
def test_what_is_not_frozen_any_more_holds_what_its_mode_gives(before: str, after: str, held: int) -> None:
    async def story() -> None:
        space = space_of("a:add")
        node = space.find("a")
        node.inputs["a"], node.inputs["b"] = 2, 1
        for mode in (before, "frozen", after):
            node.set_mode(mode)
            await settled(space)
        assert (node["out"].stored, node.stale) == (held, False)

    asyncio.run(story())


def test_what_is_connected_with_a_node_that_failed_is_out_of_date() -> None:
    """As when it had failed a moment later."""

    async def story() -> None:
        space = space_of("f:fail", "a:add", "b:add")
        space.connect("a.out", "b.a")
        space.find("f").inputs["a"] = space.find("a").inputs["a"] = 1
        await settled(space)
        space.connect("f.out", "a.b")
        await settled(space)
        assert [space.find(name).stale for name in "ab"] == [True, True]

    asyncio.run(story())


def test_in_a_paused_graph_what_follows_a_stream_runs_once_with_its_last_value() -> None:
    """Nothing asks it a second time, and it must not be left with the first."""

    async def story() -> None:
        space = space_of("c:count", "a:add")
        space.connect("c.out", "a.a")
        space.set_mode("paused")
        space.find("c").inputs["n"] = 3
        space.run()
        await settled(space)
        assert (space.find("a")["out"].stored, space.find("a").stale) == (2, False)

    asyncio.run(story())


def test_undo_gives_a_frozen_node_back_what_it_held() -> None:
    async def story() -> None:
        space = space_of("a:add", "b:add")
        space.connect("a.out", "b.a")
        node = space.find("a")
        node.inputs["a"] = 1
        await settled(space)
        space.edits.set_mode(node, "frozen")
        space.edits.set_mode(node, "enabled")
        space.edits.set_value(node.get_input("a"), 2)
        await settled(space)
        space.undo()
        space.undo()
        await settled(space)
        assert [found["out"].stored for found in space.nodes.values()] == [1, 1]

    asyncio.run(story())


# --- documents --------------------------------------------------------------------------------------


def test_opening_a_graph_with_an_unknown_node_runs_nothing() -> None:
    space = space_of()
    space.deserialize({"nodes": [{"id": "n", "node_id": "gone.node"}]})
    assert space.runner.idle


MISSING = {
    "nodes": [
        {"id": "a", "node_id": "r.add"},
        {"id": "n", "node_id": "gone.node", "later": 1, "io": {"x": {"is_input": True, "value": 3, "later": 2}}},
    ],
    "edges": [["n", "out", "a", "a"], ["a", "out", "n", "y"]],
}


def test_a_node_of_a_missing_package_is_saved_as_it_came() -> None:
    """No name and no ports of its own that it would keep when the package is there again."""
    space = space_of()
    assert space.deserialize(MISSING) != []
    record = space.serialize()["nodes"][1]
    assert (record["name"], record["later"], record["io"]) == ("", 1, MISSING["nodes"][1]["io"])  # type: ignore[index]
    assert space.find("n").name == "gone.node"


def test_a_node_of_a_missing_package_comes_back_with_all_that_was_saved_of_it() -> None:
    space = space_of()
    space.deserialize(MISSING)
    before = space.serialize()
    space.edits.remove_node(space.find("n"))
    space.undo()
    assert space.serialize() == before


def test_what_is_not_understood_of_a_port_of_one_node_costs_nothing() -> None:
    port = {"is_input": True, "value": 1, "added": {"name": "More", "later": [1]}}
    space = space_of()
    document = {"nodes": [{"id": "a", "node_id": "r.add", "io": {"more": port}}]}
    assert space.deserialize(document) == []
    assert space.find("a").inputs["more"].name == "More"
    assert space.serialize()["nodes"][0]["io"]["more"] == port
    before = space.serialize()
    space.edits.remove_node(space.find("a"))
    space.undo()
    assert space.serialize() == before


def test_an_unknown_key_beside_a_value_alone_is_kept() -> None:
    space = space_of()
    space.deserialize({"nodes": [{"id": "a", "node_id": "r.add", "io": {"a": {"value": 1, "later": 2}}}]})
    assert space.serialize()["nodes"][0]["io"]["a"] == {"is_input": True, "value": 1, "later": 2}


def test_a_mode_that_is_not_known_is_kept() -> None:
    space = space_of()
    space.deserialize({"nodes": [{"id": "a", "node_id": "r.add", "mode": "later"}]})
    assert space.find("a").mode == "enabled"
    assert space.serialize()["nodes"][0]["mode"] == "later"


def test_a_layout_that_is_none_is_refused_before_anything_is_taken_away() -> None:
    space = space_of("a:add")
    with pytest.raises(DocumentError):
        space.deserialize({"nodes": [{"id": "n", "node_id": "r.add"}], "view": {"n": True}})
    assert list(space.nodes) == ["a"]


async def test_what_was_asked_in_vain_leaves_what_follows_as_fresh_as_it_was() -> None:
    """Of a new node one of two inputs is set: it cannot run yet, and nothing is different below it."""

    @NodeDecorator("rare.needs_two")
    def needs_two(a: int, b: int) -> int:
        return a + b

    @NodeDecorator("rare.fed")
    def fed(value: int = 5) -> int:
        return value

    space = NodeSpace(Library([Shelf("rare", nodes=[needs_two, fed])]))
    above, below = space.add_node_by_id("rare.needs_two"), space.add_node_by_id("rare.fed")
    await space.await_done()
    above["out"].connect(below["value"])
    await space.await_done()
    above["a"] = 1
    await space.await_done()
    assert (below.state, below.stale) == ("done", False)
    above["b"] = 2
    await space.await_done()
    assert below["out"].value == 3  # type: ignore[attr-defined]
    above["b"] = NoValue
    await space.await_done()
    assert (below.stale, below.slot.blame) == (True, above)
