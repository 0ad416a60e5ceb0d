"""Where a new node goes when nobody says: beside the others, never on one of them.

Sizes are canvas pixels at 100 % zoom. They are estimates after the editor's fixed row heights; a node
that a person has resized says its own.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from funcnodes_jupyter.core.datatypes import kind_of
from funcnodes_jupyter.core.library import NodeClass
from funcnodes_jupyter.core.node import Node
from funcnodes_jupyter.worker.nodestate import COLLAPSED, POS, SIZE, as_pair, preview_port

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
    kind = next((kind_of(spec.type) for spec in cls.output_specs if spec.id == source), None)
    preview = _PREVIEW_HEIGHT.get(kind, _OTHER_PREVIEW) if kind is not None else 0.0
    return NODE_WIDTH, HEADER + ROW * len(shown) + preview + FOOTER


class Boxes:
    """Where nodes are, as far as they have a place, in the order in which they were added.

    Made anew each time one goes through them: thousands kept at once would set off Python's garbage
    collection at every new node.
    """

    def __init__(self, nodes: Mapping[str, Node], without: Node) -> None:
        self._nodes = nodes
        self._without = without
        # A thousand nodes are of a few dozen classes.
        self._usual: dict[NodeClass, tuple[float, float]] = {}

    def __iter__(self) -> Iterator[Box]:
        for node in self._nodes.values():
            pos = as_pair(node.get_property(POS))
            if pos is not None and node is not self._without:
                yield Box.at(pos, self._size(node))

    def _size(self, node: Node) -> tuple[float, float]:
        cls = type(node)
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
        left, bottom = min(left, newest.left), max(bottom, newest.bottom)
    if newest is None:
        return ORIGIN
    x, y = newest.right + GAP_X, newest.top
    if x + size[0] > left + PER_ROW * (NODE_WIDTH + GAP_X) + NODE_WIDTH / 2:
        x, y = left, bottom + GAP_Y
    return _moved_free(Box.at((_snapped(x), _snapped(y)), size), others)


def _moved_free(box: Box, taken: Iterable[Box]) -> tuple[float, float]:
    """Down past everything in the way. Each step passes at least one box, so this ends."""
    left, right = box.left - NEAREST, box.right + NEAREST
    column = [other for other in taken if other.left < right and left < other.right]
    top, height = box.top, box.bottom - box.top
    while True:
        floor, ceiling = top - NEAREST, top + height + NEAREST
        in_the_way = [other.bottom for other in column if other.top < ceiling and floor < other.bottom]
        if not in_the_way:
            return box.left, top
        top = _snapped(max(in_the_way) + GAP_Y)


def _snapped(value: float) -> float:
    return -(-value // _GRID) * _GRID
