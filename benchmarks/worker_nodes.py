"""Nodes for a measured worker; run as a script, a worker that has them beside its own."""

from __future__ import annotations

import os
import sys
import time
from functools import cache

from benchmarks.functions import REAL, library
from funcnodes_jupyter.core.decorator import NodeDecorator
from funcnodes_jupyter.core.library import Library
from funcnodes_jupyter.core.shelf import Shelf
from funcnodes_jupyter.worker.__main__ import main


@NodeDecorator("bench.tell")
def tell(value: float, pipe: str) -> float:
    """Say into a named pipe that a value came: whoever measures hears it at once and at no cost for the worker."""
    os.write(_opened(pipe), b".")
    return value


@cache
def _opened(pipe: str) -> int:
    return os.open(pipe, os.O_WRONLY)


@NodeDecorator("bench.burn")
def burn(seconds: float) -> float:
    """Keep the main thread busy in Python."""
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        pass
    return seconds


def bench_library() -> Library:
    """What the graphs of the benchmarks are made of."""
    made = library(*REAL)
    made.add_shelf(Shelf("bench", nodes=[tell, burn]))
    return made


if __name__ == "__main__":
    sys.exit(main(make_library=bench_library))
