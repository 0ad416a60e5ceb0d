"""A line of text in the fonts that every reader of PDF brings: which letters stand in which, and how wide they are."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

from funcnodes_jupyter.convert.picture.lettering import helvetica_width
from funcnodes_jupyter.convert.picture.symbols import DINGBATS, MISSING, SYMBOLS, same_letter

Font = Literal["text", "symbol", "dingbats"]
_COURIER = 0.6
_HELVETICA_BOLD = 1.06


@dataclass(frozen=True)
class Run:
    """Letters of one font, as its codes; ``width`` is in the unit of the size."""

    font: Font
    codes: bytes
    width: float


def spelt(text: str, *, bold: bool = False, mono: bool = False) -> list[Run]:
    """``text`` as runs of letters.

    What Windows-1252 has is in the text's own font, Greek and signs of mathematics are in Symbol. Of any other letter the
    plain one is taken (č becomes c, ₂ becomes 2); what has none, such as 字, is a lozenge.
    """
    letters = [found for char in unicodedata.normalize("NFC", text) for found in _letters(char, bold, mono)]
    return [
        Run(font, b"".join(run.codes for run in runs), sum(run.width for run in runs))
        for font, runs in ((font, list(runs)) for font, runs in groupby(letters, key=lambda run: run.font))
    ]


def _letters(char: str, bold: bool, mono: bool) -> Iterator[Run]:
    found = _letter(char, bold, mono)
    if found is not None:
        yield found
        return
    plain = [part for part in unicodedata.normalize("NFKD", char) if not unicodedata.combining(part)]
    parts = [_letter(part, bold, mono) for part in plain if part != char]
    if char in plain or None in parts:
        yield _run("symbol", MISSING)
    else:
        yield from (part for part in parts if part is not None)


def _letter(char: str, bold: bool, mono: bool) -> Run | None:
    char = same_letter(char)
    try:
        codes = char.encode("cp1252")
    except UnicodeEncodeError:
        if char in SYMBOLS:
            return _run("symbol", SYMBOLS[char])
        return _run("dingbats", DINGBATS[char]) if char in DINGBATS else None
    width = _COURIER if mono else helvetica_width(char, 1.0) * (_HELVETICA_BOLD if bold else 1.0)
    return Run("text", codes, width)


def _run(font: Font, place: tuple[int, int]) -> Run:
    return Run(font, bytes(place[:1]), place[1] / 1000)
