"""A graph that is far longer than it is high, in rows like lines of text: in one row nobody could read a title of it.

One that is far higher than it is long stands in columns.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace

from funcnodes_jupyter.convert.picture import look
from funcnodes_jupyter.convert.picture.drawing import Box, Drawing, Frame

WANTED = 0.2
"""The scale at which a row is long enough: some letters of a title fit into a box."""
_GAP = 76.0
"""Between two rows, in canvas pixels."""
_LONG = 4.0
"""How many times as long as high it has to be: any other graph would lose its form."""
_COUNTS = (1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 18, 22, 26, 30, 36, 44, 54, 66, 80, 100, 130, 170)
"""Of rows that are tried."""
_WORTH = 2.0
"""A graph is only folded if it is drawn so many times as large then."""

Limits = tuple[float, float]
"""Pixels that a picture may be wide and high."""


def folded(drawing: Drawing, limits: Limits, least: float) -> Drawing:
    """The drawing as it is, unless it would be drawn smaller than ``least``: then folded, with a note that says so.

    Boxes stay whole, and keep their places within a row. Wires from one row to another are marked as broken.
    """
    length, depth = _size(drawing)
    if min(limits[0] / length, limits[1] / depth) >= least:
        return drawing
    if length >= _LONG * depth:
        return _in_rows(drawing, limits, "rows")
    if depth >= _LONG * length:
        return _turned(_in_rows(_turned(drawing), limits[::-1], "columns"))
    return drawing


def _in_rows(drawing: Drawing, limits: Limits, called: str) -> Drawing:
    tried = [_rows(drawing, count) for count in _COUNTS]
    scales = [_scale(rows.values(), limits) for rows in tried]
    best = next((at for at, scale in enumerate(scales) if scale >= WANTED), scales.index(max(scales)))
    if scales[best] < _WORTH * scales[0]:
        return drawing
    rows = tried[best]
    row_of = {box.id: row for row in rows.values() for box in row.boxes}
    broken = (row_of.get(wire.source[0]) is not row_of.get(wire.target[0]) for wire in drawing.wires)
    return replace(
        drawing,
        boxes=tuple(row_of[box.id].moved(box) for box in drawing.boxes),
        wires=tuple(
            replace(wire, broken=True) if cut else wire for wire, cut in zip(drawing.wires, broken, strict=True)
        ),
        frames=tuple(piece for frame in drawing.frames for row in rows.values() for piece in row.pieces_of(frame)),
        note=f"{len(row_of)} nodes, shown in {len(rows)} {called}; in the editor they stand in one.",
    )


def _rows(drawing: Drawing, count: int) -> dict[int, _Row]:
    """At most ``count`` rows, which cover the same length: a gap in which nothing stands gives none."""
    left, row = _left(drawing), _size(drawing)[0] / count
    inside: dict[int, list[Box]] = {}
    for box in drawing.boxes:
        inside.setdefault(int((box.x + box.width / 2 - left) / row), []).append(box)
    rows: dict[int, _Row] = {}
    down = 0.0
    for number in sorted(inside):
        rows[number] = _Row(tuple(inside[number]), down)
        down += rows[number].height + _GAP
    return rows


def _scale(rows: Collection[_Row], limits: Limits) -> float:
    width = max(row.end - row.begin for row in rows) + 2 * look.MARGIN
    return min(limits[0] / width, limits[1] / sum(row.height + _GAP for row in rows))


class _Row:
    """Boxes that stand in a row, and where it goes."""

    def __init__(self, boxes: tuple[Box, ...], down: float) -> None:
        self.boxes = boxes
        self.begin = min(box.x for box in boxes)
        self.end = max(box.x + box.width for box in boxes)
        self._top = min(box.y for box in boxes)
        self.height = max(box.y + box.height for box in boxes) - self._top
        self._down = down

    def moved(self, box: Box) -> Box:
        return replace(box, x=box.x - self.begin, y=box.y - self._top + self._down)

    def pieces_of(self, frame: Frame) -> Iterator[Frame]:
        """What of a frame is in the row, if anything is."""
        left, right = max(frame.x, self.begin - look.MARGIN), min(frame.x + frame.width, self.end + look.MARGIN)
        top = max(frame.y, self._top - look.FRAME_GAP - look.FRAME_HEAD)
        bottom = min(frame.y + frame.height, self._top + self.height + look.FRAME_GAP)
        if right - left > 2 * look.MARGIN and bottom - top > look.FRAME_GAP + look.FRAME_HEAD:
            x, y = left - self.begin, top - self._top + self._down
            yield replace(frame, x=x, y=y, width=right - left, height=bottom - top)


def _turned(drawing: Drawing) -> Drawing:
    """The same with right and down exchanged."""
    boxes = (replace(box, x=box.y, y=box.x, width=box.height, height=box.width) for box in drawing.boxes)
    frames = (replace(frame, x=frame.y, y=frame.x, width=frame.height, height=frame.width) for frame in drawing.frames)
    return replace(drawing, boxes=tuple(boxes), frames=tuple(frames))


def _size(drawing: Drawing) -> tuple[float, float]:
    rects: list[Box | Frame] = [*drawing.boxes, *drawing.frames]
    width = max(rect.x + rect.width for rect in rects) - _left(drawing)
    height = max(rect.y + rect.height for rect in rects) - min(rect.y for rect in rects)
    return width + 2 * look.MARGIN, height + 2 * look.MARGIN


def _left(drawing: Drawing) -> float:
    rects: list[Box | Frame] = [*drawing.boxes, *drawing.frames]
    return min(rect.x for rect in rects)
