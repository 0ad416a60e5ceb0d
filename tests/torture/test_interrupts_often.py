"""Interrupts at random moments, by the signals that a worker uses: they end the function that is meant, and nothing else."""

from __future__ import annotations

import asyncio
import random
import sys
import time
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
from aside import Aside, another_thread

from funcnodes_jupyter.core.decorator import NodeDecorator
from funcnodes_jupyter.core.library import Library
from funcnodes_jupyter.core.node import Node
from funcnodes_jupyter.core.nodeio import NodeInput, NodeOutput
from funcnodes_jupyter.core.nodespace import NodeSpace
from funcnodes_jupyter.core.shelf import Shelf
from funcnodes_jupyter.worker.interrupts import Interrupts

PATIENCE = 60.0
HOUR = 3600
FOREVER = 10**9
SPINS = 60_000
KINDS = (
    "dying",
    "busy",
    "sleeping",
    "pouring",
    "dripping",
    "nested",
    "gathering",
    "greedy",
    "reporting",
    "offering",
    "setting",
)


@pytest.fixture
def aside() -> Iterator[Aside]:
    """Another thread, and threads that take turns more often."""
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-4)
    with another_thread() as made:
        yield made
    sys.setswitchinterval(interval)


class Dying:
    """Takes its time to die: an interrupt that comes then is thrown away by Python."""

    def __del__(self) -> None:
        for _ in range(20):
            pass


class Struck:
    """A graph with a node of each kind, which run for ever or a moment.

    Attributes:
        started: Whether the function that was asked last has begun.
        alive: How many tasks of gathering nodes there are.
    """

    def __init__(self, aside: Aside) -> None:
        self.aside = aside
        self.started = False
        self.alive = 0
        self.waits = asyncio.Event()
        self.space = NodeSpace(self._library(), threaded=True)
        self.runner = self.space.runner
        self.runner.bind(asyncio.get_running_loop())
        Interrupts(self.runner, lambda: None, lambda: None, later=aside.later).install()
        self.nodes = {kind: self.space.add_node_by_id(f"s.{kind}", uuid=kind) for kind in KINDS}
        self.bystander = self.space.add_node_by_id("s.waiting", uuid="bystander")
        self.after = self.space.add_node_by_id("s.adding", uuid="after")
        self.after.inputs["a"] = 1  # it runs after the bystander has begun

    def _library(self) -> Library:
        def busy(count: int) -> int:
            self.started = True
            for _ in range(count):
                pass
            return count

        def dying(count: int) -> int:
            self.started = True
            for _ in range(count):
                Dying()
            return count

        def sleeping(count: int) -> int:
            self.started = True
            time.sleep(HOUR if count == FOREVER else count / 1e6)
            return count

        def pouring(count: int) -> Iterator[int]:
            self.started = True
            yield from range(count + 1)

        async def dripping(count: int) -> AsyncIterator[int]:
            self.started = True
            for number in range(count + 1):
                await asyncio.sleep(0)
                yield number

        async def nested(count: int) -> int:
            self.started = True
            return await asyncio.create_task(self._turns(count))

        async def gathering(count: int) -> int:
            self.started = True
            found = await asyncio.gather(self._turns(count), asyncio.create_task(self._turns(count)))
            return found[0]

        async def greedy(count: int) -> int:
            self.started = True
            for number in range(count):
                if number % 1000 == 0:
                    await asyncio.sleep(0)
            return count

        def reporting(node: Node, count: int) -> int:
            self.started = True
            for _ in node.progress(range(count)):
                pass
            return count

        def offering(node: Node, count: int, other: int = 1) -> int:
            self.started = True
            for number in range(count):
                node.inputs["other"].update_value_options(max=number)
            return count

        async def waiting(begin: int = 1) -> None:
            self.waits.set()
            await asyncio.Event().wait()

        def adding(a: int) -> int:
            return a + 1

        functions = (
            dying,
            busy,
            sleeping,
            pouring,
            dripping,
            nested,
            gathering,
            greedy,
            reporting,
            offering,
            waiting,
            adding,
        )
        classes = [NodeDecorator(f"s.{made.__name__}")(made) for made in functions]
        return Library([Shelf("struck", nodes=[*classes, self._setting()])])

    def _setting(self) -> type[Node]:
        struck = self

        class Setting(Node):
            node_id = "s.setting"
            count = NodeInput()
            out = NodeOutput()

            def func(self, count: int) -> None:
                struck.started = True
                for number in range(count + 1):
                    self.outputs["out"].value = number

        return Setting

    async def _turns(self, count: int) -> int:
        self.alive += 1
        try:
            for _ in range(count):
                await asyncio.sleep(0)
        finally:
            self.alive -= 1
        return count

    # --- one interrupt ----------------------------------------------------------------------------

    async def strike(self, kind: str, spins: int, count: int) -> None:
        """Have a node count, and cancel it so many turns of a loop after it was asked (or began, if it goes on for ever)."""
        node = self.nodes[kind]
        self.started = False

        def cancel() -> None:
            while count == FOREVER and not self.started:
                pass
            for _ in range(spins):
                pass
            self.runner.cancel(node)

        cancelled = self.aside.submit(cancel)
        node.inputs["count"] = count
        await asyncio.wait_for(self.runner.wait_for(node), PATIENCE)
        await asyncio.wrap_future(cancelled)
        await asyncio.wait_for(self.runner.wait_for(node), PATIENCE)
        wanted = ("cancelled",) if count == FOREVER else ("cancelled", "done")
        assert node.state in wanted, (kind, node.state, node.error)
        await self.check(node)

    async def check(self, node: Node) -> None:
        """Nothing is torn, nobody else was hit, and the next runs go through."""
        slot = node.slot
        assert (slot.waiting, slot.requested, slot.running, slot.holding, slot.queued) == (
            0,
            False,
            False,
            False,
            False,
        )
        assert self.space.engine.schedule.pending == 1
        assert self.bystander.state == "running"
        assert not self.space.lock._is_owned()
        assert set(self.runner.tasks) == {self.bystander}
        assert (self.runner.guard.owner, self.runner.guard.open) == (None, False)
        node.inputs["count"] = 2
        self.after.inputs["a"] = 1
        for found in (node, self.after):
            await asyncio.wait_for(self.runner.wait_for(found), PATIENCE)
            assert (found.state, found["out"].stored, found.stale) == ("done", 2, False)
        for _ in range(3):
            await asyncio.sleep(0)
        assert self.alive == 0


def test_an_interrupt_hits_what_it_is_meant_for_and_nothing_else(torture: Any, aside: Aside) -> None:
    async def story() -> None:
        dice = random.Random(torture.seed)
        struck = Struck(aside)
        await struck.waits.wait()
        await asyncio.wait_for(struck.runner.wait_for(struck.after), PATIENCE)
        for number in range(torture.number(150, 2_000)):
            kind = KINDS[number % len(KINDS)]
            count = FOREVER if dice.random() < 0.6 else dice.randrange(2_000)
            await struck.strike(kind, dice.randrange(dice.choice((10, 1_000, SPINS))), count)
        struck.runner.cancel()
        await asyncio.wait_for(struck.space.await_done(), PATIENCE)
        struck.runner.close()

    asyncio.run(story())
