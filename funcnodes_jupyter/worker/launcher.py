"""What holds a worker to its launcher: a pipe that ends when the launcher does, and one word when ready."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable

from funcnodes_jupyter.core.lifeline import hang_on


def watch_pipe(pipe: int, ended: Callable[[], None]) -> None:
    """Call ``ended``, on the running loop, when the other end of ``pipe`` is closed.

    Should the loop not come to that, because a function keeps Python's lock, the system ends the process.
    """
    hang_on(pipe)
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
