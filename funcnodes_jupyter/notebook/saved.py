"""What of a graph stands in a saved notebook beside the editor: a picture, an outline, and the graph itself.

The editor needs a worker; these are seen wherever a notebook is looked at, and converted to.
"""

from __future__ import annotations

import base64
import json
from contextlib import suppress
from time import monotonic
from typing import Any

from funcnodes_jupyter.convert.picture.composing import scene_of
from funcnodes_jupyter.convert.picture.pdf import pdf_of_scene
from funcnodes_jupyter.convert.picture.svg import svg_of_scene
from funcnodes_jupyter.notebook.drawn import drawing_of
from funcnodes_jupyter.notebook.errors import FlowTimeoutError
from funcnodes_jupyter.notebook.graph import Graph
from funcnodes_jupyter.notebook.previewing import preview_of, previewed
from funcnodes_jupyter.notebook.remote import Remote

NODESPACE_MIME = "application/vnd.funcnodes.nodespace+json"
SETTLE_SECONDS = 0.6
"""How long a graph that runs is waited for: most are done by then, and the picture shows what came of them."""
MOST_SECONDS = 1.0
"""How long all of it may take in a worker that is busy."""
_DOCUMENT_BYTES = 2_000_000


def saved_bundle(remote: Remote, name: str) -> dict[str, Any]:
    """Pictures of a worker's graph as SVG (and PDF, for LaTeX), and the graph in its saved form.

    Made with what comes within a second.

    Raises:
        FuncNodesError, ManagerError: the worker is gone.
    """
    end = monotonic() + MOST_SECONDS
    graph = _settled(remote)
    ports = previewed(graph)
    wanted = [("get_io_value", {"node": uuid, "io": io}) for uuid, io in ports]
    document, *answers = remote.answers([("export_cell", {"form": "json"}), *wanted], end - monotonic())
    previews = {uuid: preview_of(graph.nodes[uuid], answer) for (uuid, _), answer in zip(ports, answers, strict=True)}
    seen = {uuid: preview for uuid, preview in previews.items() if preview is not None}
    scene = scene_of(drawing_of(name, graph, seen))
    pdf = base64.b64encode(pdf_of_scene(scene)).decode()
    bundle: dict[str, Any] = {"image/svg+xml": svg_of_scene(scene), "application/pdf": pdf}
    if isinstance(document, str) and len(document) <= _DOCUMENT_BYTES:
        bundle[NODESPACE_MIME] = {**json.loads(document), "worker": name}
    return bundle


def _settled(remote: Remote) -> Graph:
    """The graph when nothing runs in it any more, or as it is when that takes too long."""
    with suppress(FlowTimeoutError):
        return remote.until(lambda graph: not graph.active, SETTLE_SECONDS)
    return remote.last_known()
