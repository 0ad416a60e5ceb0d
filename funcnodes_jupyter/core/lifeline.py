"""A pipe whose other end is another process's: when that one is gone, so is this process, whatever it does."""

from __future__ import annotations

import os
import signal
import stat

SECONDS = 16
"""How long the process has for ending by itself once the pipe is closed."""


def take_stdin() -> int | None:
    """The pipe that the parent holds, moved away from standard input; None when there is no pipe.

    Standard input becomes empty, so that a user's ``input()`` fails at once instead of waiting for ever.
    """
    try:
        mode = os.fstat(0).st_mode
    except OSError:
        return None
    if not (stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode)):
        return None
    pipe = os.dup(0)
    empty = os.open(os.devnull, os.O_RDONLY)
    os.dup2(empty, 0)
    os.close(empty)
    return pipe


def hang_on(pipe: int) -> None:
    """Have the system end this process :data:`SECONDS` after the other end of ``pipe`` was closed.

    Python's own means need Python's lock, and C code that never returns may hold it for ever. So no Python is
    involved: at the end of the pipe the system sends a signal, whose handler is C's ``alarm``. A handler is called
    with the signal's number, so the number is the seconds; ``SIGALRM``, which nobody handles, then ends the process.
    Nothing may ever be written into the pipe. Where the system cannot choose the signal (macOS), it is ``SIGIO``,
    23 seconds there; where it has none of this (Windows), nothing happens.
    """
    try:
        import ctypes
        import fcntl
    except ImportError:
        return
    number = SECONDS if hasattr(fcntl, "F_SETSIG") else int(signal.SIGIO)
    libc = ctypes.CDLL(None)
    libc.signal(number, libc.alarm)
    fcntl.fcntl(pipe, fcntl.F_SETOWN, os.getpid())
    if hasattr(fcntl, "F_SETSIG"):
        fcntl.fcntl(pipe, fcntl.F_SETSIG, number)
    fcntl.fcntl(pipe, fcntl.F_SETFL, fcntl.fcntl(pipe, fcntl.F_GETFL) | os.O_ASYNC)
