"""A process named so that it cannot be mistaken for a later one with the same number."""

from __future__ import annotations

import os
import signal
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import psutil

_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
_TOLERANCE = 0.05
"""Seconds; numbers go through JSON."""


@dataclass(frozen=True)
class ProcessId:
    """A pid and when that process started.

    Attributes:
        start_time: Seconds since the machine was booted where the system says that, for the time of day jumps when
            a clock is set; else seconds since the epoch.
        boot: Which boot that was; empty for seconds since the epoch.
    """

    pid: int
    start_time: float
    boot: str = ""

    @classmethod
    def of(cls, pid: int) -> ProcessId | None:
        """The identity of the process that has ``pid`` now, or None."""
        if boot := _boot_id():
            started = _since_boot(pid)
            return None if started is None else cls(pid, started, boot)
        try:
            return cls(pid, psutil.Process(pid).create_time())
        except psutil.Error:
            return None

    @classmethod
    def current(cls) -> ProcessId:
        """This very process."""
        found = cls.of(os.getpid())
        assert found is not None, "this process runs"
        return found

    @classmethod
    def from_json(cls, content: Any) -> ProcessId | None:
        """Read ``{"pid": …, "start_time": …, "boot": …}``; None when it is anything else."""
        if not isinstance(content, dict):
            return None
        pid, start_time, boot = content.get("pid"), content.get("start_time"), content.get("boot", "")
        if not isinstance(pid, int) or isinstance(pid, bool) or pid <= 0 or not isinstance(boot, str):
            return None
        return cls(pid, float(start_time), boot) if isinstance(start_time, int | float) else None

    def to_json(self) -> dict[str, Any]:
        """The form that :meth:`from_json` reads."""
        return {"pid": self.pid, "start_time": self.start_time, "boot": self.boot}

    def process(self) -> psutil.Process | None:
        """The living process, or None when it ended; a zombie has ended."""
        now = ProcessId.of(self.pid)
        if now is None or now.boot != self.boot or abs(now.start_time - self.start_time) > _TOLERANCE:
            return None
        try:
            process = psutil.Process(self.pid)
            return None if process.status() == psutil.STATUS_ZOMBIE else process
        except psutil.Error:
            return None

    def alive(self) -> bool:
        """Whether the process still runs."""
        return self.process() is not None

    def signal(self, number: int) -> None:
        """Send a signal to the process, if it still runs."""
        if self.alive():
            with suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def kill_group(self) -> None:
        """Kill the process, if it still runs, and its group."""
        if self.alive():
            kill_group(self.pid)

    def kill_rest(self) -> None:
        """Kill what the process left in its group when it ended; nothing if its number is a stranger's by now."""
        if ProcessId.of(self.pid) is None:
            kill_group(self.pid)


def kill_group(leader: int) -> None:
    """Kill the process group that ``leader`` leads or led, or that process alone; nothing may be left of it."""
    try:
        os.killpg(leader, signal.SIGKILL)
    except ProcessLookupError:
        return
    except PermissionError:
        # macOS says so of a group that holds nothing but zombies.
        if ProcessId.of(leader) is not None:
            os.kill(leader, signal.SIGKILL)


@cache
def _boot_id() -> str:
    try:
        return _BOOT_ID.read_text("ascii").strip()
    except OSError:
        return ""


def _since_boot(pid: int) -> float | None:
    """Field 22 of Linux's ``/proc/<pid>/stat``, see proc(5); the name before it may hold blanks and brackets."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_bytes().rpartition(b")")[2].split()
        return int(fields[19]) / os.sysconf("SC_CLK_TCK")
    except (OSError, IndexError, ValueError):
        return None
