"""What it costs that packages are changed as planned or not at all: against uv, which just installs them."""

from __future__ import annotations

import asyncio
import subprocess
import tempfile
from pathlib import Path
from time import perf_counter

from benchmarks.measure import Effort, Row, best_in_turns, ratio_row
from funcnodes_jupyter.manager.base import BaseFolder
from funcnodes_jupyter.manager.environment import Environment
from funcnodes_jupyter.manager.environmenttools import find_uv
from funcnodes_jupyter.manager.manager import WorkerManager
from funcnodes_jupyter.manager.packages.plans import Wanted

PACKAGE = "tabulate"
"""Small, pure Python, and in no environment yet."""
PATIENCE = 60.0
BOUND = 2.0


async def rows(effort: Effort) -> list[Row]:
    """A small package from the index that is set here, with uv's cache warm, into an environment of its own."""
    uv = find_uv()
    if uv is None:
        return []
    rounds = max(3, effort.rounds // 2)
    with tempfile.TemporaryDirectory(prefix="funcnodes-bench-") as folder:
        manager = WorkerManager(BaseFolder.at(Path(folder)), start_timeout=PATIENCE)
        worker = await manager.create(environment="own")
        await manager.start(worker.uuid)
        python = Environment(manager.base.worker(worker.uuid).environment).python
        planning: list[float] = []

        def run_uv(*words: str) -> float:
            start = perf_counter()
            subprocess.run([uv, "pip", *words, f"--python={python}", "--quiet"], cwd=folder, check=True)
            return perf_counter() - start

        async def by_uv() -> float:
            seconds = await asyncio.to_thread(run_uv, "install", PACKAGE)
            await asyncio.to_thread(run_uv, "uninstall", PACKAGE)
            return seconds

        async def by_us() -> float:
            start = perf_counter()
            plan = await manager.packages.plan(worker.uuid, Wanted(add=[PACKAGE]))
            planned = perf_counter()
            await manager.packages.apply(worker.uuid, plan.id)
            done = perf_counter()
            undoing = await manager.packages.plan(worker.uuid, Wanted(remove=[PACKAGE]))
            await manager.packages.apply(worker.uuid, undoing.id)
            planning.append(planned - start)
            return done - planned

        try:
            await by_us()
            planning.clear()
            floor, applied = await best_in_turns(rounds, by_uv, by_us)
        finally:
            await manager.close()
    said = "uv pip install"
    return [
        ratio_row("a small package, agreed to, in a running worker", said, floor, applied, 1, None),
        ratio_row("    asking before what would change", said, floor, min(planning), 1, None),
        ratio_row("    both together", said, floor, applied + min(planning), 1, BOUND),
    ]
