"""What a node's function printed, logged and warned of in its newest run: the last lines, as a terminal shows them."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal, NamedTuple

from funcnodes_jupyter.core.facts import NodeLogged
from funcnodes_jupyter.core.progress import show_progress
from funcnodes_jupyter.core.progress_text import BarReader
from funcnodes_jupyter.core.terminal import pieces, plain, split_unfinished

if TYPE_CHECKING:
    from funcnodes_jupyter.core.node import Node

LINES = 200
"""How many lines are kept,"""
CHARACTERS = 20_000
"""how many characters in all of them,"""
LINE_CHARACTERS = 2_000
"""and in one of them."""
REMEMBERED = 1_000
"""How many lines of a run are remembered that are to come once."""
LOCK_SECONDS = 5.0
"""How long a line waits for the graph lock before it is given up. Whoever holds the lock so long may be waiting for
this very thread, which can hold a lock of the ``logging`` module."""

_MUCH = 4 * CHARACTERS

Kind = Literal["print", "log", "warning"]


class Line(NamedTuple):
    """One line, without its end."""

    kind: Kind
    text: str


class NodeLog:
    """The last lines of one run, counted from its start. Used under the graph lock.

    An unfinished line is the last one, and goes on with what is printed next. What shows progress (a line that is
    written again and again) is no line: :attr:`bars` reads it.
    """

    __slots__ = (
        "__weakref__",
        "_characters",
        "_column",
        "_lines",
        "_open",
        "_said",
        "_unfinished",
        "bars",
        "changes",
        "first",
    )

    def __init__(self) -> None:
        self.first = 0
        """The number of the oldest line that is kept."""
        self.changes = 0
        """How often something became different."""
        self.bars = BarReader()
        self._lines: deque[Line] = deque()
        self._characters = 0
        self._open = ""
        self._column = 0
        self._unfinished = ""
        self._said: set[str] = set()

    def __len__(self) -> int:
        return len(self._lines) + bool(self._open)

    def __iter__(self) -> Iterator[Line]:
        yield from self._lines
        if self._open:
            yield Line("print", self._open)

    def is_new(self, text: str) -> bool:
        """Whether this was not asked of ``text`` before."""
        if text in self._said:
            return False
        if len(self._said) < REMEMBERED:
            self._said.add(text)
        return True

    def add(self, kind: Kind, text: str) -> None:
        """Add whole lines, below whatever is unfinished."""
        if self._open:
            self._end_line()
        for line in plain(text).split("\n"):
            self._append(Line(kind, _cut(line)))
        self._trim()

    def write(self, text: str) -> None:
        """Go on with ``text`` where the last one ended, as a terminal would."""
        text, self._unfinished = split_unfinished(self._unfinished + text)
        if len(text) > _MUCH:
            text = self._skip_most(text)
        for what, piece in pieces(text):
            if self.bars.takes(what, piece, self._open):
                if self._open:
                    self._leave_line(what)
            else:
                self._draw(what, piece)
        self._trim()

    def _leave_line(self, what: str) -> None:
        """The unfinished line gives way to a bar, or was itself one all along."""
        if what == "text":
            self._end_line()
        else:
            self._set_open("", 0)

    def _draw(self, what: str, piece: str) -> None:
        if what == "text":
            self._put(piece)
        elif what == "end":
            self._end_line()
        elif what == "return":
            self._column = 0
        elif what == "back":
            self._column = max(0, self._column - 1)
        elif what == "erase":
            self._erase(piece)

    def _put(self, text: str) -> None:
        column, line = self._column, self._open
        end = column + len(text)
        if column <= LINE_CHARACTERS:
            line = _cut(line[:column].ljust(column) + text + line[end:])
        self._set_open(line, end)

    def _erase(self, which: str) -> None:
        left = " " * min(self._column, LINE_CHARACTERS) if which == "1" else self._open[: self._column]
        right = self._open[self._column :] if which == "1" else ""
        self._set_open("" if which == "2" else left + right, self._column)

    def _set_open(self, line: str, column: int) -> None:
        self._column = column
        if line != self._open:
            self._open = line
            self.changes += 1

    def _end_line(self) -> None:
        line, self._open, self._column = self._open, "", 0
        self._append(Line("print", line))

    def _append(self, line: Line) -> None:
        self._lines.append(line)
        self._characters += len(line.text)
        self.changes += 1
        if len(self._lines) > LINES:
            self._drop()

    def _trim(self) -> None:
        while self._lines and (len(self) > LINES or self._characters + len(self._open) > CHARACTERS):
            self._drop()

    def _drop(self) -> None:
        self._characters -= len(self._lines.popleft().text)
        self.first += 1

    def _skip_most(self, text: str) -> str:
        """The end of a very long text; its lines before that are counted and gone, as all lines before it."""
        start = text.find("\n", len(text) - _MUCH) + 1 or text.rfind("\n") + 1
        if start:
            self.first += len(self._lines) + text.count("\n", 0, start)
            self._lines.clear()
            self._characters = 0
            self._set_open("", 0)
            self.changes += 1
        return text[start : start + _MUCH]


def _cut(line: str) -> str:
    return line if len(line) <= LINE_CHARACTERS else f"{line[: LINE_CHARACTERS - 1]}…"


def keep(node: Node, kind: Kind, text: str, once: bool = False) -> bool:
    """Put what the running ``node`` said into its log, and what shows progress onto its bar. Callable from any thread.

    Once the run is over, nothing more is kept.

    Args:
        once: Not if this run said it before.

    Returns:
        Whether it was new; always so when ``once`` is not set.
    """
    lock = node.engine.lock
    if not lock.acquire(timeout=LOCK_SECONDS):
        return True
    try:
        if not node.slot.running:
            return True
        log = node.slot.log
        if log is None:
            log = node.slot.log = NodeLog()
        if once and not log.is_new(text):
            return False
        _keep(node, log, kind, text)
    finally:
        lock.release()
    return True


def _keep(node: Node, log: NodeLog, kind: Kind, text: str) -> None:
    before = log.changes
    if kind == "print":
        log.write(text)
    else:
        log.add(kind, text)
    bar = log.bars.take()
    if bar is not None:
        show_progress(node, log, bar.fraction, bar.text, over=bar.complete)
    if log.changes != before and node.engine.observed:
        node.engine.tell(NodeLogged(node))
