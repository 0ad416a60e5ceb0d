"""Which nodes the lines of a cell make, so that the remark behind a line is understood as it was meant."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping

from funcnodes_jupyter.convert.cells.draft import Block, Draft
from funcnodes_jupyter.convert.cells.remarks import Remark

Lines = tuple[int, int]


class Blocks:
    """Takes note of who makes what while a cell is read."""

    def __init__(self) -> None:
        self._made: list[tuple[Lines, list[str]]] = []
        self._functions: dict[tuple[str, int], list[str]] = {}

    def note(self, lines: Lines, drafts: Iterable[Draft], function: str = "") -> None:
        """These drafts were made while ``lines`` were read; ``function`` is defined there.

        A function's node is made when it is used first, but it belongs to where it stands.
        """
        own: list[str] = []
        self._made.append((lines, own))
        if function:
            self._functions[function, lines[1]] = own
        self.note_rest(drafts, own)

    def note_rest(self, drafts: Iterable[Draft], keys: list[str] | None = None) -> None:
        """These drafts belong to the functions that they are, all others to ``keys``."""
        for draft in drafts:
            place = next((found for (name, last), found in self._functions.items()
                          if name == draft.name and draft.line <= last), keys)  # fmt: skip
            if place is not None:
                place.append(draft.key)

    def finished(self) -> list[Block]:
        """The blocks, by line."""
        found: list[Block] = []
        for lines, keys in sorted(self._made, key=lambda made: made[0]):
            if found and lines[0] <= found[-1].lines[1]:
                before = found.pop()
                found.append(Block((before.lines[0], max(before.lines[1], lines[1])), [*before.keys, *keys]))
            else:
                found.append(Block(lines, keys))
        return found


def lines_of_statement(statement: ast.stmt) -> Lines:
    """The first and the last line of a statement, its decorators included."""
    first = min([statement.lineno, *(part.lineno for part in getattr(statement, "decorator_list", ()))])
    return first, statement.end_lineno or first


def tell_drafts(blocks: Iterable[Block], drafts: Mapping[str, Draft], remarks: Mapping[int, Remark]) -> None:
    """Give each draft what the remark of its block says of it."""
    for block in blocks:
        remark = remarks.get(block.lines[1])
        if remark is None or not block.keys:
            continue
        *others, last = block.keys
        parts = remark.get("parts", {})
        drafts[last].remark = {key: value for key, value in remark.items() if key != "parts"}
        for key in others:
            if isinstance(parts.get(key), dict):
                drafts[key].remark = parts[key]
