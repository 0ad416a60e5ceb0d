"""A word for who waits while the worker does not answer: waiting for ever looks the same as waiting for a result."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from concurrent.futures import Future

from funcnodes_jupyter.notebook.errors import silent

QUIET_SECONDS = 10.0
"""How long nobody asks whether the worker is still there, at the beginning and after each answer."""


class Silence:
    """Called now and then by who waits, it asks the worker for a sign of life and says once that none came.

    Args:
        worker: The worker's name.
        ask: Asks it; the result says whether it answered within a few seconds.
        mute: Neither ask nor say anything.
    """

    def __init__(self, worker: str, ask: Callable[[], Future[bool]], mute: bool = False) -> None:
        self._worker = worker
        self._ask = ask
        self._next = float("inf") if mute else time.monotonic() + QUIET_SECONDS
        self._asked: Future[bool] | None = None

    def look(self) -> None:
        """Look at the answer that came, or ask if it is time to; never blocks."""
        if self._asked is None:
            if time.monotonic() >= self._next:
                self._asked = self._ask()
        elif self._asked.done():
            if not self._asked.cancelled() and self._asked.exception() is None and not self._asked.result():
                sys.stderr.write(f"{silent(self._worker)} Waiting goes on; an interrupt ends it.\n")
                self._next = float("inf")  # once is enough
            else:
                self._next = time.monotonic() + QUIET_SECONDS
            self._asked = None
