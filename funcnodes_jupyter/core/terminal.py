"""What is written to a terminal, taken apart: text, ends of lines, and the few movements that programs make."""

from __future__ import annotations

import re
from collections.abc import Iterator

Piece = tuple[str, str]
"""(what, which): ``text``, ``end`` of a line, ``return`` to its start, ``back`` by one, ``up`` by so many lines,
``erase`` what is right of the cursor (0), left of it (1) or all of the line (2)."""

_PIECES = re.compile(
    r"(?P<text>[^\x00-\x08\x0a-\x1f\x7f]+)"
    r"|(?P<end>\r\n|\n)|(?P<return>\r)|(?P<back>\x08)"
    r"|\x1b\[(?P<arguments>[0-?]*)[ -/]*(?P<final>[@-~])"
    r"|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)"
    r"|\x1b[ -/]*[0-Z\\^-~]"
)
_UNFINISHED = re.compile(r"\x1b(?:\[[0-?]*[ -/]*|\][^\x07\x1b]*\x1b?|[ -/]*)\Z")
_LONGEST_SEQUENCE = 256


def split_unfinished(text: str) -> tuple[str, str]:
    """``text`` without the beginning of an escape sequence at its end, and that beginning."""
    found = _UNFINISHED.search(text, max(0, len(text) - _LONGEST_SEQUENCE))
    return (text, "") if found is None else (text[: found.start()], found.group())


def pieces(text: str) -> Iterator[Piece]:
    """The pieces of ``text``; colours and all other control characters are left out."""
    for found in _PIECES.finditer(text):
        what = found.lastgroup
        if what in ("text", "end", "return", "back"):
            yield what, found.group()
        elif what == "final":
            if found["final"] == "A":
                yield "up", found["arguments"] or "1"
            elif found["final"] == "K":
                yield "erase", found["arguments"] or "0"


def plain(text: str) -> str:
    """``text`` without colours and control characters, but for the ends of its lines."""
    return "".join("\n" if what == "end" else piece for what, piece in pieces(text) if what in ("text", "end"))
