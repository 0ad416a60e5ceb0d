"""Signals, so that an interrupt ends the user's function and nothing else."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Callable
from types import FrameType

from funcnodes_jupyter.core.runner import Runner
from funcnodes_jupyter.core.stopping import Later

STRIKE = signal.SIGURG
"""The signal that this process sends to its own main thread. Not SIGINT, so that the two are never mistaken for
each other, and one that does nothing where nobody handles it."""

REPEAT_SECONDS = 0.05
"""How soon a signal is sent again when its handler has not run. Python runs it between two bytecodes: a signal
that comes just before a function begins to wait in the system does not wake it, the next one does."""
AGAIN_SECONDS = 0.001
"""How soon a signal is sent again that came at a bad moment: not before its handler is through."""


class Interrupts:
    """The handlers of SIGINT and SIGTERM. Make it in the main thread, before its event loop runs.

    An interrupt from outside means every running node. It is handed to the I/O thread, which knows them,
    and comes back as a signal of our own to the main thread. Only then, and only while the function that
    is meant runs there without holding the graph lock, KeyboardInterrupt is raised.

    Args:
        runner: Knows whether a user's function runs.
        cancel_all: Ends everything that runs; called in the main thread, must return at once.
        stop: Saves and ends the process; likewise.
        later: Has a function called in another thread, after so many seconds.
    """

    def __init__(
        self,
        runner: Runner,
        cancel_all: Callable[[], None],
        stop: Callable[[], None],
        later: Later,
    ) -> None:
        self._runner = runner
        self._cancel_all = cancel_all
        self._stop = stop
        self._later = later
        self._main = threading.get_ident()
        self._arrived = True
        self._handling = False
        self._tell_unraisable = sys.unraisablehook

    def install(self) -> None:
        """Take over the signals, and let the runner interrupt by them."""
        self._runner.use_interrupts(self.interrupt, self._later)
        signal.signal(signal.SIGINT, self._on_interrupt)
        signal.signal(signal.SIGTERM, self._on_terminate)
        signal.signal(STRIKE, self._on_strike)
        self._tell_unraisable, sys.unraisablehook = sys.unraisablehook, self._on_unraisable

    def interrupt(self) -> None:
        """End the function that the runner has aimed at. Callable from any thread."""
        # A signal, not a flag: it also wakes functions that wait in the system, such as time.sleep.
        self._arrived = False
        signal.pthread_kill(self._main, STRIKE)
        self._later(REPEAT_SECONDS, self._make_sure)

    def _make_sure(self) -> None:
        if not self._arrived:
            self._strike_again()

    def _on_strike(self, number: int, frame: FrameType | None) -> None:
        if self._handling:
            # Between two lines of this handler, in whatever it interrupts: the repetition comes at a better moment.
            return
        self._arrived = True
        self._handling = True
        try:
            if self._runner.on_interrupt(frame):
                self._later(AGAIN_SECONDS, self._strike_again)
        finally:
            self._handling = False

    def _on_unraisable(self, told: sys.UnraisableHookArgs) -> None:
        if told.exc_type is KeyboardInterrupt and threading.get_ident() == self._main:
            # The interrupt came while an object died, and Python lets nothing out of there. Nothing is aimed at now,
            # so no other one can come in here, where it would be lost as well.
            self._later(AGAIN_SECONDS, self._strike_missed)
        else:
            self._tell_unraisable(told)

    def _strike_missed(self) -> None:
        self._runner.interrupt_again(self.interrupt, missed=True)

    def _strike_again(self) -> None:
        self._runner.interrupt_again(self.interrupt)

    def _on_interrupt(self, number: int, frame: FrameType | None) -> None:
        self._cancel_all()

    def _on_terminate(self, number: int, frame: FrameType | None) -> None:
        self._stop()
