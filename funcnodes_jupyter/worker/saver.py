"""Puts the graph on disk while nobody waits for it: a thread that is told that something changed.

An edit is in the journal, on disk, within a second: the thread waits a moment for more of them and writes what they
changed. The document is rewritten when the graph rests. What the disk refuses is told and tried again; it ends nothing.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from time import monotonic
from typing import Protocol

from funcnodes_jupyter.core.errors import FuncNodesError

_log = logging.getLogger(__name__)

GRAPH_DELAY = 0.1
"""Seconds from an edit to its saving, for others to join."""
REST_DELAY = 2.0
"""Seconds without an edit after which the document is rewritten, if nothing runs."""
PREVIEWS_DELAY = 1.0
RETRY_DELAY = 2.0
"""Seconds until what the disk refused is tried again."""
LONG_RETRY_DELAY = 30.0
"""The same for the document: each try takes as much room on the disk as all of it, and the journal needs some, too."""

Save = Callable[[], None]
Told = Callable[[str | None], None]


class Graph(Protocol):
    """What is to be saved; see :class:`~funcnodes_jupyter.worker.keeper.Keeper`."""

    @property
    def behind(self) -> bool: ...

    @property
    def rests(self) -> bool: ...

    @property
    def oversized(self) -> bool: ...

    def record(self) -> None: ...

    def rewrite(self) -> None: ...


class Saver:
    """Saves the graph and the previews in a thread of its own.

    Args:
        graph: Is recorded, and rewritten as a whole; both may raise OSError.
        save_previews: Writes the previews; may raise OSError.
        told: Called in the saver's thread with what is wrong, and with None when everything works again.
    """

    def __init__(self, graph: Graph, save_previews: Save, told: Told) -> None:
        self._graph = graph
        # In the order in which they are done when everything is to be saved.
        self._jobs: dict[str, Save] = {"graph": graph.record, "document": graph.rewrite, "previews": save_previews}
        self._told = told
        self._due: dict[str, float] = {}
        self._failing: dict[str, str] = {}
        self._condition = threading.Condition(threading.Lock())
        self._working = threading.Lock()
        self._closed = False
        self._thread = threading.Thread(target=self._run, name="funcnodes-saver", daemon=True)

    def start(self) -> None:
        """Begin to save."""
        if self._graph.behind:
            self._postpone_document()
        self._thread.start()

    def graph_changed(self) -> None:
        """The graph is to be saved soon. Returns at once; callable from any thread, also under the graph lock."""
        self._set_due("graph", GRAPH_DELAY)

    def previews_changed(self) -> None:
        """The previews are to be saved soon."""
        self._set_due("previews", PREVIEWS_DELAY)

    def save_now(self) -> None:
        """Save in the calling thread what is not saved yet; return when all of it is on disk, and in the document.

        Raises:
            OSError: the disk refused; it is tried again later.
        """
        for what in self._jobs:
            with self._working:  # the thread may be at it
                due = what in self._due
            if due:
                self._save(what)
            if what in self._failing:
                raise OSError(self._failing[what])

    def close(self) -> None:
        """Save what is not saved and end the thread. A disk that refuses is told, not raised."""
        with self._condition:
            self._closed = True
            self._condition.notify()
        if self._thread.is_alive():
            self._thread.join()
        for what in self._jobs:
            if what in self._due:
                self._save(what)

    def _set_due(self, what: str, delay: float) -> None:
        if what in self._due:  # a look without the lock: it is taken up before it is saved
            return
        with self._condition:
            self._due.setdefault(what, monotonic() + delay)
            self._condition.notify()

    def _postpone_document(self) -> None:
        """Let the document wait until the graph has rested for a while."""
        with self._condition:
            self._due["document"] = monotonic() + (0 if self._graph.oversized else REST_DELAY)
            self._condition.notify()

    def _run(self) -> None:
        while True:
            what = self._next()
            if what is None:
                return
            if what == "document" and not self._graph.rests and not self._graph.oversized:
                self._postpone_document()
            else:
                self._save(what)

    def _next(self) -> str | None:
        """Wait until something is due; None when closed."""
        with self._condition:
            while not self._closed:
                if not self._due:
                    self._condition.wait()
                    continue
                what = min(self._due, key=lambda name: self._due[name])
                wait = self._due[what] - monotonic()
                if wait <= 0:
                    return what
                self._condition.wait(wait)
            return None

    def _save(self, what: str) -> None:
        with self._working:
            # Taken off first: what changes while we copy is due again.
            self._due.pop(what, None)
            try:
                self._jobs[what]()
            except OSError as error:
                self._failed(what, f"{error.strerror or error}", error)
            except FuncNodesError as error:
                self._failed(what, str(error), error)
            except Exception as error:  # noqa: BLE001 - the thread must go on saving
                self._failed(what, f"{type(error).__name__}: {error}", error)
            else:
                if self._failing.pop(what, None) is not None and not self._failing:
                    self._told(None)
            if what == "graph" and self._graph.behind and "document" not in self._failing:
                self._postpone_document()

    def _failed(self, what: str, reason: str, error: Exception) -> None:
        if self._failing.get(what) != reason:
            _log.error("The %s could not be saved: %s", what, reason, exc_info=error)
            self._told(f"The {what} could not be saved: {reason}. Trying again.")
        self._failing[what] = reason
        self._set_due(what, LONG_RETRY_DELAY if what == "document" else RETRY_DELAY)
