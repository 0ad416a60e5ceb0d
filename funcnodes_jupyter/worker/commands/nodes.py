"""Commands that add, change and remove nodes."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from msgspec import UNSET, Meta, Struct, UnsetType

from funcnodes_jupyter.core.conversion import convert_text, convert_value
from funcnodes_jupyter.core.errors import ValueConversionError
from funcnodes_jupyter.core.node import Node
from funcnodes_jupyter.core.nodeio import NodeInput
from funcnodes_jupyter.core.values import NoValue
from funcnodes_jupyter.core.wiring import edge_of
from funcnodes_jupyter.wire.events import NodeState
from funcnodes_jupyter.worker.context import Context
from funcnodes_jupyter.worker.errors import ArgumentError
from funcnodes_jupyter.worker.nodestate import COLLAPSED, POS, SIZE, node_state

Uuid = Annotated[str, Meta(min_length=1, max_length=200, pattern="^[^\\s/]+$")]
Pair = tuple[float, float]


class Frontend(Struct):
    """How the editor shows a node: canvas pixels at 100 % zoom. What is left out stays as it is."""

    pos: Pair | UnsetType = UNSET
    size: Pair | UnsetType | None = UNSET
    collapsed: bool | UnsetType = UNSET


def add_node(
    context: Context,
    node_id: str,
    uuid: Uuid | None = None,
    name: str | None = None,
    frontend: Frontend | None = None,
    inputs: dict[str, Any] | None = None,
) -> NodeState:
    """Add a node of a class of the library, with values for its ``inputs``; without a place it finds a free one."""
    nodespace = context.nodespace
    with nodespace.lock:
        # Its values come first, so that a node that is ready at once runs once, with these.
        node = nodespace.add_node_by_id(node_id, uuid=uuid, name=name or None, trigger_on_create=False)
        try:
            for io_id, value in (inputs or {}).items():
                port = node.get_input(io_id)
                port.set_value(_converted(port, value))
        except Exception:
            nodespace.remove_node_by_id(node.uuid)
            raise
        _set_layout(node, frontend or Frontend())
        if frontend is None or frontend.pos is UNSET:
            node.set_property(POS, list(context.mirror.places.for_node(node)))
        if type(node).default_trigger_on_create and not node.missing():
            node.request_trigger()
        context.undo.add(lambda: nodespace.remove_node_by_id(node.uuid))
        return node_state(node)


def remove_node(context: Context, uuid: str) -> Literal[True]:
    """Take a node away, with its edges; a run of it is cancelled."""
    nodespace = context.nodespace
    with nodespace.lock:
        node = nodespace.get_node_by_id(uuid)
        edges = _edges_of(node)
        values = [(port, port.stored) for port in node.inputs.values()]
        nodespace.remove_node_by_id(uuid)
        context.undo.add(lambda: _bring_back(context, node, values, edges))
    return True


def update_node(
    context: Context,
    uuid: str,
    io_id: str | None = None,
    value: Any | UnsetType = UNSET,
    text: str | UnsetType = UNSET,
    reset: bool = False,
    name: str | None = None,
    frontend: Frontend | None = None,
    input_id: str | None = None,
) -> NodeState:
    """Set an input, by ``value`` (JSON), ``text`` (as typed) or ``reset``; rename, move, resize or fold the node."""
    port_id = io_id if io_id is not None else input_id
    with context.nodespace.lock:
        node = context.nodespace.get_node_by_id(uuid)
        if port_id is not None:
            _set_input(context, node.get_input(port_id), value, text, reset)
        elif value is not UNSET or text is not UNSET or reset:
            raise ArgumentError("io_id: is missing, so it is not known which input is meant")
        if name is not None:
            before = node.given_name
            node.name = name.strip()
            context.undo.add(lambda: setattr(node, "name", before))
        if frontend is not None:
            _change_layout(context, node, frontend)
        return node_state(node)


# --- inputs -------------------------------------------------------------------------------------


def _set_input(context: Context, port: NodeInput, value: Any, text: str | UnsetType, reset: bool) -> None:
    if sum((value is not UNSET, text is not UNSET, reset)) != 1:
        raise ArgumentError("value: give one of value, text and reset")
    before = port.stored
    if reset:
        port.set_value(NoValue)
    else:
        port.set_value(_converted(port, value) if isinstance(text, UnsetType) else _converted_text(port, text))
    context.undo.add(lambda: port.set_value(before))


def _converted(port: NodeInput, value: Any) -> Any:
    try:
        return convert_value(value, port.type)
    except ValueConversionError as error:
        raise ValueConversionError(error.value, error.wanted, port.full_name) from None


def _converted_text(port: NodeInput, text: str) -> Any:
    try:
        return convert_text(text, port.type)
    except ValueConversionError as error:
        raise ValueConversionError(error.value, error.wanted, port.full_name) from None


# --- layout -------------------------------------------------------------------------------------


def _set_layout(node: Node, layout: Frontend) -> None:
    for key, value in ((POS, layout.pos), (SIZE, layout.size)):
        if value is not UNSET:
            node.set_property(key, list(value) if isinstance(value, tuple) else None)
    if layout.collapsed is not UNSET:
        node.set_property(COLLAPSED, layout.collapsed or None)


def _change_layout(context: Context, node: Node, layout: Frontend) -> None:
    before = {key: node.get_property(key) for key in (POS, SIZE, COLLAPSED)}
    _set_layout(node, layout)

    def undo() -> None:
        for key, value in before.items():
            node.set_property(key, value)

    context.undo.add(undo)


# --- taking back a removal ----------------------------------------------------------------------


def _edges_of(node: Node) -> list[tuple[str, str, str, str]]:
    coming = [edge_of(source, port) for port in node.inputs.values() for source in port.sources]
    return coming + [edge_of(port, target) for port in node.ports for target in port.targets]


def _bring_back(
    context: Context, node: Node, values: list[tuple[NodeInput, Any]], edges: list[tuple[str, str, str, str]]
) -> None:
    nodespace = context.nodespace
    nodespace.add_node_instance(node)
    for source, source_io, target, target_io in edges:
        nodespace.get_node_by_id(source)[source_io].connect(nodespace.get_node_by_id(target)[target_io])
    for port, value in values:
        if not port.sources:
            port.set_value(value)
