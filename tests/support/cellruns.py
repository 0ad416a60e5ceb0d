"""Cells run as graphs and as plain Python, to compare what comes of it."""

from __future__ import annotations

import ast
import asyncio
from types import ModuleType
from typing import Any

from funcnodes_jupyter.convert.cells.reading import read_cell
from funcnodes_jupyter.convert.cells.records import document_of
from funcnodes_jupyter.core.nodespace import NodeSpace
from funcnodes_jupyter.nodes.shelves import builtin_library
from funcnodes_jupyter.worker.finder import find_name


def space_of(source: str) -> NodeSpace:
    """The graph of a cell, at rest."""
    space = NodeSpace(builtin_library())
    assert space.deserialize(document_of(read_cell(source, find_name))) == []
    return space


def run_as_graph(source: str) -> dict[str, Any]:
    """The values of the names of a cell after its graph has run."""
    graph = read_cell(source, find_name)
    space = space_of(source)

    async def story() -> None:
        space.run()
        await space.await_done()

    asyncio.run(story())
    failed = [f"{node.name}: {node.error.text}\n{node.error.traceback}" for node in space.nodes.values() if node.error]
    assert not failed, "\n".join([source, *failed])
    return {name: space.nodes[wire.key][wire.port].value for name, wire in graph.variables.items()}


def run_as_python(source: str) -> dict[str, Any]:
    """The same by exec; modules are left out."""
    names: dict[str, Any] = {"__name__": "funcnodes_cell"}
    code = compile(source, "<cell>", "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True)
    made = eval(code, names)
    if asyncio.iscoroutine(made):
        asyncio.run(made)
    return {
        name: value for name, value in names.items() if not name.startswith("__") and not isinstance(value, ModuleType)
    }
