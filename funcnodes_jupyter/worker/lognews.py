"""The logs of the nodes as clients know them, and what is new in them."""

from __future__ import annotations

from collections.abc import Iterator

from funcnodes_jupyter.core import nodelog
from funcnodes_jupyter.wire.events import LogLine, NodeLog, NodeLogData, NodeLogged

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


def _agreed(old: list[LogLine], new: list[LogLine]) -> int:
    """How many lines are the same at the beginning. Only the last, unfinished one of the old ones can differ."""
    for place, (before, now) in enumerate(zip(old, new, strict=False)):
        if before != now:
            return place
    return min(len(old), len(new))
