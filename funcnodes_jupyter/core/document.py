"""The saved form of a nodespace: a plain dict, its version, and how older versions become this one.

``{"format": 1, "nodes": […], "edges": […], "prop": {}, "groups": {}, "view": {}}`` with nodes and edges
sorted, layout (``view``, by node uuid) apart from logic, and every key that is not known kept as it is.
Where there is something to say, also ``feedback`` (edges that close a circle), ``errors`` (why the last run
of a node failed, by its uuid), ``mode`` (of a paused graph) and ``type_check`` (where it is not to warn).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from funcnodes_jupyter.core.errors import DocumentError
from funcnodes_jupyter.core.savedport import encoded_port, port_record, with_kept
from funcnodes_jupyter.core.values import NoValue

if TYPE_CHECKING:
    from funcnodes_jupyter.core.node import Node

FORMAT_VERSION = 1
VIEW_PREFIX = "frontend:"
"""Properties whose name begins so are layout, and are saved in the view."""

Document = dict[str, Any]
Record = dict[str, Any]


def node_record(node: Node) -> Record:
    """What is saved of a node: its identity, its properties, and what of it differs from its class.

    Called under the graph lock, so the values are only taken here; :func:`encoded_record` encodes them.
    """
    unknown = node.kept_record
    if unknown is not None:
        record = {**unknown, "name": node.given_name}
    else:
        record = {**(node.kept or {}), "id": node.uuid, "node_id": node.node_id, "name": node.given_name}
        record["node_name"] = node.node_name
        if node.pack_name:  # another pack may have a node of this id
            record["pack"] = node.pack_name
    if "io" in record:
        record["kept_io"] = record["io"]
    frozen = node.mode == "frozen"
    ports: dict[str, Any] = {}
    for port in node.made_ports:
        if port._value is not NoValue or port._overrides is not None or port._spec.added:
            found = port_record(port, frozen)
            if found:
                ports[port._spec.id] = found
    record["io"] = ports
    added = [port._spec.id for port in node.made_ports if port._spec.added]
    if added != sorted(added):  # in the saved form ports stand in the order of the alphabet
        record["order"] = added
    if node._properties is not None:
        properties = {key: value for key, value in node._properties.items() if not key.startswith(VIEW_PREFIX)}
        if properties:
            record["properties"] = properties
    if node.mode != "enabled":
        record["mode"] = node.mode
    if node.timeout != node.default_timeout:
        record["timeout"] = node.timeout
    if node.retries != node.default_retries:
        record["retries"] = node.retries
    return record


def encoded_record(record: Record) -> Record:
    """A record of :func:`node_record` as JSON can hold it; its values may be many, so the lock is not held here."""
    ports = {port_id: encoded_port(found) for port_id, found in record["io"].items()}
    kept = record.pop("kept_io", None)
    if kept:
        for port_id, port in kept.items():
            ports[port_id] = with_kept(port, ports.get(port_id, {}))
    record["io"] = {port_id: port for port_id, port in ports.items() if port} if ports else ports
    return record


def view_record(node: Node) -> dict[str, Any]:
    """The layout of a node: its properties for the screen, without their prefix."""
    if node._properties is None:
        return {}
    return {
        key.removeprefix(VIEW_PREFIX): value
        for key, value in node._properties.items()
        if key.startswith(VIEW_PREFIX)
    }  # fmt: skip


# --- reading --------------------------------------------------------------------------------------


def migrate(document: Mapping[str, Any]) -> Document:
    """``document`` in the newest format.

    Raises:
        DocumentError: it is no saved graph, or one of a newer version.
    """
    if not isinstance(document, Mapping) or not isinstance(document.get("nodes", []), list):
        raise DocumentError("This is no saved graph: it has no list of nodes.")
    version = document.get("format", FORMAT_VERSION)
    if not isinstance(version, int) or version > FORMAT_VERSION:
        raise DocumentError(
            f"This graph was saved in format {version}; this version reads up to {FORMAT_VERSION}. Update the package."
        )
    for key, kind in _SHAPES:
        if document.get(key) and not isinstance(document[key], kind):
            raise DocumentError(f"This is no saved graph: its {key!r} is a {type(document[key]).__name__}.")
    for uuid, view in (document.get("view") or {}).items():
        if view and not isinstance(view, Mapping):
            raise DocumentError(f"This is no saved graph: the layout of its node {uuid!r} is a {type(view).__name__}.")
    seen: set[str] = set()
    for record in document.get("nodes", []):
        _check_record(record)
        if record["id"] in seen:
            raise DocumentError(f"This is no saved graph: two of its nodes have the id {record['id']!r}.")
        seen.add(record["id"])
    return dict(document)


_SHAPES: tuple[tuple[str, type], ...] = (
    ("edges", list),
    ("feedback", list),
    ("prop", Mapping),
    ("groups", Mapping),
    ("view", Mapping),
    ("errors", Mapping),
)


def _check_record(record: Any) -> None:
    """Refuse a node that cannot even be kept as it is."""
    named = _is_mapping(record) and isinstance(record.get("id"), str) and isinstance(record.get("node_id"), str)
    if not named:
        raise DocumentError("This is no saved graph: a node of it has no id or no class.")
    ports = record.get("io", {})
    if not _is_mapping(ports) or not all(map(_is_mapping, ports.values())):
        raise DocumentError(f"This is no saved graph: the ports of its node {record['id']!r} are none.")
    if not isinstance(record.get("name") or "", str):
        raise DocumentError(f"This is no saved graph: the name of its node {record['id']!r} is no text.")
    if not _is_mapping(record.get("properties", {})):
        raise DocumentError(f"This is no saved graph: the properties of its node {record['id']!r} are none.")


def _is_mapping(value: Any) -> bool:
    # What was read from JSON is a dict, and to ask an abstract class takes ten times as long.
    return type(value) is dict or isinstance(value, Mapping)
