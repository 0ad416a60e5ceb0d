"""A drawing as SVG that needs nothing else: no script, no style sheet, no font, no address, and no ids.

Several of them can stand on one page, and it does not matter how the page shows them.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable
from html import escape

from funcnodes_jupyter.convert.picture import look
from funcnodes_jupyter.convert.picture.composing import scene_of
from funcnodes_jupyter.convert.picture.drawing import Drawing
from funcnodes_jupyter.convert.picture.lettering import one_line
from funcnodes_jupyter.convert.picture.shapes import Label, Part, Path, Point, Raster, Rect, Scene, Shape


def svg_of(drawing: Drawing) -> str:
    """The text of an ``<svg>`` element; its size is at most 920 × 2400 pixels.

    A large graph is scaled, and what could not be read then is left out.
    """
    return svg_of_scene(scene_of(drawing))


def svg_of_scene(scene: Scene) -> str:
    """The same for shapes that are found already."""
    size = f'width="{_number(scene.width * scene.scale)}" height="{_number(scene.height * scene.scale)}"'
    view = " ".join(map(_number, (scene.x, scene.y, scene.width, scene.height)))
    head = f'<svg xmlns="http://www.w3.org/2000/svg" {size} viewBox="{view}" role="img" font-family="{look.SANS}">'
    return "".join((head, _title(scene.title), *map(_written, scene.shapes), "</svg>"))


def retitled(svg: str, old: str, new: str) -> str:
    """What :func:`svg_of` made of a drawing whose title begins with ``old``, as if it began with ``new``."""
    head, end, rest = svg.partition("><title>")
    begun = escape(one_line(old))
    # Behind the title of the whole stand those of its parts.
    return "".join((head, end, escape(one_line(new)), rest.removeprefix(begun))) if rest.startswith(begun) else svg


def _written(shape: Shape) -> str:
    if isinstance(shape, Rect):
        return _rect(shape)
    if isinstance(shape, Path):
        return _path(shape)
    if isinstance(shape, Label):
        return _label(shape)
    if isinstance(shape, Raster):
        return _raster(shape)
    return _part(shape)


def _part(part: Part) -> str:
    return f"<g>{_title(part.name)}{''.join(map(_written, part.shapes))}</g>"


def _title(text: str) -> str:
    return f"<title>{escape(one_line(text))}</title>" if text else ""


def _rect(rect: Rect) -> str:
    place = zip(("x", "y", "width", "height"), (rect.x, rect.y, rect.width, rect.height), strict=True)
    attributes = " ".join(f'{name}="{_number(value)}"' for name, value in place)
    corner = f' rx="{_number(rect.radius)}"' if rect.radius else ""
    return f"<rect {attributes}{corner}{_paint(rect)}/>"


def _path(path: Path) -> str:
    steps = "".join(f"{'C' if len(step) == 3 else 'L'}{_points(step)}" for step in path.steps)
    return f'<path d="M{_points((path.start,))}{steps}{"Z" if path.closed else ""}"{_paint(path)}/>'


def _points(points: Iterable[Point]) -> str:
    return " ".join(f"{_number(x)},{_number(y)}" for x, y in points)


def _paint(shape: Rect | Path) -> str:
    text = f' fill="{shape.fill or "none"}"'
    if shape.stroke:
        text += f' stroke="{shape.stroke}"'
        text += "" if shape.line == 1 else f' stroke-width="{_number(shape.line)}"'
        text += f' stroke-dasharray="{" ".join(map(_number, shape.dash))}"' if shape.dash else ""
    return text


def _label(label: Label) -> str:
    text = f'x="{_number(label.x)}" y="{_number(label.y)}" font-size="{_number(label.size)}" fill="{label.colour}"'
    text += ' font-weight="600"' if label.bold else ""
    text += f' font-family="{look.MONO}"' if label.mono else ""
    text += "" if label.anchor == "start" else f' text-anchor="{label.anchor}"'
    return f"<text {text}>{escape(one_line(label.text))}</text>"


def _raster(raster: Raster) -> str:
    place = zip(("x", "y", "width", "height"), (raster.x, raster.y, raster.width, raster.height), strict=True)
    attributes = " ".join(f'{name}="{_number(value)}"' for name, value in place)
    faded = ' opacity="0.6"' if raster.faded else ""
    return f'<image {attributes}{faded} href="data:image/png;base64,{base64.b64encode(raster.png).decode()}"/>'


def _number(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
