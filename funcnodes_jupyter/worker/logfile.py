"""The worker's log: what its process prints goes there by itself, and here it is kept from growing for ever."""

from __future__ import annotations

import asyncio
import logging
import os
import stat
from pathlib import Path

from funcnodes_jupyter.worker.atomic import write_atomically
from funcnodes_jupyter.worker.offload import in_thread

LIMIT = 4 * 1024 * 1024
"""Bytes from which on the log is set aside; as many are kept of the one before."""
LOOK_INTERVAL = 1.0

_log = logging.getLogger(__name__)


async def keep_short(path: Path, descriptor: int = 1) -> None:
    """Look after the log at ``path`` until cancelled, if that is what ``descriptor`` writes to, at its end."""
    while True:
        await asyncio.sleep(LOOK_INTERVAL)
        if _size(descriptor) > LIMIT:
            try:
                await in_thread(lambda: set_aside(path, descriptor))
            except OSError as error:
                _log.warning("The log could not be set aside: %s", error)
                return


def set_aside(path: Path, descriptor: int) -> None:
    """Move what the log holds to ``<path>.1``, at most the last :data:`LIMIT` bytes; it goes on from empty.

    The file stays the same one, for programs that a function started may hold it open. What is written between the
    copy and the cut is lost.

    Raises:
        OSError: the copy cannot be written; the log stands as it was.
    """
    with path.open("rb") as log:
        end = log.seek(0, os.SEEK_END)
        log.seek(max(0, end - LIMIT))
        last = log.read(LIMIT)
    write_atomically(path.with_name(f"{path.name}.1"), last)
    os.ftruncate(descriptor, 0)


def _size(descriptor: int) -> int:
    found = os.fstat(descriptor)
    return found.st_size if stat.S_ISREG(found.st_mode) else 0
