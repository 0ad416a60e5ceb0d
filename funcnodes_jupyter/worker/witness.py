"""Which nodes run at this moment, written where it outlives the process: in memory that is a file.

Writing there costs as much as writing a variable, so that it can be done for each run. When the process is killed, or a
library takes it down, the next one reads in the file whose function it was.
"""

from __future__ import annotations

import mmap
import os
from pathlib import Path

from funcnodes_jupyter.core.facts import (
    Cleared,
    Fact,
    Loaded,
    NodeChanged,
    NodeDone,
    NodeFailed,
    NodeTriggered,
    ValueChanged,
)
from funcnodes_jupyter.core.node import Node
from funcnodes_jupyter.core.outcomes import ENDED_EMPTY
from funcnodes_jupyter.worker.atomic import PRIVATE
from funcnodes_jupyter.worker.lastwords import SLOT_BYTES, SLOTS


class Witness:
    """Observes a graph; called under its lock.

    Args:
        path: The file; what it held is forgotten.

    Raises:
        OSError: it cannot be made.
    """

    def __init__(self, path: Path) -> None:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_TRUNC, PRIVATE)
        try:
            # Written, not only made longer: a page without a place on a full disk would take the process down.
            os.write(descriptor, bytes(SLOTS * SLOT_BYTES))
            self._memory = mmap.mmap(descriptor, SLOTS * SLOT_BYTES)
        finally:
            os.close(descriptor)
        self._places: dict[Node, int] = {}
        self._free = list(range(0, SLOTS * SLOT_BYTES, SLOT_BYTES))

    def observe(self, fact: Fact) -> None:
        """Note who begins and who has ended. In the order of how often each is told, for waves are made of them."""
        kind = type(fact)
        if kind is ValueChanged:
            return
        if kind is NodeTriggered:
            self._begins(fact.node)  # type: ignore[union-attr]
        elif kind is NodeDone or kind is NodeFailed:
            self._ended(fact.node)  # type: ignore[union-attr]
        elif isinstance(fact, NodeChanged):
            if fact.fields is ENDED_EMPTY:
                self._ended(fact.node)
        elif isinstance(fact, Cleared | Loaded):
            self.forget()

    def forget(self) -> None:
        """Nothing runs any more, or what does is not to be remembered."""
        for node in list(self._places):
            self._ended(node)

    def _begins(self, node: Node) -> None:
        text = node.uuid.encode()[: SLOT_BYTES - 1]
        if self._free and node not in self._places:
            place = self._places[node] = self._free.pop()
            self._memory[place : place + 1 + len(text)] = bytes((len(text),)) + text

    def _ended(self, node: Node) -> None:
        place = self._places.pop(node, None)
        if place is not None:
            self._memory[place] = 0
            self._free.append(place)
