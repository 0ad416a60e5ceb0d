"""Who may work in a worker's environment: one process at a time, and the tools that it started."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager

from funcnodes_jupyter.manager.base import WorkerPaths
from funcnodes_jupyter.manager.errors import BusyRecordError


@contextmanager
def environment_held(paths: WorkerPaths, name: str) -> Iterator[int]:
    """Hold the environment of the worker called ``name``; gives the descriptor that does.

    The tools get it, too: when this process is killed, nobody else comes in their way as long as they go on.

    Raises:
        BusyRecordError: somebody else works in it.
    """
    descriptor = os.open(paths.environment_lock, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        os.close(descriptor)
        raise BusyRecordError(name) from error
    try:
        yield descriptor
    finally:
        os.close(descriptor)
