"""A graph as a notebook: its cell, with the picture of the graph below it. Nothing of it is run for that."""

from __future__ import annotations

import json

from nbformat import NotebookNode, writes
from nbformat.v4 import new_code_cell, new_notebook, new_output

from funcnodes_jupyter.cli.pictures import as_output
from funcnodes_jupyter.cli.sources import known_library
from funcnodes_jupyter.convert.errors import NotWritableError
from funcnodes_jupyter.core.document import Document
from funcnodes_jupyter.core.nodespace import NodeSpace
from funcnodes_jupyter.wire.messages import FullState
from funcnodes_jupyter.worker.cellexport import write_graph
from funcnodes_jupyter.worker.placement import Places
from funcnodes_jupyter.worker.trust import untrusted_nodes

_KERNEL = {"name": "python3", "display_name": "Python 3", "language": "python"}


def as_notebook(state: FullState, document: Document) -> bytes:
    """A notebook that makes the graph when it is run, and shows it before.

    Python stands in it, unless a node has no form in that, or is not trusted: what the code names would be imported to
    write it. Then it is the graph as JSON.
    """
    name = state.worker.name
    made: NotebookNode = new_notebook(  # type: ignore[no-untyped-call]
        cells=[new_code_cell("%load_ext funcnodes_jupyter"), _cell(state, document, name)],  # type: ignore[no-untyped-call]
        metadata={"kernelspec": _KERNEL, "language_info": {"name": "python"}},
    )
    return str(writes(made)).encode() + b"\n"  # type: ignore[no-untyped-call]


def _cell(state: FullState, document: Document, name: str) -> NotebookNode:
    python = _python(document)
    source = (
        f"%%nodespace {name}\n{json.dumps(document, indent=1)}"
        if python is None
        else f"%%funcnodes {name}\n{python.rstrip()}"
    )
    shown = new_output("display_data", data=as_output(state, document))  # type: ignore[no-untyped-call]
    cell: NotebookNode = new_code_cell(source, outputs=[shown])  # type: ignore[no-untyped-call]
    return cell


def _python(document: Document) -> str | None:
    """The text of a cell that makes the graph; None when there is none."""
    space = NodeSpace(known_library())
    space.deserialize(document)
    if untrusted_nodes(space):
        return None
    try:
        return write_graph(space, "cell", Places(space.nodes))
    except NotWritableError:
        return None
