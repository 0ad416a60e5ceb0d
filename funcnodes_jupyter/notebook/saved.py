"""What of a graph stands in a saved notebook beside the editor, asked of its worker."""

from __future__ import annotations

from contextlib import suppress
from time import monotonic
from typing import Any

import msgspec

from funcnodes_jupyter.core.errors import FuncNodesError
from funcnodes_jupyter.manager.errors import ManagerError
from funcnodes_jupyter.notebook.remote import Remote
from funcnodes_jupyter.worker.home import WorkerHome
from funcnodes_jupyter.worker.picture.bundle import bundle_of
from funcnodes_jupyter.worker.picture.previewing import preview_of, previewed
from funcnodes_jupyter.worker.savedform import to_bytes

EDITOR_PATIENCE = 0.7
"""Seconds that a graph which runs is waited for before the editor is shown: most are done by then."""
PICTURE_PATIENCE = 5.0
"""The same where there is no editor, as in a notebook that nobody sits at: the picture is all that will be seen."""
_PREVIEWS = 0.3
"""Seconds that previews may take in any case."""
_DRAWING = 3.0
"""Seconds that the worker gets for drawing; it takes milliseconds, unless its functions leave it no time."""


def saved_bundle(remote: Remote, name: str, patience: float) -> dict[str, Any]:
    """Pictures of a worker's graph as SVG (and PDF, for LaTeX), an outline, and the graph in its saved form.

    Made by the worker, with what comes in time; of a worker that is gone with what is known of it.

    Args:
        name: What the worker is called.
        patience: Seconds that the nodes which run are waited for. Previews get 0.3 seconds, and what is left of these.

    Raises:
        FlowClosedError: the handle was closed.
    """
    end = monotonic() + patience + _PREVIEWS
    with suppress(FuncNodesError, ManagerError):  # it takes too long, or cannot be told
        remote.until(lambda graph: not graph.active, patience)
    seconds = max(0.0, end - monotonic())
    (made,) = remote.answers([("picture", {"seconds": seconds})], seconds + _DRAWING)
    return made if isinstance(made, dict) else _as_last_known(remote, name)


def _as_last_known(remote: Remote, name: str) -> dict[str, Any]:
    """The bundle of what was last seen of the graph, with what its worker left on disk."""
    home = WorkerHome(remote.base_dir, remote.record.uuid)
    graph = remote.last_known()
    kept = {(preview.node, preview.io): preview.data for preview in home.load_previews()}
    shown = {key[0]: preview_of(graph.nodes[key[0]], kept[key]) for key in previewed(graph, kept) if key in kept}
    previews = {uuid: preview for uuid, preview in shown.items() if preview is not None}
    document = None
    with suppress(FuncNodesError, OSError):
        found = home.read_document()
        document = None if found is None else to_bytes(found)
    made = bundle_of(name, remote.record.uuid, graph, previews, document, kept)
    bundle: dict[str, Any] = msgspec.json.decode(made)
    return bundle
