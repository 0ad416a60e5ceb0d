"""What must not grow: with the size of the graph around a change, or with the number of values that came."""

from __future__ import annotations

import tracemalloc
from time import process_time

from benchmarks.functions import REAL, combine
from benchmarks.graphs import Shape, build, chains
from benchmarks.measure import Effort, Row, best_in_turns, limit_row, per_repeat, per_wave, ratio_row
from funcnodes_jupyter.core.nodespace import NodeSpace

AT_MOST = 8
SAME = 1.25
"""Two times that are to be the same may differ by this factor."""
AFFECTED = 100
VALUES = 10_000
ROW = 10
GROWTH_BYTES = 10_000
"""A byte a value: what kept a single object of each would cost many times as much."""


async def rows(effort: Effort) -> list[Row]:
    """Both subjects."""
    return [*await _one_percent(effort), *await _many_values(effort)]


async def _built(shape: Shape) -> NodeSpace:
    """A nodespace of that shape, computed, with 1 at each input that has no edge."""
    space = build(shape, *REAL)
    for node in space.nodes.values():
        for port in node.inputs.values():
            if port.required and not port.sources:
                port.value = 1.0
    await space.await_done()
    return space


def _loop(count: int, value: float) -> float:
    """What the nodes of a chain compute when ``value`` comes to the free input of the first one."""
    result = combine(a=REAL[0](value=1.0), b=value)
    for _ in range(count - 1):
        result = combine(a=result, b=1.0)
    return result


# --- one change in a large graph ------------------------------------------------------------------


async def _one_percent(effort: Effort) -> list[Row]:
    """A change that concerns the last of 100, or of 10, chains."""
    large, small = chains(100, AFFECTED), chains(10, AFFECTED)
    in_large, in_small = await _built(large), await _built(small)
    repeats = effort.repeats * 5

    async def loop() -> float:
        return per_repeat(lambda number: _loop(AFFECTED, float(number)), repeats)

    async def change(shape: Shape, space: NodeSpace) -> float:
        port = space.get_node_by_id(f"n{len(shape) - AFFECTED}").get_input("b")

        async def once(number: int) -> None:
            port.value = float(number)
            await space.await_done()

        seconds = await per_wave(once, repeats)
        assert space.get_node_by_id(shape.last)["out"].stored == _loop(AFFECTED, float(repeats - 1))
        return seconds

    floor, among_many, among_few = await best_in_turns(
        effort.rounds, loop, lambda: change(large, in_large), lambda: change(small, in_small)
    )
    return [
        ratio_row("a change that affects 1 % of 10,000 nodes", "loop", floor, among_many, AFFECTED, AT_MOST),
        ratio_row("    the same part of 1,000 nodes", "loop", floor, among_few, AFFECTED, AT_MOST),
        ratio_row("    10,000 nodes against 1,000", "of 1,000", among_few, among_many, AFFECTED, SAME),
    ]


# --- many values through a few nodes --------------------------------------------------------------


async def _many_values(effort: Effort) -> list[Row]:
    space = await _built(chains(1, ROW))
    values = VALUES // 5 if effort.quick else VALUES
    parts: list[list[float]] = []

    async def loop() -> float:
        return per_repeat(lambda number: _loop(ROW, float(number)), values)

    async def graph() -> float:
        parts.append(await _send(space, values))
        return sum(parts[-1]) / values

    floor, through = await best_in_turns(3, loop, graph)
    # Of each tenth the quickest of its ten parts: what disturbs for a moment is not what is asked for.
    first = min(min(times[:10]) for times in parts)
    last = min(min(times[-10:]) for times in parts)
    return [
        ratio_row(f"{values:,} values through {ROW} nodes", "loop", floor, through, ROW, AT_MOST),
        ratio_row("    the last tenth against the first", "first tenth", first, last, ROW * values // 100, SAME),
        limit_row("    memory that grew after the first tenth", "", await _growth(values), "bytes", GROWTH_BYTES),
    ]


async def _send(space: NodeSpace, values: int) -> list[float]:
    """CPU seconds of each hundredth of the values."""
    taken, port = [], space.get_node_by_id("n1").get_input("b")
    for _ in range(100):
        start = process_time()
        for number in range(values // 100):
            port.value = float(number)
            await space.await_done()
        taken.append(process_time() - start)
    return taken


async def _growth(values: int) -> int:
    """Bytes that the last nine tenths of the values left behind."""
    space = await _built(chains(1, ROW))
    tracemalloc.start()
    try:
        await _send(space, values // 10)
        before, _ = tracemalloc.get_traced_memory()
        await _send(space, values - values // 10)
        after, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    return after - before
