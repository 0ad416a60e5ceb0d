"""The base folder read and written beside the event loop, and what is told when the system refuses."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from funcnodes_jupyter.manager.base import BaseFolder
from funcnodes_jupyter.manager.errors import StorageError

P = ParamSpec("P")
T = TypeVar("T")


class Storage:
    """Runs what reads or writes ``base`` in threads."""

    def __init__(self, base: BaseFolder) -> None:
        self._base = base

    async def run(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """What ``work`` returns.

        Raises:
            StorageError: the system refused.
        """
        try:
            return await asyncio.to_thread(work, *args, **kwargs)
        except OSError as error:
            raise StorageError.of(error, f"the base folder {self._base.path}") from error
