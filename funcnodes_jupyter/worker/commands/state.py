"""Commands that ask for the graph. They are answered from the mirror while user code runs."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from funcnodes_jupyter.core.errors import DocumentError
from funcnodes_jupyter.wire.events import GroupState, NodeState
from funcnodes_jupyter.wire.messages import FullState, LibraryInfo, LoadReport, Resumed
from funcnodes_jupyter.worker.context import Context
from funcnodes_jupyter.worker.functions import PROPERTY, shelf_of
from funcnodes_jupyter.worker.nodestate import library_info
from funcnodes_jupyter.worker.trust import as_untrusted


def full_state(context: Context, batches: bool = False) -> FullState:
    """The whole graph. With ``batches`` the client gets each flush of events as one frame from now on."""
    context.client.batches = batches
    context.client.lost_events = False
    return _snapshot(context)


def resume(context: Context, seq: int, batches: bool = False) -> Resumed:
    """The events after ``seq``, or the whole graph when they are not known any more."""
    context.mirror.flush()
    context.client.batches = batches
    missed = None if context.client.lost_events else context.mirror.missed_since(seq)
    context.client.lost_events = False
    if missed is None:
        snapshot = _snapshot(context)
        return Resumed(first=snapshot.seq + 1, seq=snapshot.seq, snapshot=snapshot)
    return Resumed(events=missed, first=seq + 1, seq=context.mirror.seq)


def get_nodes(context: Context) -> list[NodeState]:
    """All nodes."""
    context.mirror.flush()
    return list(context.mirror.nodes.values())


def get_edges(context: Context) -> list[tuple[str, str, str, str]]:
    """All edges, each as source node and port, destination node and port."""
    context.mirror.flush()
    return list(context.mirror.edges)


def view_state(context: Context) -> dict[str, dict[str, Any]]:
    """The layout: position, size and whether it is collapsed, by node uuid."""
    context.mirror.flush()
    return {
        uuid: {"pos": node.pos, "size": node.size, "collapsed": node.collapsed}
        for uuid, node in context.mirror.nodes.items()
    }


def get_library(context: Context) -> LibraryInfo:
    """Everything a person can add."""
    found = library_info(context.nodespace.lib)
    with context.nodespace.lock:
        own = shelf_of(context.nodespace)
    return LibraryInfo(found.shelves if own is None else [own, *found.shelves], context.packs.info())


def get_groups(context: Context) -> dict[str, GroupState]:
    """All groups by their ids."""
    context.mirror.flush()
    return dict(context.mirror.groups)


def picture(context: Context, seconds: Annotated[float, Meta(ge=0, le=60)] = 1.0) -> Awaitable[msgspec.Raw]:
    """The graph as a saved notebook shows it, a mime bundle: pictures, an outline, and the graph itself.

    Previews that are not made within ``seconds`` are as they were, or left out.
    """
    return _picture(context, seconds)


async def _picture(context: Context, seconds: float) -> msgspec.Raw:
    async with context.client.turn("pool"):
        return msgspec.Raw(await context.portrait.bundle(seconds))


def load_data(context: Context, data: dict[str, Any], trusted: bool = False) -> LoadReport:
    """Have a saved graph in the place of this one. Nothing runs: its nodes come out of date. It can be undone.

    Unless it is ``trusted``, code in it does not run before a person says so (``trust_code``).
    """
    if not isinstance(data.get("nodes"), list) or not isinstance(data.get("edges"), list):
        raise DocumentError("This is no saved graph, so nothing is changed: it needs a list of nodes and one of edges.")
    return LoadReport(context.nodespace.edits.load(data if trusted else as_untrusted(data)))


def clear(context: Context) -> Literal[True]:
    """Take away all nodes."""
    nodespace = context.nodespace
    with nodespace.lock:
        nodespace.runner.cancel()
        functions = nodespace.get_property(PROPERTY)
        nodespace.edits.clear()
        if functions:  # they belong to the library, which stays
            nodespace.set_property(PROPERTY, functions)
    return True


def _snapshot(context: Context) -> FullState:
    context.mirror.flush()
    return FullState(
        groups=dict(context.mirror.groups),
        seq=context.mirror.seq,
        worker=context.host.identity(),
        nodes=list(context.mirror.nodes.values()),
        edges=list(context.mirror.edges),
        edge_notes=[note for note in context.mirror.edges.values() if note is not None],
        mode=context.mirror.mode,
        history=context.mirror.history,
        previews=context.previews.watched_by(context.client),
    )
