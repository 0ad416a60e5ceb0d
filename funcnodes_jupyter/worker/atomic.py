"""Writing files so that a reader finds the old content or the new one, never half of it."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

PRIVATE = 0o600


def write_atomically(path: Path, data: bytes, mode: int = PRIVATE) -> None:
    """Replace ``path`` by a file with ``data``, on disk when this returns.

    A temporary file beside it is written, flushed to the disk and renamed; then the folder is flushed, so
    that the new name survives a power cut too. ``mode`` holds from the file's first moment.

    Raises:
        OSError: it could not be written; the old file stands as it was.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        _write(temporary, data, mode)
        temporary.replace(path)
    except OSError:
        with contextlib.suppress(FileNotFoundError):
            temporary.unlink()
        raise
    flush_folder(path.parent)


def read_if_there(path: Path) -> bytes | None:
    """What stands in a file, old or new; None when there is none.

    Raises:
        OSError: it is there and cannot be read.
    """
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None


def _write(path: Path, data: bytes, mode: int) -> None:
    with contextlib.suppress(FileNotFoundError):
        path.unlink()
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(descriptor)


def flush_folder(folder: Path) -> None:
    """Flush a folder's names to the disk, where the system can do that."""
    try:
        descriptor = os.open(folder, os.O_RDONLY)
    except OSError:  # Windows opens no folders
        return
    try:
        with contextlib.suppress(OSError):  # some file systems refuse to flush a folder
            os.fsync(descriptor)
    finally:
        os.close(descriptor)
