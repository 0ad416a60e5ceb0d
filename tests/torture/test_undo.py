"""Undo and redo: whatever was done, the document comes back to the byte."""

from __future__ import annotations

import asyncio
from typing import Any

from hypothesis import strategies as st
from steps import KEPT, PATIENCE, Edit, Edited, programs


def test_whatever_was_done_can_be_undone_and_redone_to_the_byte(torture: Any) -> None:
    def holds(given: tuple[list[Edit], int, bool]) -> None:
        program, limit, runs = given

        async def story() -> None:
            edited = Edited(limit, runs)
            for step in program:
                await edited.step(step)
            assert len(edited.space.history) <= limit
            while edited.turn("undo"):
                pass
            if limit == KEPT:
                assert edited.place == 0
            while edited.turn("redo"):
                pass
            assert edited.place == len(edited.documents) - 1
            edited.space.runner.cancel()
            await asyncio.wait_for(edited.space.await_done(), PATIENCE)
            assert edited.space.engine.schedule.pending == 0
            edited.space.runner.close()

        asyncio.run(story())

    torture.check(st.tuples(programs(), st.sampled_from((KEPT, KEPT, 3)), st.booleans()), holds, short=250, full=10_000)
