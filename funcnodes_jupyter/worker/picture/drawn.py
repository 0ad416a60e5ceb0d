"""A graph as a drawing: which boxes, rows, wires and frames there are, and where."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from msgspec import UNSET

from funcnodes_jupyter.convert.picture import look
from funcnodes_jupyter.convert.picture.columns import GAP_Y, in_columns
from funcnodes_jupyter.convert.picture.drawing import Box, Drawing, Frame, Image, Row, Table, Tone, Wire
from funcnodes_jupyter.convert.picture.lettering import lines
from funcnodes_jupyter.wire.events import GroupState, NodeState, PortState, ValueInfo
from funcnodes_jupyter.worker.picture.graph import Graph
from funcnodes_jupyter.worker.picture.outline import duration, state_in_words

Preview = Image | Table
Place = tuple[float, float]

_TYPED = ("number", "text", "boolean")
_LITERALS = ("list", "dict", "tuple", "set")
_ONE_LINE = ("number", "boolean")


def drawing_of(name: str, graph: Graph, previews: Mapping[str, Preview]) -> Drawing:
    """The drawing of a graph.

    Args:
        name: What the graph is called.
        previews: By the uuids of their nodes, those that there are.
    """
    connected = _connected(graph)
    sizes = {uuid: size_of(node, connected, previews.get(uuid)) for uuid, node in graph.nodes.items()}
    places = _places(graph, sizes)
    boxes = [_box(node, places[uuid], sizes[uuid], connected, previews.get(uuid)) for uuid, node in graph.nodes.items()]
    count = len(boxes)
    return Drawing(
        title=f"{name}: {count} node{'' if count == 1 else 's'}",
        boxes=tuple(boxes),
        wires=tuple(_wires(graph)),
        frames=tuple(_frames(graph.groups, boxes)),
    )


def preview_port(node: NodeState) -> PortState | None:
    """The output whose value is the node's picture."""
    return next((port for port in node.io if port.id == node.preview_io and not port.is_input), None)


# --- boxes ----------------------------------------------------------------------------------------

Connected = frozenset[tuple[str, str, bool]]


def _connected(graph: Graph) -> Connected:
    """The ends of all edges: node, port, and whether that is an input."""
    ends = ((edge[0], edge[1], False) for edge in graph.edges), ((edge[2], edge[3], True) for edge in graph.edges)
    return frozenset(end for side in ends for end in side)


def size_of(node: NodeState, connected: Connected, preview: Preview | None) -> tuple[float, float]:
    """Width and height of a node as the editor draws it, in pixels."""
    picture = isinstance(preview, Image)
    width = node.size[0] if node.size else look.PICTURE_WIDTH if picture else look.NODE_WIDTH
    width = min(look.MOST_WIDTH, max(look.LEAST_WIDTH, width))
    fixed = 2 * look.BORDER + look.HEADER + sum(map(look.row_height, _rows(node, connected, preview))) + look.FOOTER
    error = _error(node)
    if error:
        fixed += look.ERROR_FRAME + look.ERROR_LINE * len(lines(error, width - 32, look.SMALL, look.ERROR_LINES))
    return width, fixed + _preview_height(node, fixed, preview)


def _preview_height(node: NodeState, fixed: float, preview: Preview | None) -> float:
    if preview is None:
        return 0.0
    if node.size:
        return max(64.0, node.size[1] - fixed)
    if isinstance(preview, Image):
        return look.IMAGE_HEIGHT
    return look.TABLE_HEAD + look.TABLE_ROW * max(1, len(preview.rows)) + look.TABLE_FOOT + 4


def _box(node: NodeState, place: Place, size: Place, connected: Connected, preview: Preview | None) -> Box:
    port = preview_port(node) or next((port for port in node.io if not port.is_input and not port.hidden), None)
    port = port or next((port for port in node.io if not port.hidden), None)
    return Box(
        id=node.uuid,
        title=_title(node),
        x=place[0],
        y=place[1],
        width=size[0],
        height=size[1],
        kind=port.kind if port is not None else "any",
        rows=tuple(_rows(node, connected, preview)),
        tone=_tone(node),
        footer=_footer(node, port),
        error=_error(node),
        preview=preview,
    )


def _title(node: NodeState) -> str:
    generated = node.name == node.uuid or node.name.endswith(f"({node.uuid})")
    return node.title or node.node_id if generated or not node.name else node.name


def _error(node: NodeState) -> str:
    return node.error.text if node.state == "error" and node.error is not None else ""


def _tone(node: NodeState) -> Tone:
    if node.unknown:
        return "unknown"
    if node.state in ("running", "queued"):
        return node.state
    if node.untrusted:
        return "stale"
    if node.mode == "disabled":
        return "disabled"
    if node.state in ("error", "incomplete", "cancelled"):
        return node.state
    return "stale" if node.stale and node.mode != "frozen" else node.state


def _footer(node: NodeState, port: PortState | None) -> str:
    tone = _tone(node)
    if tone == "unknown":
        return f"unknown: {node.node_id}"
    if node.untrusted and tone == "stale":
        return "not trusted"
    if tone != "done":
        return {"disabled": "disabled", "idle": "not run yet"}.get(tone) or state_in_words(node)
    shape = port.value.shape if port is not None and port.value is not None and not port.is_input else None
    parts = [duration(node.seconds) if node.seconds is not None else "", " × ".join(f"{n:,}" for n in shape or [])]
    mode = [] if node.mode == "enabled" else [node.mode]
    return " · ".join([*mode, *filter(None, parts)])


def _rows(node: NodeState, connected: Connected, preview: Preview | None) -> Iterator[Row]:
    """The inputs, then the outputs; hidden ports only when something hangs on them."""
    for port in sorted(node.io, key=lambda port: not port.is_input):
        hangs = (node.uuid, port.id, port.is_input) in connected
        if not port.hidden or hangs:
            said = preview is not None and not port.is_input and port.id == node.preview_io
            yield _row(port, hangs, said)


def _row(port: PortState, connected: bool, said: bool) -> Row:
    value = port.value
    scalar = value is not None and value.value is not UNSET
    # What has no type can be typed, too, when it has a form as text.
    typed = port.kind in _TYPED or (port.kind == "any" and value is not None and (scalar or value.type in _LITERALS))
    field = port.is_input and not connected and typed
    seen = value is not None and not said and (scalar or field or port.kind in _ONE_LINE)
    return Row(
        id=port.id,
        label=port.name,
        kind=port.kind,
        value=_text(value) if seen and value is not None else "",
        is_input=port.is_input,
        field=field,
        usual=value is not None and value.is_default,
        area=field and port.kind == "text" and _has_lines(port),
    )


def _text(value: ValueInfo) -> str:
    """A value as it stands in a field: a text without its quotation marks, unless it is empty."""
    return value.value if isinstance(value.value, str) and value.value else value.text


def _has_lines(port: PortState) -> bool:
    wanted = port.render_options.get("multiline", port.value_options.get("multiline"))
    if wanted is True or port.render_options.get("type") == "text_area":
        return True
    return port.value is not None and isinstance(port.value.value, str) and "\n" in port.value.value


# --- places ---------------------------------------------------------------------------------------


def _places(graph: Graph, sizes: Mapping[str, Place]) -> dict[str, Place]:
    """Where each node stands; those that have no place stand in columns, below the others."""
    known = {uuid: node.pos for uuid, node in graph.nodes.items() if node.pos is not None}
    bottom = max((y + sizes[uuid][1] + GAP_Y for uuid, (_, y) in known.items()), default=0.0)
    left = min((x for x, _ in known.values()), default=0.0)
    others = {uuid: size for uuid, size in sizes.items() if uuid not in known}
    edges = [(edge[0], edge[2]) for edge in graph.edges if edge not in graph.feedback]
    return {**known, **in_columns(others, edges, (left, bottom))}


# --- wires and frames -----------------------------------------------------------------------------


def _wires(graph: Graph) -> Iterator[Wire]:
    for edge in graph.edges:
        source = graph.nodes.get(edge[0])
        if source is not None:
            port = next((port for port in source.io if port.id == edge[1] and not port.is_input), None)
            stale = (source.stale and source.mode != "frozen") or source.mode == "disabled"
            kind = port.kind if port is not None else "any"
            yield Wire(edge[:2], edge[2:], kind, stale, edge in graph.feedback)


def _frames(groups: Mapping[str, GroupState], boxes: Iterable[Box]) -> list[Frame]:
    """The frames around nodes and inner frames, the outer ones first; a group of nothing has none."""
    by_id = {box.id: box for box in boxes}
    inside: dict[str | None, list[str]] = {}
    for name, group in groups.items():
        parent = group.parent_group if group.parent_group in groups else None
        inside.setdefault(parent, []).append(name)

    def framed(name: str) -> list[Frame]:
        inner = [frame for child in inside.get(name, ()) for frame in framed(child)]
        around: list[Box | Frame] = [*(by_id[uuid] for uuid in groups[name].node_ids if uuid in by_id), *inner]
        return [_around(groups[name], around), *inner] if around else []

    return [frame for name in inside.get(None, ()) for frame in framed(name)]


def _around(group: GroupState, inner: list[Box | Frame]) -> Frame:
    left = min(one.x for one in inner) - look.FRAME_GAP
    top = min(one.y for one in inner) - look.FRAME_GAP - look.FRAME_HEAD
    right = max(one.x + one.width for one in inner) + look.FRAME_GAP
    bottom = max(one.y + one.height for one in inner) + look.FRAME_GAP
    return Frame(group.meta.name or "Group", left, top, right - left, bottom - top, group.meta.color)
