"""The end of a worker that has no memory left for its own work.

A function that asks for too much fails alone. Where our own code gets no memory, somebody may wait for ever, or a change
of the graph be half made: a new start is better. Where it hangs instead, whoever supervises the worker ends it.
"""

from __future__ import annotations

import asyncio
import os
import threading
from typing import Any

from funcnodes_jupyter.core.memorylimit import OUT_OF_MEMORY, in_words, is_lack_of_memory


class OutOfMemory:
    """Ends the process, says why in its log and by its exit code; without a ``limit``, in bytes, it does nothing.

    What runs ``with`` it is our own code.
    """

    def __init__(self, limit: int | None) -> None:
        self._limit = limit
        told = f" (its memory limit is {in_words(limit)})" if limit is not None else ""
        # Made now: then there is no memory for it.
        self._words = f"The worker has no memory left for its own work{told}.\n".encode()

    def __enter__(self) -> None: ...

    def __exit__(self, kind: object, error: BaseException | None, at: object) -> None:
        self._end_if(error)

    def watch_threads(self) -> None:
        """Have it end with each thread of ours that ends so, for nobody else takes up its work."""
        tell = threading.excepthook

        def failed(told: threading.ExceptHookArgs) -> None:
            if told.thread is not None and told.thread.name.startswith("funcnodes-"):
                self._end_if(told.exc_value)
            tell(told)

        threading.excepthook = failed

    def watch(self, loop: asyncio.AbstractEventLoop, users: bool = False) -> None:
        """Have it end with callbacks and tasks of ``loop`` that end so, but for tasks of ``users``, if they have some."""

        def failed(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
            task = context.get("future")
            if not users or not isinstance(task, asyncio.Task) or task.get_name().startswith("node "):
                self._end_if(context.get("exception"))
            loop.default_exception_handler(context)

        loop.set_exception_handler(failed)

    def _end_if(self, error: BaseException | None) -> None:
        if self._limit is not None and is_lack_of_memory(error):
            os.write(2, self._words)
            os._exit(OUT_OF_MEMORY)
