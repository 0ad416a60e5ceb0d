"""What holds a worker to its launcher: a pipe that ends when the launcher does, and one word when ready."""

from __future__ import annotations

import asyncio
import os
import stat
from collections.abc import Callable


def take_stdin() -> int | None:
    """The pipe that the launcher holds, moved away from standard input; None when there is no pipe.

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


def watch_pipe(pipe: int, ended: Callable[[], None]) -> None:
    """Call ``ended``, on the running loop, when the other end of ``pipe`` is closed."""
    loop = asyncio.get_running_loop()

    def readable() -> None:
        if not os.read(pipe, 4096):
            loop.remove_reader(pipe)
            os.close(pipe)
            ended()

    loop.add_reader(pipe, readable)


def say_ready(descriptor: int | None) -> None:
    """Tell the launcher that the worker serves."""
    if descriptor is None:
        return
    try:
        os.write(descriptor, b"ready\n")
    except BrokenPipeError:  # the launcher did not wait
        pass
    finally:
        os.close(descriptor)
