"""From a nodespace to its saved form and back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from funcnodes_jupyter.core import document as saved
from funcnodes_jupyter.core.modes import TYPE_CHECKS
from funcnodes_jupyter.core.restoring import EdgeRestorer, restore_errors, restore_nodes
from funcnodes_jupyter.core.savedport import LOST
from funcnodes_jupyter.core.values import NoValue

if TYPE_CHECKING:
    from funcnodes_jupyter.core.node import Node
    from funcnodes_jupyter.core.nodespace import NodeSpace

_KNOWN_KEYS = frozenset(
    {"format", "nodes", "edges", "feedback", "prop", "groups", "view", "errors", "mode", "type_check"}
)


@dataclass(slots=True)
class Rest:
    """What a saved graph holds beside nodes, edges and groups.

    ``extras`` are the keys that are not known here, ``edges`` and ``feedback`` those that found no place.
    """

    properties: dict[str, Any] = field(default_factory=dict)
    extras: dict[str, Any] = field(default_factory=dict)
    edges: list[Any] = field(default_factory=list)
    feedback: list[Any] = field(default_factory=list)


def document_of(space: NodeSpace) -> saved.Document:
    """See :meth:`NodeSpace.serialize`."""
    with space.lock:
        nodes = sorted(space.nodes.values(), key=lambda node: node.uuid)
        records = [saved.node_record(node) for node in nodes]
        document: saved.Document = {
            **rest_of(space),
            "edges": sorted([*map(list, space.edges), *space.rest.edges], key=str),
            "groups": space.groups.serialize(),
            "view": {node.uuid: view for node in nodes if (view := saved.view_record(node))},
        }
        seldom = {
            "feedback": sorted([*map(list, space.feedback_edges), *space.rest.feedback], key=str),
            "errors": {node.uuid: error.to_dict() for node in nodes if (error := node.slot.error) is not None},
        }
        document.update((key, found) for key, found in seldom.items() if found)
    document["nodes"] = [saved.encoded_record(record) for record in records]
    return document


def rest_of(space: NodeSpace) -> dict[str, Any]:
    """What is saved of the whole graph, beside its nodes, edges and groups. Called under the graph lock."""
    found = {**space.rest.extras, "format": saved.FORMAT_VERSION, "prop": dict(space.rest.properties)}
    if space.mode == "paused":
        found["mode"] = space.mode
    if space.type_check != "warn":
        found["type_check"] = space.type_check
    return found


def restore(space: NodeSpace, data: saved.Document) -> tuple[dict[str, Node], list[str]]:
    """(the nodes of a document by uuid, with their edges; what could not be restored).

    Called under the graph lock, for a nodespace that is empty.
    """
    nodes, problems = restore_nodes(data, space.lib, space.engine)
    for node in nodes.values():
        node.slot.stale = True
    problems += restore_errors(data.get("errors") or {}, nodes)
    edges, feedback = EdgeRestorer(space.engine, nodes), EdgeRestorer(space.engine, nodes)
    edges.restore(data.get("edges") or ())
    feedback.restore_feedback(data.get("feedback") or ())
    extras = {key: value for key, value in data.items() if key not in _KNOWN_KEYS}
    space.rest = Rest(dict(data.get("prop") or {}), extras, edges.kept, feedback.kept)
    space.set_mode("paused" if data.get("mode") == "paused" else "reactive")
    space.type_check = check if (check := data.get("type_check")) in TYPE_CHECKS else "warn"
    return nodes, [*problems, *edges.problems, *feedback.problems, *_empty_though_frozen(data.get("nodes", ()), nodes)]


def _empty_though_frozen(records: Iterable[saved.Record], nodes: Mapping[str, Node]) -> Iterator[str]:
    """A sentence for each frozen node that does not hold all that it held, or nothing at all."""
    for record in records:
        node = nodes[record["id"]]
        if node.mode != "frozen":
            continue
        lost = {port_id: port[LOST] for port_id, port in record.get("io", {}).items() if LOST in port}
        if lost:
            what = ", ".join(f"{port_id} ({kind})" for port_id, kind in lost.items())
            yield f"{node.name} is frozen, but what it held in {what} could not be saved: unfreeze it to compute it again."
        elif node._outs and all(port._value is NoValue for port in node._outs):
            yield f"{node.name} is frozen and holds nothing: unfreeze it to compute it."
