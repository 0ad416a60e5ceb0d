"""How soon a new worker takes its first command, and what one costs that has nothing to do."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import tempfile
from pathlib import Path
from time import perf_counter

import psutil

from benchmarks.measure import Effort, Row, best_in_turns, limit_row, ratio_row
from funcnodes_jupyter.manager.asking import ask_worker
from funcnodes_jupyter.manager.base import BaseFolder
from funcnodes_jupyter.manager.manager import WorkerManager

PATIENCE = 60.0
AT_MOST_SECONDS = 0.7
AT_MOST_TIMES = 2.0
IDLE_SECONDS = 20.0
AT_MOST_PERCENT = 0.5
AT_MOST_MEGABYTES = 60.0
TELL_MODULES = """
import sys
from funcnodes_jupyter.worker.__main__ import main
from funcnodes_jupyter.nodes.shelves import builtin_library
from funcnodes_jupyter.worker.packs import add_packs
import funcnodes_jupyter.worker.serve
add_packs(builtin_library())
print(*(name for name in list(sys.modules) if name != "__main__"))
"""


async def rows(effort: Effort) -> list[Row]:
    """Starting against a bare interpreter that imports the same modules, then a worker at rest."""
    imports = f"import {', '.join(await asyncio.to_thread(_modules))}"

    async def bare() -> float:
        start = perf_counter()
        await asyncio.to_thread(subprocess.run, [sys.executable, "-c", imports], check=True)
        return perf_counter() - start

    with tempfile.TemporaryDirectory(prefix="funcnodes-bench-") as folder:
        manager = WorkerManager(BaseFolder.at(Path(folder)), start_timeout=PATIENCE)

        async def started() -> float:
            start = perf_counter()
            worker = await manager.open("bench")
            await ask_worker(await manager.roster.connection(worker.uuid), "uuid", PATIENCE)
            seconds = perf_counter() - start
            await manager.stop(worker.uuid)
            return seconds

        try:
            await started()  # so that everything is compiled, and the worker made
            floor, taken = await best_in_turns(effort.rounds, bare, started)
            percent, megabytes = await _at_rest(manager)
        finally:
            await manager.close()
    return [
        ratio_row("start to the first answer", "same imports", floor, taken, 1, AT_MOST_TIMES),
        limit_row("    the same in seconds", "", taken, "s", AT_MOST_SECONDS),
        limit_row("an idle worker, all shelves listed", "", megabytes, "MB", AT_MOST_MEGABYTES),
        limit_row(
            "    its share of a processor", f"over {IDLE_SECONDS:.0f} s, looked after", percent, "%", AT_MOST_PERCENT
        ),
    ]


def _modules() -> list[str]:
    """What a worker has imported when it serves."""
    done = subprocess.run([sys.executable, "-c", TELL_MODULES], check=True, capture_output=True, text=True)
    return done.stdout.split()


async def _at_rest(manager: WorkerManager) -> tuple[float, float]:
    """(percent of one processor, resident megabytes) of a worker that is only looked after."""
    worker = await manager.open("bench")
    await ask_worker(await manager.roster.connection(worker.uuid), "get_library", PATIENCE)
    process = psutil.Process(worker.pid)
    await asyncio.sleep(1.0)  # what comes after a start is over
    before = process.cpu_times()
    await asyncio.sleep(IDLE_SECONDS)
    after = process.cpu_times()
    used = after.user + after.system - before.user - before.system
    return used / IDLE_SECONDS * 100, process.memory_info().rss / 1e6
