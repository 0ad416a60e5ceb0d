"""The published form of a saved graph, which the published program reads and writes.

``{"backend": {"nodes", "edges", "prop", "groups"}, "view", "meta", "external_workers"}``; a node's layout stands in
its properties (``frontend:pos``), and values are plain JSON. Ours says more; it goes along whole under :data:`OURS`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from funcnodes_jupyter.core.document import FORMAT_VERSION, VIEW_PREFIX, Document, Record, migrate
from funcnodes_jupyter.core.encoding import TAG
from funcnodes_jupyter.core.errors import DocumentError

OURS = "funcnodes_jupyter"
"""The key of our own document beside the published one."""

THEIRS = "published"
"""The key, in our document, of what the published form says and ours does not."""

_BESIDE = ("view", "meta", "external_workers")


def to_published(document: Document) -> dict[str, Any]:
    """A saved graph in both forms: :func:`from_published` gives back the very same document."""
    layout = document.get("view") or {}
    backend = {
        "nodes": [_published_node(node, layout.get(node["id"]) or {}) for node in document.get("nodes") or ()],
        "edges": [edge for edge in document.get("edges") or () if _is_edge(edge)],
        "prop": document.get("prop") or {},
        "groups": document.get("groups") or {},
    }
    theirs = document.get(THEIRS)
    beside = theirs if isinstance(theirs, Mapping) else {}
    return {"backend": backend, **{key: beside.get(key, {}) for key in _BESIDE}, OURS: document}


def from_published(state: Mapping[str, Any]) -> Document:
    """Our document of a graph in the published form, or in both.

    Raises:
        DocumentError: it is no saved graph, or one of a newer version.
    """
    ours = state.get(OURS)
    if isinstance(ours, Mapping):
        return _whole(migrate(ours))
    backend = state.get("backend")
    if not isinstance(backend, Mapping):
        raise DocumentError("This is no saved graph: it has no 'backend'.")
    beside = {key: state[key] for key in _BESIDE if state.get(key)}
    return _whole({**migrate(backend), **({THEIRS: beside} if beside else {})})


def _whole(document: Document) -> Document:
    """``document`` with all that a saved one has."""
    usual: Document = {"nodes": [], "edges": [], "prop": {}, "groups": {}, "view": {}}
    return {**document, "format": FORMAT_VERSION, **{key: document.get(key) or empty for key, empty in usual.items()}}


def _published_node(node: Record, view: Mapping[str, Any]) -> Record:
    layout = {f"{VIEW_PREFIX}{key}": value for key, value in view.items()}
    ports = {io: {key: plain(value) for key, value in port.items()} for io, port in (node.get("io") or {}).items()}
    name = node.get("name") or node.get("node_name") or node["node_id"]
    return {**node, "name": name, "io": ports, "properties": {**(node.get("properties") or {}), **layout}}


def _is_edge(edge: Any) -> bool:
    return isinstance(edge, list) and len(edge) == 4 and all(isinstance(part, str) for part in edge)


def plain(value: Any) -> Any:
    """A saved value without our tags: a tuple is a list, bytes are base64, what JSON has no word for is null."""
    if isinstance(value, list):
        return [plain(item) for item in value]
    if not isinstance(value, dict):
        return value
    if TAG not in value:
        return {key: plain(item) for key, item in value.items()}
    kind, held = value[TAG], value.get("value")
    if kind in ("float", "NoValue"):
        return None
    if kind == "dict" and isinstance(held, list) and all(isinstance(pair, list) and len(pair) == 2 for pair in held):
        return {_key(key): plain(item) for key, item in held}
    return plain(held)


def _key(key: Any) -> str:
    return key if isinstance(key, str) else json.dumps(plain(key))
