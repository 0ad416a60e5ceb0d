"""How much memory this process may use, as the system keeps it to it.

The limit is ``RLIMIT_DATA``: on Linux, since 4.7, it counts the memory that a process can write and shares with nobody,
whether a library asks for it by ``brk`` or by ``mmap``. ``RLIMIT_AS`` would count address space that costs nothing, too:
64 MB that each thread reserves for its heap, libraries, files mapped to be read, values in shared memory. Stacks of
threads count with either. Elsewhere (macOS, Windows) there is nothing that does this.
"""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from types import TracebackType

LEAST = 250_000_000
"""A limit below this leaves a worker no room for what it imports: pandas and matplotlib take about 150 MB."""

OUT_OF_MEMORY = 4
"""The exit code of a process that could not go on for want of memory."""

VARIABLE = "FUNCNODES_MEMORY_LIMIT"
"""Environment variable that names the limit, in bytes, to the processes that this one starts."""

_UNITS = {"K": 10**3, "M": 10**6, "G": 10**9, "T": 10**12, "KI": 2**10, "MI": 2**20, "GI": 2**30, "TI": 2**40}


def can_limit_memory() -> bool:
    """Whether this system keeps a process to such a limit."""
    return sys.platform == "linux"


def limit_memory(limit: int | None) -> None:
    """Keep this process, and each that it starts, to ``limit`` bytes from now on; None: no limit of ours.

    The system's own limit holds where it is lower. To be called before anything of the user's runs.

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
    least = limit if allowed == resource.RLIM_INFINITY else min(limit, allowed)
    resource.setrlimit(resource.RLIMIT_DATA, (least, least))
    os.environ[VARIABLE] = str(limit)


def memory_limit() -> int | None:
    """The limit of this process in bytes, None when it has none of ours."""
    named = os.environ.get(VARIABLE, "")
    return int(named) if named.isdecimal() else None


def limit_told(limit: int) -> str:
    """What a limit is and how it is raised, in sentences for a person."""
    return (
        f"The worker’s memory limit is {in_words(limit)}. Raise it in the worker’s settings, or with: "
        "funcnodes worker configure NAME --memory-limit SIZE"
    )


def is_lack_of_memory(error: BaseException | None) -> bool:
    """Whether it is a MemoryError, or came up while one was dealt with."""
    return isinstance(error, MemoryError) or (error is not None and isinstance(error.__context__, MemoryError))


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
