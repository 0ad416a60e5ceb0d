"""One change at the top of a graph, in graphs of several shapes: what the wave costs over a hand-written loop.

The bound for a graph that somebody hears is for a subscriber of facts, as a worker is one. What callbacks for the
named events cost is printed beside it: these are for people, and a run of a node has nine of them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import wraps
from typing import Any

from benchmarks.functions import BARE, REAL, Function
from benchmarks.graphs import Shape, build, chain, diamonds, fan_and_tree
from benchmarks.measure import Effort, Row, best_in_turns, per_repeat, per_wave, ratio_row
from funcnodes_jupyter.core.facts import Fact, NodeDone
from funcnodes_jupyter.core.nodespace import NodeSpace

AT_MOST = 8
OBSERVED_AT_MOST = 12


def shapes() -> list[Shape]:
    """What is measured, here and in a worker."""
    return [chain(1_000), fan_and_tree(1_000), diamonds(200), diamonds(60, long_branch=20)]


async def rows(effort: Effort) -> list[Row]:
    """Each shape unheard, with a subscriber of facts, with callbacks for events, and with bare functions."""
    found = []
    for shape in shapes():
        await _check_counts(shape)
        found += await _measured(shape, effort)
    return found


async def _measured(shape: Shape, effort: Effort) -> list[Row]:
    plain, observed, values, runs, hearing_all = (build(shape, *REAL) for _ in range(5))
    bare = build(shape, *BARE)
    observed.subscribe(lambda fact: None)
    values.get_node_by_id(shape.last)["out"].on("after_set_value", lambda **event: None)
    runs.on("triggerdone", lambda **event: None)
    hearing_all.on("*", lambda **event: None)

    async def loop(functions: tuple[Function, Function]) -> float:
        return per_repeat(lambda number: shape.loop(*functions, float(number)), effort.repeats)

    async def graph(space: NodeSpace, functions: tuple[Function, Function]) -> float:
        seconds = await per_wave(lambda number: wave(space, shape, float(number)), effort.repeats)
        expected = shape.loop(*functions, float(effort.repeats - 1))
        assert space.get_node_by_id(shape.last)["out"].stored == expected
        return seconds

    floor, alone, told, called_once, called, called_for_all, bare_floor, bare_graph = await best_in_turns(
        effort.rounds,
        lambda: loop(REAL),
        lambda: graph(plain, REAL),
        lambda: graph(observed, REAL),
        lambda: graph(values, REAL),
        lambda: graph(runs, REAL),
        lambda: graph(hearing_all, REAL),
        lambda: loop(BARE),
        lambda: graph(bare, BARE),
    )
    count = len(shape)
    return [
        ratio_row(shape.name, "loop", floor, alone, count, AT_MOST),
        ratio_row("    with a subscriber", "loop", floor, told, count, OBSERVED_AT_MOST),
        ratio_row("    with a callback for one value", "loop", floor, called_once, count, None),
        ratio_row("    with a callback for each run", "loop", floor, called, count, None),
        ratio_row("    with a callback for all nine events", "loop", floor, called_for_all, count, None),
        ratio_row("    of bare x + 1", "loop", bare_floor, bare_graph, count, None),
    ]


async def wave(space: NodeSpace, shape: Shape, value: float) -> None:
    """Set the first input and wait until all has settled."""
    space.get_node_by_id(shape.first).inputs["value"] = value
    await space.await_done()


# --- counts ---------------------------------------------------------------------------------------


async def _check_counts(shape: Shape) -> None:
    """Each node runs once in a wave, whether anybody is told or not.

    Raises:
        AssertionError: it does not.
    """
    calls: Counter[str] = Counter()
    step, join = (_counted(function, calls) for function in REAL)
    space = build(shape, step, join)
    await wave(space, shape, 1.0)
    calls.clear()
    await wave(space, shape, 2.0)
    assert sum(calls.values()) == len(shape), f"{shape.name}: {calls} for {len(shape)} nodes"
    done: Counter[str] = Counter()
    space.subscribe(lambda fact: done.update(_finished(fact)))
    await wave(space, shape, 3.0)
    assert done == Counter(uuid for uuid, _ in shape.nodes), f"{shape.name}: {done.most_common(3)}"
    assert space.get_node_by_id(shape.last)["out"].stored == shape.loop(*REAL, 3.0)


def _counted(function: Function, calls: Counter[str]) -> Function:
    @wraps(function)
    def call(**arguments: Any) -> float:
        calls[function.__name__] += 1
        return function(**arguments)

    return call


def _finished(fact: Fact) -> Iterator[str]:
    if isinstance(fact, NodeDone):
        yield fact.node.uuid
