"""Graphs with nodes of classes that nobody knows: what their file says of packages is offered, and else that is said."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from driving import client_of
from packagechanges import change, with_nodes
from wheels import add_wheel

from funcnodes_jupyter.manager.archives import import_worker

PACK = """
from funcnodes_jupyter.core.decorator import NodeDecorator
from funcnodes_jupyter.core.library import Shelf

@NodeDecorator("gone.shout")
def shout(text: str = "x") -> str:
    return text.upper()

NODE_SHELF = Shelf("Gone", nodes=[shout])
"""


@pytest.fixture
def pack(index: Path) -> str:
    """A pack that the index has; nodes of it stood in files before files said so."""
    entries = {
        "gonepack-1.0.dist-info/entry_points.txt": "[funcnodes.module]\nmodule = gonepack\n",
        "gonepack.py": PACK,
    }
    add_wheel(index, "gonepack", "1.0", more=entries)
    return "gonepack"


def published(path: Path, *ids: str, **config: Any) -> Path:
    """An archive as the published program makes it."""
    nodes = [{"id": f"n{number}", "node_id": node_id, "name": "n", "io": {}} for number, node_id in enumerate(ids)]
    state = {"backend": {"nodes": nodes, "edges": [], "prop": {}, "groups": {}}, "view": {}, "meta": {}}
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("config", json.dumps({"name": "theirs", **config}))
        archive.writestr("state", json.dumps(state))
    return path


LISTED = {"gonepack": {"package": "gonepack", "version": "1.0"}, "--evil": {"package": "x @ file:///x", "version": "1"}}
GONEPACK = {"name": "gonepack", "requirement": "gonepack==1.0", "modules": [], "nodes": 0, "reason": ""}


async def test_what_a_file_lists_is_offered_and_brings_its_nodes(hosting: Any, pack: str, tmp_path: Path) -> None:
    archive = published(tmp_path / "x.fnw", "gone.shout", "gone.shout", "basic.add", package_dependencies=LISTED)
    async with hosting() as manager:
        worker = await import_worker(manager, archive)
        folder = manager.base.worker(worker.uuid).folder
        assert worker.environment == "shared"
        assert not (folder / ".venv").exists(), "opening installs nothing"
        for _ in range(2):  # as it stands on the disk, and as it runs
            told = await manager.packages.describe(worker.uuid)
            assert told["missing"] == [GONEPACK]
            assert told["unknown"] == [{"node_id": "gone.shout", "nodes": 2}]
            await manager.start(worker.uuid)
        assert await change(manager, worker.uuid, restore=True) == [(pack, None, "1.0")]
        told = await manager.packages.describe(worker.uuid)
        assert (told["missing"], told["unknown"], told["needs_restart"]) == ([], [], False)
        async with client_of(await manager.roster.connection(worker.uuid)) as client:
            assert not [node for node in await client.command("get_nodes") if node.get("unknown")]


async def test_a_file_whose_nodes_are_all_known_asks_for_nothing(hosting: Any, tmp_path: Path) -> None:
    archive = published(tmp_path / "x.fnw", "basic.add", "py:math.sqrt", "data.read_csv", package_dependencies=LISTED)
    async with hosting() as manager:
        worker = await import_worker(manager, archive)
        assert worker.environment == "server"
        told = await manager.packages.describe(worker.uuid)
        assert (told["missing"], told["unknown"]) == ([], [])


async def test_where_a_file_says_nothing_the_ids_are_told(hosting: Any, tmp_path: Path) -> None:
    archive = published(tmp_path / "x.fnw", "gone.shout", "gone.other", "gone.shout", "x" * 5000)
    async with hosting() as manager:
        worker = await import_worker(manager, archive)
        for _ in range(2):
            told = await manager.packages.describe(worker.uuid)
            assert told["missing"] == []
            assert told["unknown"] == [
                {"node_id": "gone.other", "nodes": 1},
                {"node_id": "gone.shout", "nodes": 2},
                {"node_id": "x" * 200, "nodes": 1},
            ]
            await manager.start(worker.uuid)


async def test_with_packs_about_only_the_process_knows(hosting: Any, pack: str) -> None:
    async with hosting() as manager:
        worker = await manager.create("demo", environment="own")
        await change(manager, worker.uuid, add=[pack])
        with_nodes(
            manager, worker.uuid, {"id": "a", "node_id": "gone.shout"}, {"id": "b", "node_id": "gone.in_this_version"}
        )
        assert (await manager.packages.describe(worker.uuid))["unknown"] == []
        await manager.start(worker.uuid)
        (unknown,) = (await manager.packages.describe(worker.uuid))["unknown"]
        assert unknown == {"node_id": "gone.in_this_version", "nodes": 1}


async def test_of_nodes_that_come_with_this_package_it_is_known_what_they_need(hosting: Any) -> None:
    async with hosting() as manager:
        worker = await manager.create("demo", environment="own")
        with_nodes(manager, worker.uuid, {"id": "a", "node_id": "data.read_csv"}, {"id": "b", "node_id": "plot.line"})
        for _ in range(2):
            told = await manager.packages.describe(worker.uuid)
            assert {one["name"]: one["nodes"] for one in told["missing"]} == {"matplotlib": 1, "pandas": 2}
            assert told["unknown"] == []
            await manager.start(worker.uuid)
