"""A box as shapes, in full and from afar."""

from __future__ import annotations

from collections.abc import Iterator

from funcnodes_jupyter.convert.picture import look
from funcnodes_jupyter.convert.picture.drawing import Box, Image, Kind, Row, Table
from funcnodes_jupyter.convert.picture.lettering import MONO_WIDTH, cut, lines, width_of
from funcnodes_jupyter.convert.picture.shapes import Anchor, Label, Part, Path, Raster, Rect

Flat = Rect | Path | Label | Raster

_PAD = 12.0
_NAME_SHARE = 0.44
_COLUMN_GAP = 8.0
_MOST_COLUMN = 110.0
_LEAST_COLUMN = 38.0
_MORE_COLUMNS = 16.0
"""Room for the sign that there are more columns."""
_BORDER = {"stale": look.WARN, "error": look.ERROR, "unknown": look.ERROR}
_DASHED = ("stale", "cancelled", "unknown")
_TAGGED = {"stale": (look.WARN, look.WARN_SOFT), "unknown": (look.ERROR, look.ERROR_SOFT)}


def port_place(box: Box, place: int) -> tuple[float, float]:
    """The middle of the port of ``box.rows[place]``."""
    row = box.rows[place]
    above = sum(map(look.row_height, box.rows[:place]))
    return (box.x if row.is_input else box.x + box.width), _rows_top(box) + above + look.row_height(row) / 2


def whole_box(box: Box) -> Part:
    """The box with all that stands in it."""
    shapes: list[Flat] = [_shadow(box), _card(box), *_head(box)]
    top = _rows_top(box)
    for row in box.rows:
        height = look.row_height(row)
        shapes.extend(_row(box, row, top + height / 2))
        top += height
    if box.error:
        error = list(_error(box, top))
        shapes.extend(error)
        top += look.ERROR_FRAME + look.ERROR_LINE * (len(error) - 1)
    bottom = box.y + box.height - look.BORDER - look.FOOTER
    shapes.extend(_preview(box, top, bottom))
    shapes.extend(_foot(box, bottom))
    return Part(f"{box.title}: {box.footer}" if box.footer else box.title, tuple(shapes))


def far_box(box: Box, size: float) -> Part:
    """Its form, its kind and, in letters of ``size`` canvas pixels (0 for none), its title."""
    colour = look.KIND_COLOUR[box.kind]
    border = _BORDER.get(box.tone, look.LINE)
    band = min(box.height / 3, 24.0)
    shapes: list[Flat] = [
        Rect(box.x, box.y, box.width, box.height, look.CARD, border, 4.0, 8.0),
        Rect(box.x, box.y, box.width, band, colour, radius=8.0),
    ]
    text = cut(box.title, box.width - 2 * _PAD, size, bold=True) if size else ""
    if text:
        middle = box.y + band + (box.height - band) / 2
        shapes.append(Label(box.x + box.width / 2, middle + size * 0.35, text, size, look.INK, True, anchor="middle"))
    return Part(f"{box.title}: {box.footer}" if box.footer else box.title, tuple(shapes))


def port_mark(kind: Kind, x: float, y: float) -> Flat:
    """Told apart by colour and by form: scalars are discs, tables squares, pictures diamonds, all else a ring."""
    colour = look.KIND_COLOUR[kind]
    if kind == "any":
        return Rect(x - 4.5, y - 4.5, 9, 9, look.CARD, colour, 2, 4.5)
    if kind in ("figure", "image"):
        corners = ((x + 6, y), (x, y + 6), (x - 6, y))
        return Path((x, y - 6), tuple((corner,) for corner in corners), look.CARD, colour, 1.5, closed=True)
    radius = 2.0 if kind in ("table", "array") else 4.5
    return Rect(x - 4.5, y - 4.5, 9, 9, colour, look.CARD, 2, radius)


# --- the parts of a box ---------------------------------------------------------------------------


def _rows_top(box: Box) -> float:
    return box.y + look.BORDER + look.HEADER


def _shadow(box: Box) -> Rect:
    return Rect(box.x - 1, box.y + 1, box.width + 2, box.height + 2, look.SHADOW, radius=9)


def _card(box: Box) -> Rect:
    fill = look.QUIET_CARD if box.tone == "disabled" else look.CARD
    dash = (4.0, 3.0) if box.tone in _DASHED else ()
    border = _BORDER.get(box.tone, look.LINE)
    return Rect(box.x + 0.5, box.y + 0.5, box.width - 1, box.height - 1, fill, border, 1, 8, dash)


def _head(box: Box) -> Iterator[Flat]:
    x, middle = box.x + 11, box.y + look.BORDER + look.HEADER / 2
    yield Rect(x, middle - 8, 16, 16, look.KIND_COLOUR[box.kind], radius=4)
    letter = look.KIND_LETTER[box.kind]
    yield Label(x + 8, middle + 4, letter, look.TINY, look.GROUND, True, True, "middle")
    quiet = box.tone in ("cancelled", "unknown", "disabled")
    title = cut(box.title, box.width - 24 - 11 - _PAD, look.TEXT, bold=True)
    yield Label(x + 24, middle + 4.5, title, look.TEXT, look.INK3 if quiet else look.INK, True)
    yield _rule(box, box.y + look.BORDER + look.HEADER)


def _rule(box: Box, y: float) -> Path:
    return Path((box.x + 1, y - 0.5), (((box.x + box.width - 1, y - 0.5),),), look.FAINT_LINE)


def _row(box: Box, row: Row, middle: float) -> Iterator[Flat]:
    left, right = box.x + _PAD, box.x + box.width - _PAD
    label = cut(row.label, (right - left) * (_NAME_SHARE if row.value or row.field else 1), look.TEXT)
    taken = width_of(label, look.TEXT) + 8
    if row.is_input:
        yield Label(left, middle + 4.5, label, look.TEXT, look.INK2)
        yield from _field(row, left + taken, right, middle) if row.field else _value(row, left + taken, right, middle)
    else:
        yield Label(right, middle + 4.5, label, look.TEXT, look.INK2, anchor="end")
        yield from _value(row, left, right - taken, middle, at_right=True)
    yield port_mark(row.kind, box.x if row.is_input else box.x + box.width, middle)


def _value(row: Row, left: float, right: float, middle: float, *, at_right: bool = False) -> Iterator[Flat]:
    text = cut(row.value, right - left, look.SMALL, mono=True)
    anchor: Anchor = "end" if at_right else "start"
    if text:
        yield Label(right if at_right else left, middle + 4, text, look.SMALL, look.INK3, mono=True, anchor=anchor)


def _field(row: Row, left: float, right: float, middle: float) -> Iterator[Flat]:
    height = look.row_height(row) - 7
    yield Rect(left + 0.5, middle - height / 2, right - left - 1, height, look.FIELD, look.LINE, radius=5)
    texts = row.value.splitlines()[: look.AREA_LINES] if row.area else [row.value]
    base = middle - height / 2 + 18 if row.area else middle + 4
    for place, text in enumerate(texts):
        # A text of several lines keeps what it is indented by.
        indent = (len(text) - len(text.lstrip())) * look.SMALL * MONO_WIDTH if row.area else 0.0
        shown = cut(text, right - left - 16 - indent, look.SMALL, mono=True)
        if shown:
            yield Label(
                left + 9 + indent, base + 18 * place, shown, look.SMALL, look.INK3 if row.usual else look.INK, mono=True
            )


def _error(box: Box, top: float) -> Iterator[Flat]:
    texts = lines(box.error, box.width - 32, look.SMALL, look.ERROR_LINES)
    yield Rect(box.x + 8, top, box.width - 16, 12 + look.ERROR_LINE * len(texts), look.ERROR_SOFT, radius=5)
    for place, text in enumerate(texts):
        yield Label(box.x + 16, top + 6 + look.ERROR_LINE * (place + 0.5) + 4, text, look.SMALL, look.ERROR)


def _preview(box: Box, top: float, bottom: float) -> Iterator[Flat]:
    if box.preview is None or bottom - top < look.TABLE_ROW:
        return
    yield _rule(box, top)
    if isinstance(box.preview, Image):
        place = (box.x + 7, top + 6, box.width - 14, bottom - top - 12)
        yield Raster(*place, box.preview.png, box.tone == "stale")
    else:
        yield from _table(box, box.preview, top, bottom)


def _table(box: Box, table: Table, top: float, bottom: float) -> Iterator[Flat]:
    stale = box.tone == "stale"
    count = max(0, int((bottom - top - look.TABLE_HEAD - (look.TABLE_FOOT if table.note else 0)) // look.TABLE_ROW))
    rows = table.rows[:count]
    columns = _fitting(table, rows, box.width - 2 * _PAD)
    left = box.x + _PAD
    for place, width in columns:
        at_right = place < len(table.right) and table.right[place]
        x = left + width if at_right else left
        anchor: Anchor = "end" if at_right else "start"
        name = cut(table.columns[place], width, look.TINY, mono=True)
        yield Label(x, top + 15, name, look.TINY, look.INK3, True, True, anchor)
        for line, row in enumerate(rows):
            y = top + look.TABLE_HEAD + look.TABLE_ROW * (line + 0.5) + 4
            text = cut(row[place], width, look.TINY, mono=True)
            yield Label(x, y, text, look.TINY, look.INK4 if stale else look.INK, mono=True, anchor=anchor)
        left += width + _COLUMN_GAP
    if len(columns) < len(table.columns):
        yield Label(box.x + box.width - _PAD, top + 15, "…", look.TINY, look.INK3, anchor="end")
    y = top + look.TABLE_HEAD - 0.5
    yield Path((box.x + 1, y), (((box.x + box.width - 1, y),),), look.LINE)
    if table.note:
        note = cut(table.note, box.width - 2 * _PAD, look.TINY)
        yield Label(box.x + _PAD, top + look.TABLE_HEAD + look.TABLE_ROW * len(rows) + 15, note, look.TINY, look.INK3)


def _fitting(table: Table, rows: tuple[tuple[str, ...], ...], room: float) -> list[tuple[int, float]]:
    """The columns that have room, each with its width; those that are shown fill the room."""
    widths: list[float] = []
    wanted: list[float] = []
    left = room
    for place, name in enumerate(table.columns):
        # A name may be cut, as long as its column can be told; what stands in it is not, unless it is long.
        head = width_of(name[:40], look.TINY, mono=True)
        cells = max((width_of(row[place][:40], look.TINY, mono=True) for row in rows), default=0.0)
        width = 2 + min(_MOST_COLUMN, max(min(_LEAST_COLUMN, head), cells))
        more = _MORE_COLUMNS if place + 1 < len(table.columns) else 0.0
        if widths and width > left - more:
            break
        widths.append(min(width, room - more))
        wanted.append(min(_MOST_COLUMN, max(head, cells)) + 2)
        left -= width + _COLUMN_GAP
    spare = left + _COLUMN_GAP - (_MORE_COLUMNS if len(widths) < len(table.columns) else 0.0)
    for place, width in enumerate(widths):
        more = min(max(0.0, spare), max(0.0, wanted[place] - width))
        widths[place] += more
        spare -= more
    return [(place, width + max(0.0, spare) / len(widths)) for place, width in enumerate(widths)]


def _foot(box: Box, top: float) -> Iterator[Flat]:
    yield _rule(box, top)
    x, middle = box.x + 11, top + look.FOOTER / 2
    room = box.width - 11 - _PAD
    if box.tone == "done":
        steps = (((x + 5, middle + 3.5),), ((x + 10.5, middle - 3.5),))
        yield Path((x + 1.5, middle), steps, look.OK, line=1.4)
        x, room = x + 18, room - 18
    text = cut(box.footer, room, look.TINY)
    if box.tone in _TAGGED and text:
        ink, ground = _TAGGED[box.tone]
        yield Rect(x, middle - 8, width_of(text, look.TINY) + 10, 16, ground, radius=4)
        yield Label(x + 5, middle + 4, text, look.TINY, ink)
    elif text:
        yield Label(x, middle + 4, text, look.TINY, look.ERROR if box.tone == "error" else look.INK3)
