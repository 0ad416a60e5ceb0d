"""A graph in a few lines of text, for where no editor can be shown."""

from __future__ import annotations

from funcnodes_jupyter.wire.events import NodeState
from funcnodes_jupyter.worker.picture.graph import Graph

MOST_LINES = 30
HEAD = "FuncNodes "
"""How each one begins."""


def outline(name: str, graph: Graph, note: str = "") -> str:
    """One line a node: name, class, state, and what its picture shows."""
    count = len(graph.nodes)
    head = f"{_head(name)} {count} node{'' if count == 1 else 's'}" + (f" ({note})" if note else "")
    nodes = list(graph.nodes.values())[:MOST_LINES]
    rows = [(node.name, node.title, state_in_words(node), _result(node)) for node in nodes]
    widths = [max((len(row[place]) for row in rows), default=0) for place in range(3)]
    lines = ["  ".join([*(row[place].ljust(widths[place]) for place in range(3)), row[3]]).rstrip() for row in rows]
    if count > MOST_LINES:
        lines.append(f"… and {count - MOST_LINES} more")
    return "\n".join([head, *(f"  {line}" for line in lines)])


def renamed_outline(text: str, old: str, new: str) -> str:
    """The outline of a graph under another name."""
    return _head(new) + text.removeprefix(_head(old)) if text.startswith(_head(old)) else text


def _head(name: str) -> str:
    return f"{HEAD}{name!r}:"


def state_in_words(node: NodeState) -> str:
    """The state as the editor's footer says it."""
    if node.state in ("queued", "running"):
        return node.state
    if node.state == "error" and node.error is not None:
        return "failed"
    if node.missing:
        return f"needs {', '.join(node.missing)}"
    if node.stale:
        return "stale"
    if node.state == "done" and node.seconds is not None:
        return f"done in {duration(node.seconds)}"
    return node.state


def duration(seconds: float) -> str:
    """Seconds as a person reads them: ``<1 ms``, ``14 ms``, ``1.2 s``, ``3 min``."""
    if seconds < 0.0005:
        return "<1 ms"
    if seconds < 1:
        return f"{seconds * 1000:.0f} ms"
    return f"{seconds:.1f} s" if seconds < 60 else f"{seconds / 60:.0f} min"


def _result(node: NodeState) -> str:
    if node.error is not None:
        return node.error.text
    port = next((port for port in node.io if port.id == node.preview_io and not port.is_input), None)
    return port.value.text if port is not None and port.value is not None else ""
