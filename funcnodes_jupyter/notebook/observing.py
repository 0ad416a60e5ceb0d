"""A function of the notebook that hears of each new value of an output."""

from __future__ import annotations

import threading
import traceback
from collections.abc import Callable
from typing import Any

from funcnodes_jupyter.core.errors import FuncNodesError
from funcnodes_jupyter.notebook.errors import FlowClosedError, NotComputedError
from funcnodes_jupyter.notebook.graph import Graph
from funcnodes_jupyter.notebook.ports import fetch
from funcnodes_jupyter.notebook.remote import Remote

RETRY_SECONDS = 1.0
"""How soon a worker that is gone is looked for again."""


class Observer:
    """Calls a function in a thread of its own, one value after the other; of values in between the newest.

    Args:
        remote: The worker.
        uuid: The node.
        io: Its output.
        function: Called with the value. What it raises is printed, and it is called again next time.
    """

    def __init__(self, remote: Remote, uuid: str, io: str, function: Callable[[Any], object]) -> None:
        self._remote = remote
        self._uuid = uuid
        self._io = io
        self._function = function
        self._stopped = threading.Event()
        self._seen = remote.graph().version(uuid, io)
        # A daemon, so that a kernel which is told to end never waits for it.
        threading.Thread(target=self._serve, name=f"funcnodes observer {io}", daemon=True).start()

    def stop(self) -> None:
        """Call it no more. Stopping twice is fine."""
        self._stopped.set()
        self._remote.nudge()

    def _serve(self) -> None:
        while not self._stopped.is_set():
            try:
                graph = self._remote.until(self._is_due, None, mute=True)
                if self._stopped.is_set() or self._uuid not in graph.nodes:
                    return
                self._seen = graph.version(self._uuid, self._io)
                value = fetch(self._remote, self._uuid, self._io)
            except FlowClosedError:
                return
            except NotComputedError:  # it is gone again
                continue
            except FuncNodesError:  # the worker is gone, and may come back
                self._stopped.wait(RETRY_SECONDS)
                continue
            self._tell(value)

    def _is_due(self, graph: Graph) -> bool:
        gone = self._stopped.is_set() or self._uuid not in graph.nodes
        return gone or graph.version(self._uuid, self._io) != self._seen

    def _tell(self, value: Any) -> None:
        try:
            self._function(value)
        except Exception:  # noqa: BLE001 - it is the user's own, and may raise anything
            traceback.print_exc()
