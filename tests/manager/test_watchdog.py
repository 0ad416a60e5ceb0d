"""Running workers are looked after: busy, idle, frozen."""

from __future__ import annotations

import asyncio
import os
import signal
from typing import Any

import pytest
from driving import client_of, start_node

from funcnodes_jupyter.manager import watchdog
from funcnodes_jupyter.manager.asking import ask_worker
from funcnodes_jupyter.manager.settings import WorkerSettings

Hosting = Any
Until = Any


@pytest.mark.usefixtures("trouble")
async def test_a_worker_is_idle_or_busy(hosting: Hosting, until: Until) -> None:
    async with hosting() as manager:
        worker = await manager.open("demo")
        await until(manager, lambda workers: workers[0].activity == "idle")
        assert manager.busy == ()
        async with client_of(await manager.roster.connection(worker.uuid)) as client:
            await start_node(client, "trouble.wait", seconds=1000)
            await until(manager, lambda workers: workers[0].activity == "busy")
            assert manager.busy == (worker.uuid,)
            await client.command("cancel")
            await until(manager, lambda workers: workers[0].activity == "idle")


async def test_a_frozen_worker_is_told_from_a_busy_one(
    hosting: Hosting, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watchdog, "FROZEN_AFTER", 0.1)
    async with hosting() as manager:
        worker = await manager.open("demo")
        await until(manager, lambda workers: workers[0].activity == "idle")
        os.kill(worker.pid, signal.SIGSTOP)
        (frozen,) = await until(manager, lambda workers: workers[0].activity == "frozen")
        assert (frozen.state, frozen.pid) == ("running", worker.pid)
        os.kill(worker.pid, signal.SIGCONT)
        await until(manager, lambda workers: workers[0].activity == "idle")


async def test_a_worker_that_nobody_uses_is_stopped(hosting: Hosting, until: Until) -> None:
    async with hosting(idle_timeout=0.1) as manager:
        spared = await manager.create("spared")
        await manager.configure(spared.uuid, settings=WorkerSettings(idle_timeout=0.0))
        await manager.start(spared.uuid)
        watched = await manager.open("watched")
        async with client_of(await manager.roster.connection(watched.uuid)):
            await manager.open("unused")
            workers = await until(manager, lambda workers: any(worker.state == "stopped" for worker in workers))
        assert {worker.name: worker.state for worker in workers} == {
            "spared": "running",
            "watched": "running",
            "unused": "stopped",
        }
        # The one that was looked at follows once nobody does any more.
        await until(manager, lambda workers: sum(worker.state == "stopped" for worker in workers) == 2)


async def test_a_command_goes_to_a_worker_over_a_connection_of_its_own(hosting: Hosting) -> None:
    async with hosting() as manager:
        worker = await manager.open("demo")
        assert await ask_worker(await manager.roster.connection(worker.uuid), "uuid", 10) == worker.uuid


async def test_workers_start_with_their_server(hosting: Hosting, tmp_path: Any) -> None:
    async with hosting() as first:
        for name in ("one", "two", "broken"):
            folder = tmp_path / name
            folder.mkdir()
            worker = await first.create(name, str(folder))
            await first.configure(worker.uuid, settings=WorkerSettings(autostart=name != "two"))
        (tmp_path / "broken").rmdir()
    async with hosting() as second:
        await second.autostart()
        assert {worker.name: worker.state for worker in await second.list()} == {
            "one": "running",
            "two": "stopped",
            "broken": "stopped",
        }


async def test_twenty_workers_start_at_once(hosting: Hosting) -> None:
    async with hosting(start_timeout=10) as manager:
        workers = await asyncio.gather(*(manager.open(f"worker {number}") for number in range(20)))
        assert {worker.state for worker in workers} == {"running"}
        assert len({worker.pid for worker in workers}) == 20
