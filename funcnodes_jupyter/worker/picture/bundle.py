"""What of a graph stands in a saved notebook beside the editor: a picture, an outline, and the graph itself.

The editor needs a worker; these are seen wherever a notebook is looked at, and converted to.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

import msgspec

from funcnodes_jupyter.convert.notebooks.cells import MIMETYPE
from funcnodes_jupyter.convert.picture.composing import scene_of
from funcnodes_jupyter.convert.picture.pdf import pdf_of_scene
from funcnodes_jupyter.convert.picture.svg import retitled, svg_of_scene
from funcnodes_jupyter.wire.jsontext import json_bytes
from funcnodes_jupyter.worker.picture.drawn import Preview, drawing_of
from funcnodes_jupyter.worker.picture.graph import Graph
from funcnodes_jupyter.worker.picture.outline import outline, renamed_outline
from funcnodes_jupyter.worker.viewing import STATE, state_to_save

MOST_DOCUMENT_BYTES = 2_000_000
"""A larger graph is left out: a notebook is no archive."""


def bundle_of(
    name: str,
    worker: str,
    graph: Graph,
    previews: Mapping[str, Preview],
    document: bytes | None,
    seen: Mapping[tuple[str, str], Mapping[str, Any]],
) -> bytes:
    """The mime bundle of a graph, as JSON.

    Args:
        name: What its worker is called.
        worker: The uuid of its worker.
        previews: By the uuids of their nodes, those that there are.
        document: Its saved form, as JSON; None when there is none.
        seen: The mime bundles of values, by node and port, those that there are.
    """
    scene = scene_of(drawing_of(name, graph, previews))
    held: dict[str, Any] = {"name": name, "worker": worker}
    if document is not None and len(document) <= MOST_DOCUMENT_BYTES:
        held["document"] = msgspec.Raw(document)
        if (state := state_to_save(name, graph, seen)) is not None:
            held[STATE] = state
    bundle = {
        "image/svg+xml": svg_of_scene(scene),
        "application/pdf": base64.b64encode(pdf_of_scene(scene)).decode(),
        "text/plain": outline(name, graph),
        MIMETYPE: held,
    }
    return json_bytes(bundle)


def renamed_bundle(bundle: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """What :func:`bundle_of` made, once the worker is called ``name``; the picture as PDF bears no name."""
    held = bundle[MIMETYPE]
    if held["name"] == name:
        return bundle
    about = {**held, "name": name}
    state = held.get(STATE)
    if isinstance(state, dict) and isinstance(state.get("worker"), dict):
        about[STATE] = {**state, "worker": {**state["worker"], "name": name}}
    return {
        **bundle,
        "image/svg+xml": retitled(bundle["image/svg+xml"], held["name"], name),
        "text/plain": renamed_outline(bundle["text/plain"], held["name"], name),
        MIMETYPE: about,
    }
