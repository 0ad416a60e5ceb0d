"""One connection, as the session knows it: what waits for it, and how much it may ask for at once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Literal

from funcnodes_jupyter.worker.loans import Loans
from funcnodes_jupyter.worker.outbox import Outbox

Place = Literal["nodes", "pool", "previews"]
"""Where large replies are made: in the thread of the nodes, in the loop's pool, where previews are made."""


class Client:
    """One connection.

    Attributes:
        outbox: What is on its way to it.
        batches: It takes a flush as one frame.
        lost_events: Its next resume is a snapshot.
        jobs: Answers that are still being made for it.
        loans: Memory that it may map.
        cancels: How often it has asked to end everything.
        uploads: What comes in parts and is not whole yet, by key.
    """

    def __init__(self) -> None:
        self.outbox = Outbox()
        self.batches = False
        self.lost_events = False
        self.jobs: set[asyncio.Task[None]] = set()
        self.loans = Loans()
        self.uploads: dict[str, bytearray] = {}
        self.cancels = 0
        self._turns: dict[Place, asyncio.Lock] = {place: asyncio.Lock() for place in ("nodes", "pool", "previews")}

    @asynccontextmanager
    async def turn(self, place: Place) -> AsyncIterator[None]:
        """Make one large reply at a time for it in each place, and none before it has read the last ones.

        In each place, for what waits for a busy node must not hold up the rest.
        """
        async with self._turns[place]:
            await self.outbox.room()
            yield

    def close(self) -> None:
        """It is gone: nothing is made for it any more."""
        self.outbox.close()
        self.loans.close()
        self.uploads.clear()
        for job in self.jobs:
            job.cancel()
