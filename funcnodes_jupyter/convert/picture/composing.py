"""From what a graph is to what is seen of it: shapes from back to front, and how much of them is drawn."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping

from funcnodes_jupyter.convert.picture import look
from funcnodes_jupyter.convert.picture.drawing import Box, Drawing, Frame, Wire
from funcnodes_jupyter.convert.picture.folding import folded
from funcnodes_jupyter.convert.picture.lettering import cut, width_of
from funcnodes_jupyter.convert.picture.nodeshapes import far_box, port_place, whole_box
from funcnodes_jupyter.convert.picture.shapes import Label, Part, Path, Point, Rect, Scene, Shape

MOST_WIDTH = 920.0
MOST_HEIGHT = 2400.0
"""Pixels of a picture; a larger graph is drawn smaller. So wide are pages of GitHub, and JupyterLab does not shrink it."""
READABLE = 0.45
"""Below this scale nobody reads the rows of a box, and its title is drawn larger instead of them."""
_TITLED = 0.12
"""Below this one a title has no room either."""
_TITLE_PIXELS = 9.0
_MOST_BOXES = 400
"""More boxes than these are drawn from afar however large they are: a picture is no data dump."""
_NOTE = 28.0
"""Pixels for the note below a picture."""
_END = 40.0
"""Canvas pixels that are drawn of each end of a broken wire."""
_AWAY, _BELOW, _CORNER = 24.0, 20.0, 12.0
_EMPTY = (320.0, 96.0)

Ports = Mapping[tuple[str, str, bool], Point]


def scene_of(drawing: Drawing) -> Scene:
    """All shapes of a drawing, with the details that can be read at the scale it gets."""
    if not drawing.boxes:
        return _empty(drawing.title)
    drawing = folded(drawing, (MOST_WIDTH, MOST_HEIGHT), _TITLED)
    ports = _ports(drawing.boxes)
    boxes = {box.id: box for box in drawing.boxes}
    paths = [(wire, path) for wire in drawing.wires for path in _paths(wire, boxes, ports)]
    x, y, right, bottom = _bounds(drawing, (path for _, path in paths))
    width, height = right - x, bottom - y
    scale = min(1.0, MOST_WIDTH / width, (MOST_HEIGHT - (_NOTE if drawing.note else 0.0)) / height)
    if drawing.note:
        height += _NOTE / scale
        width = max(width, width_of(drawing.note, look.SMALL) / scale + 2 * look.MARGIN)
    far = scale < READABLE or len(drawing.boxes) > _MOST_BOXES
    letters = _TITLE_PIXELS / scale if scale >= _TITLED else 0.0
    thick = max(2.0, 0.7 / scale)
    shapes: list[Shape] = [Rect(x, y, width, height, look.GROUND)]
    for frame in drawing.frames:
        shapes.extend(_frame(frame, max(look.TEXT, letters if far else 0.0)))
    shapes.extend(_styled(wire, path, thick) for wire, path in paths)
    shapes.extend(far_box(box, min(letters, box.height / 3)) if far else whole_box(box) for box in drawing.boxes)
    if drawing.note:
        place = x + look.MARGIN, y + height - _NOTE / scale / 2
        shapes.append(Label(*place, drawing.note, look.SMALL / scale, look.INK3))
    return Scene(drawing.title, x, y, width, height, scale, tuple(shapes))


def _empty(title: str) -> Scene:
    width, height = _EMPTY
    frame = Rect(0.5, 0.5, width - 1, height - 1, look.GROUND, look.LINE, 1, 8, (4.0, 3.0))
    text = Label(width / 2, height / 2 + 4.5, "This graph is empty.", look.TEXT, look.INK3, anchor="middle")
    return Scene(title, 0, 0, width, height, 1.0, (frame, text))


def _ports(boxes: Iterable[Box]) -> Ports:
    return {(box.id, row.id, row.is_input): port_place(box, at) for box in boxes for at, row in enumerate(box.rows)}


def _bounds(drawing: Drawing, paths: Iterable[Path]) -> tuple[float, float, float, float]:
    """Left, top, right and bottom of all that is drawn, with a margin."""
    rects: list[Box | Frame] = [*drawing.boxes, *drawing.frames]
    points = [step[-1] for path in paths for step in path.steps]
    left = min(*(rect.x for rect in rects), *(x for x, _ in points), math.inf)
    top = min(*(rect.y for rect in rects), *(y for _, y in points), math.inf)
    right = max(*(rect.x + rect.width for rect in rects), *(x for x, _ in points), -math.inf)
    bottom = max(*(rect.y + rect.height for rect in rects), *(y for _, y in points), -math.inf)
    return left - look.MARGIN, top - look.MARGIN, right + look.MARGIN, bottom + look.MARGIN


def _frame(frame: Frame, size: float) -> Iterator[Shape]:
    colour = look.FRAME_COLOUR.get(frame.color, look.KIND_COLOUR["any"])
    border = look.mixed(colour, 0.45)
    whole = Rect(frame.x, frame.y, frame.width, frame.height, look.mixed(colour, 0.08), border, 1, 12)
    head = Rect(frame.x + 0.5, frame.y + 0.5, frame.width - 1, look.FRAME_HEAD - 1, look.mixed(colour, 0.17), radius=11)
    text = cut(frame.name, frame.width - 24, size, bold=True)
    base = frame.y + look.FRAME_HEAD / 2 + size * 0.35
    name = Label(frame.x + 12, base, text, size, look.mixed(look.INK, 0.6, colour), True)
    yield Part(frame.name, (whole, head, name))


# --- wires ----------------------------------------------------------------------------------------


def _paths(wire: Wire, boxes: Mapping[str, Box], ports: Ports) -> Iterator[Path]:
    """The way of a wire, none when one of its ends is not drawn."""
    start, end = ports.get((*wire.source, False)), ports.get((*wire.target, True))
    if start is None or end is None:
        return
    if wire.broken:
        yield Path(start, (((start[0] + _END, start[1]),),))
        yield Path((end[0] - _END, end[1]), ((end,),))
    elif wire.feedback:
        bottom = max(box.y + box.height for box in (boxes[wire.source[0]], boxes[wire.target[0]]))
        yield _loop(start, end, bottom)
    else:
        yield _curve(start, end)


def _curve(start: Point, end: Point) -> Path:
    """Out to the right and in from the left, as the editor bends it."""
    distance = end[0] - start[0]
    bend = 0.5 * distance if distance >= 0 else 6.25 * math.sqrt(-distance)
    return Path(start, (((start[0] + bend, start[1]), (end[0] - bend, end[1]), end),))


def _loop(start: Point, end: Point, bottom: float) -> Path:
    """Out to the right, around below ``bottom``, and in from the left."""
    right, left = start[0] + _AWAY, end[0] - _AWAY
    low = max(bottom, start[1] + _CORNER, end[1] + _CORNER) + _BELOW
    way = -1.0 if left < right else 1.0
    turn = min(_CORNER, abs(right - left) / 2)
    corners = (
        ((right - _CORNER, start[1]), (right, start[1]), (right, start[1] + _CORNER)),
        ((right, low - turn), (right, low), (right + way * turn, low)),
        ((left - way * turn, low), (left, low), (left, low - turn)),
        ((left, end[1] + _CORNER), (left, end[1]), (left + _CORNER, end[1])),
    )
    steps: list[tuple[Point, ...]] = []
    for before, corner, after in corners:
        steps.extend(((before,), (_towards(before, corner), _towards(after, corner), after)))
    return Path(start, (*steps, (end,)))


def _towards(point: Point, corner: Point) -> Point:
    """The control point of a cubic curve that bends as a quadratic one does with ``corner``."""
    return point[0] + 2 / 3 * (corner[0] - point[0]), point[1] + 2 / 3 * (corner[1] - point[1])


def _styled(wire: Wire, path: Path, line: float) -> Path:
    colour = look.mixed(look.KIND_COLOUR[wire.kind], 0.5 if wire.stale else 0.85)
    dash = (7.0, 4.0) if wire.feedback else (4.0, 4.0) if wire.stale else ()
    return Path(path.start, path.steps, colour, line=line, dash=dash)
