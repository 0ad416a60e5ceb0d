"""Who supervises a worker: its launcher, and when that one is gone, exactly one other."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import psutil
import pytest
from driving import client_of, start_node

from funcnodes_jupyter.manager.base import BaseFolder
from funcnodes_jupyter.manager.process_file import ProcessFile
from funcnodes_jupyter.manager.process_id import ProcessId
from funcnodes_jupyter.manager.settings import WorkerSettings

Hosting = Any
Until = Any

LAUNCHER = """
import asyncio, sys
from pathlib import Path
from funcnodes_jupyter.manager.base import BaseFolder
from funcnodes_jupyter.manager.manager import WorkerManager

async def main():
    manager = WorkerManager(BaseFolder.at(Path(sys.argv[1])), start_timeout=30)
    worker = await manager.start(sys.argv[2])
    print(worker.pid, flush=True)
    await asyncio.Event().wait()

asyncio.run(main())
"""


@asynccontextmanager
async def launcher(base: BaseFolder, uuid: str) -> AsyncIterator[tuple[asyncio.subprocess.Process, int]]:
    """Another process that launches the worker; with the worker's pid."""
    command = [sys.executable, "-c", LAUNCHER, str(base.path), uuid]
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    assert process.stdout is not None
    try:
        yield process, int(await process.stdout.readline())
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def made(hosting: Hosting, *, detached: bool = False) -> str:
    async with hosting() as manager:
        worker = await manager.create("demo")
        return str((await manager.configure(worker.uuid, settings=WorkerSettings(detached=detached))).uuid)


def owner_of(base: BaseFolder, uuid: str) -> ProcessId | None:
    file = ProcessFile.read(base.worker(uuid).process)
    return file.owner if file else None


async def test_a_detached_worker_outlives_its_launcher_and_is_taken_over_once(
    hosting: Hosting, until: Until, base: BaseFolder
) -> None:
    uuid = await made(hosting, detached=True)
    async with launcher(base, uuid) as (process, pid):
        process.kill()
        await process.wait()
    async with hosting() as first, hosting() as second:
        first.keep_watch()
        second.keep_watch()

        def somebodys(workers: Any) -> bool:
            return workers[0].pid == pid and bool(first.owned or second.owned)

        await until(first, somebodys)
        # They share a process here, so the file names both alike; each of them knows what it holds.
        assert sorted([*first.owned, *second.owned]) == [uuid]
        owner, other = (first, second) if first.owned else (second, first)
        os.kill(pid, signal.SIGKILL)
        (again,) = await until(other, lambda workers: workers[0].state == "running" and workers[0].pid != pid)
        assert owner.owned == (uuid,)
        assert other.owned == ()
        assert (await owner.stop(uuid)).state == "stopped"
        assert not psutil.pid_exists(again.pid)


async def test_a_detached_worker_is_left_running_by_a_manager_that_ends(
    hosting: Hosting, until: Until, base: BaseFolder, gone: Callable[[int], None]
) -> None:
    uuid = await made(hosting, detached=True)
    async with hosting() as first:
        pid = (await first.start(uuid)).pid
    assert owner_of(base, uuid) is None
    async with hosting() as second:
        second.keep_watch()
        (seen,) = await until(second, lambda workers: second.owned == (uuid,))
        assert (seen.state, seen.pid, seen.detached) == ("running", pid, True)
        assert owner_of(base, uuid) == ProcessId.current()
        await second.stop(uuid)
    gone(pid)


async def test_a_living_launcher_is_not_robbed(hosting: Hosting, until: Until, base: BaseFolder) -> None:
    uuid = await made(hosting, detached=True)
    async with launcher(base, uuid) as (process, pid), hosting() as manager:
        manager.keep_watch()
        await until(manager, lambda workers: workers[0].activity == "idle")  # it has looked
        assert manager.owned == ()
        assert owner_of(base, uuid) == ProcessId.of(process.pid)
        assert (await manager.stop(uuid)).state == "stopped"
        assert not psutil.pid_exists(pid)


async def test_a_worker_and_its_launcher_killed_together_are_told_as_crashed(
    hosting: Hosting, until: Until, base: BaseFolder
) -> None:
    uuid = await made(hosting)
    async with launcher(base, uuid) as (process, pid):
        os.kill(pid, signal.SIGSTOP)  # so that it cannot end by itself
        process.kill()
        await process.wait()
        os.kill(pid, signal.SIGKILL)
    async with hosting() as manager:
        manager.keep_watch()
        (seen,) = await until(manager, lambda _: not base.worker(uuid).process.exists())
        assert seen.state == "crashed"
        assert seen.detail.splitlines()[0] == "ended while nobody watched it"
        assert (await manager.start(uuid)).state == "running"


@pytest.mark.usefixtures("trouble")
async def test_a_worker_that_keeps_pythons_lock_ends_with_its_launcher(
    hosting: Hosting, until: Until, base: BaseFolder, gone: Callable[[int], None]
) -> None:
    """Nothing of Python runs in it any more, so it is the system that ends it."""
    uuid = await made(hosting)
    async with launcher(base, uuid) as (process, pid), hosting() as manager:
        client = client_of(await manager.roster.connection(uuid))
        await client.open()
        running = asyncio.create_task(start_node(client, "trouble.keep_lock", go=True))
        await until(manager, lambda workers: workers[0].activity == "frozen")
        process.kill()
        await process.wait()
        await asyncio.to_thread(gone, pid)
        await client.close()
        await asyncio.wait({running})


@pytest.mark.parametrize("detached", [False, True])
async def test_what_a_killed_worker_had_started_ends_too(
    hosting: Hosting, until: Until, gone: Callable[[int], None], at_startup: Any, tmp_path: Any, detached: bool
) -> None:
    uuid = await made(hosting, detached=detached)
    noted = tmp_path / "child"
    at_startup(
        "import subprocess, sys\n"
        "if '--ready-fd' in sys.argv:\n"
        f"    child = subprocess.Popen(['sleep', '1000']); open({str(noted)!r}, 'w').write(str(child.pid))\n"
    )
    async with hosting(restart_crashed=False) as manager:
        worker = await manager.start(uuid)
        os.kill(worker.pid, signal.SIGKILL)
        await until(manager, lambda workers: workers[0].state == "crashed")
        gone(int(noted.read_text()))


async def test_an_end_that_another_one_wrote_down_first_is_no_crash(hosting: Hosting, gone: Any) -> None:
    async with hosting() as first, hosting() as second:
        worker = await first.open("demo")
        identity, record = ProcessId.of(worker.pid), (await second.roster.own(worker.uuid))[1]
        assert identity is not None
        # In one go, as a busy machine does it: the first one's loop has no turn before all is written.
        identity.signal(signal.SIGTERM)
        gone(worker.pid)
        second._supervisor._settle(record, identity, "stopped", "")
        seen = await first.get(worker.uuid)
        assert first.owned == ()
        assert (seen.state, seen.detail) == ("stopped", "")
