"""The workflows of a notebook: which graphs stand in it, each in its newest state."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from funcnodes_jupyter.convert.notebooks.cells import NotebookCell
from funcnodes_jupyter.core.document import Document


@dataclass(frozen=True, slots=True)
class Workflow:
    """A graph of a notebook.

    Attributes:
        name: What it is called.
        cell: The last cell that makes it; None when only an output tells of it.
        document: Its state in the last output that holds one, which is newer than any cell; None when none does.
        shown: The number of the cell with that output; 0 when there is none.
    """

    name: str
    cell: NotebookCell | None
    document: Document | None
    shown: int = 0


def workflows_of(cells: Sequence[NotebookCell]) -> dict[str, Workflow]:
    """The workflows by name, in the order in which they first appear."""
    names = dict.fromkeys(name for cell in cells for name in _names(cell))
    return {name: _workflow(name, cells) for name in names}


def _names(cell: NotebookCell) -> Iterable[str]:
    return (*([cell.name] if cell.kind in ("graph", "saved") else []), *cell.documents)


def _workflow(name: str, cells: Sequence[NotebookCell]) -> Workflow:
    making = [cell for cell in cells if cell.name == name and cell.kind in ("graph", "saved")]
    showing = [cell for cell in cells if name in cell.documents]
    last = making[-1] if making else None
    if not showing:
        return Workflow(name, last, None)
    return Workflow(name, last, showing[-1].documents[name], showing[-1].number)
