"""How soon a worker has a Python environment of its own, and runs in it."""

from __future__ import annotations

import tempfile
from pathlib import Path
from time import perf_counter

from benchmarks.measure import Effort, Row, Timed, best_in_turns, limit_row
from funcnodes_jupyter.manager.base import BaseFolder
from funcnodes_jupyter.manager.environment import Environment
from funcnodes_jupyter.manager.environmenttools import Tools, find_uv
from funcnodes_jupyter.manager.manager import WorkerManager
from funcnodes_jupyter.worker.requirements import REQUIREMENTS

PATIENCE = 60.0
OWN_SECONDS = 5.0
SHARED_SECONDS = 1.0


async def rows(effort: Effort) -> list[Row]:
    """Environments that are made of the server's packages, and one whose packages uv installs from its cache."""
    rounds = max(2, effort.rounds // 3)
    with tempfile.TemporaryDirectory(prefix="funcnodes-bench-") as folder:
        manager = WorkerManager(BaseFolder.at(Path(folder)), start_timeout=PATIENCE)
        tools = Tools.found(Path(folder))

        def timed(kind: str, *, and_started: bool) -> Timed:
            async def work() -> float:
                start = perf_counter()
                worker = await manager.create(environment=kind)
                if and_started:
                    await manager.start(worker.uuid)
                seconds = perf_counter() - start
                await manager.stop(worker.uuid)
                return seconds

            return work

        async def installed() -> float:
            environment = Environment(Path(folder) / "bench-venv")
            start = perf_counter()
            await tools.make(environment, "", _nobody)
            await tools.install(environment, REQUIREMENTS, _nobody)
            seconds = perf_counter() - start
            environment.remove()
            return seconds

        try:
            works = [timed(kind, and_started=started) for started in (False, True) for kind in ("own", "shared")]
            own, shared, own_started, shared_started = await best_in_turns(rounds, *works)
            from_cache = (await best_in_turns(rounds, installed))[0] if find_uv() else None
        finally:
            await manager.close()
    how = "by uv" if find_uv() else "by venv, there is no uv"
    found = [
        limit_row("a worker's own environment", how, own, "s", OWN_SECONDS),
        limit_row("    with the server's packages behind its own", how, shared, "s", SHARED_SECONDS),
        limit_row("    its own, and the worker runs", how, own_started, "s", OWN_SECONDS),
        limit_row("    the server's behind it, and the worker runs", how, shared_started, "s", None),
    ]
    if from_cache is not None:
        what = "packages from uv's cache, index asked"
        found.append(limit_row("    made by uv, all installed by uv", what, from_cache, "s", OWN_SECONDS))
    return found


def _nobody(line: str) -> None:
    """Hears what the tools say."""
