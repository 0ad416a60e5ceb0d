"""Colours and sizes of a picture: those of the editor's light theme (``tokens.css``, ``geometry.ts``).

A picture cannot know on which theme it is looked at, so it brings its own white ground.
"""

from __future__ import annotations

from funcnodes_jupyter.convert.picture.drawing import Kind, Row

GROUND = "#ffffff"
CARD = "#ffffff"
QUIET_CARD = "#f5f7f8"
FIELD = "#f4f6f7"
LINE = "#dde1e6"
FAINT_LINE = "#ebedf0"
SHADOW = "#eff1f3"
INK = "#1d2129"
INK2 = "#4a4d54"
INK3 = "#6a6c72"
INK4 = "#a5a6a9"
OK = "#12805c"
WARN = "#a84f08"
WARN_SOFT = "#fdf1df"
ERROR = "#c22727"
ERROR_SOFT = "#fdeced"
ACCENT = "#2563eb"

KIND_COLOUR: dict[Kind, str] = {
    "number": "#0072b2",
    "text": "#009e73",
    "boolean": "#c0609a",
    "table": "#d98b00",
    "array": "#d55e00",
    "figure": "#3b9fd6",
    "image": "#3b9fd6",
    "any": "#7d8590",
}
KIND_LETTER: dict[Kind, str] = {
    "number": "#",
    "text": "“",
    "boolean": "?",
    "table": "T",
    "array": "A",
    "figure": "P",
    "image": "I",
    "any": "ƒ",
}
FRAME_COLOUR = {
    "blue": KIND_COLOUR["number"],
    "green": KIND_COLOUR["text"],
    "amber": KIND_COLOUR["table"],
    "orange": KIND_COLOUR["array"],
    "pink": KIND_COLOUR["boolean"],
}

SANS = "system-ui, -apple-system, BlinkMacSystemFont, 'Segoe UI', Helvetica, Arial, sans-serif"
MONO = "ui-monospace, Menlo, Consolas, 'DejaVu Sans Mono', monospace"

NODE_WIDTH = 208.0
PICTURE_WIDTH = 248.0
LEAST_WIDTH = 160.0
MOST_WIDTH = 960.0
BORDER = 1.0
HEADER = 34.0
ROW = 30.0
AREA_ROW = 78.0
AREA_LINES = 3
FOOTER = 24.0
ERROR_FRAME = 20.0
ERROR_LINE = 18.0
ERROR_LINES = 2
IMAGE_HEIGHT = 188.0
TABLE_HEAD = 22.0
TABLE_ROW = 20.0
TABLE_FOOT = 22.0
TABLE_ROWS = 4
FRAME_GAP = 18.0
FRAME_HEAD = 30.0
MARGIN = 20.0
"""Around all that is drawn."""

TEXT = 13.0
SMALL = 12.0
TINY = 11.0


def row_height(row: Row) -> float:
    """The height of a row in pixels."""
    return AREA_ROW if row.area else ROW


def mixed(colour: str, share: float, other: str = GROUND) -> str:
    """``share`` (0…1) of one colour ``#rrggbb`` and the rest of another: what a see-through colour looks like on it."""
    first, second = (bytes.fromhex(text[1:]) for text in (colour, other))
    return "#" + bytes(round(share * a + (1 - share) * b) for a, b in zip(first, second, strict=True)).hex()
