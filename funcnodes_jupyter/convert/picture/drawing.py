"""A graph as it is to be drawn: plain data, in canvas pixels, without a word of how it got here.

Boxes are named by an ``id`` that only :class:`Wire` uses; it is never written into a picture.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["number", "text", "boolean", "table", "array", "figure", "image", "any"]
"""What a port carries; it decides about colour and form."""

Tone = Literal[
    "running", "queued", "disabled", "error", "unknown", "stale", "cancelled", "incomplete", "done", "idle"
]  # fmt: skip
"""How a node stands."""


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a box: a port, its name, and a short text of its value.

    Attributes:
        id: Names the port on its side of the box.
        field: The value can be typed in the editor, and is drawn in a field.
        area: That field has room for several lines, and the row is higher.
        usual: The value is the one that the input has anyway, and is drawn fainter.
    """

    id: str
    label: str
    kind: Kind = "any"
    value: str = ""
    is_input: bool = True
    field: bool = False
    area: bool = False
    usual: bool = False


@dataclass(frozen=True, slots=True)
class Image:
    """A preview that is a picture."""

    png: bytes


@dataclass(frozen=True, slots=True)
class Table:
    """A preview that is a table: its first rows, as texts.

    Attributes:
        right: Which columns stand at the right, as numbers do.
        note: How much of the table that is, such as ``1–4 of 344``.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    right: tuple[bool, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Box:
    """A node.

    Attributes:
        x, y: Its top left corner; right and down are positive.
        width, height: Its size. What the rows, the error and the footer leave of the height is the preview's.
        kind: That of what it makes.
        footer: How it stands, in words.
        error: Why it failed; empty when it did not.
    """

    id: str
    title: str
    x: float
    y: float
    width: float
    height: float
    kind: Kind = "any"
    rows: tuple[Row, ...] = ()
    tone: Tone = "idle"
    footer: str = ""
    error: str = ""
    preview: Image | Table | None = None


@dataclass(frozen=True, slots=True)
class Wire:
    """An edge, from an output to an input, each named by its box and its row.

    Attributes:
        stale: What it carries is out of date.
        feedback: It closes a circle, and is led round below the boxes.
        broken: Its ends stand in different rows of a folded drawing, and only they are drawn.
    """

    source: tuple[str, str]
    target: tuple[str, str]
    kind: Kind = "any"
    stale: bool = False
    feedback: bool = False
    broken: bool = False


@dataclass(frozen=True, slots=True)
class Frame:
    """A group around boxes and other groups, as a rectangle with a title.

    Attributes:
        color: ``blue``, ``green``, ``amber``, ``orange``, ``pink``; grey for any other word.
    """

    name: str
    x: float
    y: float
    width: float
    height: float
    color: str = ""


@dataclass(frozen=True, slots=True)
class Drawing:
    """All that a picture shows. Outer frames stand before those in them.

    Attributes:
        title: What the picture is called, for who cannot see it.
        note: A line below all that is drawn.
    """

    title: str = ""
    boxes: tuple[Box, ...] = ()
    wires: tuple[Wire, ...] = ()
    frames: tuple[Frame, ...] = ()
    note: str = ""
