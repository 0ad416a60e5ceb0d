"""Building a graph, saving and loading it, and editing it in steps that can be undone."""

from __future__ import annotations

import json
import tracemalloc
from typing import Any

from benchmarks.functions import REAL, library
from benchmarks.graphs import Shape, build, chain, chains, fill, scattered_chain
from benchmarks.measure import Effort, Row, best_in_turns, limit_row, per_repeat, ratio_row
from funcnodes_jupyter.core.nodespace import NodeSpace

NODES = 10_000
BUILD_AT_MOST = 10
BYTES_AT_MOST = 2_000
SAVE_AT_MOST = 5


async def rows(effort: Effort) -> list[Row]:
    """All three subjects."""
    rounds = max(3, effort.rounds // 3)
    return [*await _building(rounds), *await _saving(rounds), *await _undo(rounds)]


# --- building -------------------------------------------------------------------------------------


async def _building(rounds: int) -> list[Row]:
    shape, scattered = chain(NODES), scattered_chain(NODES)
    made = library(*REAL)

    async def plain() -> float:
        return per_repeat(lambda number: _plain(shape))

    async def graph(shape: Shape) -> float:
        return per_repeat(lambda number: fill(NodeSpace(made), shape))

    floor, ordered, unordered = await best_in_turns(rounds, plain, lambda: graph(shape), lambda: graph(scattered))
    return [
        ratio_row(f"building {NODES:,} nodes and edges", "dict of lists", floor, ordered, NODES, BUILD_AT_MOST),
        ratio_row("    edges in no order", "dict of lists", floor, unordered, NODES, None),
        limit_row("    bytes of a node with its edge", "traced memory", _bytes_a_node(shape), "bytes", BYTES_AT_MOST),
    ]


def _plain(shape: Shape) -> dict[str, list[Any]]:
    """The same content without any behaviour: id, class, name, inputs, outputs and edges of each node."""
    nodes: dict[str, list[Any]] = {}
    for uuid, kind in shape.nodes:
        nodes[uuid] = [uuid, f"bench.{kind}", "", [["value", None]], [["out", None]], []]
    for source, target, port in shape.edges:
        nodes[source][5].append((source, "out", target, port))
    return nodes


def _bytes_a_node(shape: Shape) -> float:
    space = NodeSpace(library(*REAL))
    tracemalloc.start()
    try:
        before, _ = tracemalloc.get_traced_memory()
        fill(space, shape)
        after, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    return (after - before) / len(shape)


# --- saving ---------------------------------------------------------------------------------------


def _drawn_graph() -> NodeSpace:
    """A graph as one has it: each node at a place on the screen, most with a value that was set."""
    space = build(chains(100, NODES // 100), *REAL)
    for number, node in enumerate(space.nodes.values()):
        node.set_property("frontend:pos", [40.0 * (number % 100), 30.0 * (number // 100)])
        if node.node_id == "bench.join":
            node.inputs["b"] = float(number)
    return space


async def _saving(rounds: int) -> list[Row]:
    space = _drawn_graph()
    document = space.serialize()
    text = json.dumps(document)
    loaded = NodeSpace(space.lib)
    assert loaded.deserialize(json.loads(text)) == []
    assert json.dumps(loaded.serialize()) == text

    async def dumps_and_loads() -> float:
        return per_repeat(lambda number: json.loads(json.dumps(document)))

    async def save_and_load() -> float:
        return per_repeat(lambda number: NodeSpace(space.lib).deserialize(space.serialize()))

    async def save() -> float:
        return per_repeat(lambda number: space.serialize())

    floor, both, saving = await best_in_turns(rounds, dumps_and_loads, save_and_load, save)
    count = len(space.nodes)
    return [
        ratio_row(f"save + load of {count:,} nodes", "json dumps + loads", floor, both, count, SAVE_AT_MOST),
        ratio_row("    save alone", "json dumps + loads", floor, saving, count, None),
    ]


# --- undoing --------------------------------------------------------------------------------------


async def _undo(rounds: int) -> list[Row]:
    space = build(chain(1), *REAL)
    space.set_mode("paused")  # what an edit costs, and not what it makes run
    port = space.get_node_by_id("n0").get_input("value")
    kept = space.history.limit

    async def unrecorded() -> float:
        return per_repeat(lambda number: port.set_value(float(number)), NODES)

    async def recorded() -> float:
        return per_repeat(lambda number: space.edits.set_value(port, float(number)), NODES)

    async def undo() -> float:
        return per_repeat(lambda number: space.undo(), kept)

    floor, with_history, undoing = await best_in_turns(rounds, unrecorded, recorded, undo)
    return [
        ratio_row(f"{NODES:,} edits that can be undone", "unrecorded edits", floor, with_history, 1, None),
        ratio_row("    undoing one", "unrecorded edits", floor, undoing, 1, None),
    ]
