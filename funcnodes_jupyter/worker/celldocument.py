"""A text of Python as a saved graph, without a worker."""

from __future__ import annotations

from collections.abc import Mapping

from funcnodes_jupyter.convert.cells.draft import Finder, KernelName
from funcnodes_jupyter.convert.cells.reading import read_cell
from funcnodes_jupyter.core.document import Document
from funcnodes_jupyter.core.library import Library
from funcnodes_jupyter.core.nodespace import NodeSpace
from funcnodes_jupyter.worker.cellexport import keep_cell
from funcnodes_jupyter.worker.cells import CellUpdate
from funcnodes_jupyter.worker.placement import Places


def document_of_text(
    text: str, library: Library, find: Finder, kernel: Mapping[str, KernelName] | None = None
) -> Document:
    """The graph that a cell or a script makes, in its saved form. Nothing of it runs.

    Args:
        text: The cell.
        library: The classes of its nodes.
        find: Looks up what is imported; called where importing may run code.
        kernel: What names mean in the kernel that the cell comes from.

    Raises:
        CellError: it cannot be a graph.
    """
    graph = read_cell(text, find, kernel)
    space = NodeSpace(library)
    uuids = CellUpdate(space, Places(space.nodes), graph).apply()
    keep_cell(space, text, kernel or {}, graph, uuids)
    return space.serialize()
