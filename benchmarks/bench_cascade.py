"""How much the reactive graph costs over a hand-written loop, for a chain of 1,000 nodes.

The floor is a plain ``for`` loop over the same 1,000 functions, each called with the result of the one
before, in the same run. Printed is the ratio of CPU times (the best of several rounds, taken in turns)
for a small step as a person would write one, and for a bare ``x + 1``, where nothing but overhead is
left. Run ``python benchmarks/bench_cascade.py``.
"""

from __future__ import annotations

import asyncio
import os
import platform
from collections.abc import Callable
from time import process_time

import funcnodes_jupyter
from funcnodes_jupyter.core.decorator import NodeDecorator
from funcnodes_jupyter.core.library import Library, Shelf
from funcnodes_jupyter.core.nodespace import NodeSpace

Function = Callable[..., float]

LENGTH = 1_000
ROUNDS = 30
REPEATS = 10
AT_MOST = 15


def calibrate(value: float) -> float:
    """A small step of real work: scale, clip to a range, wrap and round."""
    scaled = value * 1.0001 + 1.0
    return round(min(max(scaled, 0.0), 1000.0) % 97.0, 6)


def increment(value: float) -> float:
    """The smallest step there is."""
    return value + 1.0


def loop(functions: list[Function], value: float) -> float:
    """The hand-written loop."""
    for function in functions:
        value = function(value=value)
    return value


def time_floor(functions: list[Function]) -> tuple[float, float]:
    """(CPU seconds of one pass, the result of the last one)."""
    start = process_time()
    for number in range(REPEATS):
        result = loop(functions, float(number))
    return (process_time() - start) / REPEATS, result


def build_chain(function: Function) -> NodeSpace:
    """A nodespace of LENGTH nodes of ``function``, each connected to the one before."""
    step = NodeDecorator("bench.step")(function)
    space = NodeSpace(Library([Shelf("bench", nodes=[step])]))
    for number in range(LENGTH):
        space.add_node_by_id("bench.step", uuid=f"n{number}")
        if number:
            space.connect(f"n{number - 1}.out", f"n{number}.value")
    return space


async def time_graph(space: NodeSpace) -> tuple[float, float]:
    """(CPU seconds of one cascade, the value at the end of the chain after the last one)."""
    first, last = space.get_node_by_id("n0"), space.get_node_by_id(f"n{LENGTH - 1}")
    start = process_time()
    for number in range(REPEATS):
        first.inputs["value"] = float(number)
        await space.await_done()
    return (process_time() - start) / REPEATS, last["out"].stored


async def compare(function: Function) -> None:
    """Measure loop and graph in turns and print what both cost and their ratio."""
    space, functions = build_chain(function), [function] * LENGTH
    floors, graphs = [], []
    for _ in range(ROUNDS):
        floor, expected = time_floor(functions)
        graph, value = await time_graph(space)
        if value != expected:
            raise SystemExit(f"The graph gives {value}, the loop {expected}.")
        floors.append(floor)
        graphs.append(graph)
    floor, graph = (min(times) * 1e6 / LENGTH for times in (floors, graphs))
    print(f"{function.__name__:10} loop {floor:6.3f} µs a call · graph {graph:6.3f} µs a node · {graph / floor:5.1f} x")


async def main() -> None:
    versions = f"Python {platform.python_version()} · funcnodes_jupyter {funcnodes_jupyter.__version__}"
    print(f"{platform.machine()} · {os.cpu_count()} CPUs · {versions}")
    print(f"chain of {LENGTH:,} nodes, CPU time; wanted: {calibrate.__name__} at most {AT_MOST} x")
    await compare(calibrate)
    await compare(increment)


if __name__ == "__main__":
    asyncio.run(main())
