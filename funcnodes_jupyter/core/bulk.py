"""Making very many objects at once that are there to stay."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def made_to_stay() -> Iterator[None]:
    """Let the garbage collector rest meanwhile.

    It looks again and again at what is being made, in vain: half of the time that loading a large graph took.
    Whoever turned it off finds it off afterwards.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
