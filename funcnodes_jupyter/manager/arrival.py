"""Files that come from outside, piece by piece, and are nobody's until they are whole."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
import time
from pathlib import Path

from funcnodes_jupyter.manager.errors import DiskFullError, StorageError, TooLargeError

ARRIVING = ".arriving-"
"""How the names begin of what is not whole yet."""
FORGOTTEN_SECONDS = 24 * 3600.0
"""What was not touched for so long belongs to a server that was killed."""


class Arrival:
    """A file on its way in. Blocks: call it in threads, one call at a time.

    Whoever makes one ends it: :meth:`finish`, after which somebody else has to take the file away from ``path``,
    or :meth:`discard`.

    Args:
        folder: where it waits until it is whole; made when it is not there.
        size: how many bytes are said to come, None when nothing is said.
        limit: how many may come; 0: any number.

    Raises:
        TooLargeError, DiskFullError: too much is said to come.
        StorageError: the disk refuses.
    """

    def __init__(self, folder: Path, size: int | None, limit: int) -> None:
        if limit and size is not None and size > limit:
            raise TooLargeError(limit)
        try:
            folder.mkdir(mode=0o700, exist_ok=True)
            forget_old(folder)
            if size is not None and size > shutil.disk_usage(folder).free:
                raise DiskFullError
            self._descriptor, name = tempfile.mkstemp(prefix=ARRIVING, dir=folder)
        except OSError as error:
            raise StorageError.of(error) from error
        self.path = Path(name)
        self._limit = limit
        self._size = 0

    def write(self, data: bytes | bytearray) -> None:
        """Add ``data``.

        Raises:
            TooLargeError, StorageError: it is not taken; what came before is still to be discarded.
        """
        self._size += len(data)
        if self._limit and self._size > self._limit:
            raise TooLargeError(self._limit)
        rest = memoryview(data)
        try:
            while rest:
                rest = rest[os.write(self._descriptor, rest) :]
        except OSError as error:
            raise StorageError.of(error) from error

    def finish(self) -> None:
        """All of it has come: have it on the disk.

        Raises:
            StorageError: it cannot be; the file is still to be discarded.
        """
        try:
            os.fsync(self._descriptor)
        except OSError as error:
            raise StorageError.of(error) from error

    def discard(self) -> None:
        """Close the file, and take it away where nobody has."""
        os.close(self._descriptor)
        self.path.unlink(missing_ok=True)


def forget_old(folder: Path) -> None:
    """Take away what servers that were killed left behind in ``folder``."""
    for left in folder.glob(f"{ARRIVING}*"):
        with contextlib.suppress(OSError):  # somebody else takes it away just now
            if time.time() - left.lstat().st_mtime > FORGOTTEN_SECONDS:
                if left.is_dir() and not left.is_symlink():
                    shutil.rmtree(left)
                else:
                    left.unlink()
