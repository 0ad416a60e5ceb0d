"""Commands for cells of notebooks."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Mapping
from typing import Annotated, Any, Literal

from msgspec import Meta, Struct

from funcnodes_jupyter.convert.cells.draft import CellGraph, KernelName, Wire
from funcnodes_jupyter.convert.cells.reading import read_cell
from funcnodes_jupyter.core.errors import NodeCancelledError
from funcnodes_jupyter.core.scopes import outdated
from funcnodes_jupyter.worker.cellexport import cell_of, keep_cell, write_graph
from funcnodes_jupyter.worker.cells import CellUpdate
from funcnodes_jupyter.worker.context import Context
from funcnodes_jupyter.worker.errors import ArgumentError
from funcnodes_jupyter.worker.finder import find_name
from funcnodes_jupyter.worker.offload import in_thread
from funcnodes_jupyter.worker.trust import untrusted_nodes

Form = Literal["cell", "script", "json"]
Text = Annotated[str, Meta(max_length=1_000_000)]


class Meaning(Struct):
    """What a name means in the kernel; see :class:`~funcnodes_jupyter.convert.cells.draft.KernelName`."""

    kind: Literal["module", "callable", "function", "value"]
    text: Text = ""


def apply_cell(context: Context, source: Text, kernel: dict[str, Meaning] | None = None) -> Awaitable[dict[str, Any]]:
    """Make a cell of Python the graph, or as much of the graph as a cell made before, and run what is new or changed.

    Answers where its variables are (``variables``: name → [uuid, port]), its nodes by line (``lines``: uuid → line),
    where the value of its last line is (``result``), and which values it needs of the kernel (``wanted``: name → uuid).
    """
    names = {name: KernelName(meaning.kind, meaning.text) for name, meaning in (kernel or {}).items()}
    return _apply(context, source, names)


async def _apply(context: Context, source: str, kernel: Mapping[str, KernelName]) -> dict[str, Any]:
    space, cancels = context.nodespace, context.client.cancels
    # Reading imports what the cell names, and so runs code.
    graph = await asyncio.wrap_future(space.runner.call(lambda: read_cell(source, find_name, kernel)))
    if context.client.cancels != cancels:
        raise NodeCancelledError("the cell was interrupted while it was read; nothing was changed")
    with space.lock:
        uuids = CellUpdate(space, context.mirror.places, graph).apply()
        keep_cell(space, source, kernel, graph, uuids)
        # What did not change has run already.
        space.run([node for node in map(space.get_node_by_id, uuids.values()) if outdated(node)], "to")
    context.portrait.changed()  # also where only the cell's text is another, which no event tells
    return _answer(graph, uuids)


def _answer(graph: CellGraph, uuids: Mapping[str, str]) -> dict[str, Any]:
    def place(wire: Wire) -> list[str]:
        return [uuids[wire.key], wire.port]

    return {
        "variables": {name: place(wire) for name, wire in graph.variables.items()},
        "lines": {uuids[key]: draft.line for key, draft in graph.drafts.items()},
        "result": None if graph.result is None else place(graph.result),
        "wanted": {draft.name: uuids[key] for key, draft in graph.drafts.items() if draft.node_id == "kernel.variable"},
    }


def get_variables(context: Context) -> dict[str, tuple[str, str]]:
    """Where the value of each name of the graph's cell is: name → [uuid, port]. Of nodes that are gone nothing is said."""
    space = context.nodespace
    with space.lock:
        known = cell_of(space).get("variables", {})
        return {name: (uuid, port) for name, (uuid, port) in known.items() if uuid in space.nodes}


def export_cell(context: Context, form: Form = "cell") -> Awaitable[str]:
    """The graph as text: the ``cell`` that makes it, a ``script`` of plain Python, or its saved form as ``json``."""
    if form == "json":
        return in_thread(lambda: json.dumps(context.nodespace.serialize(), indent=1))
    with context.nodespace.lock:
        foreign = untrusted_nodes(context.nodespace)
    if foreign:
        # Writing it as Python imports what it names, and so would run it.
        raise ArgumentError(
            f"form: {foreign[0].name} holds code that came from elsewhere, so the graph is written as json only: "
            "trust the graph first"
        )
    return asyncio.wrap_future(
        context.nodespace.runner.call(lambda: write_graph(context.nodespace, form, context.mirror.places))
    )
