"""The picture of a graph for saved notebooks: what is in it, when it is made, and what is on disk of it."""

from __future__ import annotations

import asyncio
import json
import queue
import stat
import time
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import pytest

from funcnodes_jupyter.convert.notebooks.cells import MIMETYPE
from funcnodes_jupyter.wire.client import WorkerClient
from funcnodes_jupyter.wire.errors import CommandError
from funcnodes_jupyter.worker.home import MAX_PICTURE_BYTES, WorkerHome
from funcnodes_jupyter.worker.picture import portrait

SVG = "{http://www.w3.org/2000/svg}"
PATIENCE = 30.0


def texts(bundle: Any) -> set[str]:
    return {element.text or "" for element in ET.fromstring(bundle["image/svg+xml"]).iter(f"{SVG}text")}


def images(bundle: Any) -> list[ET.Element]:
    return list(ET.fromstring(bundle["image/svg+xml"]).iter(f"{SVG}image"))


async def on_disk(process: Any, word: str = "", pictures: int = 0) -> Any:
    """The picture in the worker's folder, as soon as it shows ``word``, and so many pictures."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        found = json.loads(path.read_text()) if (path := process.folder / "picture.json").exists() else None
        if found and word in {"", *texts(found)} and len(images(found)) == pictures:
            return found
        await asyncio.sleep(0.02)
    raise AssertionError(f"never a picture with {word!r}")


def number_of(process: Any) -> int:
    """That of the file, which is another one when it was written again."""
    return int((process.folder / "picture.json").stat().st_ino)


async def set_sum(client: WorkerClient, a: int) -> None:
    await client.command("update_node", {"uuid": "n", "io_id": "a", "value": a})


# --- on disk --------------------------------------------------------------------------------------


async def test_a_graph_that_rests_has_its_picture_on_disk(process: Any) -> None:
    process.start()
    async with process.client() as client:
        await client.command("add_node", {"node_id": "t.add", "uuid": "n", "name": "sum", "inputs": {"a": 40}})
        first = await on_disk(process, "41")
        assert first[MIMETYPE]["worker"] == process.uuid
        assert [node["id"] for node in first[MIMETYPE]["document"]["nodes"]] == ["n"]
        assert first["text/plain"].splitlines()[0].endswith("1 node")
        await set_sum(client, 50)
        second = await on_disk(process, "51")
    assert second["application/pdf"] != first["application/pdf"]
    assert stat.S_IMODE((process.folder / "picture.json").stat().st_mode) == 0o600


async def test_what_was_asked_for_is_on_disk_and_written_once(process: Any) -> None:
    process.start()
    async with process.client() as client:
        await client.command("add_node", {"node_id": "t.add", "uuid": "n", "inputs": {"a": 40}})
        await on_disk(process, "41")
        asked = await client.command("picture", {})
        assert await on_disk(process) == asked
        file = number_of(process)
        async with process.client() as other:  # nobody sees in the picture who came and went
            assert await other.command("picture", {"seconds": 2}) == asked
        assert number_of(process) == file


async def test_the_last_change_before_the_end_is_on_disk(process: Any) -> None:
    process.start()
    async with process.client() as client:
        await client.follow()
        await client.command("add_node", {"node_id": "t.add", "uuid": "n", "inputs": {"a": 40}})
        await on_disk(process, "41")
        await set_sum(client, 50)
        await client.command("stop")
    assert process.popen.wait(PATIENCE) == 0
    assert "50" in texts(json.loads((process.folder / "picture.json").read_text()))


def test_what_a_killed_process_had_begun_to_write_is_taken_away(process: Any) -> None:
    process.folder.mkdir(parents=True)
    begun = [process.folder / f".{name}.json.4711.tmp" for name in ("picture", "previews")]
    for path in begun:
        path.write_text("half a")
    process.start()
    assert not any(path.exists() for path in begun)


async def test_a_start_leaves_the_picture_with_the_values_of_the_last_life(process: Any) -> None:
    process.start()
    async with process.client() as client:
        await client.command("add_node", {"node_id": "t.add", "uuid": "n", "inputs": {"a": 40}})
        await on_disk(process, "41")
    process.end()
    before = (process.folder / "picture.json").read_bytes()
    process.start()
    async with process.client() as client:
        await client.follow()
        await client.command("save")
    process.end()
    assert (process.folder / "picture.json").read_bytes() == before


@pytest.mark.parametrize("data", [b"x" * (MAX_PICTURE_BYTES + 1), b"x"], ids=["too large", "refused by the disk"])
def test_an_old_picture_is_not_left_in_the_place_of_a_new_one(
    data: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = WorkerHome(tmp_path, "w")
    home.prepare()
    home.save_picture(b"{}")
    assert home.picture.read_bytes() == b"{}"

    def full(path: Path, data: bytes, mode: int = 0) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("funcnodes_jupyter.worker.home.write_atomically", full)
    if len(data) > 1:
        home.save_picture(data)
    else:
        with pytest.raises(OSError, match="No space"):
            home.save_picture(data)
    assert not home.picture.exists()


# --- previews -------------------------------------------------------------------------------------


async def test_tables_and_figures_are_in_it_also_those_of_the_last_life(process: Any) -> None:
    pytest.importorskip("pandas")
    pytest.importorskip("matplotlib")
    process.start()
    async with process.client() as client:
        await client.command("add_node", {"node_id": "t.figure", "uuid": "f", "inputs": {"height": 2}})
        await client.command("add_node", {"node_id": "t.table", "uuid": "t", "inputs": {"rows": 30}})
        await on_disk(process, "1–4 of 30", pictures=1)
        await client.command("update_node", {"uuid": "t", "io_id": "rows", "value": 31})
        await on_disk(process, "1–4 of 31", pictures=1)
    process.end()
    process.start()
    async with process.client() as client:
        again = await client.command("picture", {})
        assert "stale" in texts(again)
        assert {"half", "1–4 of 31"} <= texts(again)
        assert len(images(again)) == 1


async def test_a_busy_node_is_not_waited_for(process: Any) -> None:
    pytest.importorskip("matplotlib")
    process.start()
    async with process.client() as client:
        await client.command("add_node", {"node_id": "t.figure", "uuid": "f", "inputs": {"height": 2}})
        await on_disk(process, pictures=1)
        await client.command("add_node", {"node_id": "t.sleep", "uuid": "s", "name": "nap", "inputs": {"seconds": 60}})
        await client.command("update_node", {"uuid": "f", "io_id": "height", "value": 3})
        seen = await client.command("picture", {"seconds": 0.1})
        assert {"nap", "running"} <= texts(seen)
        assert len(images(seen)) == 1, "as it was"
        await client.command("cancel")


# --- without a process ----------------------------------------------------------------------------


async def test_a_graph_that_never_rests_is_drawn_now_and_then(serving: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(portrait, "REST_DELAY", 0.01)
    monkeypatch.setattr(portrait, "MOST_DELAY", 0.05)
    async with serving() as served:
        kept: queue.Queue[bytes] = queue.Queue()
        served.session.portrait._keep = kept.put
        client = await served.client()
        await client.command("add_node", {"node_id": "t.wait", "uuid": "w", "inputs": {"seconds": 600}})
        while "running" not in texts(json.loads(await asyncio.to_thread(kept.get, True, PATIENCE))):
            pass
        await client.command("cancel")


async def test_a_picture_that_fails_ends_nothing(serving: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(portrait, "REST_DELAY", 0.01)
    async with serving() as served:
        tried = asyncio.Event()
        loop = asyncio.get_running_loop()

        def refuse(data: bytes) -> None:
            loop.call_soon_threadsafe(tried.set)
            raise OSError(28, "No space left on device")

        served.session.portrait._keep = refuse
        client = await served.client()
        await client.command("add_node", {"node_id": "t.add", "uuid": "n", "inputs": {"a": 1}})
        await tried.wait()
        assert "n" in str(await client.command("picture", {}))
        with pytest.raises(CommandError, match="seconds"):
            await client.command("picture", {"seconds": -1})
