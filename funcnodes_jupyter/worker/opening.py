"""How the last good state of a saved graph is found among its files, whatever became of them.

What cannot be read or restored is set aside under a name that says so, and never deleted.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from funcnodes_jupyter.core.document import migrate
from funcnodes_jupyter.core.errors import DocumentError
from funcnodes_jupyter.worker.atomic import flush_folder, read_if_there, write_atomically
from funcnodes_jupyter.worker.journal import Read, read_journal
from funcnodes_jupyter.worker.savedform import Parts, from_bytes, joined, no_parts, parts_of
from funcnodes_jupyter.worker.trail import NOTHING, Step, Trail, follow, hash_of, read_step

Restore = Callable[[dict[str, Any]], list[str]]
"""Takes a document and returns what of it could not be restored, a sentence each; raises when it is none."""

_UNREADABLE = (DocumentError, KeyError, TypeError, AttributeError, ValueError, RecursionError)

_log = logging.getLogger(__name__)


class GraphPaths(NamedTuple):
    """The document and the journal that continues it; those before them."""

    document: Path
    journal: Path
    previous: Path
    previous_journal: Path

    @classmethod
    def within(cls, folder: Path) -> GraphPaths:
        """The files of the graph whose folder this is."""
        names = ("nodespace.json", "nodespace.journal", "nodespace.previous.json", "nodespace.previous.journal")
        return cls(*(folder / name for name in names))


@dataclass(slots=True)
class Opened:
    """What was found.

    Attributes:
        parts: The parts of the graph that was restored.
        trail: How they came about.
        document: The bytes of the document in place, None when there is none.
        length: How much of the journal is good and belongs to them, None when another is to begin.
        problems: What is wrong, a sentence each.
    """

    parts: Parts
    trail: Trail
    document: bytes | None
    length: int | None
    problems: list[str]


def read_graph(paths: GraphPaths) -> dict[str, Any] | None:
    """The last good state of a saved graph, for others than its worker, which may run; None: nothing was saved.

    Nothing is set aside or written. What the worker writes meanwhile is in it or not, never a half of it: the journal
    is read before the document, and a document holds all of the journals before it.

    Raises:
        DocumentError: nothing of what was saved can be read.
        OSError: a file is there and the disk refuses it.
    """
    read: list[dict[str, Any]] = []

    def take(document: dict[str, Any]) -> list[str]:
        read.append(migrate(document))
        return []

    opening = Opening(paths, take)
    opening.find()
    if read:
        return read[-1]
    for reason in opening.refused.values():
        raise DocumentError(reason)
    return None


class Opening:
    """Opens a saved graph once.

    Args:
        paths: Its files.
        restore: Makes a graph of a document.

    Attributes:
        refused: The files that cannot be restored, each with the reason, a sentence.
    """

    def __init__(self, paths: GraphPaths, restore: Restore) -> None:
        self._paths = paths
        self._restore = restore
        self._journal = read_journal(paths.journal, read_step)
        self._problems: list[str] = []
        self._missing = ""
        self.refused: dict[Path, str] = {}

    def run(self) -> Opened:
        """What :meth:`find` finds, when what is refused was set aside.

        Raises:
            OSError: a file is there and the disk refuses it.
        """
        parts, trail = self.find()
        self._problems[:0] = [f"{why} It is kept as {_set_aside(path).name}." for path, why in self.refused.items()]
        if self._missing:
            self._problems.insert(0, self._missing)
        return Opened(parts, trail, read_if_there(self._paths.document), self._length_to_keep(trail), self._problems)

    def find(self) -> tuple[Parts, Trail]:
        """The document with what the journal adds to it; when it is missing or refused, the one before it with what
        both journals add. Nothing is written.

        Raises:
            OSError: a file is there and the disk refuses it.
        """
        return self._from_file(self._paths.document) or self._from_before()

    def _from_before(self) -> tuple[Parts, Trail]:
        """What is found when there is no document, or none that can be restored."""
        missing = not self.refused
        before = read_journal(self._paths.previous_journal, read_step)
        found = self._from_file(self._paths.previous, before)
        if found is None:
            return self._from(None, before)
        if missing:
            since = ", with what was done since" if found[1].last else ""
            self._missing = f"The saved graph is missing: the one before it is opened{since}."
        return found

    def _from_file(self, path: Path, before: Read[Step] | None = None) -> tuple[Parts, Trail] | None:
        """What this document and the journals give, None when there is none or it is refused."""
        data = read_if_there(path)
        if data is None:
            return None
        try:
            return self._from(data, before)
        except _UNREADABLE as error:
            self._refuse(path, error)
            return None

    def _from(self, data: bytes | None, before: Read[Step] | None) -> tuple[Parts, Trail]:
        document = NOTHING if data is None else hash_of(data)
        trail = follow(document, (before, self._journal))
        if trail.patches:
            try:
                return self._restored(data, trail)
            except _UNREADABLE as error:  # what they add is to blame, and the document may be good without it
                self._refuse(self._paths.journal if self._journal else self._paths.previous_journal, error)
                self._journal, trail = None, Trail(document)
        return self._restored(data, trail)

    def _restored(self, data: bytes | None, trail: Trail) -> tuple[Parts, Trail]:
        if not trail.patches:
            if data is None:
                return no_parts(), trail
            document = from_bytes(data)
            self._problems += self._restore(document)
            return parts_of(document), trail
        parts = no_parts() if data is None else parts_of(from_bytes(data))
        for patch in trail.patches:
            patch.apply(parts)
        self._problems += self._restore(from_bytes(joined(parts)))
        return parts, trail

    # --- setting aside --------------------------------------------------------------------------

    def _refuse(self, path: Path, error: Exception) -> None:
        _log.warning("%s cannot be restored", path.name, exc_info=True)
        reason = str(error) if isinstance(error, DocumentError) else f"The saved graph is damaged: {error!r}."
        if path.exists():
            self.refused.setdefault(path, reason)

    def _length_to_keep(self, trail: Trail) -> int | None:
        journal, path = self._journal, self._paths.journal
        if journal is None or not (journal.records or journal.damaged):  # nothing, or torn while it was begun
            return None
        if trail.last and not journal.damaged:
            return journal.length
        if journal.damaged:
            text = "The journal of the graph is damaged: what stands behind the damage is not opened."
            aside = _aside(path, "unreadable")
        else:
            text = "The saved graph is not the one that this worker wrote last: what was done after that is not opened."
            aside = _aside(path, "foreign")
        self._problems.append(f"{text} It is kept as {aside.name}.")
        if not trail.last:
            _rename(path, aside)
            return None
        data = path.read_bytes()
        write_atomically(aside, data)
        write_atomically(path, data[: journal.length])
        return journal.length


def _set_aside(path: Path) -> Path:
    aside = _aside(path, "unreadable")
    _rename(path, aside)
    return aside


def _rename(path: Path, name: Path) -> None:
    path.replace(name)
    flush_folder(path.parent)


def _aside(path: Path, why: str) -> Path:
    """A name for a file that is not used, which says why."""
    stamp = datetime.now().strftime("%Y%m%d-%H%M%S-%f")
    return path.with_name(f"{path.stem}.{why}-{stamp}{path.suffix}")
