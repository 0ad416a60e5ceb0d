"""What random programs of edits found, each as the smallest example of it."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from funcnodes_jupyter.core.decorator import NodeDecorator
from funcnodes_jupyter.core.errors import CycleError
from funcnodes_jupyter.core.library import Library, Shelf
from funcnodes_jupyter.core.nodespace import NodeSpace

PATIENCE = 10


@NodeDecorator("r.add")
def add(a: Any, b: Any = 0) -> Any:
    return a + b


@NodeDecorator("r.fail")
def fail(a: Any) -> Any:
    raise ValueError(a)


def space_of(*named: str) -> NodeSpace:
    """``"a:add"`` and so on as a nodespace."""
    space = NodeSpace(Library([Shelf("rare", nodes=[add, fail])]))
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
