"""Random graphs under random edits, against one that recomputes everything in topological order."""

from __future__ import annotations

import asyncio
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
