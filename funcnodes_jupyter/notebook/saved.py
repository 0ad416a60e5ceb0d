"""What of a graph stands in a saved notebook beside the editor: a picture, an outline, and the graph itself.

The editor needs a worker; these are seen wherever a notebook is looked at, and converted to.
"""

from __future__ import annotations

import base64
import json
from contextlib import suppress
from time import monotonic
from typing import Any

from funcnodes_jupyter.convert.notebooks.cells import MIMETYPE
from funcnodes_jupyter.convert.picture.composing import scene_of
from funcnodes_jupyter.convert.picture.pdf import pdf_of_scene
from funcnodes_jupyter.convert.picture.svg import svg_of_scene
from funcnodes_jupyter.core.errors import FuncNodesError
from funcnodes_jupyter.manager.errors import ManagerError
from funcnodes_jupyter.notebook.drawn import drawing_of
from funcnodes_jupyter.notebook.graph import Graph
from funcnodes_jupyter.notebook.previewing import preview_of, previewed
from funcnodes_jupyter.notebook.remote import Remote

EDITOR_PATIENCE = 0.7
"""Seconds that a graph which runs is waited for before the editor is shown: most are done by then."""
PICTURE_PATIENCE = 5.0
"""The same where there is no editor, as in a notebook that nobody sits at: the picture is all that will be seen."""
_ANSWERS = 0.3
"""Seconds that the answers of a worker may take in any case."""
_DOCUMENT_BYTES = 2_000_000


def saved_bundle(remote: Remote, name: str, patience: float) -> dict[str, Any]:
    """Pictures of a worker's graph as SVG (and PDF, for LaTeX), and the graph in its saved form.

    Made with what comes in time; of a worker that is gone with what is known of it.

    Args:
        name: What the worker is called.
        patience: Seconds that the nodes which run are waited for. The worker's answers get 0.3 seconds, and what is
            left of these.

    Raises:
        FlowClosedError: the handle was closed.
    """
    end = monotonic() + patience + _ANSWERS
    graph = _settled(remote, patience)
    ports = previewed(graph)
    wanted = [("get_io_value", {"node": uuid, "io": io}) for uuid, io in ports]
    document, *answers = remote.answers([("export_cell", {"form": "json"}), *wanted], end - monotonic())
    previews = {uuid: preview_of(graph.nodes[uuid], answer) for (uuid, _), answer in zip(ports, answers, strict=True)}
    seen = {uuid: preview for uuid, preview in previews.items() if preview is not None}
    scene = scene_of(drawing_of(name, graph, seen))
    pdf = base64.b64encode(pdf_of_scene(scene)).decode()
    held: dict[str, Any] = {"name": name, "worker": remote.record.uuid}
    if isinstance(document, str) and len(document) <= _DOCUMENT_BYTES:
        held["document"] = json.loads(document)
    return {"image/svg+xml": svg_of_scene(scene), "application/pdf": pdf, MIMETYPE: held}


def _settled(remote: Remote, patience: float) -> Graph:
    """The graph when nothing runs in it any more, or as it was last seen when that takes too long or cannot be told."""
    with suppress(FuncNodesError, ManagerError):
        return remote.until(lambda graph: not graph.active, patience)
    return remote.last_known()
