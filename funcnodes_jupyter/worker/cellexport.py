"""A graph as a cell or a script. Called in the nodes' thread, for it imports what the graph names."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any, Literal

from funcnodes_jupyter.convert.cells.draft import CellGraph, Finder, KernelName
from funcnodes_jupyter.convert.cells.live import live_nodes
from funcnodes_jupyter.convert.cells.reading import read_cell
from funcnodes_jupyter.convert.cells.records import CELL
from funcnodes_jupyter.convert.cells.writing import write_cell
from funcnodes_jupyter.convert.errors import CellError
from funcnodes_jupyter.core.nodespace import NodeSpace
from funcnodes_jupyter.worker.celllayout import moved_nodes
from funcnodes_jupyter.worker.finder import find_name
from funcnodes_jupyter.worker.placement import Places

PROPERTY = CELL
"""The property of a graph that keeps its cell: ``source``, what its names meant in the ``kernel``, and where the value of
each name is (``variables``: name → [uuid, port])."""


def cell_of(space: NodeSpace) -> Mapping[str, Any]:
    """What is kept of the cell that a graph came from; empty when it came from none, or is nothing that was kept."""
    found = space.get_property(PROPERTY, {})
    return found if isinstance(found, Mapping) and _is_kept(found) else {}


def _is_kept(found: Mapping[str, Any]) -> bool:
    kernel, variables = found.get("kernel"), found.get("variables")
    return (
        isinstance(found.get("source"), str)
        and isinstance(kernel, Mapping)
        and isinstance(variables, Mapping)
        and all(map(_is_pair, (*kernel.values(), *variables.values())))
    )


def _is_pair(value: Any) -> bool:
    return isinstance(value, (list, tuple)) and len(value) == 2 and all(isinstance(part, str) for part in value)


def keep_cell(
    space: NodeSpace, source: str, kernel: Mapping[str, KernelName], graph: CellGraph, uuids: Mapping[str, str]
) -> None:
    """Keep with a graph which cell it came from."""
    variables = {name: [uuids[wire.key], wire.port] for name, wire in graph.variables.items()}
    names = {name: [known.kind, known.text] for name, known in kernel.items()}
    space.set_property(PROPERTY, {"source": source, "kernel": names, "variables": variables})


def write_graph(
    space: NodeSpace, form: Literal["cell", "script", "lines"], places: Places, find: Finder = find_name
) -> str:
    """The graph as Python: with places and modes in remarks as a ``cell``, all that a ``script`` needs.

    As ``lines`` it has neither remarks nor what the notebook defines: these go into a script of the notebook.

    Args:
        places: Where its nodes are.
        find: Looks up what the graph calls.

    Raises:
        NotWritableError: a node, or a value, has no form in Python; the text names it.
    """
    cell = cell_of(space)
    source, graph = str(cell.get("source", "")), None
    names = {name: KernelName(kind, text) for name, (kind, text) in dict(cell.get("kernel", {})).items()}
    try:
        graph = read_cell(source, find, names)
    except CellError:  # what it imports is not installed here any more
        source = ""
    with space.lock:
        return write_cell(
            live_nodes(space),
            find,
            source,
            graph,
            kernel=names,
            layout=partial(moved_nodes, places),
            remarks=form == "cell",
            alone=form == "script",
        )
