"""An append-only file: one record a line, each with a checksum, each on disk before its writer goes on.

What a write left half done, because the process was killed or the disk was full, is no record: it is dropped by who
reads, and cut off before the next record is written.
"""

from __future__ import annotations

import contextlib
import errno
import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar
from zlib import crc32

from funcnodes_jupyter.worker.atomic import write_atomically

T = TypeVar("T")


class Journal:
    """The end of such a file.

    Args:
        path: Where it is.
        length: How many bytes of it are records, as :func:`read_journal` found.
    """

    def __init__(self, path: Path, length: int = 0) -> None:
        self.path = path
        self.length = length

    def start(self, records: Iterable[bytes]) -> None:
        """Begin anew, in the place of what is there, with these records.

        Raises:
            OSError: it could not be written; the old file stands as it was.
        """
        data = b"".join(map(_line, records))
        write_atomically(self.path, data)
        self.length = len(data)

    def append(self, record: bytes) -> None:
        """Add a record, which is on disk when this returns.

        Raises:
            FileNotFoundError: somebody took the file, or a part of it, away.
            OSError: it could not be written; the records before stand.
        """
        data = _line(record)
        # Without a buffer: what it still held after an error would be written when the file is closed.
        with self.path.open("r+b", buffering=0) as file:
            if file.seek(0, os.SEEK_END) < self.length:
                raise FileNotFoundError(errno.ENOENT, "A part of the journal is gone", str(self.path))
            file.truncate(self.length)
            file.seek(self.length)
            try:
                left = memoryview(data)
                while left:
                    left = left[file.write(left) :]
                os.fsync(file.fileno())
            except OSError:
                with contextlib.suppress(OSError):  # then it is cut off before the next record
                    file.truncate(self.length)
                raise
        self.length += len(data)


@dataclass(slots=True)
class Read(Generic[T]):
    """What a journal holds: its ``records`` up to byte ``length``, and whether they are ``damaged`` behind it.

    A last record that is merely torn is no damage.
    """

    records: list[T]
    length: int
    damaged: bool


def read_journal(path: Path, decode: Callable[[bytes], T]) -> Read[T] | None:
    """The records of a journal, None when there is no such file.

    Args:
        decode: Makes of a record what it means; a ValueError says that it is none.
    """
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return None
    found: Read[T] = Read([], 0, damaged=False)
    while found.length < len(data):
        end = data.find(b"\n", found.length) + 1
        if not end:  # torn
            return found
        try:
            found.records.append(decode(_checked(data[found.length : end - 1])))
        except ValueError:
            found.damaged = True
            return found
        found.length = end
    return found


def _line(record: bytes) -> bytes:
    return b"%08x %s\n" % (crc32(record), record)


def _checked(line: bytes) -> bytes:
    """The record in a line.

    Raises:
        ValueError: it is not what was written.
    """
    record = line[9:]
    if line[:9] != b"%08x " % crc32(record):
        raise ValueError("The checksum is another.")
    return record
