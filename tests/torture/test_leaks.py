"""Running for long, and building and taking away, leave nothing behind."""

from __future__ import annotations

import asyncio
import gc
import tracemalloc
import weakref
from collections import Counter
from typing import Any

from kinds import Recorder

from funcnodes_jupyter.core.node import Node
from funcnodes_jupyter.core.nodespace import NodeSpace

WAVE = (
    ("source", "plain"), ("plain", "pair"), ("plain", "later"), ("pair", "thread"), ("later", "picky"),
    ("thread", "stream"), ("pair", "drip"), ("stream", "quiet"),
)  # fmt: skip
"""Edges of the mixed graph, by kind; each leads from the first output to ``a``."""
NODES_IN_A_WAVE = 9
SPARE_OBJECTS = 40
SPARE_BYTES = 100_000
PATIENCE = 60.0


def mixed_graph() -> NodeSpace:
    space = NodeSpace(Recorder().library())
    for kind in dict.fromkeys(kind for edge in WAVE for kind in edge):
        space.add_node_by_id(f"k.{kind}", uuid=kind)
    for source, target in WAVE:
        space.nodes[source]["out"].connect(space.nodes[target]["a"])
    space.nodes["later"]["out"].connect(space.nodes["drip"]["b"])
    return space


def objects() -> Counter[str]:
    """The objects that there are, by type."""
    gc.collect()
    return Counter(type(found).__qualname__ for found in gc.get_objects())


def test_a_hundred_thousand_runs_leave_nothing_behind(torture: Any) -> None:
    waves = torture.number(5_000, 100_000) // NODES_IN_A_WAVE
    at = (waves // 10, waves - 1)

    async def story() -> list[tuple[Counter[str], int]]:
        space = mixed_graph()
        found = []
        for number in range(waves):
            space.nodes["source"].inputs["a"] = number % 97
            await asyncio.wait_for(space.await_done(), PATIENCE)
            if number in at:
                found.append((objects(), tracemalloc.get_traced_memory()[0]))
        space.runner.close()
        return found

    tracemalloc.start()
    try:
        (first, before), (last, after) = asyncio.run(story())
    finally:
        tracemalloc.stop()
    grown = {kind: count for kind, count in (last - first).items() if count > SPARE_OBJECTS}
    assert not grown
    assert after - before < SPARE_BYTES


def test_nodes_that_were_taken_away_are_gone(torture: Any) -> None:
    """Also those whose steps the history still holds: it keeps what they were, not themselves."""

    async def story() -> tuple[list[weakref.ref[Node]], NodeSpace]:
        space = NodeSpace(Recorder().library())
        source = space.add_node_by_id("k.source", uuid="source")
        known: list[weakref.ref[Node]] = []
        kinds = ("plain", "pair", "later", "thread", "picky", "stream", "drip", "teller")
        for number in range(torture.number(1_000, 10_000)):
            edited = number % 2
            add = space.edits.add_node if edited else space.add_node_by_id
            node = add(f"k.{kinds[number % len(kinds)]}", uuid=f"n{number}")
            known.append(weakref.ref(node))
            source["out"].connect(node["a"])
            if number % 3 == 0:
                node["out"].connect(source["_triggerinput"], feedback=True)
            if number % 5:
                await asyncio.wait_for(space.await_done(), PATIENCE)
            space.edits.remove_node(node) if edited else space.remove_node_by_id(node.uuid)
            del node
        await asyncio.wait_for(space.await_done(), PATIENCE)
        return known, space

    known, space = asyncio.run(story())
    gc.collect()
    assert list(space.nodes) == ["source"]
    assert len(space.history) <= space.history.limit
    assert sum(found() is not None for found in known) == 0
    space.runner.close()
