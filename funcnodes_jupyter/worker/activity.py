"""Since when a worker has nothing to do."""

from __future__ import annotations

import os
from collections.abc import Callable

from funcnodes_jupyter.core.nodespace import NodeSpace
from funcnodes_jupyter.worker.pulse import Pulse

NAMED_NODES = 3
"""How many of the nodes that run are named."""


class Activity:
    """Knows since when nothing happens.

    Args:
        nodespace: The worker's graph.
        clock: Seconds that no setting of the time changes.
    """

    def __init__(self, nodespace: NodeSpace, clock: Callable[[], float]) -> None:
        self._nodespace = nodespace
        self._clock = clock
        self._since = clock()

    def noticed(self) -> None:
        """A client came, went or asked for something."""
        self._since = self._clock()

    def pulse(self, uuid: str, clients: int) -> Pulse:
        """How the worker is now."""
        running = self._running()
        busy = not self._nodespace.runner.idle
        if busy:
            self.noticed()
        idle = 0.0 if busy or clients else self._clock() - self._since
        return Pulse(uuid, os.getpid(), busy, running, clients, idle)

    def _running(self) -> list[str]:
        if self._nodespace.runner.idle:
            return []
        with self._nodespace.lock:
            names = (node.name for node in self._nodespace.nodes.values() if node.slot.running)
            return [name for name, _ in zip(names, range(NAMED_NODES), strict=False)]
