"""The parts of a cell: what stands between lines such as ``# %% Load the data``, as editors cut scripts into cells."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Sequence
from dataclasses import dataclass

from funcnodes_jupyter.convert.cells.source import lines_of

PART = "part"
"""The property of a node that is a part of its cell: the title."""
MARK = re.compile(r"#\s*%%+(?P<title>.*)")
"""The comment that begins a part."""
_KIND = re.compile(r"\[\w+\]")
_OPTION = re.compile(r"""\s[\w-]+=(?:"[^"]*"|'[^']*'|\S+)""")
_REMARK = re.compile(r"#\s*funcnodes:.*")


@dataclass(frozen=True, slots=True)
class Part:
    """A part with statements in it.

    Attributes:
        title: What its line says; empty when that says nothing.
        mark: The number of that line; 0 when there is none.
        text: Its lines, without the empty ones around them.
        line: The first of them in the cell, from 1.
        statements: What it consists of, placed as in the cell.
    """

    title: str
    mark: int
    text: str
    line: int
    statements: Sequence[ast.stmt]

    @property
    def last_line(self) -> int:
        """The last of its lines in the cell."""
        return self.line + self.text.count("\n")


def parts_of(source: str, statements: Sequence[ast.stmt]) -> list[Part]:
    """The parts of a cell; none when it has no such line. What stands before the first is a part, too."""
    marks = [(line, title) for line, title in _marks(source) if not _is_inside(line, statements)]
    if not marks:
        return []
    lines = lines_of(source)
    starts = [(0, ""), *marks]
    ends = [*(line for line, _ in marks), len(lines) + 1]
    parts = []
    for (start, title), end in zip(starts, ends, strict=True):
        inside = [statement for statement in statements if start < statement.lineno < end]
        if inside:
            first = next(number for number in range(start + 1, end) if lines[number - 1].strip())
            parts.append(Part(title, start, "\n".join(lines[first - 1 : end - 1]).rstrip(), first, inside))
    return parts


def _marks(source: str) -> list[tuple[int, str]]:
    """The lines that begin a part, with its title; a text that spans lines has none."""
    if "%%" not in source:
        return []
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    return [
        (token.start[0], _title(match["title"]))
        for token in tokens
        if token.type == tokenize.COMMENT and token.start[1] == 0 and (match := MARK.fullmatch(token.string.rstrip()))
    ]


def _title(text: str) -> str:
    """Without what Jupytext writes behind it: the kind of the cell, and its options."""
    return _OPTION.sub("", _KIND.sub("", _REMARK.sub("", text))).strip()


def _is_inside(line: int, statements: Sequence[ast.stmt]) -> bool:
    return any(statement.lineno <= line <= (statement.end_lineno or 0) for statement in statements)
