"""Signals, so that an interrupt ends the user's function and nothing else."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable
from types import FrameType

from funcnodes_jupyter.core.runner import Runner


class Interrupts:
    """The handlers of SIGINT and SIGTERM. Make it in the main thread, before its event loop runs.

    An interrupt from outside means every running node. It is handed to the I/O thread, which knows them,
    and comes back as a signal that this process sends to its own main thread. Only then, and only while a
    plain function of the user runs there without holding the graph lock, KeyboardInterrupt is raised.

    Args:
        runner: Knows whether a user's function runs.
        cancel_all: Ends everything that runs; called in the main thread, must return at once.
        stop: Saves and ends the process; likewise.
    """

    def __init__(self, runner: Runner, cancel_all: Callable[[], None], stop: Callable[[], None]) -> None:
        self._runner = runner
        self._cancel_all = cancel_all
        self._stop = stop
        self._main = threading.get_ident()
        self._own = False

    def install(self) -> None:
        """Take over the two signals."""
        signal.signal(signal.SIGINT, self._on_interrupt)
        signal.signal(signal.SIGTERM, self._on_terminate)

    def interrupt(self) -> None:
        """End the plain function that runs in the main thread, if one does. Callable from any thread."""
        self._own = True
        # A signal, not a flag: it also wakes functions that wait in the system, such as time.sleep.
        signal.pthread_kill(self._main, signal.SIGINT)

    def _on_interrupt(self, number: int, frame: FrameType | None) -> None:
        own, self._own = self._own, False
        if own:
            self._runner.on_interrupt()
        else:
            self._cancel_all()

    def _on_terminate(self, number: int, frame: FrameType | None) -> None:
        self._stop()
