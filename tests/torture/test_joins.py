"""Slow branches join exactly once, in whatever order they end. Every order is enforced by events; nothing sleeps."""

from __future__ import annotations

import asyncio
import itertools
import threading
from collections.abc import AsyncIterator, Iterator

import pytest

from funcnodes_jupyter.core.decorator import NodeDecorator
from funcnodes_jupyter.core.library import Library
from funcnodes_jupyter.core.node import Node
from funcnodes_jupyter.core.nodespace import NodeSpace
from funcnodes_jupyter.core.shelf import Shelf

PATIENCE = 60.0
BRANCHES = ("waits", "works", "plain")


class Diamond:
    """``start`` → an asynchronous branch, one in a thread and a plain one → ``join``; each slow one waits for its gate."""

    def __init__(self, start: str = "start") -> None:
        self.joined: list[tuple[int, int, int]] = []
        self.open_for_task: dict[int, asyncio.Event] = {}
        self.open_for_thread: dict[int, threading.Event] = {number: threading.Event() for number in range(10)}
        self.entered: list[int] = []
        self.in_thread = threading.Semaphore(0)
        self.space = NodeSpace(self._library())
        for name, kind in ((("start", start)), *((name, name) for name in (*BRANCHES, "join"))):
            self.space.add_node_by_id(f"d.{kind}", uuid=name, name=name)
        for name, port in zip(BRANCHES, "abc", strict=True):
            self.space.connect("start.out", f"{name}.value")
            self.space.connect(f"{name}.out", f"join.{port}")

    def __getitem__(self, name: str) -> Node:
        return self.space.nodes[name]

    def _library(self) -> Library:
        def start(value: int) -> int:
            return value

        def stream(value: int) -> Iterator[int]:
            yield from range(1, value + 1)

        async def drip(value: int) -> AsyncIterator[int]:
            for number in range(1, value + 1):
                yield number

        async def waits(value: int) -> int:
            await self.open_for_task.setdefault(value, asyncio.Event()).wait()
            return value

        def works(value: int) -> int:
            self.entered.append(value)
            self.in_thread.release()
            self.open_for_thread[value].wait(PATIENCE)
            return value

        def plain(value: int) -> int:
            return value

        def join(a: int, b: int, c: int) -> int:
            self.joined.append((a, b, c))
            return a + b + c

        functions = (start, stream, drip, waits, works, plain, join)
        return Library(
            [
                Shelf(
                    "diamond",
                    nodes=[
                        NodeDecorator(f"d.{made.__name__}", separate_thread=made is works)(made) for made in functions
                    ],
                )
            ]
        )

    def let_task_go(self, value: int) -> None:
        self.open_for_task.setdefault(value, asyncio.Event()).set()

    def let_thread_go(self, value: int) -> None:
        self.open_for_thread[value].set()

    async def until_done(self, name: str) -> None:
        await asyncio.wait_for(self.space.runner.wait_for(self[name]), PATIENCE)

    async def until_idle(self) -> None:
        await asyncio.wait_for(self.space.await_done(), PATIENCE)


@pytest.mark.parametrize("order", [("waits", "works"), ("works", "waits")])
async def test_the_join_runs_once_whichever_branch_is_last(order: tuple[str, str]) -> None:
    diamond = Diamond()
    for value in (1, 2, 3):
        diamond["start"].inputs["value"] = value
        for name in order:
            assert diamond.joined == [(done, done, done) for done in range(1, value)]
            diamond.let_task_go(value) if name == "waits" else diamond.let_thread_go(value)
            await diamond.until_done(name)
        await diamond.until_idle()
        assert diamond.joined == [(done, done, done) for done in range(1, value + 1)]
    diamond.space.runner.close()


@pytest.mark.parametrize("order", list(itertools.permutations(["task 1", "thread 1", "task 2", "thread 2"])))
async def test_a_value_that_comes_while_branches_are_under_way_never_meets_the_old_one(order: tuple[str, ...]) -> None:
    """The first value's branches end after the second value came, in every order; the join sees the second only."""
    diamond = Diamond()
    diamond["start"].inputs["value"] = 1
    await asyncio.to_thread(diamond.in_thread.acquire)
    diamond["start"].inputs["value"] = 2
    for step in order:
        kind, value = step.split()
        diamond.let_task_go(int(value)) if kind == "task" else diamond.let_thread_go(int(value))
        await asyncio.sleep(0)
    await diamond.until_idle()
    assert diamond.joined == [(2, 2, 2)]
    assert diamond.entered == [1, 2]
    assert not any(node.stale for node in diamond.space.nodes.values())
    diamond.space.runner.close()


@pytest.mark.parametrize("kind", ["stream", "drip"])
async def test_a_stream_into_slow_branches_joins_whole_waves_only(kind: str) -> None:
    """Values that come while a branch is busy are left out, never mixed; the last one arrives everywhere."""
    diamond = Diamond(kind)
    for value in range(1, 6):
        diamond.let_thread_go(value)
    diamond["start"].inputs["value"] = 5
    for value in range(1, 6):
        diamond.let_task_go(value)
        await asyncio.sleep(0)
    await diamond.until_idle()
    assert diamond.joined[-1] == (5, 5, 5)
    assert all(len(set(seen)) == 1 for seen in diamond.joined)
    assert diamond.joined == sorted(set(diamond.joined))
    diamond.space.runner.close()


async def test_branches_in_threads_run_side_by_side() -> None:
    """All of them meet at a barrier, and none could pass it alone."""
    count = 8
    barrier = threading.Barrier(count)
    runs: list[int] = []

    @NodeDecorator("j.meets", separate_thread=True)
    def meets(value: int) -> int:
        barrier.wait(PATIENCE)
        return value

    @NodeDecorator("j.start")
    def start(value: int) -> int:
        return value

    @NodeDecorator("j.join")
    def join(a: int, b: int, c: int, d: int, e: int, f: int, g: int, h: int) -> int:
        runs.append(a)
        return a + b + c + d + e + f + g + h

    space = NodeSpace(Library([Shelf("j", nodes=[meets, start, join])]))
    for name in ("start", "join", *(f"meets{number}" for number in range(count))):
        space.add_node_by_id(f"j.{name.rstrip('0123456789')}", uuid=name, name=name)
    for number, port in enumerate("abcdefgh"):
        space.connect("start.out", f"meets{number}.value")
        space.connect(f"meets{number}.out", f"join.{port}")
    for value in (1, 2, 3):
        space.nodes["start"].inputs["value"] = value
        await asyncio.wait_for(space.await_done(), PATIENCE)
        assert (space.nodes["join"]["out"].stored, runs) == (count * value, list(range(1, value + 1)))
    space.runner.close()
