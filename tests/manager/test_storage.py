"""A base folder that cannot be used is told in plain words, and nothing else is disturbed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from smalldisk import FILL, run_on_disk

from funcnodes_jupyter.manager.base import BaseFolder
from funcnodes_jupyter.manager.errors import StorageError
from funcnodes_jupyter.manager.files import write_json
from funcnodes_jupyter.manager.process_file import ProcessFile
from funcnodes_jupyter.manager.process_id import ProcessId
from funcnodes_jupyter.manager.settings import WorkerSettings

Hosting = Any

SCENE = """
import asyncio, subprocess, sys
from pathlib import Path
from funcnodes_jupyter.manager.base import BaseFolder
from funcnodes_jupyter.manager.errors import ManagerError
from funcnodes_jupyter.manager.manager import WorkerManager

async def tried(what, wanted):
    try:
        await wanted
        print(what, "done")
    except ManagerError as error:
        print(what, type(error).__name__, error)
"""

FULL = (
    SCENE
    + FILL
    + """
async def main():
    folder = Path(sys.argv[1])
    manager = WorkerManager(BaseFolder.at(folder), start_timeout=30, restart_crashed=True)
    running, stopped = await manager.open("running"), await manager.create("stopped")
    fill(folder)
    await tried("create", manager.create("more"))
    await tried("rename", manager.configure(stopped.uuid, "other"))
    await tried("duplicate", manager.duplicate(stopped.uuid))
    await tried("start", manager.start(stopped.uuid))
    await tried("list", manager.list())
    print(sorted(worker.name for worker in await manager.list()))
    await tried("stop", manager.stop(running.uuid))
    print((await manager.get(running.uuid)).state)
    (folder / "filler").unlink()
    await tried("start", manager.start(stopped.uuid))
    await tried("start", manager.start(running.uuid))
    print(sorted(path.name for path in (folder / "workers").iterdir() if path.name.startswith(".")))
    print(sum(path.is_dir() for path in (folder / "workers").iterdir()), "folders")
    await manager.close()

asyncio.run(main())
"""
)

READ_ONLY = (
    SCENE
    + """
async def main():
    folder = Path(sys.argv[1])
    manager = WorkerManager(BaseFolder.at(folder), start_timeout=30)
    worker = await manager.create("demo")
    subprocess.run(["mount", "-o", "remount,ro", folder], check=True)
    await tried("list", manager.list())
    await tried("create", manager.create("more"))
    await tried("rename", manager.configure(worker.uuid, "other"))
    await tried("start", manager.start(worker.uuid))
    await tried("delete", manager.delete(worker.uuid))
    print([(worker.name, worker.state) for worker in await manager.list()])
    await manager.close()

asyncio.run(main())
"""
)


def test_a_full_disk_is_told_and_disturbs_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "disk"
    lines = run_on_disk(FULL, folder).splitlines()
    no_space = f"the disk of the base folder {folder} is full, nothing was changed; make room and try again"
    assert lines[0].startswith(f"create DiskFullError {no_space}")
    assert lines[1].startswith(f"rename DiskFullError {no_space}")
    assert lines[2].startswith("duplicate InvalidWorkerError worker 'stopped' cannot be copied: [Errno 28] No space")
    assert lines[3].startswith("start WorkerStartError worker 'stopped' did not start: [Errno 28] No space left")
    assert lines[4:7] == ["list done", "['running', 'stopped']", "stop done"]
    assert lines[7:] == ["stopped", "start done", "start done", "[]", "2 folders"]


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    folder = tmp_path / "disk"
    lines = run_on_disk(READ_ONLY, folder).splitlines()
    assert lines[0] == "list done"
    for line, what in zip(lines[1:5], ("create", "rename", "start", "delete"), strict=True):
        assert line.startswith(f"{what} ")
        assert "Read-only file system" in line
    assert lines[5:] == ["[('demo', 'stopped')]"]


async def test_a_base_folder_that_is_a_file_is_told(hosting: Hosting, base: BaseFolder) -> None:
    base.workers.rmdir()
    base.workers.write_text("no folder")
    async with hosting() as manager:
        with pytest.raises(StorageError, match="Not a directory"):
            await manager.list()
        with pytest.raises(StorageError, match=r"File exists|Not a directory"):
            await manager.create("demo")


async def test_a_folder_with_blanks_and_letters_of_all_kinds(tmp_path: Path) -> None:
    from funcnodes_jupyter.manager.manager import WorkerManager

    folder = tmp_path / "Daten für „Ünï” 数据 $HOME ; 'q'"
    folder.mkdir()
    manager = WorkerManager(BaseFolder.at(folder / "base"), default_cwd=folder, start_timeout=30)
    try:
        worker = await manager.open("größe 数据")
        assert (worker.state, worker.cwd, worker.name) == ("running", str(folder), "größe 数据")
        copy = await manager.duplicate(worker.uuid)
        assert (copy.name, copy.state) == ("größe 数据 copy", "stopped")
    finally:
        await manager.close()


async def test_a_clock_that_is_set_loses_no_worker(hosting: Hosting, monkeypatch: pytest.MonkeyPatch) -> None:
    async with hosting() as manager:
        worker = await manager.open("demo")
        monkeypatch.setattr("psutil._pslinux.boot_time", lambda: 3600.0)  # what follows from a clock set back by years
        monkeypatch.setattr("time.time", lambda: 7200.0)
        seen = await manager.get(worker.uuid)
        assert (seen.state, seen.pid) == ("running", worker.pid)
        assert (await manager.restart(worker.uuid)).state == "running"


async def test_a_number_that_a_stranger_has_now_is_left_alone(
    hosting: Hosting, base: BaseFolder, stranger: ProcessId
) -> None:
    async with hosting() as manager:
        worker = await manager.create("demo")
        paths = base.worker(worker.uuid)
        earlier = ProcessId(stranger.pid, stranger.start_time - 60, stranger.boot)
        ProcessFile(earlier, earlier).write(paths.process)
        write_json(paths.runstate, {"state": "running", "detail": ""})
        write_json(paths.connection, {"host": "127.0.0.1", "port": 1, "secret": "x", "pid": stranger.pid})
        assert (await manager.get(worker.uuid)).state == "crashed"
        assert (await manager.stop(worker.uuid)).state == "stopped"
        again = await manager.start(worker.uuid)
        assert again.pid != stranger.pid
        await manager.delete(worker.uuid)
        assert stranger.alive()


async def test_records_of_another_program_are_never_touched(hosting: Hosting, base: BaseFolder) -> None:
    path = base.workers / "worker_0123.json"
    content = json.dumps({"uuid": "0123", "name": "theirs", "port": 9382, "data_path": "workers/theirs"})
    path.write_text(content)
    (base.workers / "worker_0123.p").write_text("1")
    async with hosting() as manager:
        manager.keep_watch()
        (theirs,) = await manager.list()
        assert (theirs.state, theirs.name) == ("foreign", "theirs")
        for refused in (
            manager.start("0123"),
            manager.stop("0123"),
            manager.restart("0123"),
            manager.interrupt("0123"),
            manager.configure("0123", "mine"),
            manager.configure("0123", settings=WorkerSettings(autostart=True)),
            manager.duplicate("0123"),
            manager.delete("0123"),
        ):
            with pytest.raises(Exception, match="'theirs' belongs to another program or version and is only shown"):
                await refused
        await manager.autostart()
    assert path.read_text() == content
    assert (base.workers / "worker_0123.p").read_text() == "1"
