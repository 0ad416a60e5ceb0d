"""A disk that refuses, or a process that is killed, at a chosen one of all calls that change something on disk."""

from __future__ import annotations

import errno
import io
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

import pytest

Fault = Literal["refused", "killed before", "killed after", "killed midway"]
FAULTS: tuple[Fault, ...] = ("refused", "killed before", "killed after", "killed midway")


class KilledError(BaseException):
    """The process is no more: whatever would still be done is not."""


class Disk:
    """Counts the calls, and has the one of that number go wrong.

    Args:
        fault: What happens.
        number: At which call; the first one is 1.
    """

    def __init__(self, fault: Fault, number: int) -> None:
        self._fault = fault
        self._left = number

    @property
    def struck(self) -> bool:
        """Whether it has happened."""
        return self._left <= 0

    def call(self, function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """A call that changes something on disk."""
        if self._left < 0 and self._fault != "refused":
            raise KilledError
        self._left -= 1
        if self._left:
            return function(*args, **kwargs)
        self._left = -1
        if self._fault == "refused":
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        if self._fault == "killed after":
            function(*args, **kwargs)
        if self._fault == "killed midway" and isinstance(args[-1], memoryview):
            function(args[-1][: len(args[-1]) // 2])
        raise KilledError


class _File:
    """An open file whose writing counts."""

    def __init__(self, disk: Disk, inner: io.FileIO) -> None:
        self._disk = disk
        self._inner = inner

    def __enter__(self) -> _File:
        return self

    def __exit__(self, *error: object) -> None:
        self._inner.close()

    def write(self, data: Any) -> Any:
        return self._disk.call(self._inner.write, data)

    def truncate(self, size: int) -> Any:
        return self._disk.call(self._inner.truncate, size)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)


@contextmanager
def failing(disk: Disk) -> Iterator[None]:
    """Have ``disk`` in the place of the real one."""
    real_open = Path.open

    def opened(path: Path, mode: str = "r", *args: Any, **kwargs: Any) -> Any:
        file: Any = real_open(path, mode, *args, **kwargs)
        return _File(disk, file) if mode == "r+b" else file

    def counted(function: Callable[..., Any]) -> Callable[..., Any]:
        return lambda *args, **kwargs: disk.call(function, *args, **kwargs)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Path, "open", opened)
        for owner, names in ((os, ("fsync", "link")), (Path, ("replace", "unlink"))):
            for name in names:
                patch.setattr(owner, name, counted(getattr(owner, name)))
        yield
