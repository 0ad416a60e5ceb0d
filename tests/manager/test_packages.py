"""Packages of workers: added, upgraded, removed and restored in real environments, from an index in a folder."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from driving import client_of
from slowuv import SlowUv
from wheels import add_wheel, use_index

from funcnodes_jupyter.manager.archives import KEPT_PROJECT, export_worker, import_worker
from funcnodes_jupyter.manager.base import BaseFolder
from funcnodes_jupyter.manager.environment import Environment
from funcnodes_jupyter.manager.errors import BusyRecordError, ManagerError
from funcnodes_jupyter.manager.manager import WorkerManager
from funcnodes_jupyter.manager.packages.errors import (
    ChangeCancelledError,
    ChangeFailedError,
    IndexUnreachableError,
    InvalidRequirementError,
    NoLockError,
    NotInstalledError,
    PackagesForbiddenError,
    PackagesNeededError,
    PackagesUnchangeableError,
    PlanNotFoundError,
    PlanOutdatedError,
    ResolverRefusedError,
)
from funcnodes_jupyter.manager.packages.plans import Plan, Wanted
from funcnodes_jupyter.manager.packages.policy import PackagePolicy
from funcnodes_jupyter.manager.packages.project import LOCK, MAX_BYTES, MAX_PACKAGES, PROJECT, Project
from funcnodes_jupyter.manager.packages.snapshot import Snapshot
from funcnodes_jupyter.manager.packages.telling import PackageNews
from funcnodes_jupyter.manager.settings import WorkerSettings
from funcnodes_jupyter.worker.home import WorkerHome


@pytest.fixture
def index(tmp_path: Path) -> Path:
    """``top`` needs ``middle``, and that ``bottom``; there are two versions of each."""
    folder = tmp_path / "index"
    for version in ("1.0", "2.0"):
        add_wheel(folder, "bottom", version)
        add_wheel(folder, "middle", version, ["bottom"])
        add_wheel(folder, "top", version, [f"middle=={version}"])
    add_wheel(folder, "other", "1.0", ["bottom<2"])
    add_wheel(folder, "needs_ours", "1.0", ["funcnodes_jupyter"])
    add_wheel(folder, "needs_later", "1.0", ["funcnodes_jupyter>=9"])
    add_wheel(folder, "funcnodes_jupyter", "9.0")
    # It cannot be installed: where it wants a folder there is a file. What came before it is there by then.
    add_wheel(folder, "broken", "1.0", ["bottom"], more={"{data}/pyvenv.cfg/file": "no folder"})
    return folder


@pytest.fixture(autouse=True)
def no_network(index: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """There is this index alone, and nobody's cache helps."""
    environ = dict(os.environ)
    use_index(environ, index)
    for key in [key for key in os.environ if key not in environ]:
        monkeypatch.delenv(key)
    for key, value in environ.items():
        monkeypatch.setenv(key, value)
    monkeypatch.setenv("UV_CACHE_DIR", str(tmp_path / "uv-cache"))
    monkeypatch.setenv("PIP_CACHE_DIR", str(tmp_path / "pip-cache"))


@pytest.fixture(params=["uv", "pip"])
def tool(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Who installs."""
    if request.param == "pip":
        monkeypatch.setattr("funcnodes_jupyter.manager.environmenttools.find_uv", lambda: None)
    return str(request.param)


@pytest.fixture
def slow_uv(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SlowUv]:
    slow = SlowUv(tmp_path)
    monkeypatch.setattr("funcnodes_jupyter.manager.environmenttools.find_uv", lambda: str(slow.path))
    return slow


def pip_install(option: str, requirement: str) -> None:
    """As somebody does by hand."""
    before, after = ([option], []) if option.startswith("--python") else ([], [option])
    subprocess.run([sys.executable, "-m", "pip", *before, "install", "-q", *after, requirement], check=True)


async def change(manager: WorkerManager, uuid: str, **wanted: Any) -> list[tuple[str, str | None, str | None]]:
    """Have something changed as a person does who agrees to all; gives what was."""
    plan = await manager.packages.plan(uuid, Wanted(**wanted))
    await manager.packages.apply(uuid, plan.id)
    return changes(plan)


def changes(plan: Plan) -> list[tuple[str, str | None, str | None]]:
    return [(one.name, one.before, one.after) for one in plan.changes]


def everything(folder: Path) -> dict[str, bytes]:
    """Every file of an environment, but for what Python and installers keep for themselves, and what is locked of it."""
    paths = [path for path in (folder / ".venv").rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    paths += [path for path in (folder / PROJECT, folder / LOCK) if path.exists()]
    return {str(path): path.read_bytes() for path in paths if path.name != ".lock"}


def imported(manager: WorkerManager, uuid: str, module: str) -> str:
    """The version of a package that the environment's Python imports; empty: it cannot."""
    python = Environment(manager.base.worker(uuid).environment).python
    code = f"import {module}; print({module}.version())"
    done = subprocess.run([python, "-c", code], cwd="/", capture_output=True, text=True, check=False)
    return done.stdout.strip()


async def listed(manager: WorkerManager, uuid: str) -> dict[str, tuple[str, bool]]:
    told = await manager.packages.describe(uuid)
    return {one["name"]: (one["version"], one["asked"]) for one in told["packages"] if one["from"] == "environment"}


# --- changes ----------------------------------------------------------------------------------------


@pytest.mark.usefixtures("tool")
async def test_a_life_of_packages(hosting: Any) -> None:
    async with hosting() as manager:
        worker = await manager.create("demo", environment="own")
        folder = manager.base.worker(worker.uuid).folder
        before = everything(folder)
        plan = await manager.packages.plan(worker.uuid, Wanted(add=["top<2"]))
        assert changes(plan) == [("bottom", None, "2.0"), ("middle", None, "1.0"), ("top", None, "1.0")]
        assert everything(folder) == before, "a plan changes nothing"
        assert await manager.packages.apply(worker.uuid, plan.id) is False
        assert imported(manager, worker.uuid, "top") == "1.0"
        assert await listed(manager, worker.uuid) == {
            "bottom": ("2.0", False),
            "middle": ("1.0", False),
            "top": ("1.0", True),
        }
        assert Project.read(folder).asked == ("top<2",)
        assert (folder / LOCK).read_text().splitlines()[1:] == ["bottom==2.0", "middle==1.0", "top==1.0"]
        assert {path.stat().st_mode & 0o777 for path in (folder / PROJECT, folder / LOCK)} == {0o600}

        # Only what has to change does: bottom goes back, because it is asked for so by now.
        assert await change(manager, worker.uuid, add=["other"]) == [("bottom", "2.0", "1.0"), ("other", None, "1.0")]
        assert (await manager.packages.plan(worker.uuid, Wanted(upgrade=["*"]))).nothing
        assert await change(manager, worker.uuid, add=["top"]) == []
        assert await change(manager, worker.uuid, upgrade=["top"]) == [("middle", "1.0", "2.0"), ("top", "1.0", "2.0")]

        with pytest.raises(PackagesNeededError, match="middle is needed by top; remove top first, or together with it"):
            await manager.packages.plan(worker.uuid, Wanted(remove=["middle"]))
        # What came with it goes with it, but for what others need.
        assert await change(manager, worker.uuid, remove=["top"]) == [("middle", "2.0", None), ("top", "2.0", None)]
        assert imported(manager, worker.uuid, "top") == ""
        assert await change(manager, worker.uuid, remove=["other"]) == [("bottom", "1.0", None), ("other", "1.0", None)]
        assert await listed(manager, worker.uuid) == {}
        assert Project.read(folder).empty
        assert (await manager.start(worker.uuid)).state == "running"


@pytest.mark.usefixtures("tool")
async def test_what_cannot_be_had(hosting: Any) -> None:
    async with hosting() as manager:
        worker = await manager.create("demo", environment="own")

        async def refused(kind: type[ManagerError], **wanted: Any) -> str:
            with pytest.raises(kind) as caught:
                await manager.packages.plan(worker.uuid, Wanted(**wanted))
            return str(caught.value)

        said = await refused(ResolverRefusedError, add=["top>5"])
        assert said.startswith("the packages cannot be had in these versions; ask for others\n")
        assert "top>5" in said
        assert "nowhere-to-be-had" in await refused(ResolverRefusedError, add=["nowhere-to-be-had"])
        assert "middle" in await refused(ResolverRefusedError, add=["top==2", "middle==1"])
        assert "from an address" in await refused(InvalidRequirementError, add=["top @ https://example.org/top.whl"])
        assert "no package to ask for" in await refused(InvalidRequirementError, add=["--index-url=https://e"])
        assert "no package to ask for" in await refused(InvalidRequirementError, add=["./folder"])
        # Installers would look for such a file in the folder in which they run.
        for file in ("top-1.0-py3-none-any.whl", "TOP.ZIP", "top.tar.gz[extra]"):
            assert "no name of a package" in await refused(InvalidRequirementError, add=[file])
        assert len(await refused(InvalidRequirementError, add=["x" * 100_000])) < 1000
        assert len(await refused(InvalidRequirementError, add=["-" * 100_000])) < 1000
        assert "there is nothing to remove" in await refused(NotInstalledError, remove=["top"])
        assert "add it" in await refused(NotInstalledError, upgrade=["top"])
        assert "needed by every worker" in await refused(PackagesNeededError, remove=["msgspec"])
        assert "nothing to restore" in await refused(NoLockError, restore=True)
        assert await listed(manager, worker.uuid) == {}


@pytest.mark.usefixtures("tool")
async def test_this_package_never_comes_from_an_index(hosting: Any) -> None:
    async with hosting() as manager:
        worker = await manager.create("demo", environment="own")
        assert await change(manager, worker.uuid, add=["needs-ours"]) == [("needs-ours", None, "1.0")]
        with pytest.raises(InvalidRequirementError, match="every worker has funcnodes_jupyter in the version that"):
            await manager.packages.plan(worker.uuid, Wanted(upgrade=["funcnodes-jupyter"]))
        with pytest.raises(ResolverRefusedError, match="funcnodes-jupyter"):
            await manager.packages.plan(worker.uuid, Wanted(add=["needs-later"]))


async def test_the_servers_packages_are_not_installed_again(
    hosting: Any, index: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = tmp_path / "server"
    await asyncio.to_thread(pip_install, f"--target={server}", "middle==1")
    monkeypatch.syspath_prepend(server)
    async with hosting() as manager:
        worker = await manager.create("demo", environment="shared")
        told = await manager.packages.describe(worker.uuid)
        assert next(one for one in told["packages"] if one["name"] == "middle")["from"] == "server"
        assert await change(manager, worker.uuid, add=["top==1"]) == [("top", None, "1.0")]
        # The lock is whole all the same: elsewhere the server may have others.
        assert dict(Project.read(manager.base.worker(worker.uuid).folder).pins) == {
            "bottom": "2.0",
            "middle": "1.0",
            "top": "1.0",
        }
        assert await change(manager, worker.uuid, add=["top==2"]) == [("middle", None, "2.0"), ("top", "1.0", "2.0")]
        with pytest.raises(NotInstalledError, match="it is the server's, and stays"):
            await manager.packages.plan(worker.uuid, Wanted(remove=["bottom"]))


async def test_a_worker_in_the_servers_environment_changes_nothing(hosting: Any) -> None:
    async with hosting() as manager:
        worker = await manager.create("demo")
        told = await manager.packages.describe(worker.uuid)
        assert (told["environment"], told["may_change"]) == ("server", False)
        assert "funcnodes worker configure NAME --environment own" in told["why_not"]
        assert "pytest" in {one["name"] for one in told["packages"] if one["from"] == "server"}
        with pytest.raises(PackagesUnchangeableError, match="give it an environment of its own"):
            await manager.packages.plan(worker.uuid, Wanted(add=["top"]))


async def test_what_a_running_worker_has_to_be_restarted_for(hosting: Any) -> None:
    async with hosting() as manager:
        worker = await manager.create("demo", environment="own")
        await manager.start(worker.uuid)
        plan = await manager.packages.plan(worker.uuid, Wanted(add=["top==1"]))
        assert (plan.restart, await manager.packages.apply(worker.uuid, plan.id)) == (False, False)
        async with client_of(await manager.roster.connection(worker.uuid)) as client:
            await client.command("add_callable", {"node_id": "py:top.version", "uuid": "n"})
            await client.command("trigger_node", {"uuid": "n"})
        plan = await manager.packages.plan(worker.uuid, Wanted(upgrade=["bottom"]))
        assert plan.nothing
        plan = await manager.packages.plan(worker.uuid, Wanted(add=["top==2"]))
        assert plan.restart
        assert await manager.packages.apply(worker.uuid, plan.id) is True
        await manager.stop(worker.uuid)
        assert not (await manager.packages.plan(worker.uuid, Wanted(add=["top==1"]))).restart


async def test_what_was_installed_by_hand_is_kept_and_locked_with_the_next_change(hosting: Any) -> None:
    async with hosting() as manager:
        worker = await manager.create("demo", environment="own")
        python = Environment(manager.base.worker(worker.uuid).environment).python
        await asyncio.to_thread(pip_install, f"--python={python}", "middle==1")
        assert (await listed(manager, worker.uuid))["middle"] == ("1.0", True)
        await change(manager, worker.uuid, add=["other"])
        project = Project.read(manager.base.worker(worker.uuid).folder)
        assert project.asked == ("middle", "other")
        assert dict(project.pins) == {"bottom": "1.0", "middle": "1.0", "other": "1.0"}


# --- all or nothing ---------------------------------------------------------------------------------


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


# --- who may ----------------------------------------------------------------------------------------


async def test_an_administrator_can_forbid_it(hosting: Any) -> None:
    async with hosting(package_policy=PackagePolicy(changes=False)) as manager:
        worker = await manager.create("demo", environment="own")
        told = await manager.packages.describe(worker.uuid)
        assert (told["may_change"], "allow_package_changes" in told["why_not"]) == (False, True)
        assert told["forbidden"]
        for wanted in (Wanted(add=["top"]), Wanted(remove=["top"]), Wanted(restore=True)):
            with pytest.raises(PackagesForbiddenError, match="the server's configuration forbids it"):
                await manager.packages.plan(worker.uuid, wanted)


async def test_an_administrator_can_allow_some(hosting: Any) -> None:
    async with hosting(package_policy=PackagePolicy(allowed=("To*", "needs_*"))) as manager:
        worker = await manager.create("demo", environment="own")
        assert (await manager.packages.describe(worker.uuid))["allowed"] == ["To*", "needs_*"]
        # What they need comes with them, but is not asked for by itself.
        await change(manager, worker.uuid, add=["top==1", "Needs.Ours"])
        for wanted in (Wanted(add=["top==2", "other"]), Wanted(upgrade=["bottom"])):
            with pytest.raises(
                PackagesForbiddenError, match=r"(other|bottom) may not be installed: .* allows To\*, needs_\*"
            ):
                await manager.packages.plan(worker.uuid, wanted)
        # A lock is a stranger's, maybe: what nobody allowed needs is not taken from it.
        Project(("top==1",), (("middle", "1.0"), ("other", "1.0"), ("top", "1.0"))).write(
            manager.base.worker(worker.uuid).folder
        )
        plan = await manager.packages.plan(worker.uuid, Wanted(restore=True))
        assert "other" not in [name for name, _, after in changes(plan) if after]
        Project(("other", "top==1"), (("other", "1.0"),)).write(manager.base.worker(worker.uuid).folder)
        for wanted in (Wanted(restore=True), Wanted(add=["top==2"])):
            with pytest.raises(PackagesForbiddenError, match="other may not be installed"):
                await manager.packages.plan(worker.uuid, wanted)
        await change(manager, worker.uuid, remove=["other"])
        await change(manager, worker.uuid, add=["top==2"])


@pytest.mark.usefixtures("tool")
async def test_whoever_is_offline_is_told_so(hosting: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    async with hosting() as manager:
        worker = await manager.create("demo", environment="own")
        monkeypatch.setenv("PIP_INDEX_URL", "https://somebody:secret@index.invalid/simple")
        with pytest.raises(IndexUnreachableError, match="no package index can be reached, and nothing was") as caught:
            await manager.packages.plan(worker.uuid, Wanted(add=["top"]))
        assert "secret" not in str(caught.value)
        # What needs no index needs none.
        assert await listed(manager, worker.uuid) == {}


# --- travelling -------------------------------------------------------------------------------------


def with_nodes(manager: WorkerManager, uuid: str, *nodes: dict[str, Any]) -> None:
    document = {"format": 1, "nodes": list(nodes), "edges": [], "prop": {}, "groups": {}, "view": {}}
    WorkerHome(manager.base.path, uuid).write_document(document)


async def test_the_lock_travels_and_makes_the_environment_again(hosting: Any, tmp_path: Path) -> None:
    async with hosting() as manager:
        worker = await manager.create("demo", environment="own")
        await change(manager, worker.uuid, add=["top<2", "bottom==1"])
        with_nodes(
            manager,
            worker.uuid,
            {"id": "n", "node_id": "top.smooth", "pack": "top"},
            {"id": "m", "node_id": "py:top.version"},
        )
        archive = tmp_path / "demo.fnw"
        archive.write_bytes(b"".join((await export_worker(manager, worker.uuid, False)).pieces))
        await manager.delete(worker.uuid)

        came = await import_worker(manager, archive)
        assert came.environment == "own"
        folder = manager.base.worker(came.uuid).folder
        assert not (folder / ".venv").exists()
        await manager.start(came.uuid)  # nothing is installed by that
        told = await manager.packages.describe(came.uuid)
        assert told["missing"] == [
            {"name": "bottom", "requirement": "bottom==1.0", "modules": [], "nodes": 0},
            {"name": "middle", "requirement": "middle==1.0", "modules": [], "nodes": 0},
            {"name": "top", "requirement": "top==1.0", "modules": ["top"], "nodes": 2},
        ]
        assert told["restorable"]
        async with client_of(await manager.roster.connection(came.uuid)) as client:
            assert {node["uuid"] for node in await client.command("get_nodes")} == {"n", "m"}
        expected = [("bottom", None, "1.0"), ("middle", None, "1.0"), ("top", None, "1.0")]
        assert await change(manager, came.uuid, restore=True) == expected
        told = await manager.packages.describe(came.uuid)
        assert (told["missing"], told["restorable"]) == ([], False)
        assert Project.read(folder).asked == ("bottom==1", "top<2")
        # Back to it, also from other versions and what came in besides.
        locked = Project.read(folder)
        await change(manager, came.uuid, add=["top==2", "needs-ours"])
        locked.write(folder)
        assert await change(manager, came.uuid, restore=True) == [
            ("middle", "2.0", "1.0"),
            ("needs-ours", "1.0", None),
            ("top", "2.0", "1.0"),
        ]


async def test_a_copy_knows_what_it_misses(hosting: Any) -> None:
    async with hosting() as manager:
        worker = await manager.create("demo", environment="own")
        await change(manager, worker.uuid, add=["bottom"])
        copy = await manager.duplicate(worker.uuid)
        (missing,) = (await manager.packages.describe(copy.uuid))["missing"]
        assert missing["requirement"] == "bottom==2.0"
        # What is asked for comes in with whatever else, in the version of the lock where that works.
        Project(("bottom",), (("bottom", "1.0"),)).write(manager.base.worker(copy.uuid).folder)
        plan = await manager.packages.plan(copy.uuid, Wanted(add=["needs-ours"]))
        assert changes(plan) == [("bottom", None, "1.0"), ("needs-ours", None, "1.0")]
        Project(("bottom",), (("bottom", "0.9"),)).write(manager.base.worker(copy.uuid).folder)
        plan = await manager.packages.plan(copy.uuid, Wanted(add=["needs-ours"]))
        assert changes(plan) == [("bottom", None, "2.0"), ("needs-ours", None, "1.0")]
        Project(("bottom",), (("bottom", "2.0"),)).write(manager.base.worker(copy.uuid).folder)
        assert await change(manager, copy.uuid, restore=True) == [("bottom", None, "2.0")]


async def test_what_the_graph_needs_and_nobody_wrote_down(hosting: Any) -> None:
    async with hosting() as manager:
        worker = await manager.create("demo", environment="own")
        called = ("py:math.sqrt", "py:funcnodes_jupyter.fn", "py:pandas.read_csv", "py:pandas.concat", "basic.add")
        nodes = [{"id": str(number), "node_id": node_id} for number, node_id in enumerate(called)]
        packs = ("Funcnodes_Extra", "--index-url=https://e", "x @ file:///x", "two\nlines", "x.whl", "x" * 5000, "")
        nodes += [{"id": pack, "node_id": "x", "pack": pack} for pack in packs]
        with_nodes(manager, worker.uuid, *nodes, {"id": "long", "node_id": f"py:{'x' * 5000}.fn"})
        assert (await manager.packages.describe(worker.uuid))["missing"] == [
            {"name": "funcnodes-extra", "requirement": "funcnodes-extra", "modules": [], "nodes": 1},
            {"name": "", "requirement": "", "modules": ["pandas"], "nodes": 2},
        ]
        await manager.configure(worker.uuid, None, WorkerSettings(environment="shared"))
        (missing,) = (await manager.packages.describe(worker.uuid))["missing"]
        assert missing["name"] == "funcnodes-extra", "the server has pandas"


def test_only_names_and_versions_are_taken_from_what_a_stranger_wrote() -> None:
    project = b"""
[project]
dependencies = ["good>=1", "evil @ https://example.org/evil.whl", "--index-url=https://example.org", 3, "x" ]
requires-python = "==3.11.*"
[tool.uv]
index-url = "https://example.org"
[[tool.uv.index]]
url = "https://example.org"
"""
    lock = b"""
--index-url https://example.org
good==1.5 --hash=sha256:00
good==1.5 ; python_version > "3" # why
evil @ https://example.org/evil.whl
-e ./here
-r other.txt
Other_One==2.0
bad==1.0 --extra
"""
    found = Project.parsed(project, lock)
    assert found == Project(("good>=1", "x"), (("good", "1.5"), ("other-one", "2.0")), "3.11")
    again = Project.parsed(*found.texts().values())
    assert again == found
    for nonsense in (b"\xff", b"[project", b"project = 3", b"[project]\ndependencies = 3"):
        assert Project.parsed(nonsense, b"\xff\xfe").empty
    assert Project.parsed(b'[project]\ndependencies = ["x.whl", "y"]', b"z.tar.gz==1\n").asked == ("y",)
    ours = b'[project]\ndependencies = ["Funcnodes-Jupyter>=9", "y"]'
    assert Project.parsed(ours, b"funcnodes_jupyter==9\n") == Project(("y",))
    odd = Project(('x; os_name != "\x7f\u00fc\U0001f642\u2028"',))
    assert Project.parsed(*odd.texts().values()) == odd


def test_of_what_a_stranger_wrote_without_end_nothing_is_taken() -> None:
    def lock(count: int) -> bytes:
        return "".join(f"p{number}==1\n" for number in range(count)).encode()

    def project(count: int, more: str = "") -> bytes:
        dependencies = json.dumps([f"p{number}" for number in range(count)])
        return f"[project]\ndependencies = {dependencies}\n{more}".encode()

    assert len(Project.parsed(b"", lock(MAX_PACKAGES)).pins) == MAX_PACKAGES
    assert Project.parsed(b"", lock(MAX_PACKAGES + 1)).empty
    assert len(Project.parsed(project(MAX_PACKAGES), b"").asked) == MAX_PACKAGES
    assert Project.parsed(project(MAX_PACKAGES + 1), b"").empty
    comment = "#" * MAX_BYTES
    assert Project.parsed(project(1, comment), b"p==1\n" + comment.encode()).empty
    assert Project.parsed(b"", b"x" * 5000 + b"==1\n").empty


async def test_a_marker_that_compares_nothing_hides_nothing(hosting: Any) -> None:
    async with hosting() as manager:
        worker = await manager.create("demo", environment="own")
        asked = ('bottom; os_name ~= "x"', 'middle; python_version < "3"')
        Project(asked).write(manager.base.worker(worker.uuid).folder)
        (missing,) = (await manager.packages.describe(worker.uuid))["missing"]
        assert missing["requirement"] == 'bottom; os_name ~= "x"'
        assert await change(manager, worker.uuid, restore=True) == [("bottom", None, "2.0")]
        assert (await manager.packages.describe(worker.uuid))["missing"] == []


async def test_an_environment_that_somebody_emptied_is_made_anew(hosting: Any) -> None:
    async with hosting() as manager:
        worker = await manager.create("demo", environment="own")
        await change(manager, worker.uuid, add=["bottom"])
        shutil.rmtree(manager.base.worker(worker.uuid).environment / "lib")
        (missing,) = (await manager.packages.describe(worker.uuid))["missing"]
        assert missing["requirement"] == "bottom==2.0"
        assert (await manager.start(worker.uuid)).state == "running"
        assert await change(manager, worker.uuid, restore=True) == [("bottom", None, "2.0")]


async def test_nothing_of_an_archive_is_installed_or_lost(hosting: Any, tmp_path: Path) -> None:
    from funcnodes_jupyter.convert.fnw import archive_pieces

    project = b'[project]\nname = "theirs"\ndependencies = ["top>=1"]\n[tool.theirs]\nkept = true\n'
    archive = tmp_path / "demo.fnw"
    document = {"format": 1, "nodes": [], "edges": [], "prop": {}, "groups": {}, "view": {}}
    archive.write_bytes(b"".join(archive_pieces({"name": "demo"}, document, [], {PROJECT: project})))
    async with hosting() as manager:
        worker = await import_worker(manager, archive)
        assert worker.environment == "shared"
        folder = manager.base.worker(worker.uuid).folder
        assert (folder / KEPT_PROJECT).read_bytes() == project
        assert not (folder / ".venv").exists()
        (missing,) = (await manager.packages.describe(worker.uuid))["missing"]
        assert missing["requirement"] == "top>=1"
        assert ("top", None, "2.0") in await change(manager, worker.uuid, restore=True)


# --- the real index ---------------------------------------------------------------------------------


async def test_a_package_of_the_real_index(hosting: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    async with hosting() as manager:
        found = await manager.packages.lookup("Tabulate")
        assert found["name"] == "tabulate"
        assert {"0.9.0", "0.8.10"} <= set(found["versions"])
        worker = await manager.create("demo", environment="own")
        assert await change(manager, worker.uuid, add=["tabulate==0.8.10"]) == [("tabulate", None, "0.8.10")]
        ((name, before, after),) = await change(manager, worker.uuid, add=["tabulate>=0.9"])
        assert (name, before) == ("tabulate", "0.8.10")
        assert json.loads(json.dumps(after)) in found["versions"]
