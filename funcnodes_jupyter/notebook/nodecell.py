"""``%%funcnodes_node``: all functions of a cell become nodes of a graph's library."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from funcnodes_jupyter.notebook.errors import CellRefusedError
from funcnodes_jupyter.notebook.flow import Flow
from funcnodes_jupyter.notebook.nodefunctions import definitions, public_functions, standing_alone


def define_all(flow: Flow, cell: str, namespace: Mapping[str, Any]) -> str:
    """Put the public functions of ``cell`` into the library of ``flow``; returns in words what was done.

    Raises:
        CellRefusedError: it defines none, or one of them reads a value that does not travel.
        CommandError: one of them cannot be a node.
    """
    try:
        beside = definitions(cell)
    except SyntaxError:
        raise CellRefusedError("Magics and shell lines need a cell of their own.", 0) from None
    wanted = public_functions(cell)
    if not wanted:
        raise CellRefusedError("The cell defines no function whose name begins without an underscore.", 0)
    texts = {name: standing_alone(name, beside[name], namespace, beside) for name in wanted}
    changed = sum(flow.define(text) for text in texts.values())
    names = ", ".join(wanted)
    verb = "is" if len(wanted) == 1 else "are"
    more = f" {changed} {'node runs' if changed == 1 else 'nodes run'} anew." if changed else ""
    return f"{names} {verb} in the library of {flow.name!r}.{more}"
