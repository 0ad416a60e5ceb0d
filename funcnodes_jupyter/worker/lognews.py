"""The logs of the nodes as clients know them, and what is new in them."""

from __future__ import annotations

from collections.abc import Iterator

from funcnodes_jupyter.core import nodelog
from funcnodes_jupyter.wire.events import LogLine, NodeLog, NodeLogData, NodeLogged

_MANY_LINES = 5 * nodelog.LINES

Snapshot = tuple[int, list[nodelog.Line]]
"""The number of the first line, and the lines."""


def snapshot(log: nodelog.NodeLog | None) -> Snapshot:
    """A log as it is now; an empty one of a run that said nothing. Taken under the graph lock."""
    return (log.first, list(log)) if log is not None and len(log) else (0, [])


def log_state(taken: Snapshot) -> NodeLog:
    """A log as the wire says it."""
    first, lines = taken
    return NodeLog(first, [LogLine(line.text, line.kind) for line in lines])


def news(uuid: str, known: NodeLog, now: NodeLog, same_run: bool) -> Iterator[NodeLogged]:
    """What makes ``now`` of the log that clients know.

    Lines that were printed and dropped since are not told: the numbers leave a gap, and the log begins anew.
    """
    end = known.first + len(known.lines)
    if not same_run or now.first > end:
        if known.lines:
            yield NodeLogged(NodeLogData(uuid, 0, []))
        if now.lines:
            yield NodeLogged(NodeLogData(uuid, now.first, now.lines))
        return
    start = max(now.first, known.first)
    old, new = known.lines[start - known.first :], now.lines[start - now.first :]
    agreed = _agreed(old, new)
    if agreed < max(len(old), len(new)):
        yield NodeLogged(NodeLogData(uuid, start + agreed, new[agreed:]))


class Told:
    """What clients were told of the log of one node.

    Events are kept for clients that resume. Of a node that prints without end the old ones would fill the memory,
    so now and then its log is told anew from the start, and what was told before is made empty.

    Args:
        log: The log of the run that clients know.
    """

    __slots__ = ("_events", "_lines", "_run")

    def __init__(self, log: nodelog.NodeLog | None) -> None:
        # Held on to, so that no other run's can be mistaken for it.
        self._run = log
        self._events: list[NodeLogged] = []
        self._lines = 0

    def news(self, uuid: str, known: NodeLog, log: nodelog.NodeLog | None, now: NodeLog) -> Iterator[NodeLogged]:
        """What makes ``now``, which ``log`` said, of what clients know."""
        goes_on = self._run is log and self._lines < _MANY_LINES
        self._run = log
        for event in news(uuid, known, now, goes_on):
            self._lines += len(event.data.lines)
            if event.data.lines:
                self._events.append(event)
            elif event.data.first == 0:
                self._forget()
            yield event

    def _forget(self) -> None:
        for event in self._events:
            # Not cleared: the list may be that of the state, too.
            event.data.first, event.data.lines = 0, []
        self._events.clear()
        self._lines = 0


def _agreed(old: list[LogLine], new: list[LogLine]) -> int:
    """How many lines are the same at the beginning. Only the last, unfinished one of the old ones can differ."""
    for place, (before, now) in enumerate(zip(old, new, strict=False)):
        if before != now:
            return place
    return min(len(old), len(new))
