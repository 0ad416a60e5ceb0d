"""From a node of the core to what the wire says of it. Read under the graph lock; runs no user code."""

from __future__ import annotations

from collections.abc import Mapping
from math import isfinite
from typing import Any, cast

from funcnodes_jupyter.core.datatypes import TypeDescription
from funcnodes_jupyter.core.library import Library
from funcnodes_jupyter.core.node import Node
from funcnodes_jupyter.core.nodeio import NodeInput, NodeIO
from funcnodes_jupyter.core.nodespace import NodeSpace
from funcnodes_jupyter.core.placeholder import PlaceholderNode
from funcnodes_jupyter.core.portspec import PortSpec
from funcnodes_jupyter.core.runreport import RunError
from funcnodes_jupyter.core.shelf import NodeClass, Shelf
from funcnodes_jupyter.core.values import NoValue
from funcnodes_jupyter.core.wiring import edge_of, misfit
from funcnodes_jupyter.nodes.trust import is_trusted
from funcnodes_jupyter.wire.events import (
    EdgeData,
    ErrorInfo,
    GroupLook,
    GroupState,
    NodeState,
    PortKind,
    PortState,
    ProgressInfo,
    RunState,
    ValueInfo,
)
from funcnodes_jupyter.wire.messages import LibraryInfo, NodeClassInfo, PortClassInfo, ShelfInfo
from funcnodes_jupyter.worker.brief import describe_port
from funcnodes_jupyter.worker.jsonable import Sample
from funcnodes_jupyter.worker.lognews import log_state, snapshot
from funcnodes_jupyter.worker.looks import converter_of, renderer_of, shown_kind

POS = "frontend:pos"
SIZE = "frontend:size"
COLLAPSED = "frontend:collapsed"

MAX_NAME_LENGTH = 1000
"""Characters; names are kept with each step that can be undone, and with each event that can be asked for again."""
MAX_COLOR_LENGTH = 40

CONVERTER = "converter"
"""The render option of an input that says what a typed text becomes."""
RENDERER = "renderer"
"""The render option of a port that says what its values are drawn by."""
_SHOWN = ("table", "array", "figure", "image")
_MAX_OPTIONS = 2000

STATUS_FIELDS = (
    "name", "pos", "size", "collapsed", "state", "stale", "missing", "blame", "seconds", "error", "progress",
    "mode", "timeout", "retries", "stubborn", "untrusted",
)  # fmt: skip
"""The fields of a :class:`NodeState` that change while the node exists; those of a :class:`NodeChange`."""


def node_state(node: Node) -> NodeState:
    """All that the editor shows of ``node``."""
    known = not isinstance(node, PlaceholderNode)
    return NodeState(
        uuid=node.uuid,
        node_id=node.node_id if known else cast(PlaceholderNode, node).missing_node_id,
        title=node.node_name,
        description=node.description,
        source=source_of(type(node)) if known else "",
        io=[port_state(port) for port in node.ports],
        preview_io=previewed(node),
        unknown=not known,
        log=log_state(snapshot(node.slot.log)),
        **status(node),
    )


def status(node: Node) -> dict[str, Any]:
    """The fields named by :data:`STATUS_FIELDS`, as they are now."""
    slot = node.slot
    progress = node.progress_state
    return {
        "name": node.name,
        "pos": as_pair(node.get_property(POS)),
        "size": as_pair(node.get_property(SIZE)),
        "collapsed": bool(node.get_property(COLLAPSED, False)),
        "state": cast(RunState, node.state),
        "stale": node.stale,
        "missing": node.missing(),
        "blame": slot.blame.uuid if slot.blame is not None else "",
        "seconds": slot.seconds,
        "error": error_info(slot.error) if slot.error is not None else None,
        "progress": ProgressInfo(*progress) if progress is not None and slot.running else None,
        "mode": node.mode,
        "timeout": node.timeout,
        "retries": node.retries,
        "stubborn": slot.stubborn,
        "untrusted": not is_trusted(node),
    }


def edge_notes(space: NodeSpace) -> list[EdgeData]:
    """The edges that are feedback, or whose ports may not fit."""
    feedback = space.engine.feedback
    unchecked = space.type_check == "off"
    found = [] if feedback is None else [_edge_data(source, port, True) for source, port in feedback.edges()]
    if unchecked:
        return [EdgeData(edge.src, edge.dst, feedback=True) for edge in found]
    edges = [
        _edge_data(source, port, False)
        for node in space.nodes.values()
        for port in node._ins
        for source in port._sources
    ]
    return found + [edge for edge in edges if edge.warning]


def _edge_data(source: NodeIO, target: NodeInput, feedback: bool) -> EdgeData:
    edge = edge_of(source, target)
    return EdgeData(edge[:2], edge[2:], feedback, misfit(source, target))


def error_info(error: RunError) -> ErrorInfo:
    """A failed run as the wire says it."""
    return ErrorInfo(error.text, error.type, error.traceback, error.function, error.line, dict(error.inputs))


def port_state(port: NodeIO) -> PortState:
    """All that the editor shows of ``port``."""
    return PortState(
        id=port.id,
        name=port.name,
        is_input=port.is_input,
        kind=cast(PortKind, shown_kind(port.type)),
        type=port.type,
        description=port.description,
        required=port.required,
        hidden=port.hidden,
        value=port_value(port),
        value_options=options_of(port),
        render_options=cast("dict[str, Any]", Sample().of(_render_options(port))),
    )


def _render_options(port: NodeIO) -> dict[str, Any]:
    converter = converter_of(port.type) if port.is_input else ""
    by_type = {CONVERTER: converter, RENDERER: renderer_of(port.type)}
    return {**{key: said for key, said in by_type.items() if said}, **port.render_options}


def port_value(port: NodeIO) -> ValueInfo | None:
    """The line that a port shows, None when it has no value."""
    return describe_port(port.stored, port.default if isinstance(port, NodeInput) else NoValue)


def options_of(port: NodeIO) -> dict[str, Any]:
    """The value options as JSON; of a long list of choices the first ones."""
    return cast("dict[str, Any]", Sample(items=_MAX_OPTIONS, budget=2 * _MAX_OPTIONS).of(port.value_options))


def preview_port(cls: NodeClass) -> str | None:
    """The output that nodes of a class show: the one it names, else the first that is worth a picture."""
    named = (cls.default_render_options.get("data") or {}).get("src")
    if named is not None:
        return str(named)
    return next((spec.id for spec in cls.output_specs if not spec.hidden and _is_shown(spec.type)), None)


def _is_shown(description: TypeDescription) -> bool:
    """Whether values of a type are worth a picture: those of some kinds, and those that a pack has a renderer for."""
    return shown_kind(description) in _SHOWN or bool(renderer_of(description))


def previewed(node: Node) -> str | None:
    """The output that a node shows; one with outputs of its own may have none of the name that its class says."""
    named = preview_port(type(node))
    ports = {port.id: port for port in node._outs}
    if named is None or named in ports:
        return named
    return next((port_id for port_id, port in ports.items() if not port.hidden and _is_shown(port.type)), None)


def source_of(cls: NodeClass) -> str:
    """Where the class's function stands: ``module.function``."""
    return f"{cls.__module__}.{cls.function_name}" if cls.function_name else cls.__module__


def as_pair(value: Any) -> tuple[float, float] | None:
    """A position or size as it was kept with a node; None when there is none."""
    if value is None:
        return None
    try:
        first, second = map(float, value)
    except (TypeError, ValueError, OverflowError):
        return None
    return (first, second) if isfinite(first) and isfinite(second) else None


# --- groups -------------------------------------------------------------------------------------


def group_state(record: Mapping[str, Any]) -> GroupState:
    """All that the editor shows of a group; what others keep with it may be anything."""
    meta = record["meta"]
    return GroupState(
        node_ids=record["node_ids"],
        child_groups=record["child_groups"],
        parent_group=record["parent_group"],
        meta=GroupLook(
            name=_as_text(meta.get("name"), MAX_NAME_LENGTH),
            color=_as_text(meta.get("color"), MAX_COLOR_LENGTH),
            collapsed=meta.get("collapsed") is True,
        ),
    )


def _as_text(value: Any, most: int) -> str:
    return value[:most] if isinstance(value, str) else ""


# --- the library --------------------------------------------------------------------------------


def library_info(library: Library) -> LibraryInfo:
    """Everything a person can add, shelf by shelf."""
    return LibraryInfo(shelves=[_shelf_info(library, shelf) for shelf in library.shelves])


def _shelf_info(library: Library, shelf: Shelf) -> ShelfInfo:
    return ShelfInfo(
        name=shelf.name,
        description=shelf.description,
        pack=shelf.pack,
        nodes=[_class_info(library, cls) for cls in shelf.nodes],
        subshelves=[_shelf_info(library, inner) for inner in shelf.subshelves],
    )


def _class_info(library: Library, cls: NodeClass) -> NodeClassInfo:
    return NodeClassInfo(
        node_id=library.id_of(cls),
        node_name=cls.node_name,
        description=cls.description,
        inputs=[_port_class_info(spec) for spec in cls.input_specs if not spec.hidden],
        outputs=[_port_class_info(spec) for spec in cls.output_specs if not spec.hidden],
    )


def _port_class_info(spec: PortSpec) -> PortClassInfo:
    return PortClassInfo(id=spec.id, name=spec.label, kind=shown_kind(spec.type), description=spec.description)
