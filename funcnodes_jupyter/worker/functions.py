"""The functions that notebooks put into a graph's library. They are kept with the graph, each as a node in its saved form."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from funcnodes_jupyter.core.callports import SOURCE
from funcnodes_jupyter.core.datatypes import is_description, kind_of
from funcnodes_jupyter.core.document import Record
from funcnodes_jupyter.core.encoding import decode_value
from funcnodes_jupyter.core.errors import NodeClassNotFoundError
from funcnodes_jupyter.core.node import Node
from funcnodes_jupyter.core.nodespace import NodeSpace
from funcnodes_jupyter.nodes.functions import ABOUT, PREFIX
from funcnodes_jupyter.nodes.functiontext import Template
from funcnodes_jupyter.nodes.trust import UNTRUSTED
from funcnodes_jupyter.wire.messages import NodeClassInfo, PortClassInfo, ShelfInfo

PROPERTY = "functions"
"""The property of a graph that keeps them, by node id."""
_SHELF = "Notebook"
_DESCRIPTION = "Functions that were written in a notebook."


def functions_of(space: NodeSpace) -> dict[str, Template]:
    """The functions by node id. What is none that can be read is left out."""
    kept = space.get_property(PROPERTY, {})
    if not isinstance(kept, Mapping):
        return {}
    return {node_id: found for node_id, found in kept.items() if _is_template(node_id, found)}


def define(space: NodeSpace, template: Template) -> list[Node]:
    """Put a function into the library, and have all nodes of that name call it; returns those that changed.

    They are one step that can be undone; the library keeps the new function then.
    """
    node_id = template["node_id"]
    with space.lock:
        space.set_property(PROPERTY, {**functions_of(space), node_id: template})
        with space.history.step(f"Define {template['name']}"):
            return [put_into(space, node, template) for node in list(space.nodes.values()) if differs(node, template)]


def forget(space: NodeSpace, name: str) -> None:
    """Take a function out of the library; nodes of it stay.

    Raises:
        NodeClassNotFoundError: there is none of that name.
    """
    with space.lock:
        kept = functions_of(space)
        if kept.pop(PREFIX + name, None) is None:
            raise NodeClassNotFoundError(PREFIX + name, list(kept))
        space.set_property(PROPERTY, kept)


def differs(node: Node, template: Template) -> bool:
    """Whether a node is of that function, and calls another version of it."""
    if node.node_id != template["node_id"]:
        return False
    wanted = {UNTRUSTED: None, **template["properties"]}
    same_text = node.inputs[SOURCE].stored == template["io"][SOURCE]["value"]
    return not same_text or any(node.get_property(key) != value for key, value in wanted.items())


def put_into(space: NodeSpace, node: Node, template: Template) -> Node:
    """Have a node call this function; it runs then. Values and edges of ports that are still there stay."""
    ports = {port_id: _live(template["io"][port_id]) for port_id in (SOURCE, *template["order"])}
    properties = {UNTRUSTED: None, **template["properties"]}
    return space.edits.reshape(node, ports, properties, f"Change {node.name}")


def _live(port: Mapping[str, Any]) -> Record:
    """A port in its saved form with its values as they are."""
    found: Record = {**port}
    if "value" in port:
        found["value"] = decode_value(port["value"])
    if "added" in port:
        found["added"] = {key: decode_value(value) for key, value in port["added"].items()}
    return found


def record_of(space: NodeSpace, node_id: str, uuid: str, name: str | None) -> Record:
    """A new node of a function of the library, in its saved form.

    Raises:
        NodeClassNotFoundError: there is no such function.
    """
    known = functions_of(space)
    if node_id not in known:
        raise NodeClassNotFoundError(node_id, list(known))
    template = known[node_id]
    return {**template, "id": uuid, "name": name or template["name"]}


# --- the library --------------------------------------------------------------------------------


def shelf_of(space: NodeSpace) -> ShelfInfo | None:
    """The functions as the library shows them; None without any."""
    known = functions_of(space)
    return (
        ShelfInfo(name=_SHELF, description=_DESCRIPTION, nodes=[_info(known[key]) for key in known]) if known else None
    )


def _info(template: Template) -> NodeClassInfo:
    return NodeClassInfo(
        node_id=template["node_id"],
        node_name=template["name"],
        description=str(template["properties"].get(ABOUT, "")),
        inputs=list(_ports(template, is_input=True)),
        outputs=list(_ports(template, is_input=False)),
    )


def _ports(template: Template, *, is_input: bool) -> Iterator[PortClassInfo]:
    for port_id in template["order"]:
        port = template["io"][port_id]
        if port["is_input"] is is_input:
            said = port["added"]
            yield PortClassInfo(
                id=port_id,
                name=said.get("name") or port_id,
                kind=kind_of(said.get("type", "Any")),
                description=said.get("description", ""),
            )


def _is_template(node_id: Any, found: Any) -> bool:
    """Whether it has all that is read of it: it may come from an archive."""
    if not (isinstance(found, Mapping) and isinstance(node_id, str) and found.get("node_id") == node_id):
        return False
    io, order = found.get("io"), found.get("order")
    if not (isinstance(io, Mapping) and isinstance(order, list) and isinstance(found.get("properties"), Mapping)):
        return False
    code = io.get(SOURCE)
    ports = [io.get(port_id) if isinstance(port_id, str) else None for port_id in order]
    return (
        isinstance(found.get("name"), str)
        and isinstance(code, Mapping)
        and isinstance(code.get("value"), str)
        and isinstance(found["properties"].get(ABOUT, ""), str)
        and all(
            isinstance(port, Mapping) and isinstance(port.get("is_input"), bool) and _is_declared(port.get("added"))
            for port in ports
        )
    )


def _is_declared(said: Any) -> bool:
    if not isinstance(said, Mapping):
        return False
    texts = (said.get("name", ""), said.get("description", ""))
    return all(isinstance(text, str) for text in texts) and is_description(said.get("type", "Any"))
