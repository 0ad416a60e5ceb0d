"""A worker that runs with what was there before says so, for as long as it does."""

from __future__ import annotations

import shutil
from typing import Any

from driving import client_of
from packagechanges import change, with_nodes
from packs import install_pack

from funcnodes_jupyter.manager.manager import WorkerManager
from funcnodes_jupyter.manager.settings import WorkerSettings


async def due(manager: WorkerManager, uuid: str) -> tuple[bool, list[str]]:
    told = await manager.packages.describe(uuid)
    return told["needs_restart"], told["outdated"]


async def run_top(manager: WorkerManager, uuid: str) -> None:
    async with client_of(await manager.roster.connection(uuid)) as client:
        await client.command("trigger_node", {"uuid": "n"})


async def test_a_change_of_what_runs_is_remembered_until_the_restart(hosting: Any) -> None:
    async with hosting() as manager, hosting() as later:
        worker = await manager.create("demo", environment="own")
        await manager.configure(worker.uuid, None, WorkerSettings(detached=True))
        with_nodes(manager, worker.uuid, {"id": "n", "node_id": "py:top.version"})
        await change(manager, worker.uuid, add=["top==1"])
        await manager.start(worker.uuid)
        await run_top(manager, worker.uuid)
        assert await due(manager, worker.uuid) == (False, [])
        await change(manager, worker.uuid, add=["other"])
        assert await due(manager, worker.uuid) == (False, []), "nothing of it runs"
        await change(manager, worker.uuid, add=["top==2"], remove=["other"])
        # The process knows it, and so does whoever comes to look after it.
        assert await due(manager, worker.uuid) == (True, ["top"])
        assert await due(later, worker.uuid) == (True, ["top"])
        await manager.restart(worker.uuid)
        assert await due(manager, worker.uuid) == (False, [])
        await run_top(manager, worker.uuid)
        await change(manager, worker.uuid, remove=["top"])
        assert await due(manager, worker.uuid) == (True, ["top"])
        await manager.stop(worker.uuid)
        assert await due(manager, worker.uuid) == (False, [])


async def test_a_pack_that_somebody_upgraded_by_hand(hosting: Any) -> None:
    async with hosting() as manager:
        worker = await manager.create("demo", environment="own")
        site = next(manager.base.worker(worker.uuid).environment.glob("lib/python*/site-packages"))
        source = "from funcnodes_jupyter.core.library import Shelf\nNODE_SHELF = Shelf('Mine')\n"
        install_pack(site, "my_pack", source)
        await manager.start(worker.uuid)
        shutil.rmtree(site / "my_pack-1.0.dist-info")
        install_pack(site, "my_pack", source, version="2.0")
        async with client_of(await manager.roster.connection(worker.uuid)) as client:
            await client.command("rescan_modules")
        assert await due(manager, worker.uuid) == (True, ["my_pack"])


async def test_an_environment_of_its_own_counts_after_the_restart(hosting: Any) -> None:
    async with hosting() as manager:
        worker = await manager.create("demo")
        await manager.start(worker.uuid)
        assert await due(manager, worker.uuid) == (False, [])
        await manager.configure(worker.uuid, None, WorkerSettings(environment="shared"))
        assert await due(manager, worker.uuid) == (True, [])
        await manager.restart(worker.uuid)
        assert await due(manager, worker.uuid) == (False, [])
        await manager.configure(worker.uuid, None, WorkerSettings(environment="server"))
        assert await due(manager, worker.uuid) == (True, [])
