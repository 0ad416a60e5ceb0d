"""Blocking work beside the event loop that a cancel does not leave half-done."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


async def to_its_end(work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """What ``work`` returns, run in a thread. Cancelled, it still returns only when the thread is done.

    So that whoever then takes away what was made takes away all of it.
    """
    step = asyncio.ensure_future(asyncio.to_thread(work, *args, **kwargs))
    cancelled = await _done(step)
    if cancelled is not None:
        raise cancelled
    return step.result()


async def past_recall(work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """What ``work`` returns, run in a thread. A cancel comes too late, and is forgotten."""
    step = asyncio.ensure_future(asyncio.to_thread(work, *args, **kwargs))
    await _done(step)
    return step.result()


async def _done(step: asyncio.Future[T]) -> asyncio.CancelledError | None:
    """Wait for the end of ``step`` however often the wait is cancelled."""
    cancelled: asyncio.CancelledError | None = None
    while not step.done():
        try:
            await asyncio.wait({step})
        except asyncio.CancelledError as error:
            cancelled = error
    return cancelled
