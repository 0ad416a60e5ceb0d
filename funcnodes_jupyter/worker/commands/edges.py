"""Commands that connect and disconnect."""

from __future__ import annotations

from typing import Literal

from funcnodes_jupyter.core.nodeio import NodeIO
from funcnodes_jupyter.worker.context import Context

Edge = tuple[str, str, str, str]


def add_edge(
    context: Context,
    src_uuid: str,
    src_io: str,
    dst_uuid: str,
    dst_io: str,
    replace: bool = False,
    feedback: bool = False,
) -> Edge | None:
    """Connect two ports; returns the edge, null when it is there already. ``feedback`` may close a circle."""
    with context.nodespace.lock:
        source, target = _ports(context, src_uuid, src_io, dst_uuid, dst_io)
        return context.nodespace.edits.connect(source, target, replace=replace, feedback=feedback)


def remove_edge(context: Context, src_uuid: str, src_io: str, dst_uuid: str, dst_io: str) -> Literal[True]:
    """Take an edge away; the input falls back to its default."""
    with context.nodespace.lock:
        context.nodespace.edits.disconnect(*_ports(context, src_uuid, src_io, dst_uuid, dst_io))
    return True


def _ports(context: Context, src_uuid: str, src_io: str, dst_uuid: str, dst_io: str) -> tuple[NodeIO, NodeIO]:
    nodespace = context.nodespace
    return nodespace.get_node_by_id(src_uuid)[src_io], nodespace.get_node_by_id(dst_uuid)[dst_io]
