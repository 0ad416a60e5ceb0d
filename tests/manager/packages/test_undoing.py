"""Changes of packages are made wholly or not at all, whatever ends them in the middle."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from packagechanges import change, changes, everything, imported, listed
from slowuv import SlowUv

from funcnodes_jupyter.manager.base import BaseFolder
from funcnodes_jupyter.manager.errors import BusyRecordError
from funcnodes_jupyter.manager.packages.errors import (
    ChangeCancelledError,
    ChangeFailedError,
    PlanNotFoundError,
    PlanOutdatedError,
)
from funcnodes_jupyter.manager.packages.plans import Wanted
from funcnodes_jupyter.manager.packages.project import LOCK, PROJECT
from funcnodes_jupyter.manager.packages.snapshot import Snapshot
from funcnodes_jupyter.manager.packages.telling import PackageNews


@pytest.mark.usefixtures("tool")
async def test_what_fails_in_the_middle_leaves_everything_as_it_was(hosting: Any) -> None:
    async with hosting() as manager:
        worker = await manager.create("demo", environment="own")
        await change(manager, worker.uuid, add=["middle==1", "bottom==1"])
        folder = manager.base.worker(worker.uuid).folder
        before, news = everything(folder), list[PackageNews]()
        manager.packages.subscribe(news.append)
        plan = await manager.packages.plan(worker.uuid, Wanted(add=["broken", "bottom==2"]))
        assert ("bottom", "1.0", "2.0") in changes(plan)
        with pytest.raises(ChangeFailedError, match="the packages of worker 'demo' are as they were: ") as caught:
            await manager.packages.apply(worker.uuid, plan.id)
        assert (news[-1].stage, news[-1].line) == ("failed", str(caught.value))
        assert everything(folder) == before
        assert sorted(path.name for path in folder.glob(".venv*")) == [".venv"]
        assert (await manager.start(worker.uuid)).state == "running"


async def test_what_does_not_fit_together_afterwards_is_undone(hosting: Any) -> None:
    async with hosting() as manager:
        worker = await manager.create("demo", environment="own")
        await change(manager, worker.uuid, add=["bottom"])
        # Of two kinds at once, nobody can say before whether what comes needs what goes.
        plan = await manager.packages.plan(worker.uuid, Wanted(add=["middle"], remove=["bottom"]))
        with pytest.raises(ChangeFailedError, match=r"middle 2\.0 needs bottom, and there is none"):
            await manager.packages.apply(worker.uuid, plan.id)
        assert imported(manager, worker.uuid, "bottom") == "2.0"
        assert await listed(manager, worker.uuid) == {"bottom": ("2.0", True)}


async def test_a_cancel_in_the_middle(hosting: Any, slow_uv: SlowUv) -> None:
    async with hosting() as manager:
        worker = await manager.create("demo", environment="own")
        folder = manager.base.worker(worker.uuid).folder
        before, news = everything(folder), list[PackageNews]()
        manager.packages.subscribe(news.append)
        plan = await manager.packages.plan(worker.uuid, Wanted(add=["top"]))
        changing = await manager.packages.begin(worker.uuid, plan.id)
        await asyncio.to_thread(slow_uv.installed)
        assert imported(manager, worker.uuid, "top") == "2.0"
        assert (await manager.packages.describe(worker.uuid))["changing"]
        later: list[PackageNews] = []
        manager.packages.subscribe(later.append)
        assert later == news, "whoever comes later is told what was before"
        with pytest.raises(PlanNotFoundError):
            await manager.packages.begin(worker.uuid, plan.id)
        # A start waits until the environment is whole again.
        starting = asyncio.create_task(manager.start(worker.uuid))
        assert await manager.packages.cancel(worker.uuid)
        with pytest.raises(ChangeCancelledError):
            await changing
        assert (await starting).state == "running"
        assert [one.stage for one in news if one.stage != "changing"] == ["cancelled"]
        assert everything(folder) == before
        assert not await manager.packages.cancel(worker.uuid)


async def test_whoever_waits_and_goes_cancels(hosting: Any, slow_uv: SlowUv) -> None:
    async with hosting() as manager:
        worker = await manager.create("demo", environment="own")
        plan = await manager.packages.plan(worker.uuid, Wanted(add=["top"]))
        waiting = asyncio.create_task(manager.packages.apply(worker.uuid, plan.id))
        await asyncio.to_thread(slow_uv.installed)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        assert await listed(manager, worker.uuid) == {}


async def test_an_installer_that_is_killed(hosting: Any, slow_uv: SlowUv) -> None:
    async with hosting() as manager:
        worker = await manager.create("demo", environment="own")
        plan = await manager.packages.plan(worker.uuid, Wanted(add=["top"]))
        changing = await manager.packages.begin(worker.uuid, plan.id)
        os.kill(await asyncio.to_thread(slow_uv.installed), signal.SIGKILL)
        # uv did not end as it should: pip is asked, and does it.
        assert await changing is False
        assert imported(manager, worker.uuid, "top") == "2.0"


CHANGE = """
import asyncio, sys
from pathlib import Path
from funcnodes_jupyter.manager.base import BaseFolder
from funcnodes_jupyter.manager.manager import WorkerManager
from funcnodes_jupyter.manager.packages.plans import Wanted
import funcnodes_jupyter.manager.environmenttools as tools

tools.find_uv = lambda: sys.argv[3]

async def change():
    manager = WorkerManager(BaseFolder.at(Path(sys.argv[1])))
    plan = await manager.packages.plan(sys.argv[2], Wanted(add=["top"]))
    print("planned", flush=True)
    sys.stdin.readline()
    await manager.packages.apply(sys.argv[2], plan.id)

asyncio.run(change())
"""


@pytest.fixture
def elsewhere(base: BaseFolder, tmp_path: Path) -> Iterator[Any]:
    """Another process that plans, says so, and changes when it is told to, with a uv that never ends."""
    started: list[subprocess.Popen[str]] = []

    def start(uuid: str, uv: Path) -> subprocess.Popen[str]:
        command = [sys.executable, "-c", CHANGE, str(base.path), uuid, str(uv)]
        pipes: Any = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
        started.append(subprocess.Popen(command, text=True, **pipes))
        assert started[-1].stdout is not None
        assert started[-1].stdout.readline() == "planned\n"
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.communicate()


async def test_a_process_that_is_killed_in_the_middle(hosting: Any, elsewhere: Any, tmp_path: Path, gone: Any) -> None:
    slow = SlowUv(tmp_path)
    async with hosting() as manager:
        worker = await manager.create("demo", environment="own")
        await change(manager, worker.uuid, add=["bottom==1"])
        folder = manager.base.worker(worker.uuid).folder
        before = everything(folder)
        process = elsewhere(worker.uuid, slow.path)
        mine = await manager.packages.plan(worker.uuid, Wanted(add=["other"]))
        process.stdin.write("\n")
        process.stdin.flush()
        installer = await asyncio.to_thread(slow.installed)
        # Nobody else may, as long as it is at it.
        with pytest.raises(BusyRecordError):
            await manager.packages.apply(worker.uuid, mine.id)
        process.kill()
        await asyncio.to_thread(process.wait)
        assert everything(folder) != before
        # Its installer works on, and so is waited for.
        with pytest.raises(BusyRecordError):
            await manager.start(worker.uuid)
        os.killpg(installer, signal.SIGKILL)
        gone(installer)
        assert (await manager.start(worker.uuid)).state == "running"
        assert everything(folder) == before
        assert not Snapshot(manager.base.worker(worker.uuid)).exists
        await manager.packages.apply(worker.uuid, mine.id)
        assert imported(manager, worker.uuid, "other") == "1.0"


async def test_a_plan_holds_for_the_environment_that_it_was_made_for(hosting: Any) -> None:
    async with hosting() as manager:
        worker = await manager.create("demo", environment="own")
        plans = [await manager.packages.plan(worker.uuid, Wanted(add=[name])) for name in ("top", "other")]
        await manager.packages.apply(worker.uuid, plans[0].id)
        with pytest.raises(PlanOutdatedError, match="changed meanwhile; ask again what would change"):
            await manager.packages.apply(worker.uuid, plans[1].id)
        for unknown in (plans[0].id, plans[1].id, "nonsense"):
            with pytest.raises(PlanNotFoundError):
                await manager.packages.apply(worker.uuid, unknown)
        copy = await manager.duplicate(worker.uuid)
        plan = await manager.packages.plan(worker.uuid, Wanted(add=["other"]))
        with pytest.raises(PlanNotFoundError):
            await manager.packages.apply(copy.uuid, plan.id)


def test_a_snapshot_can_be_put_back_from_wherever_that_was_broken_off(base: BaseFolder) -> None:
    paths = base.worker("demo")
    (paths.environment / "lib").mkdir(parents=True)
    (paths.environment / "lib" / "a").write_text("old")
    (paths.folder / LOCK).write_text("a==1\n")

    def changed() -> Snapshot:
        snapshot = Snapshot(paths)
        snapshot.take()
        (paths.environment / "lib" / "a").unlink()
        (paths.environment / "lib" / "b").write_text("new")
        (paths.folder / LOCK).write_text("b==1\n")
        (paths.folder / PROJECT).write_text("new")
        return snapshot

    def is_as_before() -> bool:
        files = {path.name for path in paths.folder.rglob("*") if path.is_file()}
        return files == {"a", LOCK} and (paths.folder / LOCK).read_text() == "a==1\n"

    snapshot = changed()
    snapshot.put_back()
    assert is_as_before()
    for finished in (1, 2):  # of the two renames that it takes
        snapshot = changed()
        (paths.folder / PROJECT).unlink()  # the texts come back first
        (paths.folder / LOCK).write_text("a==1\n")
        paths.environment.rename(paths.folder / ".venv.before.aside")
        if finished == 2:
            (paths.environment_before / "venv").rename(paths.environment)
        assert snapshot.exists
        snapshot.put_back()
        assert is_as_before()
        assert not snapshot.exists
