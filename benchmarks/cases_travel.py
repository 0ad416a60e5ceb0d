"""A large value on its way between a kernel and its worker, beside one copy of it into fresh shared memory."""

from __future__ import annotations

import asyncio
import mmap
import tempfile
from collections.abc import Callable
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
import pandas as pd
import psutil

from benchmarks.measure import Effort, Row, best_in_turns, limit_row, ratio_row
from funcnodes_jupyter.notebook.flow import Flow
from funcnodes_jupyter.notebook.remote import Remote

AT_MOST_TIMES = 1.5
AT_MOST_MORE = 0.05
"""Of the value's size: what the side that sends may need beside the value and the shared copy."""
GIGABYTE, QUICK_BYTES = 1_000_000_000, 200_000_000


async def rows(effort: Effort) -> list[Row]:
    """There and back, as an array and as a table."""
    size = QUICK_BYTES if effort.quick else GIGABYTE
    array = np.random.default_rng(0).random(size // 8)
    table = pd.DataFrame(array.reshape(-1, 8))
    with tempfile.TemporaryDirectory(prefix="funcnodes-bench-") as folder:
        flow = await asyncio.to_thread(lambda: Flow(Remote("bench", Path(folder), folder)))
        try:
            return await asyncio.to_thread(lambda: asyncio.run(_measured(flow, effort, array, table)))
        finally:
            await asyncio.to_thread(flow.close)


async def _measured(flow: Flow, effort: Effort, array: np.ndarray[Any, Any], table: pd.DataFrame) -> list[Row]:
    async def copied() -> float:
        return _copied(array)

    pid = flow._remote.status().pid
    assert pid is not None
    own, worker = _more_memory_in(psutil.Process().pid), _more_memory_in(pid)
    flow.push(array=array)
    rounds = max(3, effort.rounds // 3)
    works: list[tuple[str, Callable[[], object]]] = [
        (f"{array.nbytes / 1e6:,.0f} MB of float64 to the worker", lambda: flow.push(array=array)),
        ("    the same from the worker", lambda: flow["array"].value),
        ("    the same as a table to the worker", lambda: flow.push(array=table)),
        ("    the same as a table from the worker", lambda: flow["array"].value),
    ]
    found = []
    for name, work in works:
        floor, taken = await best_in_turns(rounds, copied, _timed(work))
        found.append(ratio_row(name, "a copy", floor, taken, 1, AT_MOST_TIMES))
    share = array.nbytes * AT_MOST_MORE / 1e6
    beside = (worker() - array.nbytes) / 1e6
    found.append(limit_row("    memory that the kernel needed beside it", "the value", own() / 1e6, "MB", share))
    found.append(
        limit_row("    memory that the worker needed beside it", "the shared copy", max(0.0, beside), "MB", share)
    )
    return found


def _timed(work: Callable[[], object]) -> Callable[[], Any]:
    async def timed() -> float:
        start = perf_counter()
        work()
        return perf_counter() - start

    return timed


def _copied(array: np.ndarray[Any, Any]) -> float:
    """Seconds of one copy into shared memory that nobody has touched yet."""
    start = perf_counter()
    with mmap.mmap(-1, array.nbytes) as fresh:
        view = np.frombuffer(fresh, dtype=array.dtype)
        view[:] = array.ravel()
        taken = perf_counter() - start
        del view
    return taken


def _more_memory_in(pid: int) -> Callable[[], float]:
    """Bytes of its own memory by which a process has grown since: what it maps of others does not count."""

    def private() -> float:
        return float(psutil.Process(pid).memory_full_info().uss)

    before = private()
    return lambda: max(0.0, private() - before)
