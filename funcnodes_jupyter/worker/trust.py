"""What is marked when a graph comes from elsewhere, and how a person takes the marks away.

Besides the code itself, that is which cell the graph came from: reading that imports what it names, and whoever runs a
cell of his own must not get values that only look as if they came from it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from funcnodes_jupyter.convert.cells.records import CELL
from funcnodes_jupyter.core.document import Document, Record
from funcnodes_jupyter.core.node import Node
from funcnodes_jupyter.core.nodespace import NodeSpace
from funcnodes_jupyter.nodes.callables import DIGEST
from funcnodes_jupyter.nodes.trust import UNTRUSTED, holds_code, is_trusted
from funcnodes_jupyter.worker.functions import PROPERTY, functions_of

_FOREIGN_CELL = "foreign cell"
"""What the property of a graph, and of a node, that says which cell they came from is called until it is trusted."""


def as_untrusted(document: Document) -> Document:
    """A saved graph with a mark on all that holds code. What is no saved graph comes back as it is."""
    marked = dict(document)
    nodes = document.get("nodes")
    if isinstance(nodes, list):
        marked["nodes"] = [_of_elsewhere(node) for node in nodes]
    if isinstance(document.get("prop"), Mapping):
        properties = _without_cells(document["prop"])
        if isinstance(properties.get(PROPERTY), Mapping):
            properties[PROPERTY] = {
                key: _marked(found) for key, found in properties[PROPERTY].items() if isinstance(found, Mapping)
            }
        marked["prop"] = properties
    return marked


def _of_elsewhere(node: Any) -> Any:
    if not isinstance(node, Mapping):
        return node
    found = _marked(node) if _holds_code(node) else dict(node)
    if isinstance(found.get("properties"), Mapping):
        found["properties"] = _without_cells(found["properties"])
    return found


def _without_cells(properties: Mapping[str, Any]) -> dict[str, Any]:
    # Only the kernel that sent a value can know its digest.
    found = {key: value for key, value in properties.items() if key != DIGEST}
    if CELL in found:
        found[_FOREIGN_CELL] = found.pop(CELL)
    return found


def untrusted_nodes(space: NodeSpace) -> list[Node]:
    """The nodes that bear a mark. Called under the graph lock."""
    return [node for node in space.nodes.values() if not is_trusted(node)]


def trust(space: NodeSpace, nodes: Iterable[Node] | None = None) -> list[Node]:
    """Take the marks of these nodes away, or all; returns the nodes that had one. Nothing runs for that."""
    with space.lock:
        chosen = untrusted_nodes(space) if nodes is None else [node for node in nodes if not is_trusted(node)]
        for node in chosen:
            node.set_property(UNTRUSTED, None)
        if nodes is None:  # whoever looked at one node has not seen the rest
            _trust_functions(space)
            _trust_cell(space)
    return chosen


def _trust_cell(space: NodeSpace) -> None:
    """The graph came from its cell again, unless this person has run another one in it."""
    foreign = [node for node in space.nodes.values() if node.get_property(_FOREIGN_CELL) is not None]
    own = space.get_property(CELL) is not None
    for node in foreign:
        if not own:
            node.set_property(CELL, node.get_property(_FOREIGN_CELL))
        node.set_property(_FOREIGN_CELL, None)
    if not own and (cell := space.get_property(_FOREIGN_CELL)) is not None:
        space.set_property(CELL, cell)
    space.remove_property(_FOREIGN_CELL)


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
