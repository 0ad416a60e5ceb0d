"""A worker's process as its supervisor holds it, whoever made it."""

from __future__ import annotations

import asyncio
import os
import threading
from abc import ABC, abstractmethod
from pathlib import Path

from funcnodes_jupyter.manager.process_id import ProcessId

LOG_TAIL_LINES = 12


class WatchedProcess(ABC):
    """A process whose end is waited for in a thread. Made in any thread, then used on one event loop."""

    def __init__(self, identity: ProcessId, log: LogTail) -> None:
        self.identity = identity
        self.verdict = ""
        """Why the manager killed it; empty when it did not."""
        self.asked_to_end = False
        self.comes_back = False
        """Whether it is worth another try when it crashes."""
        self._log = log
        self._exit_code: asyncio.Future[int | None] | None = None

    def attach(self) -> None:
        """Begin to watch the process on the running loop; the supervisor calls this once, before all else."""
        loop = asyncio.get_running_loop()
        self._exit_code = loop.create_future()
        name = f"reap-{self.identity.pid}"
        threading.Thread(target=self._reap, args=(loop,), name=name, daemon=True).start()

    async def wait(self) -> int | None:
        """Wait for the end of the process.

        Returns:
            Its exit code (negative: the signal that ended it), None when nobody can know it.
        """
        assert self._exit_code is not None, "attach() comes first"
        return await asyncio.shield(self._exit_code)

    def log_tail(self) -> str:
        """The last lines that it printed."""
        return self._log.read()

    @abstractmethod
    def terminate(self) -> None:
        """Ask the worker to save and end."""

    @abstractmethod
    def kill(self) -> None:
        """End the worker and everything in its process group at once."""

    @abstractmethod
    def cleanup(self) -> None:
        """Close what is still open; the supervisor calls this after the end."""

    @abstractmethod
    def _wait(self) -> int | None:
        """Block until the process ended and what it left in its group is killed; returns its exit code."""

    def _reap(self, loop: asyncio.AbstractEventLoop) -> None:
        code = self._wait()
        try:
            loop.call_soon_threadsafe(self._ended, code)
        except RuntimeError:  # the loop is closed: nobody is left to be told
            return

    def _ended(self, code: int | None) -> None:
        if self._exit_code is not None and not self._exit_code.done():
            self._exit_code.set_result(code)


class LogTail:
    """Reads the end of a log file, never further back than ``start`` bytes."""

    def __init__(self, path: Path, start: int = 0) -> None:
        self._path = path
        self._start = start

    @classmethod
    def from_now(cls, path: Path) -> LogTail:
        """Only what is still to be written counts."""
        return cls(path, path.stat().st_size if path.exists() else 0)

    def read(self, lines: int = LOG_TAIL_LINES, limit: int = 4096) -> str:
        """At most ``lines`` lines and ``limit`` bytes; empty when nothing was written."""
        try:
            with self._path.open("rb") as stream:
                end = stream.seek(0, os.SEEK_END)
                stream.seek(max(self._start if end >= self._start else 0, end - limit))
                text = stream.read().decode("utf-8", "replace")
        except OSError:
            return ""
        return "\n".join(text.strip().splitlines()[-lines:])
