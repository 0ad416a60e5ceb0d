"""Random graphs under random edits, against a reference that recomputes everything in topological order.

Seeded, so that a failure can be run again alone. What is checked whenever the graph has come to rest:
the schedule's counts are back at zero, every node that says it is up to date holds what its function
gives for what stands above it, and none is out of date that could be up to date.
"""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest

from funcnodes_jupyter.core.decorator import NodeDecorator
from funcnodes_jupyter.core.errors import CycleError, MultipleConnectionsError
from funcnodes_jupyter.core.library import Library, Shelf
from funcnodes_jupyter.core.node import Node
from funcnodes_jupyter.core.nodeio import NodeInput, NodeIO
from funcnodes_jupyter.core.nodespace import NodeSpace
from funcnodes_jupyter.core.traversal import descendants
from funcnodes_jupyter.core.values import NoValue

KINDS = ("plain", "plain", "later", "thread", "picky", "quiet", "stream")
MODULUS = 1009


def compute(kind: str, a: int, b: int) -> Any:
    """What every node computes; picky ones fail and quiet ones hand nothing on for some values."""
    result = (a * 3 + b * 5 + 1) % MODULUS
    if kind == "picky" and result % 4 == 0:
        raise ValueError(f"{result} is refused")
    return NoValue if kind == "quiet" and result % 4 == 0 else result


class RandomGraph:
    """A nodespace, the dice, and how often each node ran."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)
        self.runs: Counter[str] = Counter()
        self.made = 0
        self.quiet = False
        """Whether an edit left something out of date on purpose: taking an edge away, or a run back, runs nothing."""
        self.space = NodeSpace(self._library())

    def _library(self) -> Library:
        def plain(node: Node, a: int, b: int = 0) -> Any:
            self.runs[node.uuid] += 1
            return compute("plain", a, b)

        async def later(node: Node, a: int, b: int = 0) -> Any:
            self.runs[node.uuid] += 1
            for _ in range((a + b) % 4):
                await asyncio.sleep(0)
            return compute("later", a, b)

        def thread(node: Node, a: int, b: int = 0) -> Any:
            self.runs[node.uuid] += 1
            return compute("thread", a, b)

        def picky(node: Node, a: int, b: int = 0) -> Any:
            self.runs[node.uuid] += 1
            return compute("picky", a, b)

        def quiet(node: Node, a: int, b: int = 0) -> Any:
            self.runs[node.uuid] += 1
            return compute("quiet", a, b)

        def stream(node: Node, a: int, b: int = 0) -> Iterator[Any]:
            self.runs[node.uuid] += 1
            yield from (a, b, compute("stream", a, b))

        return Library(
            [
                Shelf(
                    "random",
                    nodes=[
                        NodeDecorator(f"r.{function.__name__}", separate_thread=function is thread)(function)
                        for function in (plain, later, thread, picky, quiet, stream)
                    ],
                )
            ]
        )

    # --- edits ------------------------------------------------------------------------------------

    def node(self) -> Node:
        return self.dice.choice(list(self.space.nodes.values()))

    def add(self) -> None:
        self.made += 1
        self.space.add_node_by_id(f"r.{self.dice.choice(KINDS)}", uuid=f"n{self.made}")

    def set_value(self) -> None:
        port = self.node().inputs[self.dice.choice("ab")]
        if not port.sources:
            port.set_value(NoValue if self.dice.random() < 0.1 else self.dice.randrange(MODULUS))

    def connect(self) -> None:
        source = self.node()["out" if self.dice.random() < 0.85 else self.dice.choice("ab")]
        target = self.node().inputs[self.dice.choice("ab")]
        try:
            if source is not target:
                self.quiet = self.quiet or target.is_connected or source.is_input
                source.connect(target, replace=self.dice.random() < 0.5)
        except (CycleError, MultipleConnectionsError):
            pass

    def chain(self) -> None:
        """Let one node's success trigger another."""
        with suppress(CycleError):
            self.node()["_triggeroutput"].connect(self.node()["_triggerinput"])

    def disconnect(self) -> None:
        port = self.dice.choice(list(self.node().ports))
        if port.connections:
            self.quiet = True
            port.disconnect(self.dice.choice(port.connections))

    def remove(self) -> None:
        if len(self.space.nodes) > 4:
            self.quiet = True
            self.space.remove_node_by_id(self.node().uuid)

    def cancel(self) -> None:
        self.quiet = True
        self.space.runner.cancel(self.node() if self.dice.random() < 0.7 else None)

    def edit(self) -> None:
        edits = (self.add, self.set_value, self.connect, self.chain, self.disconnect, self.remove, self.cancel)
        self.dice.choices(edits, (10, 40, 30, 3, 15, 6, 4))[0]()

    # --- what must be true at rest ----------------------------------------------------------------

    def check(self) -> None:
        schedule = self.space.engine.schedule
        assert schedule.pending == 0
        expected = {} if self.quiet else self.reference()
        for node in self.space.nodes.values():
            slot = node.slot
            assert (slot.waiting, slot.requested, slot.running, slot.holding) == (0, False, False, False), node
            self._check_fresh(node)
            if node.uuid in expected:
                assert not slot.stale, node
                assert node["out"].stored == expected[node.uuid], node
        assert not self.space.runner.tasks
        assert not self.space.runner._waiters

    def _check_fresh(self, node: Node) -> None:
        """A node that says it is up to date is so; one that could be is."""
        arguments = {port.id: port.value for port in (node.inputs["a"], node.inputs["b"])}
        if node.state == "done" and not node.stale:
            assert node["out"].stored == compute(node.node_id[2:], **arguments), node
            assert all(fine(source) or source.value is NoValue for source in sources_of(node)), node
        elif not self.quiet and not node.slot.trouble and arguments["a"] is not NoValue:
            assert not all(fine(source) and sends(source) for source in sources_of(node)), node

    def reference(self) -> dict[str, Any]:
        """What each node must hold whose whole ancestry is in order."""
        found: dict[str, Any] = {}
        refused: set[str] = set()

        def value_of(port: NodeIO) -> Any:
            if not isinstance(port, NodeInput):
                return result_of(port.node)
            followed = [value_of(source) for source in port.sources]
            return followed[0] if followed else port.stored

        def result_of(node: Node) -> Any:
            if node.uuid in refused:
                raise LookupError(node.uuid)
            if node.uuid not in found:
                try:
                    found[node.uuid] = fresh(node)
                except (LookupError, ValueError):
                    refused.add(node.uuid)
                    raise LookupError(node.uuid) from None
            return found[node.uuid]

        def fresh(node: Node) -> Any:
            for trigger in node.inputs["_triggerinput"].sources:
                result_of(trigger.node)
            if node.slot.cancelled:
                raise LookupError("cancelled")
            arguments = {}
            for port in (node.inputs["a"], node.inputs["b"]):
                value = value_of(port)
                if value is NoValue and (port.sources or port.id == "a"):
                    raise LookupError("nothing came")
                arguments[port.id] = port.default if value is NoValue else value
            return compute(node.node_id[2:], **arguments)

        for node in self.space.nodes.values():
            try:
                result_of(node)
            except LookupError:
                continue
        return found


def sources_of(node: Node) -> list[NodeIO]:
    """The outputs that a node depends on, through forwards."""
    found: list[NodeIO] = []
    pending: list[NodeIO] = [source for port in node.inputs.values() for source in port.sources]
    while pending:
        port = pending.pop()
        if isinstance(port, NodeInput):
            pending.extend(port.sources)
        else:
            found.append(port)
    return found


def fine(source: NodeIO) -> bool:
    return not source.node.slot.stale and not source.node.slot.trouble


def sends(source: NodeIO) -> bool:
    return source.id == "_triggeroutput" or source.value is not NoValue


async def story(seed: int, rounds: int) -> None:
    graph = RandomGraph(seed)
    for _ in range(8):
        graph.add()
    for _ in range(rounds):
        for _ in range(graph.dice.randrange(1, 8)):
            graph.edit()
            for _ in range(graph.dice.randrange(3)):
                await asyncio.sleep(0)
        await graph.space.await_done()
        graph.check()
        graph.space.run()
        await graph.space.await_done()
        graph.quiet = False
        graph.check()
        graph.runs.clear()
        graph.set_value()
        await graph.space.await_done()
        graph.check()
        # What streams sends more than one value for one change.
        streams = [node for node in graph.space.nodes.values() if node.node_id == "r.stream"]
        below = {node.uuid for node in descendants(streams)}
        assert all(count == 1 or uuid in below for uuid, count in graph.runs.items()), graph.runs


@pytest.mark.parametrize("seed", range(40))
def test_a_graph_at_rest_is_what_recomputing_it_gives(seed: int) -> None:
    asyncio.run(asyncio.wait_for(story(seed, rounds=12), 20))
