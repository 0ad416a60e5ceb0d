"""A process named so that it cannot be mistaken for a later one with the same number."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Any

import psutil

START_TOLERANCE = 2.0
"""Seconds. The kernel's idea of its boot time, from which start times are computed, drifts a little."""


@dataclass(frozen=True)
class ProcessId:
    """A pid and the time (seconds since the epoch) at which that process started."""

    pid: int
    start_time: float

    @classmethod
    def of(cls, pid: int) -> ProcessId | None:
        """The identity of the process that has ``pid`` now, or None."""
        try:
            return cls(pid, psutil.Process(pid).create_time())
        except psutil.Error:
            return None

    @classmethod
    def current(cls) -> ProcessId:
        """This very process."""
        return cls(os.getpid(), psutil.Process().create_time())

    @classmethod
    def from_json(cls, content: Any) -> ProcessId | None:
        """Read ``{"pid": …, "start_time": …}``; None when it is anything else."""
        if not isinstance(content, dict):
            return None
        pid, start_time = content.get("pid"), content.get("start_time")
        if not isinstance(pid, int) or isinstance(pid, bool) or pid <= 0 or not isinstance(start_time, int | float):
            return None
        return cls(pid, float(start_time))

    def to_json(self) -> dict[str, Any]:
        """The form that :meth:`from_json` reads."""
        return {"pid": self.pid, "start_time": self.start_time}

    def process(self) -> psutil.Process | None:
        """The living process, or None when it ended; a zombie has ended."""
        try:
            process = psutil.Process(self.pid)
            started = process.create_time()
            if process.status() == psutil.STATUS_ZOMBIE:
                return None
        except psutil.Error:
            return None
        return process if abs(started - self.start_time) <= START_TOLERANCE else None

    def alive(self) -> bool:
        """Whether the process still runs."""
        return self.process() is not None
