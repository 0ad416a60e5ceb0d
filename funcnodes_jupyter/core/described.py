"""What ports, nodes and node classes say of themselves in full, as plain dicts for a screen or a program.

Values stand in them as they are; :class:`~funcnodes_jupyter.core.jsonencoder.JSONEncoder` makes JSON of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from funcnodes_jupyter.core.portspec import DefaultFactory, PortSpec
from funcnodes_jupyter.core.values import NoValue

if TYPE_CHECKING:
    from funcnodes_jupyter.core.node import Node
    from funcnodes_jupyter.core.nodeio import NodeInput, NodeIO

Description = dict[str, Any]


def describe_port(port: NodeIO, with_value: bool = False) -> Description:
    """All that there is to know of a port, whichever side it is on."""
    node = port.node
    found: Description = {
        "id": port.id,
        "full_id": f"{node.uuid}__{port.id}",
        "node": node.uuid,
        "name": port.name,
        "type": port.type,
        "description": port.description,
        "is_input": port.is_input,
        "connected": port.is_connected,
        "hidden": port.hidden,
        "allow_multiple": port.spec.allow_multiple,
        "emit_value_set": port.spec.emit_value_set,
        "value_options": port.value_options,
        "render_options": port.render_options,
    }
    if with_value:
        found["value"] = port.stored
    return found


def describe_input(port: NodeInput, with_value: bool = False) -> Description:
    """All that there is to know of an input; its value is the default while none is set.

    A default that is made on reading is not made for it.
    """
    default = _plain_default(port.default)
    found = describe_port(port, with_value)
    found |= {"required": port.required, "does_trigger": port.does_trigger, "default": default}
    if with_value and port.stored is NoValue:
        found["value"] = default
    return found


def describe_node(node: Node, with_io_values: bool = False) -> Description:
    """All that there is to know of a node, its ports in order."""
    return {
        "id": node.uuid,
        "node_id": node.node_id,
        "node_name": node.node_name,
        "name": node.name,
        "description": node.description,
        "error": node.error.text if node.error is not None else None,
        "render_options": dict(node.default_render_options),
        "reset_inputs_on_trigger": node.reset_inputs_on_trigger,
        "io": [port.full_serialize(with_io_values) for port in node.ports],
        "status": describe_status(node),
        "properties": node.properties,
    }


def describe_status(node: Node) -> Description:
    """How a node is: what it does, whether it could run, and what of its ports it waits for."""
    slot = node.slot
    return {
        "state": node.state,
        "stale": node.stale,
        "ready": not node.missing(),
        "missing": node.missing(),
        "in_trigger": slot.running,
        "requests_trigger": slot.requested,
        "inputs": {port.id: _input_status(port) for port in node.inputs.values()},
        "outputs": {
            port.id: {"has_value": port.stored is not NoValue, "connected": port.is_connected}
            for port in node.outputs.values()
        },
    }


def _input_status(port: NodeInput) -> Description:
    return {
        "has_value": port.has_value,
        "connected": port.is_connected,
        "required": port.required,
        "ready": port.has_value or port.is_connected or not port.required,
    }


def describe_class(cls: type[Node]) -> Description:
    """What a library shows of a node class."""
    return {
        "node_id": cls.node_id,
        "node_name": cls.node_name,
        "description": cls.description,
        "inputs": [_describe_spec(spec) for spec in cls.input_specs],
        "outputs": [_describe_spec(spec) for spec in cls.output_specs],
    }


def _describe_spec(spec: PortSpec) -> Description:
    found: Description = {
        "uuid": spec.id,
        "name": spec.label,
        "type": spec.type,
        "description": spec.description,
        "hidden": spec.hidden,
        "value_options": dict(spec.value_options),
        "render_options": dict(spec.render_options),
    }
    if spec.is_input:
        found |= {"required": spec.required, "default": _plain_default(spec.default)}
    return found


def _plain_default(default: Any) -> Any:
    return NoValue if isinstance(default, DefaultFactory) else default
