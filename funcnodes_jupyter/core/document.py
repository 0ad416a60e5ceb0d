"""The saved form of a nodespace: a plain dict, its version, and how older versions become this one.

``{"format": 1, "nodes": […], "edges": […], "prop": {}, "groups": {}, "view": {}}`` with nodes and edges
sorted, layout (``view``, by node uuid) apart from logic, and every key that is not known kept as it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from funcnodes_jupyter.core.encoding import decode_value
from funcnodes_jupyter.core.errors import DocumentError
from funcnodes_jupyter.core.savedport import encoded_port, port_record

if TYPE_CHECKING:
    from funcnodes_jupyter.core.node import Node

FORMAT_VERSION = 1
VIEW_PREFIX = "frontend:"
"""Properties whose name begins so are layout, and are saved in the view."""

Document = dict[str, Any]


def node_record(node: Node) -> dict[str, Any]:
    """What is saved of a node: its identity, its properties, and what of its ports differs from the class.

    Called under the graph lock, so the values are only taken here; :func:`encoded_record` encodes them.
    """
    unknown = node.kept_record
    record: dict[str, Any] = {"id": node.uuid, "node_id": node.node_id} if unknown is None else dict(unknown)
    record["name"] = node.given_name
    if unknown is None:
        record["node_name"] = node.node_name
    record["io"] = {port.id: found for port in node.ports if (found := port_record(port))}
    if unknown is not None:
        record["kept_io"] = unknown.get("io", {})
    properties = {key: value for key, value in node.properties.items() if not key.startswith(VIEW_PREFIX)}
    if properties:
        record["properties"] = properties
    return record


def encoded_record(record: dict[str, Any]) -> dict[str, Any]:
    """A record of :func:`node_record` as JSON can hold it; its values may be many, so the lock is not held here."""
    ports = {port_id: encoded_port(found) for port_id, found in record["io"].items()}
    record["io"] = {**record.pop("kept_io", {}), **{port_id: port for port_id, port in ports.items() if port}}
    return record


def view_record(node: Node) -> dict[str, Any]:
    """The layout of a node: its properties for the screen, without their prefix."""
    return {
        key.removeprefix(VIEW_PREFIX): value
        for key, value in node.properties.items()
        if key.startswith(VIEW_PREFIX)
    }  # fmt: skip


def node_arguments(record: Mapping[str, Any], view: Mapping[str, Any]) -> dict[str, Any]:
    """The keywords that make the node of a record again (without its input values)."""
    properties = dict(record.get("properties", {}))
    properties.update((f"{VIEW_PREFIX}{key}", value) for key, value in view.items())
    options: dict[str, dict[str, Any]] = {}
    for port_id, saved in record.get("io", {}).items():
        kept = {key: decode_value(value) for key, value in saved.items() if key not in ("is_input", "value")}
        if kept:
            options[port_id] = kept
    return {
        "uuid": record["id"],
        "name": record.get("name") or None,
        "properties": properties,
        "io_options": options,
        "trigger_on_create": False,
    }


def input_values(record: Mapping[str, Any]) -> dict[str, Any]:
    """The saved values of the inputs of a record."""
    return {
        port_id: decode_value(saved["value"])
        for port_id, saved in record.get("io", {}).items()
        if isinstance(saved, Mapping) and "value" in saved and saved.get("is_input", True)
    }


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
    for key, kind in (("edges", list), ("prop", Mapping), ("groups", Mapping), ("view", Mapping)):
        if document.get(key) and not isinstance(document[key], kind):
            raise DocumentError(f"This is no saved graph: its {key!r} is a {type(document[key]).__name__}.")
    seen: set[str] = set()
    for record in document.get("nodes", []):
        _check_record(record)
        if record["id"] in seen:
            raise DocumentError(f"This is no saved graph: two of its nodes have the id {record['id']!r}.")
        seen.add(record["id"])
    return dict(document)


def _check_record(record: Any) -> None:
    """Refuse a node that cannot even be kept as it is."""
    named = isinstance(record, Mapping) and isinstance(record.get("id"), str) and isinstance(record.get("node_id"), str)
    if not named:
        raise DocumentError("This is no saved graph: a node of it has no id or no class.")
    ports = record.get("io", {})
    if not isinstance(ports, Mapping) or not all(isinstance(port, Mapping) for port in ports.values()):
        raise DocumentError(f"This is no saved graph: the ports of its node {record['id']!r} are none.")
    if not isinstance(record.get("properties", {}), Mapping):
        raise DocumentError(f"This is no saved graph: the properties of its node {record['id']!r} are none.")
