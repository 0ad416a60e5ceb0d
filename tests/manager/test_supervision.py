"""What happens to workers, and to those who launched them."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from funcnodes_jupyter.manager.base import BaseFolder
from funcnodes_jupyter.manager.errors import WorkerStartError

Hosting = Any
Until = Any


async def test_a_killed_worker_is_told_as_crashed(hosting: Hosting, until: Until, base: BaseFolder) -> None:
    async with hosting(watch_interval=3600, restart_crashed=False) as manager:
        worker = await manager.open("demo")
        os.kill(worker.pid, signal.SIGKILL)
        (crashed,) = await until(manager, lambda workers: workers[0].state == "crashed")
        assert crashed.detail.startswith("killed by signal 9 (SIGKILL)")
        assert not base.worker(worker.uuid).connection.exists()
        again = await manager.start(worker.uuid)
        assert (again.state, again.detail) == ("running", "")


async def test_a_manager_that_comes_later_knows_of_the_crash(hosting: Hosting, until: Until) -> None:
    async with hosting(restart_crashed=False) as first:
        worker = await first.open("demo")
        os.kill(worker.pid, signal.SIGKILL)
        (crashed,) = await until(first, lambda workers: workers[0].state == "crashed")
    async with hosting() as second:
        assert await second.list() == (crashed,)


async def test_a_worker_that_breaks_at_its_start_shows_its_last_lines(
    hosting: Hosting, at_startup: Callable[[str], None]
) -> None:
    at_startup("import os; os.write(2, b'broken on purpose\\n'); os._exit(3)")
    async with hosting() as manager:
        uuid = (await manager.create("demo")).uuid
        with pytest.raises(WorkerStartError, match=r"'demo' did not start: ended with exit code 3\nbroken on purpose"):
            await manager.start(uuid)
        status = await manager.get(uuid)
        assert (status.state, status.detail) == ("crashed", "ended with exit code 3\nbroken on purpose")


async def test_a_worker_that_hangs_at_its_start_is_given_up(
    hosting: Hosting, at_startup: Callable[[str], None], base: BaseFolder
) -> None:
    at_startup("import threading; threading.Event().wait()")
    async with hosting(start_timeout=0.3) as manager:
        uuid = (await manager.create("demo")).uuid
        with pytest.raises(WorkerStartError, match=r"not ready after 0\.3 s"):
            await manager.start(uuid)
        assert (await manager.get(uuid)).state == "crashed"
        assert manager.owned == ()
        assert not base.worker(uuid).process.exists()


async def test_modules_in_the_working_directory_do_not_stand_in_for_pythons_own(
    hosting: Hosting, tmp_path: Path
) -> None:
    for name in ("random", "logging", "typing", "argparse", "json", "msgspec"):
        (tmp_path / f"{name}.py").write_text("raise RuntimeError('the wrong module')")
    async with hosting() as manager:
        assert (await manager.open("demo")).cwd == str(tmp_path)


async def test_a_working_directory_that_is_gone_is_named(hosting: Hosting, tmp_path: Path) -> None:
    folder = tmp_path / "away"
    folder.mkdir()
    async with hosting() as manager:
        uuid = (await manager.create("demo", str(folder))).uuid
        folder.rmdir()
        with pytest.raises(WorkerStartError, match=f"{folder} does not exist any more"):
            await manager.start(uuid)


async def test_a_worker_that_does_not_listen_is_killed(
    hosting: Hosting, until: Until, gone: Callable[[int], None]
) -> None:
    async with hosting(stop_timeout=0.3) as manager:
        worker = await manager.open("demo")
        os.kill(worker.pid, signal.SIGSTOP)
        stopped = await manager.stop(worker.uuid)
        assert (stopped.state, stopped.detail) == ("stopped", "")
        gone(worker.pid)


async def test_somebody_elses_worker_that_does_not_listen_is_killed_too(hosting: Hosting, until: Until) -> None:
    async with hosting() as owner, hosting(stop_timeout=0.3) as other:
        worker = await owner.open("demo")
        os.kill(worker.pid, signal.SIGSTOP)
        assert (await other.stop(worker.uuid)).state == "stopped"
        (seen,) = await until(owner, lambda workers: workers[0].state == "stopped")
        assert seen.detail == ""


LAUNCHER = """
import asyncio, sys
from pathlib import Path
from funcnodes_jupyter.manager.base import BaseFolder
from funcnodes_jupyter.manager.manager import WorkerManager

async def main():
    manager = WorkerManager(BaseFolder.at(Path(sys.argv[1])), start_timeout=30)
    worker = await manager.open("demo")
    print(worker.uuid, worker.pid, flush=True)
    await asyncio.Event().wait()

asyncio.run(main())
"""


async def test_a_killed_launcher_takes_its_workers_along(
    hosting: Hosting, base: BaseFolder, gone: Callable[[int], None]
) -> None:
    launcher = await asyncio.create_subprocess_exec(
        sys.executable, "-c", LAUNCHER, str(base.path), stdout=asyncio.subprocess.PIPE
    )
    assert launcher.stdout is not None
    uuid, pid = (await launcher.stdout.readline()).decode().split()
    launcher.kill()
    await launcher.wait()
    gone(int(pid))
    async with hosting() as manager:
        assert (await manager.get(uuid)).state == "stopped"  # it saved and left in peace
        assert (await manager.start(uuid)).state == "running"
