"""Work that would keep the I/O thread from answering others."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


async def in_thread(work: Callable[[], T]) -> T:
    """Run ``work`` in a thread of the loop's pool."""
    return await asyncio.get_running_loop().run_in_executor(None, work)
