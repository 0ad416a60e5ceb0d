"""Where a new node goes when nobody says: beside the others, never on one of them.

Sizes are canvas pixels at 100 % zoom. They are estimates after the editor's fixed row heights; a node
that a person has resized says its own.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from funcnodes_jupyter.wire.events import NodeState

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
_GRID = 4.0


@dataclass(frozen=True, slots=True)
class Box:
    """A node's rectangle on the canvas."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        return self.x + self.width

    @property
    def bottom(self) -> float:
        return self.y + self.height

    def touches(self, other: Box, gap: float) -> bool:
        """Whether less than ``gap`` pixels lie between the two."""
        return (
            self.x < other.right + gap
            and other.x < self.right + gap
            and self.y < other.bottom + gap
            and other.y < self.bottom + gap
        )


def estimated_size(node: NodeState) -> tuple[float, float]:
    """Width and height as the editor will draw the node, its preview included."""
    if node.size is not None:
        return node.size
    if node.collapsed:
        return NODE_WIDTH, HEADER
    rows = sum(1 for port in node.io if not port.hidden)
    shown = next((port for port in node.io if port.id == node.preview_io and not port.is_input), None)
    preview = _PREVIEW_HEIGHT.get(shown.kind, _OTHER_PREVIEW) if shown is not None else 0.0
    return NODE_WIDTH, HEADER + ROW * rows + preview + FOOTER


def free_place(size: tuple[float, float], others: Iterable[Box]) -> tuple[float, float]:
    """The place for a node of ``size``: right of the newest of ``others``, in a new row when the row is full.

    ``others`` come in the order they were added. The place moves down past whatever stands in the way.
    """
    boxes = list(others)
    width, height = size
    if not boxes:
        return ORIGIN
    left = min(box.x for box in boxes)
    newest = boxes[-1]
    x, y = newest.right + GAP_X, newest.y
    if x + width > left + PER_ROW * (NODE_WIDTH + GAP_X) + NODE_WIDTH / 2:
        x, y = left, max(box.bottom for box in boxes) + GAP_Y
    return _moved_free(Box(_snapped(x), _snapped(y), width, height), boxes)


def _moved_free(box: Box, taken: list[Box]) -> tuple[float, float]:
    """Down past everything in the way. Each step passes at least one box, so this ends."""
    while True:
        in_the_way = [other for other in taken if box.touches(other, _GRID * 4)]
        if not in_the_way:
            return box.x, box.y
        y = max(other.bottom for other in in_the_way) + GAP_Y
        box = Box(box.x, _snapped(y), box.width, box.height)


def _snapped(value: float) -> float:
    return -(-value // _GRID) * _GRID
