"""Nodes that wait: many coroutines at once, and functions that block in threads. Wall time."""

from __future__ import annotations

import asyncio
import time

from benchmarks.measure import Effort, Row, best_wall, limit_row
from funcnodes_jupyter.core.decorator import NodeDecorator
from funcnodes_jupyter.core.library import Library
from funcnodes_jupyter.core.nodespace import NodeSpace
from funcnodes_jupyter.core.shelf import Shelf

WAIT = 0.010
BLOCK = 0.050
WAIT_AT_MOST = 1.5
ROUNDS_BELOW = 2
"""So many times the blocking of one node: what took as long was no single round."""


@NodeDecorator("bench.start")
def start(value: float) -> float:
    return value


@NodeDecorator("bench.wait")
async def wait(value: float) -> float:
    await asyncio.sleep(WAIT)
    return value


@NodeDecorator("bench.block", separate_thread=True)
def block(value: float) -> float:
    time.sleep(BLOCK)
    return value


async def rows(effort: Effort) -> list[Row]:
    """Both kinds."""
    gathered = await best_wall(effort.rounds, lambda: asyncio.gather(*[asyncio.sleep(WAIT) for _ in range(100)]))
    awaiting = await _best("bench.wait", 100, effort)
    blocking = await _best("bench.block", 8, effort)
    alone, bound, rounds = gathered * 1e3, WAIT_AT_MOST * WAIT * 1e3, ROUNDS_BELOW * BLOCK * 1e3
    return [
        limit_row("100 nodes awaiting 10 ms", f"gather alone {alone:.1f} ms", awaiting * 1e3, "ms", bound),
        limit_row("8 nodes blocking 50 ms in threads", "", blocking * 1e3, "ms", rounds),
    ]


async def _best(node_id: str, count: int, effort: Effort) -> float:
    """Seconds of a wave in which ``count`` such nodes follow one."""
    space = NodeSpace(Library([Shelf("bench", nodes=[start, wait, block])]))
    first = space.add_node_by_id("bench.start", uuid="first")
    for number in range(count):
        space.add_node_by_id(node_id, uuid=f"n{number}")
        space.connect("first.out", f"n{number}.value")

    async def wave() -> None:
        first.inputs["value"] = 1.0
        await space.await_done()

    seconds = await best_wall(effort.rounds, wave)
    space.runner.close()
    return seconds
