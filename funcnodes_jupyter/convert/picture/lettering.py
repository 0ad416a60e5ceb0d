"""How wide a text will be, and what of it fits. Nobody measures: the font is that of whoever looks.

The widths are those of Helvetica, in thousandths of the size; other fonts of screens are a little wider.
"""

from __future__ import annotations

import unicodedata

MONO_WIDTH = 0.602
_WIDER = 1.1
_BOLD = 1.08
_OTHERS = 0.6
_FULL = 1.0
# From the space to the tilde.
_HELVETICA = (
    278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278,
    556, 556, 556, 556, 556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556,
    1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833, 722, 778,
    667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556,
    333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556,
    556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584,
)  # fmt: skip


def one_line(text: str) -> str:
    """``text`` without line ends and without what cannot be seen, such as control characters."""
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())


def width_of(text: str, size: float, *, bold: bool = False, mono: bool = False) -> float:
    """About how many pixels ``text`` is wide on a screen, rather too many than too few."""
    if mono:
        return size * sum(_FULL if _is_wide(char) else MONO_WIDTH for char in text)
    return size * _WIDER * (_BOLD if bold else 1.0) * sum(map(_em, text))


def helvetica_width(text: str, size: float) -> float:
    """How wide ``text`` is in Helvetica itself, in the unit of ``size``."""
    return size * sum(map(_em, text))


def cut(text: str, room: float, size: float, *, bold: bool = False, mono: bool = False) -> str:
    """As much of ``text`` as fits into ``room`` pixels, with ``…`` for the rest; empty when not even that fits."""
    # What comes behind this fits nowhere, and need not be measured.
    text = one_line(text[:1000])
    if width_of(text, size, bold=bold, mono=mono) <= room:
        return text
    left = room - width_of("…", size, bold=bold, mono=mono)
    if left < 0:
        return ""
    kept = 0
    for char in text:
        left -= width_of(char, size, bold=bold, mono=mono)
        if left < 0:
            break
        kept += 1
    return f"{text[:kept].rstrip()}…"


def lines(text: str, room: float, size: float, most: int) -> list[str]:
    """``text`` in at most ``most`` lines of ``room`` pixels, broken between words where there are any."""
    found: list[str] = []
    rest = one_line(text[:1000])
    while rest and len(found) < most - 1:
        line = cut(rest, room, size)
        if line == rest:
            break
        kept = line[:-1]
        kept = kept[: kept.rfind(" ")] if " " in kept and rest[len(kept) : len(kept) + 1] != " " else kept
        if not kept:
            break
        found.append(kept)
        rest = rest[len(kept) :].lstrip()
    return [*found, cut(rest, room, size)] if rest else found


def _em(char: str) -> float:
    place = ord(char) - 32
    if 0 <= place < len(_HELVETICA):
        return _HELVETICA[place] / 1000
    if char == "…" or _is_wide(char):
        return _FULL
    return _OTHERS


def _is_wide(char: str) -> bool:
    return char > "\u10ff" and unicodedata.east_asian_width(char) in "WF"
