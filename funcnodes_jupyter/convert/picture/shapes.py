"""The few shapes a picture is made of, whatever it is written as. Lengths are canvas pixels, y goes down."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Point = tuple[float, float]
Anchor = Literal["start", "middle", "end"]


@dataclass(frozen=True, slots=True)
class Rect:
    """A rectangle, perhaps with round corners. Colours are ``#rrggbb``, empty for none."""

    x: float
    y: float
    width: float
    height: float
    fill: str = ""
    stroke: str = ""
    line: float = 1.0
    radius: float = 0.0
    dash: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Path:
    """Lines and curves. A step of one point is a straight line there, one of three a cubic Bézier curve."""

    start: Point
    steps: tuple[tuple[Point, ...], ...]
    stroke: str = ""
    fill: str = ""
    line: float = 1.0
    dash: tuple[float, ...] = ()
    closed: bool = False


@dataclass(frozen=True, slots=True)
class Label:
    """One line of text. ``x`` is where it begins, ends or has its middle; ``y`` is its base line."""

    x: float
    y: float
    text: str
    size: float
    colour: str
    bold: bool = False
    mono: bool = False
    anchor: Anchor = "start"


@dataclass(frozen=True, slots=True)
class Raster:
    """A PNG, as large as its place allows with its own proportions. ``faded``: it is out of date."""

    x: float
    y: float
    width: float
    height: float
    png: bytes
    faded: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """Shapes that have a name together: what a person who points there is told."""

    name: str
    shapes: tuple[Rect | Path | Label | Raster, ...]


Shape = Rect | Path | Label | Raster | Part


@dataclass(frozen=True, slots=True)
class Scene:
    """What is to be seen: ``shapes`` from back to front, the rectangle of the canvas, and its scale on paper."""

    title: str
    x: float
    y: float
    width: float
    height: float
    scale: float
    shapes: tuple[Shape, ...]
