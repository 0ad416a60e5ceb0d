"""A cell read as a graph, and a graph written as a cell."""

from __future__ import annotations

import ast

from benchmarks.measure import Effort, Row, best_in_turns, limit_row, per_repeat
from funcnodes_jupyter.convert.cells.live import live_nodes
from funcnodes_jupyter.convert.cells.reading import read_cell
from funcnodes_jupyter.convert.cells.records import document_of
from funcnodes_jupyter.convert.cells.writing import write_cell
from funcnodes_jupyter.core.nodespace import NodeSpace
from funcnodes_jupyter.nodes.shelves import builtin_library
from funcnodes_jupyter.worker.finder import find_name

STATEMENTS = 500
SECONDS_AT_MOST = 1.0


async def rows(effort: Effort) -> list[Row]:
    """Reading and writing, beside what Python takes to parse and compile the same text."""
    source = _cell()
    graph = read_cell(source, find_name)
    space = NodeSpace(builtin_library())
    space.deserialize(document_of(graph))
    nodes = live_nodes(space)

    async def compiled() -> float:
        return per_repeat(lambda number: compile(ast.parse(source), "<cell>", "exec"))

    async def read() -> float:
        return per_repeat(lambda number: read_cell(source, find_name))

    async def written() -> float:
        return per_repeat(lambda number: write_cell(nodes, find_name, "", graph))

    floor, reading, writing = await best_in_turns(max(3, effort.rounds // 3), compiled, read, written)
    text = f"ast.parse and compile: {floor * 1e3:.1f} ms"
    return [
        limit_row(
            f"reading a cell of {STATEMENTS} statements ({len(graph.drafts)} nodes)",
            text,
            reading,
            "s",
            SECONDS_AT_MOST,
        ),
        limit_row("    writing its graph as a new cell", text, writing, "s", SECONDS_AT_MOST),
    ]


def _cell() -> str:
    part = (
        "a{0} = math.sqrt({0}) + 1\nb{0} = [v for v in range({0} % 7)]\nb{0}.append(a{0})\n"
        "for j in range(3):\n    a{0} += j\nc{0} = sum(b{0}) * 2\n"
    )
    return "import math\n" + "".join(part.format(number) for number in range(STATEMENTS // 5))
