"""A drawing as a PDF of one page, for converters to which SVG says nothing, such as LaTeX.

Only what every reader brings: the fonts Helvetica, Courier, Symbol and ZapfDingbats, lines, curves, and pictures.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator

from funcnodes_jupyter.convert.picture.composing import scene_of
from funcnodes_jupyter.convert.picture.drawing import Drawing
from funcnodes_jupyter.convert.picture.lettering import one_line
from funcnodes_jupyter.convert.picture.pngs import PlainPng, plain_png
from funcnodes_jupyter.convert.picture.shapes import Label, Part, Path, Raster, Rect, Scene, Shape
from funcnodes_jupyter.convert.picture.spelling import spelt

_POINTS = 0.75
"""Points in a pixel."""
_ROUND = 0.5523
"""How far the control points of a quarter of a circle stand off, as a share of its radius."""
_FONTS = {
    "F1": "Helvetica", "F2": "Helvetica-Bold", "F3": "Courier", "F4": "Courier-Bold", "F5": "Symbol", "F6": "ZapfDingbats",
}  # fmt: skip
_OWN_LETTERS = ("F5", "F6")
"""Fonts with an encoding of their own."""
_WESTERN = " /Encoding /WinAnsiEncoding"


def pdf_of(drawing: Drawing) -> bytes:
    """The bytes of a PDF file whose page is as large as the picture."""
    return pdf_of_scene(scene_of(drawing))


def pdf_of_scene(scene: Scene) -> bytes:
    """The same for shapes that are found already."""
    width, height = scene.width * scene.scale * _POINTS, scene.height * scene.scale * _POINTS
    pictures = _Pictures()
    # From here on y goes down, as in all shapes.
    scale = scene.scale * _POINTS
    steps = [f"{_n(scale)} 0 0 {_n(-scale)} {_n(-scene.x * scale)} {_n(height + scene.y * scale)} cm"]
    for shape in _flat(scene.shapes):
        steps.extend(_drawn(shape, pictures))
    return _file(width, height, "\n".join(steps).encode("ascii"), pictures.found)


def _flat(shapes: Iterable[Shape]) -> Iterator[Rect | Path | Label | Raster]:
    for shape in shapes:
        if isinstance(shape, Part):
            yield from shape.shapes
        else:
            yield shape


class _Pictures:
    """The pictures that the page shows, each under a name."""

    def __init__(self) -> None:
        self.found: list[PlainPng] = []

    def name(self, picture: PlainPng) -> str:
        self.found.append(picture)
        return f"I{len(self.found)}"


# --- the content of the page ----------------------------------------------------------------------


def _drawn(shape: Rect | Path | Label | Raster, pictures: _Pictures) -> Iterator[str]:
    if isinstance(shape, Rect):
        yield from _painted(shape, _outline(shape))
    elif isinstance(shape, Path):
        yield from _painted(shape, _way(shape))
    elif isinstance(shape, Label):
        yield from _text(shape)
    else:
        yield from _picture(shape, pictures)


def _painted(shape: Rect | Path, outline: str) -> Iterator[str]:
    if shape.fill:
        yield f"{_colour(shape.fill)} rg"
    if shape.stroke:
        yield f"{_colour(shape.stroke)} RG {_n(shape.line)} w [{' '.join(map(_n, shape.dash))}] 0 d"
    yield f"{outline} {'B' if shape.fill and shape.stroke else 'f' if shape.fill else 'S' if shape.stroke else 'n'}"


def _outline(rect: Rect) -> str:
    x, y, right, bottom = rect.x, rect.y, rect.x + rect.width, rect.y + rect.height
    radius = min(rect.radius, rect.width / 2, rect.height / 2)
    if not radius:
        return f"{_n(x)} {_n(y)} {_n(rect.width)} {_n(rect.height)} re"
    off = radius * (1 - _ROUND)
    return " ".join(
        (
            f"{_n(x + radius)} {_n(y)} m {_n(right - radius)} {_n(y)} l",
            _bend(right - off, y, right, y + off, right, y + radius),
            f"{_n(right)} {_n(bottom - radius)} l",
            _bend(right, bottom - off, right - off, bottom, right - radius, bottom),
            f"{_n(x + radius)} {_n(bottom)} l",
            _bend(x + off, bottom, x, bottom - off, x, bottom - radius),
            f"{_n(x)} {_n(y + radius)} l",
            _bend(x, y + off, x + off, y, x + radius, y),
            "h",
        )
    )


def _way(path: Path) -> str:
    steps = [f"{_n(path.start[0])} {_n(path.start[1])} m"]
    for step in path.steps:
        numbers = [number for point in step for number in point]
        steps.append(_bend(*numbers) if len(step) == 3 else f"{_n(numbers[0])} {_n(numbers[1])} l")
    return " ".join([*steps, *(["h"] if path.closed else [])])


def _bend(*numbers: float) -> str:
    return f"{' '.join(map(_n, numbers))} c"


def _text(label: Label) -> Iterator[str]:
    runs = spelt(one_line(label.text), bold=label.bold, mono=label.mono)
    text = ("F4" if label.bold else "F3") if label.mono else ("F2" if label.bold else "F1")
    fonts = {"text": text, "symbol": "F5", "dingbats": "F6"}
    width = label.size * sum(run.width for run in runs)
    x = label.x - {"start": 0.0, "middle": width / 2, "end": width}[label.anchor]
    # The letters themselves go up, though all else goes down.
    place = f"1 0 0 -1 {_n(x)} {_n(label.y)} Tm"
    shown = " ".join(f"/{fonts[run.font]} {_n(label.size)} Tf <{run.codes.hex()}> Tj" for run in runs)
    yield f"BT {_colour(label.colour)} rg {place} {shown} ET"


def _picture(raster: Raster, pictures: _Pictures) -> Iterator[str]:
    picture = plain_png(raster.png)
    if picture is None:  # a kind of PNG that a PDF cannot take as it is
        return
    scale = min(raster.width / picture.width, raster.height / picture.height)
    width, height = picture.width * scale, picture.height * scale
    x, y = raster.x + (raster.width - width) / 2, raster.y + (raster.height - height) / 2
    faded = " /Faded gs" if raster.faded else ""
    name = pictures.name(picture)
    yield f"q{faded} {_n(width)} 0 0 {_n(-height)} {_n(x)} {_n(y + height)} cm /{name} Do Q"


def _colour(text: str) -> str:
    return " ".join(_n(part / 255) for part in bytes.fromhex(text[1:]))


def _n(value: float) -> str:
    text = f"{value:.3f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


# --- the file -------------------------------------------------------------------------------------


def _file(width: float, height: float, content: bytes, pictures: list[PlainPng]) -> bytes:
    """Objects by number: 1 the catalog, 2 the pages, 3 the page, 4 its content, then fonts and pictures."""
    fonts = [
        f"<< /Type /Font /Subtype /Type1 /BaseFont /{name}{'' if key in _OWN_LETTERS else _WESTERN} >>".encode()
        for key, name in _FONTS.items()
    ]
    font_names = " ".join(f"/{name} {5 + place} 0 R" for place, name in enumerate(_FONTS))
    picture_names = " ".join(f"/I{place + 1} {5 + len(fonts) + place} 0 R" for place in range(len(pictures)))
    resources = f"/Font << {font_names} >> /XObject << {picture_names} >> /ExtGState << /Faded << /ca 0.6 >> >>"
    page = f"/MediaBox [0 0 {_n(width)} {_n(height)}] /Contents 4 0 R /Resources << {resources} >>"
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        f"<< /Type /Page /Parent 2 0 R {page} >>".encode(),
        _stream("/Filter /FlateDecode", zlib.compress(content, 9)),
        *fonts,
        *map(_picture_object, pictures),
    ]
    out = bytearray(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
    places = []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    for place in places:
        out += b"%010d 00000 n \n" % place
    out += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    return bytes(out)


def _stream(entries: str, data: bytes) -> bytes:
    return b"<< %s /Length %d >>\nstream\n%s\nendstream" % (entries.encode(), len(data), data)


def _picture_object(png: PlainPng) -> bytes:
    # What a PNG compresses a PDF reads as it is: the same filters of lines, the same Deflate.
    space = "/DeviceRGB" if png.channels == 3 else "/DeviceGray"
    if png.palette:
        space = f"[/Indexed /DeviceRGB {len(png.palette) // 3 - 1} <{png.palette.hex()}>]"
    filters = f"<< /Predictor 15 /Colors {png.channels} /BitsPerComponent 8 /Columns {png.width} >>"
    entries = f"/Type /XObject /Subtype /Image /Width {png.width} /Height {png.height} /ColorSpace {space}"
    return _stream(f"{entries} /BitsPerComponent 8 /Filter /FlateDecode /DecodeParms {filters}", png.data)
