"""What is marked when a graph comes from elsewhere, and how a person takes the marks away."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from funcnodes_jupyter.core.document import Document, Record
from funcnodes_jupyter.core.node import Node
from funcnodes_jupyter.core.nodespace import NodeSpace
from funcnodes_jupyter.nodes.trust import UNTRUSTED, holds_code, is_trusted
from funcnodes_jupyter.worker.functions import PROPERTY, functions_of


def as_untrusted(document: Document) -> Document:
    """A saved graph with a mark on all that holds code. What is no saved graph comes back as it is."""
    marked = dict(document)
    nodes = document.get("nodes")
    if isinstance(nodes, list):
        marked["nodes"] = [_marked(node) if _holds_code(node) else node for node in nodes]
    properties = document.get("prop")
    if isinstance(properties, Mapping) and isinstance(properties.get(PROPERTY), Mapping):
        functions = {key: _marked(found) for key, found in properties[PROPERTY].items() if isinstance(found, Mapping)}
        marked["prop"] = {**properties, PROPERTY: functions}
    return marked


def untrusted_nodes(space: NodeSpace) -> list[Node]:
    """The nodes that bear a mark. Called under the graph lock."""
    return [node for node in space.nodes.values() if not is_trusted(node)]


def trust(space: NodeSpace, nodes: Iterable[Node] | None = None) -> list[Node]:
    """Take the marks of these nodes away, or all; returns the nodes that had one. Nothing runs for that."""
    with space.lock:
        chosen = untrusted_nodes(space) if nodes is None else [node for node in nodes if not is_trusted(node)]
        for node in chosen:
            node.set_property(UNTRUSTED, None)
        if nodes is None:
            _trust_functions(space)
    return chosen


def _trust_functions(space: NodeSpace) -> None:
    known = functions_of(space)
    if any(found["properties"].get(UNTRUSTED) for found in known.values()):
        space.set_property(PROPERTY, {key: _unmarked(found) for key, found in known.items()})


def _holds_code(node: Any) -> bool:
    return isinstance(node, Mapping) and isinstance(node.get("node_id"), str) and holds_code(node["node_id"])


def _marked(record: Mapping[str, Any]) -> Record:
    properties = record.get("properties")
    kept = properties if isinstance(properties, Mapping) else {}
    return {**record, "properties": {**kept, UNTRUSTED: True}}


def _unmarked(record: Mapping[str, Any]) -> Record:
    return {**record, "properties": {key: value for key, value in record["properties"].items() if key != UNTRUSTED}}
