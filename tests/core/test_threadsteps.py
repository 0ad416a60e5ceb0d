"""Coroutines and generators that run in a thread of their own."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import pytest

from funcnodes_jupyter.core.decorator import NodeDecorator
from funcnodes_jupyter.core.library import Library
from funcnodes_jupyter.core.node import Node
from funcnodes_jupyter.core.nodeio import NodeInput, NodeOutput
from funcnodes_jupyter.core.nodespace import NodeSpace
from funcnodes_jupyter.core.shelf import Shelf

MAIN = threading.get_ident()


def elsewhere() -> None:
    assert threading.get_ident() != MAIN


async def coroutine(count: int) -> int:
    elsewhere()
    await asyncio.sleep(0)
    return count


def generator(count: int) -> Iterator[int]:
    for number in range(1, count + 1):
        elsewhere()
        yield number


async def async_generator(count: int) -> AsyncIterator[int]:
    for number in range(1, count + 1):
        elsewhere()
        await asyncio.sleep(0)
        yield number


class Declared(Node):
    """As nodes are often written: ``func`` is a coroutine."""

    node_id = "ts.declared"
    separate_thread = True
    count = NodeInput(type=int)
    out = NodeOutput(type=int)

    async def func(self, count: int) -> None:
        elsewhere()
        self.outputs["out"].value = count


def followed(cls: type[Node]) -> tuple[NodeSpace, Node, list[Any]]:
    """A node of the class, and what a node below it got."""
    seen: list[Any] = []

    @NodeDecorator("ts.see")
    def see(value: Any) -> None:
        seen.append(value)

    space = NodeSpace(Library([Shelf("s", nodes=[cls, see])]))
    node = space.add_node_by_id(cls.node_id, uuid="it")
    space.add_node_by_id("ts.see", uuid="see")
    space.connect("it.out", "see.value")
    return space, node, seen


@pytest.mark.parametrize("function", [coroutine, generator, async_generator])
async def test_it_gives_its_values_and_not_itself(function: Callable[..., Any]) -> None:
    space, node, seen = followed(NodeDecorator("ts.it", separate_thread=True)(function))
    node["count"] = 200
    await space.await_done()
    assert (node.state, node["out"].value, seen[-1]) == ("done", 200, 200)
    assert seen == sorted(seen)
    space.runner.close()


async def test_a_class_with_a_coroutine_can_run_in_a_thread() -> None:
    space, node, seen = followed(Declared)
    node["count"] = 3
    await space.await_done()
    assert (node.state, seen) == ("done", [3])
    space.runner.close()


async def test_several_outputs_are_told_apart() -> None:
    @NodeDecorator("ts.pairs", separate_thread=True)
    async def pairs(count: int) -> tuple[int, str]:
        return count, str(count)

    space = NodeSpace(Library([Shelf("s", nodes=[pairs])]))
    node = space.add_node_by_id("ts.pairs")
    node["count"] = 3
    await space.await_done()
    assert (node["out0"].value, node["out1"].value) == (3, "3")
    space.runner.close()


async def test_a_value_that_does_not_fit_the_outputs_is_the_error_of_the_run() -> None:
    @NodeDecorator("ts.misfit", separate_thread=True)
    def misfit(count: int) -> Iterator[tuple[int, int]]:
        yield count, count
        yield count  # type: ignore[misc]

    space = NodeSpace(Library([Shelf("s", nodes=[misfit])]))
    node = space.add_node_by_id("ts.misfit")
    node["count"] = 3
    await space.await_done()
    assert node.state == "error"
    assert node.error is not None
    assert node.error.type == "TypeError"
    space.runner.close()


async def test_a_generator_that_is_cancelled_ends_at_its_next_value() -> None:
    begun, closed = threading.Event(), threading.Event()

    @NodeDecorator("ts.endless", separate_thread=True)
    def endless(count: int) -> Iterator[int]:
        begun.set()
        try:
            while True:
                yield count
        finally:
            closed.set()

    space = NodeSpace(Library([Shelf("s", nodes=[endless])]))
    node = space.add_node_by_id("ts.endless")
    node["count"] = 3
    await asyncio.to_thread(begun.wait, 10)
    space.runner.cancel(node)
    await space.await_done()
    assert node.state == "cancelled"
    assert await asyncio.to_thread(closed.wait, 10)
    space.runner.close()


async def test_bypassed_it_hands_its_input_on() -> None:
    space, node, seen = followed(NodeDecorator("ts.it", separate_thread=True)(generator))
    node.set_mode("bypassed")
    node["count"] = 7
    await space.await_done()
    assert (node["out"].value, seen) == (7, [7])
    space.runner.close()
