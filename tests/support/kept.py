"""A graph that is kept in files as a worker keeps it, and what a worker would find there that begins now."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from funcnodes_jupyter.core.facts import Fact
from funcnodes_jupyter.core.nodespace import NodeSpace
from funcnodes_jupyter.worker.graphfiles import GraphFiles
from funcnodes_jupyter.worker.keeper import Keeper
from funcnodes_jupyter.worker.opening import Opened
from funcnodes_jupyter.worker.pending import Pending
from funcnodes_jupyter.worker.placement import Places
from funcnodes_jupyter.worker.savedform import joined, to_bytes


class Kept:
    """Opens what is in ``folder`` as ``space``, and follows what happens to it.

    Args:
        edited: Called for each fact that is to be saved.
    """

    def __init__(self, space: NodeSpace, folder: Path, edited: Callable[[Fact], None] = lambda fact: None) -> None:
        self.space = space
        self.folder = folder
        self.keeper = Keeper(space, GraphFiles(folder))
        self.problems = self.keeper.open(space.deserialize)
        self._edited = edited
        self._pending = Pending(lambda: None, self._note, Places(space.nodes))
        space.subscribe(self._pending.observe)

    def _note(self, fact: Fact) -> None:
        self.keeper.dirty.note(fact)
        self._edited(fact)

    def save(self) -> None:
        """All of it in the document."""
        self.keeper.record()
        self.keeper.rewrite()

    def begin_anew(self) -> None:
        """Have the files in the hands of a worker that begins now, while the graph goes on as it is."""
        dirty = self.keeper.dirty
        self.keeper = Keeper(self.space, GraphFiles(self.folder))
        assert self.keeper.open(lambda document: []) == []
        self.keeper.dirty = dirty

    def compare(self) -> None:
        """What is found must be what the graph is."""
        opened, document = found(self.folder)
        assert opened.problems == []
        wanted = to_bytes(self.space.serialize())
        assert joined(opened.parts) == wanted
        assert document is None or to_bytes(document) == wanted


def found(folder: Path) -> tuple[Opened, dict[str, Any] | None]:
    """(what is found in a folder, the document that is to be restored)."""
    documents: list[dict[str, Any]] = []

    def restore(document: dict[str, Any]) -> list[str]:
        documents.append(document)
        return []

    opened = GraphFiles(folder).open(restore)
    return opened, documents[-1] if documents else None
