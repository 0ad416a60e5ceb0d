"""The flows that this process has open, so that a cell that runs again gets the handle it got before."""

from __future__ import annotations

import atexit
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Generic, TypeVar

from funcnodes_jupyter.core.errors import FuncNodesError
from funcnodes_jupyter.manager.errors import ManagerError
from funcnodes_jupyter.notebook.remote import Remote

F = TypeVar("F")


class FlowBook(Generic[F]):
    """Handles by base folder and name, each with what it speaks through."""

    def __init__(self) -> None:
        self._open: dict[tuple[Path, str], tuple[F, Remote]] = {}
        self._lock = threading.Lock()
        atexit.register(self._abandon)

    def open(self, base_dir: Path, name: str, make: Callable[[], tuple[F, Remote]]) -> F:
        """The handle on ``name``, with a running worker; made when there is none that can be used."""
        with self._lock:
            known = self._open.get((base_dir, name))
            if known is not None and _usable(known[1], name):
                return known[0]
            made = self._open[base_dir, name] = make()
            return made[0]

    def handles(self, base_dir: Path) -> list[F]:
        """Those that are open."""
        with self._lock:
            return [
                handle for (base, _), (handle, remote) in self._open.items() if base == base_dir and not remote.closed
            ]

    def _abandon(self) -> None:
        """End all threads; called when the interpreter ends."""
        for _, remote in self._open.values():
            remote.abandon()


def _usable(remote: Remote, name: str) -> bool:
    """Whether the worker runs (again) and still has the name."""
    if remote.closed:
        return False
    try:
        remote.revive()
    except (ManagerError, FuncNodesError):
        # Deleted, or its server is gone: a handle made anew finds out what is to be done.
        return False
    return remote.record.name == name
