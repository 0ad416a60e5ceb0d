"""What a worker was asked to have travels with it, is missed elsewhere, and is brought back."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from driving import client_of
from packagechanges import change, changes, with_nodes

from funcnodes_jupyter.manager.archives import KEPT_PROJECT, export_worker, import_worker
from funcnodes_jupyter.manager.packages.plans import Wanted
from funcnodes_jupyter.manager.packages.project import PROJECT, Project
from funcnodes_jupyter.manager.settings import WorkerSettings


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
            {"name": "bottom", "requirement": "bottom==1.0", "modules": [], "nodes": 0, "reason": ""},
            {"name": "middle", "requirement": "middle==1.0", "modules": [], "nodes": 0, "reason": ""},
            {"name": "top", "requirement": "top==1.0", "modules": ["top"], "nodes": 2, "reason": ""},
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
            {"name": "funcnodes-extra", "requirement": "funcnodes-extra", "modules": [], "nodes": 1, "reason": ""},
            {"name": "", "requirement": "", "modules": ["pandas"], "nodes": 2, "reason": ""},
        ]
        await manager.configure(worker.uuid, None, WorkerSettings(environment="shared"))
        (missing,) = (await manager.packages.describe(worker.uuid))["missing"]
        assert missing["name"] == "funcnodes-extra", "the server has pandas"


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
