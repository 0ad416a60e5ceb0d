"""A lock of which not all can be had: the rest comes, with consent to exactly that, and what is missing says why."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path
from typing import Any

import pytest
from packagechanges import change, changes, everything, imported, listed, with_nodes
from wheels import add_wheel

from funcnodes_jupyter.manager.archives import export_worker, import_worker
from funcnodes_jupyter.manager.manager import WorkerManager
from funcnodes_jupyter.manager.packages.errors import ChangeFailedError, IndexUnreachableError, ResolverRefusedError
from funcnodes_jupyter.manager.packages.plans import Plan, Wanted
from funcnodes_jupyter.manager.packages.project import LOCK, Project


async def locked(manager: WorkerManager, *asked: str, **pins: str) -> tuple[str, Path]:
    """A worker with an environment in which nothing is of all that its lock names."""
    worker = await manager.create("demo", environment="own")
    folder = manager.base.worker(worker.uuid).folder
    named = tuple(sorted((name.replace("_", "-"), version) for name, version in pins.items()))
    Project(asked, named).write(folder)
    return worker.uuid, folder


def unavailable(plan: Plan) -> dict[str, str]:
    return {one.requirement: one.reason for one in plan.unavailable}


async def missed(manager: WorkerManager, uuid: str) -> dict[str, str]:
    """What is missing, and why it could not be had."""
    return {one["requirement"]: one["reason"] for one in (await manager.packages.describe(uuid))["missing"]}


NOT_FOUND = {
    "uv": "private-pack was not found in the package registry",
    "pip": "Could not find a version that satisfies the requirement private-pack==1.0 (from versions: none)",
}


async def test_the_others_come_and_what_cannot_be_had_says_why(hosting: Any, tool: str, tmp_path: Path) -> None:
    async with hosting() as manager:
        uuid, folder = await locked(
            manager, "private-pack", "top<2", bottom="1.0", middle="1.0", private_pack="1.0", top="1.0"
        )
        before, lock = everything(folder), (folder / LOCK).read_bytes()
        told: list[str] = []
        plan = await manager.packages.plan(uuid, Wanted(restore=True), told.append)
        assert changes(plan) == [("bottom", None, "1.0"), ("middle", None, "1.0"), ("top", None, "1.0")]
        assert unavailable(plan) == {"private-pack==1.0": NOT_FOUND[tool]}
        assert told[0] == "Not all of it can be had: looking what can"
        assert "Trying bottom==1.0, middle==1.0" in told
        assert everything(folder) == before, "a plan changes nothing"

        await manager.packages.apply(uuid, plan.id)
        assert imported(manager, uuid, "top") == "1.0"
        assert await missed(manager, uuid) == {"private-pack==1.0": NOT_FOUND[tool]}
        assert Project.read(folder).asked == ("private-pack", "top<2")
        assert (folder / LOCK).read_bytes() == lock, "the lock is still to be met"

        # Asked again, there is nothing but the same reason; what else is wished for is not held up by it.
        again = await manager.packages.plan(uuid, Wanted(restore=True))
        assert (again.nothing, unavailable(again)) == (True, unavailable(plan))
        assert await change(manager, uuid, add=["needs-ours"]) == [("needs-ours", None, "1.0")]
        assert await missed(manager, uuid) == {"private-pack==1.0": NOT_FOUND[tool].replace("==1.0", "")}
        with pytest.raises(ResolverRefusedError, match="private-pack"):
            await manager.packages.plan(uuid, Wanted(add=["private-pack"]))

        # It travels on, also from here; the reason stays, for it may name an index.
        archive = tmp_path / "demo.fnw"
        archive.write_bytes(b"".join((await export_worker(manager, uuid, False)).pieces))
        came = await import_worker(manager, archive)
        assert (await missed(manager, came.uuid))["private-pack==1.0"] == ""

        # Nobody wants it any more.
        assert await change(manager, uuid, remove=["private-pack"]) == []
        assert await missed(manager, uuid) == {}


async def test_it_comes_once_the_index_has_it(hosting: Any, index: Path, tmp_path: Path) -> None:
    gone = shutil.move(index / "other", tmp_path / "other")
    async with hosting() as manager:
        uuid, _ = await locked(manager, "bottom", "other", bottom="1.0", other="1.0")
        assert await change(manager, uuid, restore=True) == [("bottom", None, "1.0")]
        assert await missed(manager, uuid) == {"other==1.0": "other was not found in the package registry"}
        shutil.move(gone, index / "other")
        assert await change(manager, uuid, restore=True) == [("other", None, "1.0")]
        told = await manager.packages.describe(uuid)
        assert (told["missing"], told["restorable"]) == ([], False)


async def test_a_version_that_is_gone_holds_up_what_needs_it_alone(hosting: Any) -> None:
    async with hosting() as manager:
        uuid, folder = await locked(manager)
        await change(manager, uuid, add=["needs-ours"])
        pins = (("bottom", "1.0"), ("middle", "1.5"), ("other", "1.0"), ("top", "1.0"))
        Project(("other", "top"), pins).write(folder)
        plan = await manager.packages.plan(uuid, Wanted(restore=True))
        # What is there beside stays: what could not be brought back may need it.
        assert changes(plan) == [("bottom", None, "1.0"), ("other", None, "1.0")]
        assert unavailable(plan) == {
            "middle==1.5": "there is no version of middle==1.5",
            "top==1.0": "top<=1.0 depends on middle==1.0 and middle==1.5",
        }


async def test_what_comes_does_not_break_what_stays(hosting: Any, index: Path) -> None:
    pins = (("bottom", "1.0"), ("middle", "1.0"), ("top", "1.0"))
    page = index / "top" / "index.html"
    async with hosting() as manager:
        uuid, folder = await locked(manager)
        await change(manager, uuid, add=["top==2", "other"])
        page.write_text("\n".join(line for line in page.read_text().splitlines() if "1.0" not in line))
        Project(("top",), pins).write(folder)
        plan = await manager.packages.plan(uuid, Wanted(restore=True))
        assert set(unavailable(plan)) == {"middle==1.0", "top==1.0"}
        assert "no version of top==1.0" in unavailable(plan)["top==1.0"]
        assert "depend on middle==2.0" in unavailable(plan)["middle==1.0"]
        assert (plan.nothing, changes(plan)) == (True, [])

        add_wheel(index, "bottom", "0.5")
        Project(("top",), (("bottom", "0.5"), *pins[1:])).write(folder)
        assert await change(manager, uuid, restore=True) == [("bottom", "1.0", "0.5")]
        assert imported(manager, uuid, "top") == "2.0"
        assert imported(manager, uuid, "bottom") == "0.5"


async def test_nothing_of_it_can_be_had(hosting: Any) -> None:
    async with hosting() as manager:
        uuid, folder = await locked(manager, "private-a", "private-b")
        plan = await manager.packages.plan(uuid, Wanted(restore=True))
        assert (plan.nothing, changes(plan), set(unavailable(plan))) == (True, [], {"private-a", "private-b"})
        assert set((await missed(manager, uuid)).values()) == {
            f"private-{name} was not found in the package registry" for name in "ab"
        }
        assert Project.read(folder).asked == ("private-a", "private-b")


async def test_what_a_graph_waits_for_comes_as_far_as_it_can_be_had(hosting: Any) -> None:
    async with hosting() as manager:
        worker = await manager.create("demo", environment="own")
        with_nodes(
            manager,
            worker.uuid,
            {"id": "a", "node_id": "a", "pack": "private-pack"},
            {"id": "b", "node_id": "b", "pack": "bottom"},
        )
        wanted = {"add": ["private-pack", "bottom"]}
        with pytest.raises(ResolverRefusedError):
            await manager.packages.plan(worker.uuid, Wanted(**wanted))
        assert await change(manager, worker.uuid, **wanted, partly=True) == [("bottom", None, "2.0")]
        assert await missed(manager, worker.uuid) == {"private-pack": NOT_FOUND["uv"]}
        # It is the graph that needs it, and nobody's wish that would outlive it.
        assert Project.read(manager.base.worker(worker.uuid).folder).asked == ("bottom",)


async def test_a_part_is_brought_back_wholly_or_not_at_all(hosting: Any) -> None:
    async with hosting() as manager:
        uuid, folder = await locked(manager, "bottom", "broken", "private-pack", bottom="1.0", broken="1.0")
        before = everything(folder)
        plan = await manager.packages.plan(uuid, Wanted(restore=True))
        assert [name for name, _, _ in changes(plan)] == ["bottom", "broken"]
        with pytest.raises(ChangeFailedError, match="are as they were"):
            await manager.packages.apply(uuid, plan.id)
        assert everything(folder) == before
        assert await listed(manager, uuid) == {}


async def test_looking_for_what_can_be_had_is_given_up(hosting: Any) -> None:
    async with hosting() as manager:
        uuid, folder = await locked(manager, "private-pack", "top", bottom="2.0", middle="2.0", top="2.0")
        before = everything(folder)
        tried = asyncio.Event()
        looking = asyncio.create_task(manager.packages.plan(uuid, Wanted(restore=True), lambda _: tried.set()))
        await tried.wait()
        looking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await looking
        assert everything(folder) == before
        assert [name for name, _, _ in await change(manager, uuid, restore=True)] == ["bottom", "middle", "top"]


async def test_it_is_not_looked_for_without_end(hosting: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("funcnodes_jupyter.manager.packages.obtaining.TRIES", 2)
    async with hosting() as manager:
        uuid, _ = await locked(manager, "bottom", "middle", "private-a", "private-b")
        plan = await manager.packages.plan(uuid, Wanted(restore=True))
        assert changes(plan) == [("bottom", None, "2.0"), ("middle", None, "2.0")]
        assert set(unavailable(plan)) == {"private-a", "private-b"}
        assert "no time left" in unavailable(plan)["private-b"]


async def test_offline_nothing_is_tried(hosting: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    async with hosting() as manager:
        uuid, _ = await locked(manager, "bottom", "private-pack")
        monkeypatch.setenv("PIP_INDEX_URL", "https://index.invalid/simple")
        told: list[str] = []
        with pytest.raises(IndexUnreachableError):
            await manager.packages.plan(uuid, Wanted(restore=True), told.append)
        assert told == []
