"""Keeps what is on disk of a graph in step with it, part by part.

An edit costs what the parts cost that it changed, however large the graph is. They are read under the graph lock, a
few at a time; all else is done outside of it, in the thread that saves.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import islice
from time import sleep
from typing import Any

from funcnodes_jupyter.core.document import FORMAT_VERSION
from funcnodes_jupyter.core.nodespace import NodeSpace
from funcnodes_jupyter.core.parts import Mark, encoded_part, marks_of_graph, marks_of_node, read_part
from funcnodes_jupyter.core.values import NoValue
from funcnodes_jupyter.worker.dirty import Dirty
from funcnodes_jupyter.worker.errors import NotSavedError
from funcnodes_jupyter.worker.graphfiles import GraphFiles
from funcnodes_jupyter.worker.opening import Restore
from funcnodes_jupyter.worker.patches import Patch
from funcnodes_jupyter.worker.savedform import EDGES, no_parts, part_of, text_of

SLICE = 300
"""Parts that are read while the lock is held once: about a millisecond."""
GROWING = 20
"""After so many slices they grow, else who edits without pause could keep all others' edits from being saved."""


class Keeper:
    """See the module.

    Args:
        space: The graph.
        files: Where it is kept.

    Attributes:
        dirty: Is told what changes.
        behind: Whether the document lacks what was recorded.
    """

    def __init__(self, space: NodeSpace, files: GraphFiles) -> None:
        self._space = space
        self._files = files
        self._known = no_parts()  # what is on disk, document and journal together
        self._lost = False  # of that, what the journal held
        self.dirty = Dirty()
        self.behind = False

    def open(self, restore: Restore) -> list[str]:
        """Hand what is on disk to ``restore``; returns what is wrong, a sentence each."""
        opened = self._files.open(restore)
        self._known = opened.parts
        self.behind = bool(opened.trail.patches) or (opened.document is None and bool(opened.parts["nodes"]))
        # Of what others wrote, or an older version, it is not known how this program would write it.
        ours = opened.trail.known and opened.parts["rest"].get("format") == text_of(FORMAT_VERSION)
        self._mark((), everything=not ours)
        return opened.problems

    @property
    def rests(self) -> bool:
        """Whether nothing runs in the graph."""
        return self._space.runner.idle

    @property
    def oversized(self) -> bool:
        """Whether the document is to be rewritten in any case."""
        return self._files.oversized

    def record(self) -> None:
        """Have on disk what changed.

        Raises:
            OSError: it could not be written; it is tried again with what changes next.
            NotSavedError: a part has no saved form; all others are on disk.
        """
        parts, everything = self._look()
        failed: dict[Mark, Exception] = {}
        try:
            self._append(self._difference(parts, everything, failed))
        except BaseException:
            self._mark(parts, everything)
            raise
        self._mark(failed)
        for mark, error in failed.items():
            raise NotSavedError(f"{self._name_of(mark)} has no saved form: {type(error).__name__}: {error}") from error

    def rewrite(self) -> None:
        """Have in the document what was recorded.

        Raises:
            OSError: it could not be written; the journal has it.
        """
        self._files.rewrite(self._known)
        self.behind = False

    # --- reading --------------------------------------------------------------------------------

    def _look(self) -> tuple[dict[Mark, Any], bool]:
        """(the parts that are marked, all as they are at one moment; whether these are all there are)."""
        parts: dict[Mark, Any] = {}
        marks: set[Mark] = set()
        nodes: list[str] = []  # of which every part is to be read
        everything = False
        slices = 0
        try:
            while True:
                size = SLICE * (1 + slices // GROWING)
                with self._space.lock:
                    # What changed since the last slice is marked again, and so read again.
                    more, all_of_it = self.dirty.take()
                    marks |= more
                    if all_of_it:
                        everything, nodes = True, list(self._space.nodes)
                        marks.update(marks_of_graph(self._space))
                    while nodes and len(marks) < size:
                        marks.update(marks_of_node(self._space, nodes.pop()))
                    for mark in list(islice(marks, size)):
                        parts[mark] = read_part(self._space, mark)
                        marks.discard(mark)
                if not (marks or nodes):
                    return parts, everything
                slices += 1
                sleep(0.001)  # else nobody else would ever get the lock
        except BaseException:
            self._mark((*parts, *marks), everything)
            raise

    def _mark(self, marks: Iterable[Mark], everything: bool = False) -> None:
        with self._space.lock:
            self.dirty.mark(marks, everything)

    def _name_of(self, mark: Mark) -> str:
        section, key = mark
        node = self._space.nodes.get(key) if section in ("nodes", "view", "errors") else None
        return node.name if node is not None else f"{key!r}"

    # --- writing --------------------------------------------------------------------------------

    def _difference(self, parts: Mapping[Mark, Any], everything: bool, failed: dict[Mark, Exception]) -> Patch:
        """What of ``parts`` is not on disk; puts into ``failed`` what has no saved form, and why."""
        patch, known = Patch(), no_parts() if self._lost else self._known
        seen: set[tuple[str, str]] = set()
        for mark, part in parts.items():
            section, key = mark
            gone = part is NoValue
            try:
                made = key if gone else encoded_part(section, part)
                name = text_of(made).decode() if section in EDGES else key
                seen.add((section, name))
                patch.note(known, section, name, None if gone else part_of(section, made))
            except Exception as error:  # noqa: BLE001 - whatever a value does, the others are not to be lost for it
                failed[mark] = error
        if everything:
            there = [(section, name) for section, texts in known.items() for name in texts]
            for found, name in there:
                if (found, name) not in seen:
                    patch.note(known, found, name, None)
        return patch

    def _append(self, patch: Patch) -> None:
        if not patch:
            return
        try:
            self._files.append(patch)
        except FileNotFoundError:
            self._files.begin_again()
            self._lost = True
            self._mark((), everything=True)
            raise
        patch.apply(self._known)
        self._lost = False
        self.behind = True
