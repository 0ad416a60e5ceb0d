"""Where a new node goes when nobody says: beside the others, never on one of them.

Sizes are canvas pixels at 100 % zoom. They are estimates after the editor's fixed row heights; a node
that a person has resized says its own.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from funcnodes_jupyter.core.node import Node
from funcnodes_jupyter.core.shelf import NodeClass
from funcnodes_jupyter.worker.looks import shown_kind
from funcnodes_jupyter.worker.nodestate import COLLAPSED, POS, SIZE, as_pair, preview_port, previewed

NODE_WIDTH = 208.0
HEADER = 34.0
ROW = 30.0
FOOTER = 24.0
GAP_X = 64.0
GAP_Y = 40.0
ORIGIN = (40.0, 40.0)
PER_ROW = 4
"""Nodes side by side before a new row begins: about what a notebook cell shows."""
_PREVIEW_HEIGHT = {"figure": 160.0, "image": 160.0, "table": 150.0, "array": 150.0}
_OTHER_PREVIEW = 60.0
_MORE_LINES = 48.0
"""How much higher a field of several lines is than one of a single line."""
NEAREST = 16.0
"""Pixels that are kept free around a node."""
_GRID = 4.0


class Box(NamedTuple):
    """A node's rectangle on the canvas."""

    left: float
    top: float
    right: float
    bottom: float

    @classmethod
    def at(cls, pos: tuple[float, float], size: tuple[float, float]) -> Box:
        """The rectangle of a node at ``pos``."""
        return cls(pos[0], pos[1], pos[0] + size[0], pos[1] + size[1])


def estimated_size(node: Node, usual: tuple[float, float]) -> tuple[float, float]:
    """Width and height as the editor will draw the node, its preview included; ``usual`` is its class's."""
    if node.get_property(COLLAPSED):
        return NODE_WIDTH, HEADER
    return as_pair(node.get_property(SIZE)) or usual


def class_size(cls: NodeClass) -> tuple[float, float]:
    """Width and height of a node of this class that nobody resized."""
    shown = [spec for spec in (*cls.input_specs, *cls.output_specs) if not spec.hidden]
    source = preview_port(cls)
    kind = next((shown_kind(spec.type) for spec in cls.output_specs if spec.id == source), None)
    preview = _PREVIEW_HEIGHT.get(kind, _OTHER_PREVIEW) if kind is not None else 0.0
    return NODE_WIDTH, HEADER + ROW * len(shown) + preview + FOOTER


def node_size(node: Node) -> tuple[float, float]:
    """The same for a node with ports of its own."""
    shown = [port for port in node.made_ports if not port.hidden]
    lines = sum(1 for port in shown if port.value_options.get("multiline"))
    source = previewed(node)
    # What comes of a call is seen when it has run: there is to be room for a table.
    preview = _PREVIEW_HEIGHT["table"] if any(port.id == source for port in shown) else 0.0
    return NODE_WIDTH, HEADER + ROW * len(shown) + _MORE_LINES * lines + preview + FOOTER


class Places:
    """Where the nodes are that have a place, in the order in which they got one.

    Kept from one question to the next: a node's rectangle is measured anew only when the node was changed.
    All methods are called under the graph lock.
    """

    def __init__(self, nodes: Mapping[str, Node]) -> None:
        self._nodes = nodes
        self._boxes: dict[str, Box] = {}
        self._changed = dict.fromkeys(nodes)
        # A thousand nodes are of a few dozen classes.
        self._usual: dict[NodeClass, tuple[float, float]] = {}

    def changed(self, uuid: str) -> None:
        """This node came, or may have another place or size."""
        self._changed[uuid] = None

    def gone(self, uuid: str) -> None:
        """This node went."""
        self._changed.pop(uuid, None)
        self._boxes.pop(uuid, None)

    def reset(self) -> None:
        """There may be other nodes altogether."""
        self._boxes.clear()
        self._changed = dict.fromkeys(self._nodes)
        self._usual.clear()

    def for_node(self, node: Node) -> tuple[float, float]:
        """A free place for ``node``, which has none yet."""
        return free_place(self._size(node), self.boxes())

    def box_of(self, node: Node, pos: tuple[float, float]) -> Box:
        """The rectangle that ``node`` would have there."""
        return Box.at(pos, self._size(node))

    def boxes(self) -> list[Box]:
        """The rectangles of all nodes that have a place."""
        for uuid in self._changed:
            self._measure(uuid)
        self._changed.clear()
        return list(self._boxes.values())

    def _measure(self, uuid: str) -> None:
        node = self._nodes.get(uuid)
        pos = as_pair(node.get_property(POS)) if node is not None else None
        if node is None or pos is None:
            self._boxes.pop(uuid, None)
        else:
            self._boxes[uuid] = Box.at(pos, self._size(node))

    def _size(self, node: Node) -> tuple[float, float]:
        cls = type(node)
        if any(port.spec.added for port in node.made_ports):
            return estimated_size(node, node_size(node))
        usual = self._usual.get(cls)
        if usual is None:
            usual = self._usual[cls] = class_size(cls)
        return estimated_size(node, usual)


def free_place(size: tuple[float, float], others: Iterable[Box]) -> tuple[float, float]:
    """The place for a node of ``size``: right of the newest of ``others``, in a new row when the row is full.

    ``others`` come in the order they were added; they are gone through twice. The place moves down past
    whatever stands in the way.
    """
    newest: Box | None = None
    left, bottom = math.inf, -math.inf
    for newest in others:
        # Compared by hand and by place, for thousands of nodes: min, max and names cost five times as much.
        if newest[0] < left:
            left = newest[0]
        if newest[3] > bottom:
            bottom = newest[3]
    if newest is None:
        return ORIGIN
    x, y = newest.right + GAP_X, newest.top
    if x + size[0] > left + PER_ROW * (NODE_WIDTH + GAP_X) + NODE_WIDTH / 2:
        x, y = left, bottom + GAP_Y
    return moved_free(Box.at((_snapped(x), _snapped(y)), size), others)


def moved_free(box: Box, taken: Iterable[Box]) -> tuple[float, float]:
    """The place of ``box``, down past everything in the way. Each step passes at least one box, so this ends."""
    left, right = box.left - NEAREST, box.right + NEAREST
    column = [other for other in taken if other[0] < right and left < other[2]]
    top, height = box.top, box.bottom - box.top
    while True:
        floor, ceiling = top - NEAREST, top + height + NEAREST
        in_the_way = [other.bottom for other in column if other.top < ceiling and floor < other.bottom]
        if not in_the_way:
            return box.left, top
        top = _snapped(max(in_the_way) + GAP_Y)


def _snapped(value: float) -> float:
    return -(-value // _GRID) * _GRID
