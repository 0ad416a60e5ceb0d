"""PNG pictures made small and plain enough to stand in a picture of a graph."""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from dataclasses import dataclass

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_SHARPNESS = 2
"""Dots per canvas pixel, for screens with small pixels."""
_GREY, _RGB, _INDEXED = 0, 2, 3


@dataclass(frozen=True, slots=True)
class PlainPng:
    """Size in dots, bytes a dot (1 or 3), and the compressed lines of a PNG.

    With a ``palette``, a byte is a number of three bytes in it: red, green and blue.
    """

    width: int
    height: int
    channels: int
    data: bytes
    palette: bytes = b""


def plain_png(png: bytes) -> PlainPng | None:
    """The parts of a PNG whose lines can be taken as they are: without transparency or interlacing."""
    chunks = list(_chunks(png))
    if not chunks or chunks[0][0] != b"IHDR" or len(chunks[0][1]) != 13:
        return None
    width, height, depth, colour, _, _, interlaced = struct.unpack(">IIBBBBB", chunks[0][1])
    if depth != 8 or colour not in (_GREY, _RGB, _INDEXED) or interlaced or not width or not height:
        return None
    data = b"".join(body for name, body in chunks if name == b"IDAT")
    palette = b"".join(body for name, body in chunks if name == b"PLTE") if colour == _INDEXED else b""
    if colour == _INDEXED and (not palette or len(palette) % 3):
        return None
    return PlainPng(width, height, 3 if colour == _RGB else 1, data, palette)


def fitted_png(png: bytes, width: float, height: float, limit: int) -> bytes | None:
    """The picture on white, no larger than sharp in ``width`` × ``height`` canvas pixels.

    Without Pillow it stays as it is.

    Args:
        limit: Bytes that it may have.

    Returns:
        None when it is no PNG, or has more than ``limit`` bytes.
    """
    if not png.startswith(_SIGNATURE):
        return None
    try:
        from PIL import Image
    except ImportError:
        small = png
    else:
        try:
            with Image.open(io.BytesIO(png), formats=["PNG"]) as image:
                image.thumbnail((round(width * _SHARPNESS), round(height * _SHARPNESS)))
                rgba = image.convert("RGBA")
        except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
            return None
        ground = Image.new("RGB", rgba.size, "white")
        ground.paste(rgba, mask=rgba.getchannel("A"))
        buffer = io.BytesIO()
        # Where a notebook is kept a picture a third as large is worth more than the last shade of a colour.
        ground.quantize(256, dither=Image.Dither.NONE).save(buffer, "PNG", optimize=True, bits=8)
        small = buffer.getvalue()
    return small if len(small) <= limit else None


def _chunks(png: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Name and body of each part of a PNG, as far as it is whole."""
    place = len(_SIGNATURE) if png.startswith(_SIGNATURE) else len(png)
    while place + 12 <= len(png):
        length, name = struct.unpack_from(">I4s", png, place)
        yield name, png[place + 8 : place + 8 + length]
        place += 12 + length
