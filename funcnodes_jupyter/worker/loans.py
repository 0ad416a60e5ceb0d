"""Memory that a client may map, until it says that it has, or is gone."""

from __future__ import annotations

import threading
from collections.abc import Sequence

from funcnodes_jupyter.wire.errors import NotSharedError
from funcnodes_jupyter.wire.sharedmemory import SharedAddress, SharedParts

MOST_LOANS = 16
"""How many a client may have at once: each takes memory, and one that never says that it is done holds them all."""


class Loans:
    """The memory lent to one client. Made in any thread, given back on the I/O thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._lent: dict[str, SharedParts] | None = {}

    def lend(self, parts: Sequence[memoryview]) -> SharedAddress:
        """Copy ``parts`` into shared memory; where that is.

        Raises:
            NotSharedError: there is none, too much is lent already, or the client is gone.
        """
        made = SharedParts(parts)
        with self._lock:
            if self._lent is not None and len(self._lent) < MOST_LOANS:
                self._lent[made.address.token] = made
                return made.address
        made.close()
        raise NotSharedError("Too much memory is lent already.")

    def give_back(self, token: str) -> None:
        """The client has mapped it, or will not; of an unknown token nothing is said."""
        with self._lock:
            made = self._lent.pop(token, None) if self._lent is not None else None
        if made is not None:
            made.close()

    def close(self) -> None:
        """The client is gone."""
        with self._lock:
            lent, self._lent = self._lent or {}, None
        for made in lent.values():
            made.close()
