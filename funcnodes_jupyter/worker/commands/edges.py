"""Commands that connect and disconnect."""

from __future__ import annotations

from typing import Literal

from funcnodes_jupyter.core.nodeio import NodeInput, NodeIO
from funcnodes_jupyter.worker.context import Context

Edge = tuple[str, str, str, str]


def add_edge(
    context: Context, src_uuid: str, src_io: str, dst_uuid: str, dst_io: str, replace: bool = False
) -> Edge | None:
    """Connect two ports; returns the edge, null when it is there already."""
    with context.nodespace.lock:
        source, target = _ports(context, src_uuid, src_io, dst_uuid, dst_io)
        receiving = target if isinstance(target, NodeInput) else source
        before, replaced = receiving.stored, tuple(getattr(receiving, "sources", ()))
        edge = source.connect(target, replace=replace)
        if edge is not None:
            context.undo.add(lambda: _disconnect_again(source, target, before, replaced))
        return edge


def remove_edge(context: Context, src_uuid: str, src_io: str, dst_uuid: str, dst_io: str) -> Literal[True]:
    """Take an edge away; the input falls back to its default."""
    with context.nodespace.lock:
        source, target = _ports(context, src_uuid, src_io, dst_uuid, dst_io)
        source.disconnect(target)
        context.nodespace.runner.wake()
        context.undo.add(lambda: source.connect(target))
    return True


def _ports(context: Context, src_uuid: str, src_io: str, dst_uuid: str, dst_io: str) -> tuple[NodeIO, NodeIO]:
    nodespace = context.nodespace
    return nodespace.get_node_by_id(src_uuid)[src_io], nodespace.get_node_by_id(dst_uuid)[dst_io]


def _disconnect_again(source: NodeIO, target: NodeIO, before: object, replaced: tuple[NodeIO, ...]) -> None:
    source.disconnect(target)
    receiving = target if isinstance(target, NodeInput) else source
    if not isinstance(receiving, NodeInput):
        return
    for old in replaced:
        if old not in receiving.sources:
            old.connect(receiving)
    if not receiving.sources:
        receiving.set_value(before)
