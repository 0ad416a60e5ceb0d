"""Whatever is done to a graph and whatever runs in it: the document and its journal say what the graph is, to the byte."""

from __future__ import annotations

import asyncio
import itertools
import tempfile
from pathlib import Path
from typing import Any

import programs
import steps
from hypothesis import strategies as st
from kept import Kept

PATIENCE = 60.0

moments = st.lists(st.sampled_from(("", "record", "record", "record", "rewrite", "begin anew")), min_size=1, max_size=9)
"""What happens to the files after an edit, in turns."""


def look(kept: Kept, moment: str) -> None:
    """Do with the files what is to be done at this moment."""
    if not moment:
        return
    kept.keeper.record()
    if moment == "rewrite":
        kept.keeper.rewrite()
    elif moment == "begin anew":
        kept.begin_anew()
    kept.compare()


def test_what_is_edited_while_it_runs_is_kept(torture: Any, tmp_path: Path) -> None:
    def holds(given: tuple[programs.Program, list[str]]) -> None:
        program, then = given
        with tempfile.TemporaryDirectory(dir=tmp_path) as folder:
            asyncio.run(story(program, then, Path(folder)))

    async def story(program: programs.Program, then: list[str], folder: Path) -> None:
        graph = programs.Graph()
        kept = Kept(graph.space, folder)
        for edit, moment in zip(program, itertools.cycle(then)):
            if edit[0] == "turns":
                for _ in range(edit[1]):
                    await asyncio.sleep(0)
            else:
                graph.edit(edit)
            look(kept, moment)
        graph.space.runner.cancel()
        await asyncio.wait_for(graph.space.await_done(), PATIENCE)
        look(kept, "record")
        graph.space.runner.close()

    sometimes = [name for name in programs.EDITS if name not in ("add", "set", "turns")]
    made = st.tuples(programs.programs(("add", "set", "turns"), sometimes), moments)
    torture.check(made, holds, short=200, full=5_000)


def test_what_is_undone_and_redone_is_kept(torture: Any, tmp_path: Path) -> None:
    def holds(given: tuple[list[steps.Edit], list[str], bool]) -> None:
        program, then, runs = given
        with tempfile.TemporaryDirectory(dir=tmp_path) as folder:
            asyncio.run(story(program, then, runs, Path(folder)))

    async def story(program: list[steps.Edit], then: list[str], runs: bool, folder: Path) -> None:
        edited = steps.Edited(steps.KEPT, runs)
        kept = Kept(edited.space, folder)
        for step, moment in zip(program, itertools.cycle(then)):
            await edited.step(step)
            look(kept, moment)
        look(kept, "record")
        edited.space.runner.cancel()
        await asyncio.wait_for(edited.space.await_done(), PATIENCE)
        edited.space.runner.close()

    torture.check(st.tuples(steps.programs(), moments, st.booleans()), holds, short=200, full=5_000)
