"""A blocking call that is awaited, in a thread that nobody has to wait for."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

T = TypeVar("T")


async def in_daemon(function: Callable[[], T]) -> T:
    """The result of ``function``, called in a thread of its own.

    Not ``asyncio.to_thread``: the interpreter waits for its threads when it ends, however long they block.
    """
    future: Future[T] = Future()

    def call() -> None:
        if not future.set_running_or_notify_cancel():
            return
        try:
            future.set_result(function())
        except BaseException as error:  # noqa: BLE001 - it is raised where it is awaited
            future.set_exception(error)

    threading.Thread(target=call, name="funcnodes value", daemon=True).start()
    return await asyncio.wrap_future(future)
