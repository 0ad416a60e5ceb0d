"""The workflows of a saved notebook as saved graphs. Nothing of the notebook is run or imported for that."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from funcnodes_jupyter.convert.errors import CellError, NotebookError
from funcnodes_jupyter.convert.notebooks.cells import NotebookCell, cells_of, document_in, line_error
from funcnodes_jupyter.convert.notebooks.linemagics import without_magics
from funcnodes_jupyter.convert.notebooks.meanings import Meanings, meanings_in, needed
from funcnodes_jupyter.convert.notebooks.merging import merged
from funcnodes_jupyter.convert.notebooks.workflows import Workflow, workflows_of
from funcnodes_jupyter.core.document import Document
from funcnodes_jupyter.core.errors import FuncNodesError
from funcnodes_jupyter.nodes.shelves import builtin_library
from funcnodes_jupyter.worker.celldocument import document_of_text
from funcnodes_jupyter.worker.knownnames import KnownNames


def graph_of_notebook(notebook: Mapping[str, Any], only: str = "") -> Document:
    """All workflows of a notebook as one graph, each in a group of its name when there are several.

    Args:
        notebook: In the form in which it is saved.
        only: The name of the workflow that is meant; all of them when left out.

    Raises:
        NotebookError: it holds none, or one of them cannot be read; the text names the cell.
    """
    cells = cells_of(notebook)
    workflows = workflows_of(cells)
    if not workflows:
        raise NotebookError(
            0,
            "There is no workflow in this notebook. %%funcnodes NAME at the top of a cell makes the cell one; of a graph "
            "that was drawn, the state is in the notebook when it is shown there, and the notebook saved.",
        )
    if only and only not in workflows:
        raise NotebookError(0, f"There is no workflow {only!r} in this notebook, only {', '.join(workflows)}.")
    workflows = {only: workflows[only]} if only else workflows
    return merged({name: _document_of(workflow, cells) for name, workflow in workflows.items()})


def _document_of(workflow: Workflow, cells: Sequence[NotebookCell]) -> Document:
    if workflow.document is not None:
        return workflow.document
    cell = workflow.cell
    assert cell is not None  # what no output tells of stands in a cell
    if cell.kind == "saved":
        return document_in(cell.number, cell.text)
    kernel = needed(cell.text, _meanings_before(cell, cells))
    # Packs of nodes are left out of the library: they would be imported.
    library = builtin_library()
    try:
        return document_of_text(cell.text, library, KnownNames(), kernel)
    except CellError as error:
        raise line_error(cell, error.line, error.reason) from None
    except (FuncNodesError, RecursionError) as error:
        raise NotebookError(cell.number, f"it cannot be a graph: {error}") from None


def _meanings_before(cell: NotebookCell, cells: Sequence[NotebookCell]) -> Meanings:
    """What the cells above have given names to; those of workflows are the worker's, not the notebook's."""
    found: Meanings = {}
    for other in cells[: cell.number - 1]:
        if other.kind in ("code", "functions"):
            found.update(meanings_in(without_magics(other.text)))
    return found
