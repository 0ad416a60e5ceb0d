"""The files of a worker's graph: the document, the journal of what was done since, and those before them.

Each state of the graph that was ever on disk is there until a newer one is: the journal is added to until the document
that holds all of it is in place, and the document before that is kept with the journal that led on from it.
"""

from __future__ import annotations

import contextlib
import logging
import os
from pathlib import Path

from funcnodes_jupyter.worker.atomic import write_atomically
from funcnodes_jupyter.worker.journal import Journal
from funcnodes_jupyter.worker.opening import GraphPaths, Opened, Opening, Restore
from funcnodes_jupyter.worker.patches import Patch
from funcnodes_jupyter.worker.savedform import Parts, joined
from funcnodes_jupyter.worker.trail import NOTHING, base_record, hash_of, into_record

MAX_JOURNAL_BYTES = 4 * 1024 * 1024
"""A journal that is longer, and longer than the document, is not added to until the graph rests."""

_log = logging.getLogger(__name__)


class GraphFiles:
    """Reads and writes them, one thread at a time.

    Args:
        folder: Where they are.
    """

    def __init__(self, folder: Path) -> None:
        self.paths = GraphPaths.within(folder)
        self._journal = Journal(self.paths.journal)
        self._begins = True  # the next patch begins another journal
        self._leads = False  # the present one leads up to the document in place
        self._base = NOTHING  # what the next journal continues
        self._document = NOTHING  # the hash of the document in place
        self._size = 0

    @property
    def oversized(self) -> bool:
        """Whether the journal is so long that the document is to be rewritten in any case."""
        return not self._begins and self._journal.length > max(MAX_JOURNAL_BYTES, self._size)

    def open(self, restore: Restore) -> Opened:
        """Hand the last good state of the graph to ``restore``, if there is one; see :meth:`Opening.run`."""
        for leftover in self.paths.document.parent.glob(".nodespace.*.tmp"):  # of a process that was killed
            leftover.unlink()
        opened = Opening(self.paths, restore).run()
        self._base = opened.trail.end
        if opened.document is not None:
            self._document, self._size = hash_of(opened.document), len(opened.document)
        if opened.length is not None:
            self._journal, self._begins = Journal(self.paths.journal, opened.length), False
        return opened

    def append(self, patch: Patch) -> None:
        """Have ``patch`` on disk.

        Raises:
            FileNotFoundError: somebody took the journal away.
            OSError: it could not be written; what was there stands.
        """
        if not self._begins:
            self._journal.append(patch.to_json())
            return
        if self._leads:
            with contextlib.suppress(FileNotFoundError):  # done before the disk was full
                self.paths.journal.replace(self.paths.previous_journal)
        self._journal.start([base_record(self._base), patch.to_json()])
        self._begins = self._leads = False

    def begin_again(self) -> None:
        """The journal is gone: the next patch, which must hold everything, begins another."""
        self._begins = True

    def rewrite(self, parts: Parts) -> None:
        """Write the document that holds all that was appended, if it is another; the one before is kept.

        Raises:
            OSError: it could not be written; what was there stands.
        """
        data = joined(parts)
        made = hash_of(data)
        if made == self._document and self.paths.document.exists():
            return
        if not self._begins:
            with contextlib.suppress(FileNotFoundError):  # taken away: the document alone holds everything then
                self._journal.append(into_record(made))
        self._keep_previous()
        write_atomically(self.paths.document, data)
        self._leads = self._leads or not self._begins
        self._begins = True
        self._base = self._document = made
        self._size = len(data)

    def _keep_previous(self) -> None:
        document, previous = self.paths.document, self.paths.previous
        spare = previous.with_name(f".{previous.name}.tmp")
        try:
            with contextlib.suppress(FileNotFoundError):
                if previous.samefile(document):  # kept already, and then the disk was full or the process was killed
                    return
            spare.unlink(missing_ok=True)
            os.link(document, spare)
            spare.replace(previous)
        except OSError as error:  # a first save, or a file system without links: the save itself matters more
            _log.debug("The graph before is not kept: %s", error)
