"""Packages of workers: added, upgraded and removed in real environments, from an index in a folder."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from driving import client_of
from packagechanges import change, changes, everything, imported, listed, pip_install

from funcnodes_jupyter.manager.environment import Environment
from funcnodes_jupyter.manager.errors import ManagerError
from funcnodes_jupyter.manager.packages.errors import (
    IndexUnreachableError,
    InvalidRequirementError,
    NoLockError,
    NotInstalledError,
    PackagesForbiddenError,
    PackagesNeededError,
    PackagesUnchangeableError,
    ResolverRefusedError,
)
from funcnodes_jupyter.manager.packages.plans import Wanted
from funcnodes_jupyter.manager.packages.policy import PackagePolicy
from funcnodes_jupyter.manager.packages.project import LOCK, PROJECT, Project


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
