"""How much of the machine workers use."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from time import monotonic

import psutil

from funcnodes_jupyter.manager.process_id import ProcessId

NEAR = 0.9
"""The share of its memory limit with which a process counts as being at it: the next bit it wants may be a large one."""

SHORTEST = 1.0
"""Seconds; over less, the share of a processor says little."""


@dataclass(frozen=True)
class Usage:
    """Of a worker with all processes it started.

    Attributes:
        cpu: Processors that it kept busy since the last look; 1.0 is one whole.
        memory: Resident bytes; what processes share counts for each.
    """

    cpu: float
    memory: int

    def to_json(self) -> dict[str, float | int]:
        """The form that travels to clients, rounded so that it only changes when something does."""
        return {"cpu": round(self.cpu, 2), "memory": round(self.memory, -6)}


class UsageMeter:
    """Measures from one look to the next; blocking, call it in a thread, one call at a time."""

    def __init__(self) -> None:
        self._known: dict[ProcessId, dict[int, psutil.Process]] = {}
        self._last: dict[str, Usage] = {}
        self._looked = 0.0

    def look(self, workers: Mapping[str, ProcessId]) -> dict[str, Usage]:
        """What the workers use, by uuid; without those that have just ended.

        Of two looks shortly after one another, by two who want to know, the second gives what the first found.
        """
        if monotonic() - self._looked > SHORTEST:
            self._last, self._looked = self._look(workers), monotonic()
        return self._last

    def _look(self, workers: Mapping[str, ProcessId]) -> dict[str, Usage]:
        self._known = {identity: self._known.get(identity, {}) for identity in workers.values()}
        found = {uuid: self._measured(identity) for uuid, identity in workers.items()}
        return {uuid: usage for uuid, usage in found.items() if usage is not None}

    def _measured(self, identity: ProcessId) -> Usage | None:
        main = identity.process()
        if main is None:
            return None
        try:
            family = {process.pid: process for process in (main, *main.children(recursive=True))}
        except psutil.Error:
            return None
        known = self._known[identity]
        # A process knows what it had used at the last look, so it is kept while it is the same one.
        now = {pid: known[pid] if known.get(pid) == process else process for pid, process in family.items()}
        self._known[identity] = now
        parts = [part for process in now.values() if (part := _used(process)) is not None]
        return Usage(sum(cpu for cpu, _ in parts), sum(memory for _, memory in parts))


def _used(process: psutil.Process) -> tuple[float, int] | None:
    try:
        with process.oneshot():
            return process.cpu_percent() / 100, process.memory_info().rss
    except psutil.Error:
        return None


def limit_reached(identity: ProcessId) -> int | None:
    """The bytes of memory that the system keeps a process to, if it uses next to all of them; else None.

    What counts is :mod:`funcnodes_jupyter.core.memorylimit`'s, for the process alone.
    """
    process = identity.process()
    if sys.platform != "linux" or process is None:
        return None
    try:
        limit, _ = process.rlimit(psutil.RLIMIT_DATA)
        used = process.memory_info().data
    except psutil.Error:
        return None
    return limit if limit != psutil.RLIM_INFINITY and used >= NEAR * limit else None
