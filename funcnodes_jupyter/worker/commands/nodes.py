"""Commands that add, change and remove nodes."""

from __future__ import annotations

import asyncio
import uuid as uuid_module
from collections.abc import Awaitable, Callable, Mapping
from typing import Annotated, Any, Literal

from msgspec import UNSET, Meta, Struct, UnsetType

from funcnodes_jupyter.convert.cells.records import PLACED
from funcnodes_jupyter.core.callports import SOURCE
from funcnodes_jupyter.core.constraints import check
from funcnodes_jupyter.core.conversion import convert_text, convert_value
from funcnodes_jupyter.core.datatypes import TypeDescription
from funcnodes_jupyter.core.errors import ValueConversionError
from funcnodes_jupyter.core.modes import NodeMode
from funcnodes_jupyter.core.node import Node
from funcnodes_jupyter.core.nodeio import NodeInput
from funcnodes_jupyter.nodes.callables import PREFIX
from funcnodes_jupyter.nodes.code import AsyncCodeNode, CodeNode
from funcnodes_jupyter.nodes.finding import find_callable
from funcnodes_jupyter.nodes.functions import PREFIX as FUNCTION_PREFIX
from funcnodes_jupyter.nodes.functions import FunctionNode
from funcnodes_jupyter.nodes.parameters import ports_of, spare_ports
from funcnodes_jupyter.wire.events import NodeState
from funcnodes_jupyter.worker.codeports import put_code
from funcnodes_jupyter.worker.context import Context
from funcnodes_jupyter.worker.errors import ArgumentError
from funcnodes_jupyter.worker.functions import record_of
from funcnodes_jupyter.worker.looks import converter_of
from funcnodes_jupyter.worker.nodestate import COLLAPSED, CONVERTER, MAX_NAME_LENGTH, POS, SIZE, node_state
from funcnodes_jupyter.worker.patterns import check_pattern
from funcnodes_jupyter.worker.typedtexts import CONVERTERS

Uuid = Annotated[str, Meta(min_length=1, max_length=200, pattern="^[^\\s/]+$")]
Pair = tuple[float, float]
Seconds = Annotated[float, Meta(gt=0)]
Retries = Annotated[int, Meta(ge=0, le=100)]
Name = Annotated[str, Meta(max_length=MAX_NAME_LENGTH)]


class Frontend(Struct):
    """How the editor shows a node: canvas pixels at 100 % zoom. What is left out stays as it is."""

    pos: Pair | UnsetType = UNSET
    size: Pair | UnsetType | None = UNSET
    collapsed: bool | UnsetType = UNSET


def add_node(
    context: Context,
    node_id: str,
    uuid: Uuid | None = None,
    name: Name | None = None,
    frontend: Frontend | None = None,
    inputs: dict[str, Any] | None = None,
) -> NodeState:
    """Add a node of a class of the library, with values for its ``inputs``; without a place it finds a free one."""
    edits = context.nodespace.edits

    def make() -> Node:
        if node_id.startswith(FUNCTION_PREFIX):
            chosen = uuid or uuid_module.uuid4().hex
            return edits.add_saved(record_of(context.nodespace, node_id, chosen, name), {})
        return edits.add_node(node_id, uuid=uuid, name=name or None, trigger_on_create=False)

    return _add(context, make, frontend, inputs or {})


def add_callable(
    context: Context,
    node_id: str,
    uuid: Uuid | None = None,
    name: Name | None = None,
    frontend: Frontend | None = None,
    inputs: dict[str, Any] | None = None,
) -> Awaitable[NodeState]:
    """Add a call of what can be imported, such as ``py:pandas.read_csv``, with its parameters as ports; likewise."""
    return _add_callable(context, node_id.removeprefix(PREFIX), uuid, name, frontend, inputs or {})


async def _add_callable(
    context: Context,
    dotted: str,
    uuid: str | None,
    name: str | None,
    frontend: Frontend | None,
    inputs: dict[str, Any],
) -> NodeState:
    # Importing runs code.
    ports = await asyncio.wrap_future(context.nodespace.runner.call(lambda: _ports(dotted)))
    record = {
        "id": uuid or uuid_module.uuid4().hex,
        "node_id": PREFIX + dotted,
        "name": name or dotted.rpartition(".")[2],
        "io": {port: {"is_input": True, "added": declared} for port, declared in ports.items()},
    }
    return _add(context, lambda: context.nodespace.edits.add_saved(record, {}), frontend, inputs)


def _ports(dotted: str) -> dict[str, dict[str, Any]]:
    function = find_callable(dotted)
    return {**ports_of(function), **spare_ports(function)}


def _add(context: Context, make: Callable[[], Node], frontend: Frontend | None, inputs: Mapping[str, Any]) -> NodeState:
    nodespace, edits = context.nodespace, context.nodespace.edits
    layout = frontend or Frontend()
    with nodespace.lock, nodespace.history.step("Add") as step:
        # Its values come first, so that a node that is ready at once runs once, with these.
        node = make()
        for io_id, value in inputs.items():
            port = node.get_input(io_id)
            edits.set_value(port, _converted(port, value))
        places = _properties(layout)
        if layout.pos is UNSET or frontend is None:
            places[POS] = places[PLACED] = list(context.mirror.places.for_node(node))
        edits.set_properties(node, places)
        step.name = f"Add {node.name}"
        if type(node).default_trigger_on_create and not node.missing():
            nodespace.engine.ask(node)
            nodespace.runner.wake()
        return node_state(node)


def remove_node(context: Context, uuid: str) -> Literal[True]:
    """Take a node away, with its edges; a run of it is cancelled."""
    with context.nodespace.lock:
        context.nodespace.edits.remove_node(context.nodespace.get_node_by_id(uuid))
    return True


def update_node(
    context: Context,
    uuid: str,
    io_id: str | None = None,
    value: Any | UnsetType = UNSET,
    text: str | UnsetType = UNSET,
    reset: bool = False,
    name: Name | None = None,
    frontend: Frontend | None = None,
    input_id: str | None = None,
    mode: NodeMode | None = None,
    timeout: Seconds | UnsetType | None = UNSET,
    retries: Retries | None = None,
) -> NodeState:
    """Set an input, by ``value`` (JSON), ``text`` (as typed) or ``reset``; rename, move, resize or fold the node;
    disable, bypass or freeze it; limit the time of a run, and how often a failed one is tried again."""
    port_id = io_id if io_id is not None else input_id
    edits = context.nodespace.edits
    with context.nodespace.lock, context.nodespace.history.step(""):
        node = context.nodespace.get_node_by_id(uuid)
        if port_id is not None:
            _set_input(context, node.get_input(port_id), value, text, reset)
            node = context.nodespace.get_node_by_id(uuid)  # other code makes another node of it
        elif value is not UNSET or text is not UNSET or reset:
            raise ArgumentError("io_id: is missing, so it is not known which input is meant")
        if name is not None:
            edits.rename(node, name.strip())
        if frontend is not None:
            edits.set_properties(node, _properties(frontend), _verb(frontend))
        if mode is not None:
            edits.set_mode(node, mode)
        if timeout is not UNSET or retries is not None:
            wanted = node.timeout if isinstance(timeout, UnsetType) else timeout
            edits.set_limits(node, wanted, node.retries if retries is None else retries)
        return node_state(node)


# --- inputs -------------------------------------------------------------------------------------


def _set_input(context: Context, port: NodeInput, value: Any, text: str | UnsetType, reset: bool) -> None:
    if sum((value is not UNSET, text is not UNSET, reset)) != 1:
        raise ArgumentError("value: give one of value, text and reset")
    if reset:
        if port.id == SOURCE:
            raise ArgumentError("reset: code has no default; give another value")
        context.nodespace.edits.reset_value(port)
    else:
        made = _converted(port, value) if isinstance(text, UnsetType) else _converted_text(port, text)
        if port.id == SOURCE:
            _set_code(context, port.node, made)
        else:
            context.nodespace.edits.set_value(port, made)


def _set_code(context: Context, node: Node, source: str) -> None:
    if isinstance(node, FunctionNode):
        raise ArgumentError("io_id: the code of a function is set by set_code, for its ports follow")
    if isinstance(node, (CodeNode, AsyncCodeNode)):
        put_code(context.nodespace, node, source)


def _converted(port: NodeInput, value: Any) -> Any:
    return _fitting(port, value, convert_value)


def _converted_text(port: NodeInput, text: str) -> Any:
    name = port.render_options.get(CONVERTER) or converter_of(port.type)
    converter = CONVERTERS.get(name) if isinstance(name, str) else None
    if converter is None:
        return _fitting(port, text, convert_text)
    return _fitting(port, text, lambda given, _: converter(given))


def _fitting(port: NodeInput, given: Any, convert: Callable[[Any, TypeDescription], Any]) -> Any:
    """``given`` as a value of the port's type and within its bounds."""
    try:
        made = convert(given, port.type)
    except ValueConversionError as error:
        raise error.at(port.full_name) from None
    options = port.value_options
    check(made, options, port.full_name)
    check_pattern(made, options, port.full_name)
    return made


# --- layout -------------------------------------------------------------------------------------


def _properties(layout: Frontend) -> dict[str, Any]:
    """What is kept with the node for it; None takes a key away."""
    found: dict[str, Any] = {}
    for key, value in ((POS, layout.pos), (SIZE, layout.size)):
        if value is not UNSET:
            found[key] = list(value) if isinstance(value, tuple) else None
    if layout.collapsed is not UNSET:
        found[COLLAPSED] = layout.collapsed or None
    return found


def _verb(layout: Frontend) -> str:
    if layout.pos is not UNSET:
        return "Move"
    return "Resize" if layout.size is not UNSET else "Fold" if layout.collapsed else "Unfold"
