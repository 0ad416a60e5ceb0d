"""The verbs, on real worker processes."""

from __future__ import annotations

import asyncio
import json
import os
import stat
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
import pytest

from funcnodes_jupyter.manager.base import BaseFolder
from funcnodes_jupyter.manager.errors import (
    ForeignWorkerError,
    InvalidWorkerError,
    WorkerNameTakenError,
    WorkerNotFoundError,
    WorkerNotRunningError,
)
from funcnodes_jupyter.manager.manager import WorkerManager
from funcnodes_jupyter.manager.news import Workers

Hosting = Any
Until = Any


async def test_a_worker_is_made_stopped_in_a_private_folder(hosting: Hosting, base: BaseFolder, tmp_path: Path) -> None:
    async with hosting() as manager:
        worker = await manager.create("demo")
        assert (worker.name, worker.state, worker.cwd, worker.pid) == ("demo", "stopped", str(tmp_path), None)
        assert await manager.list() == (worker,)
        for folder in (base.path, base.workers, base.worker(worker.uuid).folder):
            assert stat.S_IMODE(folder.stat().st_mode) == 0o700


async def test_names_are_unique_and_sensible(hosting: Hosting) -> None:
    async with hosting() as manager:
        first, second = await asyncio.gather(manager.create(), manager.create())
        assert {first.name, second.name} == {"worker-1", "worker-2"}
        with pytest.raises(WorkerNameTakenError):
            await manager.create("worker-1")
        assert await manager.create(first.name, exist_ok=True) == first
        with pytest.raises(WorkerNameTakenError):
            await manager.configure(first.uuid, second.name)
        assert (await manager.configure(first.uuid, " penguins ")).name == "penguins"
        assert (await manager.configure(first.uuid, "penguins")).name == "penguins"
        with pytest.raises(InvalidWorkerError):
            await manager.create("other", cwd="/does/not/exist")


async def test_a_record_cannot_say_what_is_started(hosting: Hosting, base: BaseFolder, tmp_path: Path) -> None:
    canary = tmp_path / "canary"
    script = tmp_path / "python"
    script.write_text(f"#!/bin/sh\ntouch {canary}\n")
    script.chmod(0o755)
    keys = ("python_path", "env_path", "executable", "command", "update_on_startup", "startup", "before_start", "shell")
    async with hosting() as manager:
        uuid = (await manager.create()).uuid
        path = base.worker(uuid).record
        packages = {"canary": {"package": f"file://{tmp_path}", "version": "1"}}
        record = {**json.loads(path.read_text()), **dict.fromkeys(keys, str(script)), "package_dependencies": packages}
        path.write_text(json.dumps(record))
        worker = await manager.start(uuid)
        assert worker.pid is not None
        assert runs_this_python(worker.pid)
        assert {**record, **json.loads(path.read_text())} == record
    assert not canary.exists()


def runs_this_python(pid: int) -> bool:
    return Path(psutil.Process(pid).exe()).samefile(sys.executable)


async def test_a_worker_starts_once_and_serves(hosting: Hosting, base: BaseFolder) -> None:
    async with hosting() as manager:
        uuid = (await manager.create()).uuid
        first, second = await asyncio.gather(manager.start(uuid), manager.start(uuid))
        assert first == second
        assert first.state == "running"
        assert await manager.start(uuid) == first
        connection = await manager.roster.connection(uuid)
        assert connection.pid == first.pid
        assert connection.secret not in repr(connection)
        assert stat.S_IMODE(base.worker(uuid).connection.stat().st_mode) == 0o600
        assert os.getsid(connection.pid) == connection.pid


async def test_a_worker_stops_and_tidies_up(hosting: Hosting, base: BaseFolder, gone: Callable[[int], None]) -> None:
    async with hosting() as manager:
        worker = await manager.open("demo")
        stopped = await manager.stop(worker.uuid)
        assert (stopped.state, stopped.detail, stopped.pid) == ("stopped", "", None)
        gone(worker.pid)
        paths = base.worker(worker.uuid)
        assert not paths.process.exists()
        assert not paths.connection.exists()
        assert await manager.stop(worker.uuid) == stopped
        with pytest.raises(WorkerNotRunningError):
            await manager.roster.connection(worker.uuid)


async def test_a_restart_gives_a_new_process(hosting: Hosting) -> None:
    async with hosting() as manager:
        worker = await manager.open("demo")
        again = await manager.restart(worker.uuid)
        assert again.state == "running"
        assert again.pid != worker.pid


async def test_an_interrupt_leaves_an_idle_worker_running(hosting: Hosting) -> None:
    async with hosting() as manager:
        worker = await manager.open("demo")
        assert (await manager.interrupt(worker.uuid)).pid == worker.pid
        assert (await manager.restart(worker.uuid)).state == "running"
        await manager.stop(worker.uuid)
        with pytest.raises(WorkerNotRunningError):
            await manager.interrupt(worker.uuid)


async def test_a_deleted_worker_can_be_found_again(hosting: Hosting, base: BaseFolder) -> None:
    async with hosting() as manager:
        worker = await manager.open("a/b")
        (base.worker(worker.uuid).folder / "mine.txt").write_text("mine")
        where = Path(await manager.delete(worker.uuid))
        assert await manager.list() == ()
        assert where.parent == base.trash
        assert (where / "mine.txt").read_text() == "mine"
        assert json.loads((where / f"worker_{worker.uuid}.json").read_text())["name"] == "a/b"
        assert [path.name for path in base.workers.iterdir()] == ["names.lock"]
        with pytest.raises(WorkerNotFoundError):
            await manager.start(worker.uuid)


async def test_a_worker_that_cannot_be_moved_stays(hosting: Hosting, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> str:
        raise OSError("disk full")

    monkeypatch.setattr("funcnodes_jupyter.manager.records.discard", refuse)
    async with hosting() as manager:
        worker = await manager.create("demo")
        with pytest.raises(InvalidWorkerError, match="disk full"):
            await manager.delete(worker.uuid)
        assert await manager.list() == (worker,)


async def test_every_change_is_told(hosting: Hosting, until: Until) -> None:
    async with hosting() as manager:
        states: list[str] = []
        unsubscribe = manager.subscribe(lambda workers: states.extend(worker.state for worker in workers))
        worker = await manager.open("demo")
        await manager.stop(worker.uuid)
        assert [state for i, state in enumerate(states) if states[i - 1 : i] != [state]] == [
            "stopped",
            "starting",
            "running",
            "stopping",
            "stopped",
        ]
        unsubscribe()
        count = len(states)
        await manager.configure(worker.uuid, "other")
        assert len(states) == count


async def test_foreign_workers_are_left_alone(hosting: Hosting, base: BaseFolder) -> None:
    paths = base.worker("theirs")
    paths.record.write_text('{"uuid": "theirs", "name": "old"}')
    before = paths.record.read_bytes()
    async with hosting() as manager:
        (worker,) = await manager.list()
        assert worker.state == "foreign"
        for verb in (manager.start, manager.stop, manager.restart, manager.interrupt, manager.delete):
            with pytest.raises(ForeignWorkerError):
                await verb("theirs")
        with pytest.raises(ForeignWorkerError):
            await manager.configure("theirs", "mine")
        assert (await manager.create("old")).state == "stopped"
    assert paths.record.read_bytes() == before
    assert not paths.lock.exists()


async def test_a_second_manager_sees_and_uses_the_first_ones_worker(
    hosting: Hosting, until: Until, gone: Callable[[int], None]
) -> None:
    async with hosting() as first, hosting(watch_interval=0.05) as second:
        worker = await first.open("demo")

        def states(state: str) -> Callable[[Workers], bool]:
            return lambda workers: [each.state for each in workers] == [state]

        await until(second, states("running"))
        assert (await second.start(worker.uuid)).pid == worker.pid
        assert second.owned == ()
        assert await second.roster.connection(worker.uuid) == await first.roster.connection(worker.uuid)
        assert (await second.stop(worker.uuid)).state == "stopped"
        gone(worker.pid)
        assert (await until(first, states("stopped")))[0].detail == ""
        taken = await second.start(worker.uuid)
        assert second.owned == (worker.uuid,)
        await until(first, states("running"))
        assert (await first.get(worker.uuid)).pid == taken.pid


async def test_two_managers_start_a_worker_once(hosting: Hosting) -> None:
    async with hosting() as first, hosting() as second:
        uuid = (await first.create()).uuid
        one, other = await asyncio.gather(first.start(uuid), second.start(uuid))
        assert one.pid == other.pid
        assert len(first.owned) + len(second.owned) == 1


async def test_closing_ends_what_was_launched_here_and_nothing_else(
    hosting: Hosting, gone: Callable[[int], None]
) -> None:
    async with hosting() as first:
        theirs = await first.open("theirs")
        async with hosting() as second:
            mine = [await second.open(f"mine-{number}") for number in range(2)]
            assert (await second.open("theirs")).pid == theirs.pid
        for worker in mine:
            gone(worker.pid)
            assert (await first.get(worker.uuid)).state == "stopped"
        assert (await first.get(theirs.uuid)).state == "running"


def test_a_manager_works_on_the_loop_of_any_thread(base: BaseFolder, tmp_path: Path) -> None:
    async def scenario() -> str:
        manager = WorkerManager(base, default_cwd=tmp_path)
        worker = await manager.open("demo")
        await manager.close()
        return worker.state

    async def elsewhere() -> str:
        return await asyncio.to_thread(lambda: asyncio.run(scenario()))

    assert asyncio.run(elsewhere()) == "running"
