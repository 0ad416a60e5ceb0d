"""How much memory this process may use, as the system keeps it to it.

The limit is ``RLIMIT_DATA``: on Linux, since 4.7, it counts the memory that a process can write and shares with nobody,
whether a library asks for it by ``brk`` or by ``mmap``. ``RLIMIT_AS`` would count address space that costs nothing, too:
64 MB that each thread reserves for its heap, libraries, files mapped to be read, values in shared memory. Stacks of
threads count with either. Elsewhere (macOS, Windows) there is nothing that does this.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from types import TracebackType

LEAST = 250_000_000
"""A limit below this leaves a worker no room for what it imports: pandas and matplotlib take about 150 MB."""

RESERVE = 64_000_000
"""Bytes above the limit that only our own code takes; see :class:`Reserve`."""

OUT_OF_MEMORY = 4
"""The exit code of a process that could not go on for want of memory."""

VARIABLE = "FUNCNODES_MEMORY_LIMIT"
"""Environment variable that names the limit, in bytes, to the processes that this one starts."""

_LOST = re.compile("without (exception set|setting an exception)")

_UNITS = {"K": 10**3, "M": 10**6, "G": 10**9, "T": 10**12, "KI": 2**10, "MI": 2**20, "GI": 2**30, "TI": 2**40}


def can_limit_memory() -> bool:
    """Whether this system keeps a process to such a limit."""
    return sys.platform == "linux"


def limit_memory(limit: int | None) -> None:
    """Keep this process, and each that it starts, to ``limit`` bytes from now on; None: no limit of ours.

    The system's own limit holds where it is lower. To be called before anything of the user's runs, and before a
    :class:`Reserve` is made.

    Raises:
        OSError: this system cannot do that; see :func:`can_limit_memory`.
    """
    if limit is None:
        os.environ.pop(VARIABLE, None)
        return
    if not can_limit_memory():
        raise OSError(f"{sys.platform} cannot limit the memory of a process")
    import resource  # not there on Windows

    _, allowed = resource.getrlimit(resource.RLIMIT_DATA)
    most = limit + RESERVE if allowed == resource.RLIM_INFINITY else min(limit + RESERVE, allowed)
    resource.setrlimit(resource.RLIMIT_DATA, (min(limit, most), most))
    os.environ[VARIABLE] = str(limit)


def memory_limit() -> int | None:
    """The limit of this process in bytes, None when it has none of ours."""
    named = os.environ.get(VARIABLE, "")
    return int(named) if named.isdecimal() else None


class Reserve:
    """Memory above the limit, for the moment in which a function failed for want of it and still holds all of it.

    Attributes:
        open: To be called where a function's error is caught, before any other call, whatever the error is. It is no
            method, but a function written in C, as ``close`` is: what CPython 3.11 does for the frame of a function in
            Python that gets no memory is never undone, and a later call ends the process or never returns.
        close: To be called when what the function held is free again.
    """

    def __init__(self) -> None:
        self.open: Callable[[], object] = bool  # does nothing
        self.close: Callable[[], object] = bool
        limit = memory_limit()
        if limit is not None and can_limit_memory():
            import resource

            _, most = resource.getrlimit(resource.RLIMIT_DATA)
            self.open = partial(resource.setrlimit, resource.RLIMIT_DATA, (most, most))
            self.close = partial(resource.setrlimit, resource.RLIMIT_DATA, (min(limit, most), most))


def limit_told(limit: int) -> str:
    """What a limit is and how it is raised, in sentences for a person."""
    return (
        f"The worker’s memory limit is {in_words(limit)}. Raise it in the worker’s settings, or with: "
        "funcnodes worker configure NAME --memory-limit SIZE"
    )


def says_no_memory(error: BaseException | None) -> bool:
    """Whether it is a MemoryError, or what CPython raises when it lost one for want of memory for its traceback."""
    return isinstance(error, MemoryError) or (isinstance(error, SystemError) and bool(_LOST.search(str(error))))


def is_lack_of_memory(error: BaseException | None) -> bool:
    """Whether it says so, or came up while such a one was dealt with."""
    return says_no_memory(error) or (error is not None and says_no_memory(error.__context__))


def let_go(error: BaseException) -> None:
    """Free what functions held when memory ran out: the frames in the traceback keep it all alive.

    Does nothing for other errors, and needs next to no memory itself.
    """
    if is_lack_of_memory(error):
        _clear_frames(error.__traceback__)
        if error.__context__ is not None:
            _clear_frames(error.__context__.__traceback__)


def _clear_frames(trace: TracebackType | None) -> None:
    while trace is not None:
        with suppress(RuntimeError, MemoryError):  # it still runs; and there may be no memory for saying so
            trace.tb_frame.clear()
        trace = trace.tb_next


def in_words(size: int) -> str:
    """So many bytes for a person: ``500 MB``, ``1.5 GB``."""
    unit, name = (10**9, "GB") if size >= 10**9 else (10**6, "MB")
    return f"{size / unit:.4g} {name}"


def bytes_of(text: str) -> int:
    """What ``500M``, ``1.5 GB``, ``2Gi`` or ``2000000000`` means, in bytes.

    Raises:
        ValueError: nothing.
    """
    upper = text.strip().upper().removesuffix("B")
    number = upper.rstrip("KMGTI")
    unit = upper[len(number) :]
    if unit and unit not in _UNITS:
        raise ValueError(f"{text!r} is no size")
    size = float(number) * _UNITS.get(unit, 1)
    if not 0 <= size < 2**63:
        raise ValueError(f"{text!r} is no size")
    return int(size)
