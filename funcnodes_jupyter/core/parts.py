"""The saved form of a nodespace in parts, each of which can be read alone, so that what changed is saved alone.

A part is named by a :data:`Mark`. All parts together are what :func:`~funcnodes_jupyter.core.saving.document_of` gives.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, Literal

from funcnodes_jupyter.core import document as saved
from funcnodes_jupyter.core.saving import rest_of
from funcnodes_jupyter.core.values import NoValue
from funcnodes_jupyter.core.wiring import edge_of

if TYPE_CHECKING:
    from funcnodes_jupyter.core.nodespace import NodeSpace

Section = Literal["nodes", "view", "errors", "edges", "feedback", "groups", "rest"]
"""``rest`` are the keys of a document that have no section of their own."""
Mark = tuple[Section, Any]
"""(section, key): the uuid of a node, its layout or its error; an edge; the id of a group; a key of the document."""


def marks_of_node(space: NodeSpace, uuid: str) -> Iterator[Mark]:
    """The marks of what is saved of a node, with the edges that begin at it. Called under the graph lock."""
    node = space.nodes.get(uuid)
    if node is None:
        return
    yield "nodes", uuid
    yield "view", uuid
    yield "errors", uuid
    for port in node.made_ports:
        for target in port._targets:
            yield "edges", edge_of(port, target)


def marks_of_graph(space: NodeSpace) -> Iterator[Mark]:
    """The marks of all that is saved of ``space`` beside its nodes and their edges. Called under the graph lock."""
    for edge in map(_edge_key, space.rest.edges):
        yield "edges", edge
    for edge in (*space.feedback_edges, *map(_edge_key, space.rest.feedback)):
        yield "feedback", edge
    for group_id in space.groups:
        yield "groups", group_id
    for key in rest_of(space):
        yield "rest", key


def read_part(space: NodeSpace, mark: Mark) -> Any:
    """What is saved of ``space`` under ``mark`` now, NoValue when nothing is.

    Called under the graph lock, so the values are only taken here; :func:`encoded_part` encodes them.
    """
    section, key = mark
    return _READERS[section](space, key)


def encoded_part(section: Section, part: Any) -> Any:
    """What :func:`read_part` gave, as JSON can hold it; its values may be many, so the lock is not held here."""
    if section == "nodes":
        return saved.encoded_record(part)
    if section == "errors":
        return part.to_dict()
    return part


def _node(space: NodeSpace, uuid: str) -> Any:
    node = space.nodes.get(uuid)
    return NoValue if node is None else saved.node_record(node)


def _view(space: NodeSpace, uuid: str) -> Any:
    node = space.nodes.get(uuid)
    return NoValue if node is None else saved.view_record(node) or NoValue


def _error(space: NodeSpace, uuid: str) -> Any:
    node = space.nodes.get(uuid)
    return NoValue if node is None or node.slot.error is None else node.slot.error


def _edge(space: NodeSpace, edge: Any) -> Any:
    return edge if _leads(space, edge) else _kept(space.rest.edges, edge)


def _feedback(space: NodeSpace, edge: Any) -> Any:
    return edge if edge in space.feedback_edges else _kept(space.rest.feedback, edge)


def _group(space: NodeSpace, group_id: str) -> Any:
    return space.groups.get(group_id, NoValue)


def _rest(space: NodeSpace, key: str) -> Any:
    return rest_of(space).get(key, NoValue)


_READERS: Final[Mapping[Section, Callable[[NodeSpace, Any], Any]]] = MappingProxyType(
    {
        "nodes": _node,
        "view": _view,
        "errors": _error,
        "edges": _edge,
        "feedback": _feedback,
        "groups": _group,
        "rest": _rest,
    }
)


# --- edges ----------------------------------------------------------------------------------------


def _leads(space: NodeSpace, edge: Any) -> bool:
    """Whether this edge is there, of those that are no feedback."""
    if type(edge) is not tuple or edge[0] not in space.nodes or edge[2] not in space.nodes:
        return False
    targets = (port for port in space.nodes[edge[2]].made_ports if port._spec.is_input and port._spec.id == edge[3])
    return any(edge_of(source, port) == edge for port in targets for source in port._sources)  # type: ignore[attr-defined]


def _edge_key(edge: Any) -> Any:
    """What stands for an edge that found no place: it may be anything."""
    is_edge = isinstance(edge, list) and len(edge) == 4 and all(isinstance(part, str) for part in edge)
    return tuple(edge) if is_edge else str(edge)


def _kept(edges: list[Any], key: Any) -> Any:
    return next((edge for edge in edges if _edge_key(edge) == key), NoValue)
