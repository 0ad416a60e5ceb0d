"""Progress that a function writes as text, as ``tqdm`` and many others do: read, so that the node can show it."""

from __future__ import annotations

import re
from typing import NamedTuple

_TOTAL_KNOWN = re.compile(
    r"(?:(?P<desc>.*?): *)?\s*(?P<percent>\d{1,3})%\|[^|]*\|\s*(?P<count>\S+)/(?P<total>\S+)\s*\[(?P<rest>.*)\]\s*$"
)
_TOTAL_UNKNOWN = re.compile(
    r"(?:(?P<desc>.*?): *)?(?P<count>\d[\d.]*(?:[kKMGTPEZY](?=\D))?)(?P<unit>\D*?) \[(?P<rest>\d+:\d\d.*)\]\s*$"
)
_PERCENT = re.compile(r"(?<![\w.])(?P<percent>\d{1,3}(?:\.\d+)?)\s?%")
_DRAWN = re.compile(r"[\s\[\](|<>]*[█▏▎▍▌▋▊▉░▒▓■□━╸╺#=\-*+.>]{2,}[\s\[\])|<>#=\-*+.░]*")
_TEXT_CHARACTERS = 120
_LONGEST = 500


class Bar(NamedTuple):
    """One state of a bar. ``fraction`` is 0…1, None when the total is not known; ``key`` tells bars apart."""

    fraction: float | None
    text: str
    key: tuple[str, str]

    @property
    def complete(self) -> bool:
        return self.fraction == 1.0


def parse_progress(line: str) -> Bar | None:
    """The bar that a line shows, None when it shows none."""
    if len(line) > _LONGEST or not ("%" in line or "[" in line):
        return None
    found = _TOTAL_KNOWN.match(line)
    if found is not None:
        return _with_total(found)
    found = _TOTAL_UNKNOWN.match(line)
    if found is not None:
        counted = f"{found['count']} {found['unit'].strip()}".strip()
        return Bar(None, _text(found["desc"], counted, found["rest"]), (found["desc"] or "", ""))
    found = _PERCENT.search(line)
    if found is None or float(found["percent"]) > 100:
        return None
    text = _DRAWN.sub(" ", line).strip()[:_TEXT_CHARACTERS]
    return Bar(float(found["percent"]) / 100, text, ("", "%"))


def _with_total(found: re.Match[str]) -> Bar:
    count, total = found["count"], found["total"]
    try:
        fraction = float(count) / float(total)
    except (ValueError, ZeroDivisionError):  # scaled, as in 1.5M/3M
        fraction = int(found["percent"]) / 100
    text = _text(found["desc"], f"{count} of {total}", found["rest"])
    return Bar(min(1.0, fraction), text, (found["desc"] or "", total))


def _text(desc: str | None, counted: str, rest: str) -> str:
    """``rest`` is as in ``00:04<00:05, 10.0it/s, loss=0.1``."""
    times, _, more = rest.partition(", ")
    left = times.partition("<")[2]
    parts = [f"{desc.strip()} {counted}" if desc else counted]
    parts += [part.strip() for part in more.split(", ") if part and not part.startswith("?")]
    if left and left != "?":
        parts.insert(2, f"{left} left")
    return " · ".join(parts)[:_TEXT_CHARACTERS]


class BarReader:
    """Finds the bars among what a run writes, and of nested ones the outermost.

    A bar is a line that is written again and again after a return to its start. Nested ones stand on lines of
    their own below it: the cursor goes down, writes, and comes up again. A bar that is left standing at its end
    moves all others one line down, so that only the next movement tells whether one that is lower is nested.
    """

    __slots__ = ("_base", "_inside", "_lower", "_nested", "_newest", "_outermost", "_returned", "_row")

    def __init__(self) -> None:
        self._inside = False  # a bar was the last that was written
        self._returned = False
        self._row = 0
        self._base = 0  # the row of the outermost bar
        self._lower: Bar | None = None  # stands below it, nested or moved down
        self._outermost: Bar | None = None
        self._nested: set[tuple[str, str]] = set()
        self._newest: Bar | None = None

    def take(self) -> Bar | None:
        """The newest state of the outermost bar that was not taken yet."""
        newest, self._newest = self._newest, None
        return newest

    def takes(self, what: str, piece: str, line: str) -> bool:
        """Whether this piece of what is written belongs to a bar, and to no line.

        Args:
            line: The unfinished line that it would go on with.
        """
        if what == "text":
            return self._takes_text(piece)
        if what == "return":
            return self._takes_return(line)
        self._returned = False
        if not self._inside:
            return False
        if what == "up":
            self._came_up(int(piece) if piece.isdigit() else 1)
        else:
            self._stayed_down()
            self._row += what == "end"
        return True

    def _takes_text(self, text: str) -> bool:
        if self._returned or self._inside:
            if self._inside and text.isspace():
                return True  # a bar is wiped out
            bar = parse_progress(text) if self._returned else None
            if bar is not None:
                self._returned, self._inside = False, True
                self._see(bar)
                return True
        self._stayed_down()
        self._inside = self._returned = False
        self._row = self._base = 0
        return False

    def _takes_return(self, line: str) -> bool:
        self._stayed_down()
        self._returned = True
        if line and not self._inside:
            bar = parse_progress(line)
            if bar is not None:
                self._inside = True
                self._see(bar)
        return self._inside

    def _see(self, bar: Bar) -> None:
        if self._row > self._base:
            self._lower = bar
        else:
            self._show(bar)

    def _came_up(self, rows: int) -> None:
        self._row -= rows
        self._base = min(self._base, self._row)
        bar, self._lower = self._lower, None
        if bar is not None:
            self._nested.add(bar.key)
            if self._outermost is None:
                self._newest = bar

    def _stayed_down(self) -> None:
        bar, self._lower = self._lower, None
        if bar is not None:
            self._base = self._row
            self._show(bar)

    def _show(self, bar: Bar) -> None:
        """``bar`` stands where the outermost one does. So do nested ones that are left standing at their end."""
        known = self._outermost
        if (
            known is not None
            and not known.complete
            and bar.key in self._nested
            and (bar.complete or bar.key != known.key)
        ):
            return
        self._outermost = self._newest = bar
