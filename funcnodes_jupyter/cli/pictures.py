"""A graph as a picture, as a page in which it can be looked into, and as the output of a cell. Nothing of it is run for that."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from funcnodes_jupyter.cli.sources import known_library
from funcnodes_jupyter.convert.errors import UnreadableSourceError
from funcnodes_jupyter.convert.notebooks.cells import MIMETYPE
from funcnodes_jupyter.convert.picture.svg import svg_of
from funcnodes_jupyter.core.document import Document
from funcnodes_jupyter.core.errors import DocumentError
from funcnodes_jupyter.server.viewerpage import graph_page
from funcnodes_jupyter.wire.messages import FullState, Preview
from funcnodes_jupyter.worker.picture.bundle import bundle_of
from funcnodes_jupyter.worker.picture.drawn import Preview as Drawn
from funcnodes_jupyter.worker.picture.drawn import drawing_of
from funcnodes_jupyter.worker.picture.graph import Snapshot
from funcnodes_jupyter.worker.picture.previewing import preview_of
from funcnodes_jupyter.worker.savedform import to_bytes
from funcnodes_jupyter.worker.viewing import state_of_document, with_runs


def shown(document: Document, name: str, previews: Iterable[Preview] = (), seen: Iterable[FullState] = ()) -> FullState:
    """What an editor would show of a saved graph.

    Args:
        name: What it is called.
        previews: What was seen of its values last.
        seen: What was seen of its nodes when they ran.

    Raises:
        UnreadableSourceError: it is no graph.
    """
    try:
        return with_runs(state_of_document(name, document, known_library(), previews), seen)
    except DocumentError as error:
        raise UnreadableSourceError(str(error)) from None


def as_svg(state: FullState, texts: Mapping[str, str]) -> bytes:
    """The picture of a graph."""
    return _picture(state).encode("utf-8", "replace")


def as_page(state: FullState, texts: Mapping[str, str]) -> bytes:
    """A page with the graph over the whole window.

    Args:
        texts: Long texts in its inputs; see :func:`~funcnodes_jupyter.worker.viewing.long_texts`.

    Raises:
        UnreadableSourceError: the viewer was never built.
    """
    return graph_page(state, texts, _picture(state)).encode("utf-8", "replace")


def as_output(state: FullState, document: Document) -> dict[str, Any]:
    """The mime bundle of a graph, as a cell that showed it would have it in its output."""
    graph = _graph_of(state)
    seen = {(preview.node, preview.io): preview.data for preview in state.previews}
    name, worker = state.worker.name, state.worker.uuid
    made = bundle_of(name, worker, graph, _drawn(state, graph), to_bytes(document), seen)
    bundle: dict[str, Any] = json.loads(made)
    if not worker:
        del bundle[MIMETYPE]["worker"]
    return bundle


def _picture(state: FullState) -> str:
    graph = _graph_of(state)
    return svg_of(drawing_of(state.worker.name, graph, _drawn(state, graph)))


def _graph_of(state: FullState) -> Snapshot:
    feedback = frozenset((*note.src, *note.dst) for note in state.edge_notes if note.feedback)
    return Snapshot({node.uuid: node for node in state.nodes}, tuple(state.edges), feedback, state.groups)


def _drawn(state: FullState, graph: Snapshot) -> dict[str, Drawn]:
    """What is drawn of values, by the uuids of their nodes."""
    drawn: dict[str, Drawn] = {}
    for preview in state.previews:
        node = graph.nodes[preview.node]
        picture = preview_of(node, preview.data) if preview.io == node.preview_io else None
        if picture is not None:
            drawn[node.uuid] = picture
    return drawn
