"""A graph to be looked at where no worker runs it: what clients are told of one, small enough to be saved beside it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from funcnodes_jupyter.core.document import Document
from funcnodes_jupyter.core.library import Library
from funcnodes_jupyter.core.nodespace import NodeSpace
from funcnodes_jupyter.nodes.shelves import builtin_library
from funcnodes_jupyter.wire.codec import encode_json
from funcnodes_jupyter.wire.events import EdgeData, NodeLog, NodeState
from funcnodes_jupyter.wire.messages import FullState, Preview, WorkerIdentity
from funcnodes_jupyter.worker.nodestate import edge_notes, group_state, node_state
from funcnodes_jupyter.worker.picture.graph import Graph
from funcnodes_jupyter.worker.tables import TABLE_MIME

STATE = "state"
"""The key of such a state in an output that holds a graph; see :data:`~funcnodes_jupyter.convert.notebooks.cells.MIMETYPE`."""
STATE_BYTES = 300_000
"""What a state that is saved in a notebook may take, as JSON. The largest previews are left out first, then the logs."""
_TEXTS_BYTES = 300_000

_SHOWN = (
    TABLE_MIME, "image/svg+xml", "image/png", "image/jpeg", "image/gif", "image/webp", "text/html", "application/json",
    "text/plain",
)  # fmt: skip
"""What the editor draws of a preview: the first of these that there is."""

PortKey = tuple[str, str]


def state_to_save(name: str, graph: Graph, previews: Mapping[PortKey, Mapping[str, Any]]) -> dict[str, Any] | None:
    """What a notebook keeps of a graph, so that it can be looked at in a page; None when that is too much.

    Args:
        name: What the graph is called.
        previews: Mime bundles by node and port, those that there are.
    """
    notes = [EdgeData(edge[:2], edge[2:], feedback=True) for edge in graph.edges if edge in graph.feedback]
    state = FullState(0, WorkerIdentity("", name), list(graph.nodes.values()), list(graph.edges), notes)
    state.groups = dict(graph.groups)
    room = STATE_BYTES - len(encode_json(state))
    if room < 0:  # what was printed may be more than all the rest
        state.nodes = [msgspec.structs.replace(node, log=NodeLog()) for node in state.nodes]
        room = STATE_BYTES - len(encode_json(state))
    if room < 0:
        return None
    seen = [Preview(node, io, _seen(bundle)) for (node, io), bundle in previews.items()]
    state.previews = list(_fitting(seen, room))
    found: dict[str, Any] = msgspec.json.decode(encode_json(state))
    return found


def saved_state(held: Mapping[str, Any]) -> FullState | None:
    """The state in an output that holds a graph; None when there is none that can be read."""
    try:
        return msgspec.convert(held.get(STATE), FullState | None)
    except (msgspec.ValidationError, RecursionError):
        return None


def state_of_document(
    name: str, document: Document, library: Library | None = None, previews: Iterable[Preview] = ()
) -> FullState:
    """What an editor would show of a saved graph. Nothing of it is run or imported.

    Args:
        name: What the graph is called.
        library: The classes of nodes that are known, those of this package when left out; others are shown as unknown.
        previews: What was seen of it last.

    Raises:
        DocumentError: it is no saved graph.
    """
    space = NodeSpace(builtin_library() if library is None else library)
    space.deserialize(document)
    with space.lock:
        nodes = [node_state(node) for node in space.nodes.values()]
        notes = edge_notes(space)
        groups = {key: group_state(record) for key, record in space.groups.items()}
    kept = [preview for preview in previews if preview.node in space.nodes]
    seen = {preview.node for preview in kept}
    nodes = [node if node.uuid in seen else _not_run(node) for node in nodes]
    return FullState(0, WorkerIdentity("", name), nodes, list(space.edges), notes, groups, kept, space.mode)


def with_runs(state: FullState, seen: Iterable[FullState]) -> FullState:
    """A graph in its places, with what was seen of its nodes when they ran, by their uuids; the first one counts."""
    runs: dict[str, NodeState] = {}
    previews: dict[PortKey, Preview] = {}
    for other in seen:
        runs = {**{node.uuid: node for node in other.nodes}, **runs}
        previews = {**{(preview.node, preview.io): preview for preview in other.previews}, **previews}
    nodes = [_in_place(node, runs.get(node.uuid)) for node in state.nodes]
    known = {node.uuid for node in nodes}
    kept = [preview for preview in previews.values() if preview.node in known]
    return msgspec.structs.replace(state, nodes=nodes, previews=[*state.previews, *kept])


def with_lines(state: FullState) -> FullState:
    """The same with the line of its value where a node shows one of which there is no preview."""
    known = {(preview.node, preview.io) for preview in state.previews}
    shown = [
        (node, port) for node in state.nodes for port in node.io if port.id == node.preview_io and not port.is_input
    ]
    lines = [
        Preview(node.uuid, port.id, {"text/plain": port.value.text})
        for node, port in shown
        if port.value is not None and (node.uuid, port.id) not in known
    ]
    return msgspec.structs.replace(state, previews=[*state.previews, *lines])


def long_texts(document: Document) -> dict[str, str]:
    """The texts in inputs that are too long for a line, such as code, by ``node.port``, as many as there is room for."""
    found: dict[str, str] = {}
    room = _TEXTS_BYTES
    for node in document.get("nodes") or ():
        for io, port in (node.get("io") or {}).items():
            value = port.get("value")
            if isinstance(value, str) and "\n" in value and len(value) <= room:
                found[f"{node['id']}.{io}"] = value
                room -= len(value)
    return found


def _not_run(node: NodeState) -> NodeState:
    """A node of which nothing was seen: that it is out of date would say that there once was something."""
    empty = all(port.value is None for port in node.io if not port.is_input)
    return msgspec.structs.replace(node, stale=False) if empty and node.error is None else node


def _in_place(node: NodeState, run: NodeState | None) -> NodeState:
    if run is None or run.node_id != node.node_id:
        return node
    return msgspec.structs.replace(run, name=node.name, pos=node.pos, size=node.size)


def _seen(bundle: Mapping[str, Any]) -> dict[str, Any]:
    mime = next((mime for mime in _SHOWN if bundle.get(mime) is not None), None)
    return {} if mime is None else {mime: bundle[mime]}


def _fitting(previews: Iterable[Preview], room: int) -> Iterable[Preview]:
    """The previews that fit, the small ones first: a picture that does not must not keep the tables out."""
    for size, preview in sorted(((len(encode_json(one)), one) for one in previews), key=lambda pair: pair[0]):
        room -= size + 1
        if room < 0:
            return
        yield preview
