"""Workers that are killed with -9 at any moment, while somebody edits without pause: nothing is lost that was on disk."""

from __future__ import annotations

import asyncio
import random
import re
from pathlib import Path
from time import monotonic
from typing import Any

import msgspec
from editing import EMPTY, Editor, check_opened, library
from worker_process import WorkerProcess

from funcnodes_jupyter.wire.client import Update, WorkerClient
from funcnodes_jupyter.wire.messages import FullState, Progress

PATIENCE = 60.0
LONGEST = 2.6
"""Seconds that a worker is edited before it is killed, at most."""
FILES = {
    "nodespace.json", "nodespace.journal", "nodespace.previous.json", "nodespace.previous.journal",
    "running.lock", "running.nodes", "files", "previews.json", "picture.json",
}  # fmt: skip
"""What there may be after a start: nothing was set aside, nothing was left behind."""


RAN = re.compile(r"The worker's process ended while “[^”]*” ran\. Everything is out of date\.")


class Lives:
    """One worker, life after life.

    Attributes:
        edits: How many were sent, in all lives.
        lost: How many of them are not there, all of them younger than a second when the worker was killed.
    """

    def __init__(self, base: Path, seed: int) -> None:
        self._base = base
        self._dice = random.Random(seed)
        self._library = library()
        self._editor = Editor(self._library, self._dice)
        self._killed = monotonic()
        self.edits = self.lost = 0

    async def live(self) -> None:
        """Begin, show what is there, be edited, be killed."""
        worker = WorkerProcess(self._base)
        problems: list[str] = []
        try:
            client = WorkerClient(worker.connect, timeout=PATIENCE)
            client.listen(lambda update: _note(update, problems))
            async with client:
                await self._look(worker, client)
                editing = asyncio.create_task(self._editor.edit(client))
                done, _ = await asyncio.wait((editing,), timeout=self._dice.uniform(0.0, LONGEST))
                assert not done, (worker.status(), worker.log()[-3000:])
                self._killed = monotonic()
                worker.close()
                await editing
        finally:
            worker.close()
        # What ran when the process was killed is named, in these words; nothing else may be told.
        assert [problem for problem in problems if not RAN.fullmatch(problem)] == []

    async def _look(self, worker: WorkerProcess, client: WorkerClient) -> None:
        """What there is must be what was edited in the life before, as far as it was answered in time."""
        state = msgspec.convert(await client.command("full_state", {"batches": True}), FullState)
        await client.command("save")
        assert {path.name for path in worker.folder.iterdir()} <= FILES
        saved = worker.folder / "nodespace.json"
        document = saved.read_bytes() if saved.exists() else EMPTY
        place = self._editor.place_of(document, self._killed)
        check_opened(state, document, self._library)
        sent = len(self._editor.documents) - 1
        self.edits += sent
        self.lost += sent - place
        self._editor = Editor(self._library, self._dice, document)


def _note(update: Update, problems: list[str]) -> None:
    if isinstance(update, Progress):
        problems.append(update.text)


def test_a_worker_that_is_killed_has_what_was_acknowledged(torture: Any, tmp_path: Path) -> None:
    kills = torture.number(10, 300)
    lives = Lives(tmp_path / "base", torture.seed)

    async def story() -> None:
        for _ in range(kills + 1):
            await lives.live()

    asyncio.run(story())
    print(f"{kills} kills, {lives.edits} edits; {lives.lost} of the last second before a kill are gone")
    assert lives.edits > 20 * kills
