"""What is done again and again as long as a manager lives."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

from funcnodes_jupyter.manager.errors import StorageError

Look = Callable[[], Awaitable[None]]


class Rounds:
    """Loops, each of a look and a pause. Begun and ended on one event loop.

    Args:
        looks: What to do, and the seconds from its end to its next beginning.
        log: Where a folder that cannot be used is reported, once.
    """

    def __init__(self, looks: tuple[tuple[Look, float], ...], log: logging.Logger) -> None:
        self._looks = looks
        self._log = log
        self._tasks: list[asyncio.Task[None]] = []
        self._trouble = ""

    def begin(self) -> None:
        """Go round from now on; nothing more happens when that was said before."""
        if not self._tasks:
            loop = asyncio.get_running_loop()
            self._tasks = [loop.create_task(self._go_round(look, pause)) for look, pause in self._looks]

    async def end(self) -> None:
        """Stop; returns when nothing goes on."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks = []

    async def _go_round(self, look: Look, pause: float) -> None:
        while True:
            try:
                await look()
            except StorageError as error:
                # A folder that cannot be read now may be read the next time.
                if str(error) != self._trouble:
                    self._log.warning("%s", error)
                self._trouble = str(error)
            else:
                self._trouble = ""
            await asyncio.sleep(pause)
