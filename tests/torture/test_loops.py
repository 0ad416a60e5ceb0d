"""Loops of feedback edges: as many waves as counting by hand gives, and a runaway is stopped."""

from __future__ import annotations

import asyncio
import itertools
from collections import Counter
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

from funcnodes_jupyter.core.decorator import NodeDecorator
from funcnodes_jupyter.core.library import Library
from funcnodes_jupyter.core.node import Node
from funcnodes_jupyter.core.nodespace import NodeSpace
from funcnodes_jupyter.core.shelf import Shelf
from funcnodes_jupyter.core.values import NoValue

LIMIT = 12
PATIENCE = 60.0
ENDS = ("same", "nothing")


@dataclass(frozen=True)
class Loop:
    """A step, what stands in the ring behind it, and what it begins with.

    ``ends`` says how the step ends the loop: by the same value once more, or by handing on NoValue.
    """

    ring: tuple[str, ...]
    ends: str
    stop: int
    starts: tuple[int, ...]


loops = st.builds(
    Loop,
    ring=st.lists(st.sampled_from(("plain", "later", "thread")), max_size=3).map(tuple),
    ends=st.sampled_from(ENDS),
    stop=st.integers(0, LIMIT + 6),
    starts=st.lists(st.integers(0, 12), min_size=1, max_size=3).map(tuple),
)


def counted(loop: Loop, start: int) -> tuple[int, int, bool, bool]:
    """(how often the step runs, what it holds at the end, whether it was stopped, whether its last run gave a value)."""
    value, runs = start, 0
    while True:
        runs += 1
        made = value + 1 if value < loop.stop else value if loop.ends == "same" else None
        if made is None or made == value:
            return runs, value, False, made is not None
        if runs > LIMIT:
            return runs, value, True, True
        value = made


class Rings:
    """Loops side by side in one nodespace."""

    def __init__(self, loops: list[Loop]) -> None:
        self.runs: Counter[str] = Counter()
        self.space = NodeSpace(self._library())
        self.space.feedback_limit = LIMIT
        self.loops = loops
        for number, loop in enumerate(loops):
            names = [f"step{number}", *(f"{kind}{number}.{place}" for place, kind in enumerate(loop.ring))]
            for name, kind in zip(names, ("step", *loop.ring), strict=True):
                self.space.add_node_by_id(f"l.{kind}", uuid=name)
            step = self.space.nodes[names[0]]
            step.inputs["stop"], step.inputs["ends"] = loop.stop, loop.ends
            for source, target in itertools.pairwise(names):
                self.space.nodes[source]["out"].connect(self.space.nodes[target]["x"])
            self.space.nodes[names[-1]]["out"].connect(step["x"], feedback=True)

    def _library(self) -> Library:
        def step(node: Node, x: int, stop: int = 5, ends: str = "same") -> Any:
            self.runs[node.uuid] += 1
            if x < stop:
                return x + 1
            return x if ends == "same" else NoValue

        def plain(node: Node, x: int) -> int:
            self.runs[node.uuid] += 1
            return x

        async def later(node: Node, x: int) -> int:
            self.runs[node.uuid] += 1
            await asyncio.sleep(0)
            return x

        def thread(node: Node, x: int) -> int:
            self.runs[node.uuid] += 1
            return x

        functions = (step, plain, later, thread)
        classes = [NodeDecorator(f"l.{made.__name__}", separate_thread=made is thread)(made) for made in functions]
        return Library([Shelf("loops", nodes=classes)])

    def check(self, number: int, start: int) -> None:
        """The loop went round as often as counting gives."""
        loop = self.loops[number]
        runs, held, stopped, gave = counted(loop, start)
        step = self.space.nodes[f"step{number}"]
        assert (self.runs[step.uuid], step.inputs["x"].stored) == (runs, held)
        assert (step.error.type if step.error is not None else "") == ("FeedbackLimitError" if stopped else "")
        for place, kind in enumerate(loop.ring):
            node = self.space.nodes[f"{kind}{number}.{place}"]
            assert self.runs[node.uuid] == runs - (not gave)
            assert node.slot.stale == (stopped or not gave)


def test_a_loop_goes_round_as_often_as_counting_gives(torture: Any) -> None:
    def holds(loops: list[Loop]) -> None:
        async def story() -> None:
            rings = Rings(loops)
            for turn in range(3):
                begun = {number: loop.starts[turn] for number, loop in enumerate(loops) if turn < len(loop.starts)}
                rings.runs.clear()
                for number, start in begun.items():
                    rings.space.nodes[f"step{number}"].inputs["x"] = start
                await asyncio.wait_for(rings.space.await_done(), PATIENCE)
                for number, start in begun.items():
                    rings.check(number, start)
                assert rings.space.engine.schedule.pending == 0
                assert not rings.space.runner.tasks
            rings.space.runner.close()

        asyncio.run(story())

    torture.check(st.lists(loops, min_size=1, max_size=3), holds, short=100, full=3_000)
