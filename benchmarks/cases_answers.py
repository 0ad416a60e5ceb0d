"""How soon a worker answers while a function of the user keeps its main thread busy in Python."""

from __future__ import annotations

import asyncio
from time import perf_counter
from typing import Any

from benchmarks.graphs import chain, fill
from benchmarks.measure import Effort, Row, limit_row
from benchmarks.worker_nodes import bench_library
from benchmarks.worker_process import PATIENCE, running_worker
from funcnodes_jupyter.core.nodespace import NodeSpace
from funcnodes_jupyter.wire.client import Update, WorkerClient
from funcnodes_jupyter.wire.messages import NodespaceEvents

P99_AT_MOST = 60
"""Milliseconds."""
SECONDS = 2.0
ROUND_TRIPS = 60


async def rows(effort: Effort) -> list[Row]:
    """Queries and edits in turns, in a graph of a hundred nodes, with an editor that follows."""
    space = fill(NodeSpace(bench_library()), chain(100))
    space.add_node_by_id("bench.burn", uuid="burn")
    taken: dict[str, list[float]] = {"full_state": [], "get_nodes": [], "update_node": []}
    with running_worker(space) as worker:
        async with worker.client() as editor, worker.client() as client:
            await editor.follow()
            while min(map(len, taken.values())) < ROUND_TRIPS:
                await _while_busy(editor, client, taken)
    return [_row(name, times) for name, times in taken.items()]


async def _while_busy(editor: WorkerClient, client: WorkerClient, taken: dict[str, list[float]]) -> None:
    """Ask as long as the function runs, one after the other."""
    begun, done = _told(editor, "node_triggered"), _told(editor, "node_done")
    await client.command("update_node", {"uuid": "burn", "io_id": "seconds", "value": SECONDS})
    await client.command("trigger_node", {"uuid": "burn"})
    await asyncio.wait_for(begun, PATIENCE)
    while not done.done():
        for name, times in taken.items():
            arguments: dict[str, Any] = {}
            if name == "update_node":
                arguments = {"uuid": "n50", "name": f"edit {len(times)}"}
            start = perf_counter()
            await client.command(name, arguments)
            if not done.done():
                times.append(perf_counter() - start)
        await asyncio.sleep(0.01)  # a person does not ask without a pause


def _told(client: WorkerClient, event: str) -> asyncio.Future[None]:
    """Done when the client is told that event of the busy node."""
    found: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def look(update: Update) -> None:
        if isinstance(update, NodespaceEvents) and not found.done():
            told = [each.data for each in update.events if each.__struct_config__.tag == event]
            if any(getattr(data, "uuid", "") == "burn" for data in told):
                found.set_result(None)
                end()

    end = client.listen(look)
    return found


def _row(name: str, times: list[float]) -> Row:
    ordered = sorted(seconds * 1e3 for seconds in times)
    middle, high = ordered[len(ordered) // 2], ordered[int(len(ordered) * 0.99)]
    return limit_row(
        f"{name} while a function burns CPU, p99 of {len(ordered)}",
        f"p50 {middle:.1f} · max {ordered[-1]:.1f} ms",
        high,
        "ms",
        P99_AT_MOST,
    )
