"""Random graphs under random edits, against one that recomputes everything in topological order."""

from __future__ import annotations

import asyncio
import sys
from typing import Any

from hypothesis import strategies as st
from naive import Naive
from programs import Graph, Program, programs

AT_REST = ("set", "set", "set", "connect", "connect")
AT_REST_SOMETIMES = ("add", "unset", "forward", "chain", "disconnect", "remove", "mode", "graph", "run")


def test_an_edit_at_rest_runs_exactly_what_it_affects(torture: Any) -> None:
    """Every value, every flag, whose fault it is, and how often each node ran."""

    def holds(given: tuple[Program, bool]) -> None:
        program, watched = given

        async def story() -> None:
            graph = Graph(watched)
            await graph.rest()
            for edit in program:
                naive = Naive(graph.space)
                graph.recorder.runs.clear()
                graph.edit(edit, naive)
                await graph.rest()
                naive.settle()
                graph.compare(naive)
            graph.space.runner.close()

        asyncio.run(story())

    torture.check(st.tuples(programs(AT_REST, AT_REST_SOMETIMES), st.booleans()), holds, short=250, full=10_000)


DURING = ("set", "set", "set", "connect", "connect", "turns", "turns")
DURING_SOMETIMES = (
    "add",
    "unset",
    "forward",
    "chain",
    "disconnect",
    "remove",
    "mode",
    "graph",
    "run",
    "cancel",
    "back",
)


def test_edits_during_waves_come_to_what_recomputing_gives(torture: Any) -> None:
    """No edit waits for the one before; every eighth time or so the graph is let come to rest and looked at."""

    def holds(given: tuple[list[Program], bool]) -> None:
        rounds, watched = given

        async def story() -> None:
            graph = Graph(watched)
            for edits in rounds:
                for edit in edits:
                    if edit[0] == "turns":
                        for _ in range(edit[1]):
                            await asyncio.sleep(0)
                    else:
                        graph.edit(edit)
                await graph.rest()
                await graph.bring_up_to_date()
            graph.space.runner.close()

        asyncio.run(story())

    rounds = st.lists(programs(DURING, DURING_SOMETIMES), min_size=1, max_size=3)
    torture.check(st.tuples(rounds, st.booleans()), holds, short=250, full=10_000)


def test_edits_of_a_second_thread_come_to_what_recomputing_gives(torture: Any) -> None:
    """The threads take turns far more often than usual."""

    def holds(given: tuple[list[Program], bool]) -> None:
        rounds, watched = given

        async def story() -> None:
            graph = Graph(watched, threaded=True)
            graph.space.runner.bind(asyncio.get_running_loop())
            for edits in rounds:
                await asyncio.get_running_loop().run_in_executor(None, _make, graph, edits)
                await graph.rest()
                await graph.bring_up_to_date()
            graph.space.runner.close()

        before = sys.getswitchinterval()
        sys.setswitchinterval(1e-5)
        try:
            asyncio.run(story())
        finally:
            sys.setswitchinterval(before)

    rounds = st.lists(programs(DURING, DURING_SOMETIMES), min_size=1, max_size=3)
    torture.check(st.tuples(rounds, st.booleans()), holds, short=150, full=5_000)


def _make(graph: Graph, edits: Program) -> None:
    for edit in edits:
        if edit[0] != "turns":
            graph.edit(edit)
