"""A worker's process on a real socket: its life, its files, and that it answers whatever runs."""

from __future__ import annotations

import asyncio
import json
import pickle
import signal
import stat
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from funcnodes_jupyter.wire.client import Disconnected, WorkerClient
from funcnodes_jupyter.wire.errors import CommandError, TransportClosedError
from funcnodes_jupyter.wire.messages import FullState, NodespaceEvents, Preview, Progress
from funcnodes_jupyter.wire.websocket import open_websocket
from funcnodes_jupyter.worker.mirror import KEPT_EVENTS


async def added(client: WorkerClient, node_id: str = "t.add", **kwargs: Any) -> Any:
    return await client.command("add_node", {"node_id": node_id, **kwargs})


def told(update: Any, name: str) -> list[Any]:
    """The data of the events of that name."""
    found = update.events if isinstance(update, NodespaceEvents) else []
    return [event.data for event in found if event.__struct_config__.tag == name]


# --- life ---------------------------------------------------------------------------------------


async def test_the_connection_file(process: Any) -> None:
    popen = process.start()
    found = json.loads(process.connection.read_text())
    assert stat.S_IMODE(process.connection.stat().st_mode) == 0o600
    assert stat.S_IMODE(process.folder.stat().st_mode) == 0o700
    assert (found["host"], found["pid"], found["uuid"], found["protocol"]) == ("127.0.0.1", popen.pid, "w1", 1)
    assert len(found["secret"]) >= 32
    assert abs(found["start_time"] - time.time()) < 30
    assert process.end() == 0
    assert not process.connection.exists()


@pytest.mark.parametrize("how", ["stop", "end of input", "SIGTERM"])
async def test_it_saves_and_ends(process: Any, how: str) -> None:
    popen = process.start()
    async with process.client() as client:
        node = await added(client, inputs={"a": 3})
        if how == "stop":
            assert await client.command("stop") is True
        elif how == "SIGTERM":
            popen.send_signal(signal.SIGTERM)
        else:
            popen.stdin.close()
        assert await asyncio.to_thread(popen.wait) == 0
    assert not process.connection.exists()
    assert process.saved()["nodes"][0]["id"] == node["uuid"]


async def test_it_ends_although_a_function_does_not(process: Any) -> None:
    popen = process.start()
    async with process.client() as client:
        running = asyncio.ensure_future(until_told(client, "node_triggered"))
        await client.follow()
        await added(client, "t.sleep", inputs={"seconds": 3600})
        await running
        started = time.monotonic()
        popen.stdin.close()
        assert await asyncio.to_thread(popen.wait) == 0
        assert time.monotonic() - started < 4
    assert len(process.saved()["nodes"]) == 1


async def until_told(
    client: WorkerClient, name: str, wanted: Callable[[Any], bool] = lambda data: True, times: int = 1
) -> Any:
    """The data of the next event of that name that is wanted, or of the one that completes so many."""
    updates = client.updates()
    count = 0
    try:
        async for update in updates:
            for data in filter(wanted, told(update, name)):
                count += 1
                if count >= times:
                    return data
    finally:
        updates.close()


async def test_a_worker_runs_once(process: Any) -> None:
    process.start()
    first = process.popen
    try:
        second = process.start(wait=False)
        assert await asyncio.to_thread(second.wait) == 3
        assert "runs the worker w1 already" in process.log()
        async with process.client() as client:
            assert await client.command("uuid") == "w1"
    finally:
        process.popen = first


@pytest.mark.parametrize(
    "headers", [{}, {"Authorization": "token "}, {"Authorization": "token wrong"}, {"Authorization": "é"}]
)
async def test_without_the_secret_it_is_closed(process: Any, headers: dict[str, str]) -> None:
    process.start()
    port = json.loads(process.connection.read_text())["port"]
    with pytest.raises(TransportClosedError) as caught:
        await open_websocket(f"ws://127.0.0.1:{port}/", headers)
    assert caught.value.code == 403


async def test_a_browser_is_refused_even_with_the_secret(process: Any) -> None:
    process.start()
    found = json.loads(process.connection.read_text())
    headers = {"Authorization": f"token {found['secret']}", "Origin": "http://localhost:8888"}
    with pytest.raises(TransportClosedError) as caught:
        await open_websocket(f"ws://127.0.0.1:{found['port']}/", headers)
    assert caught.value.code == 403


async def test_the_name_is_the_records(process: Any) -> None:
    process.start()
    record = process.base / "workers" / "worker_w1.json"
    async with process.client() as client:
        assert await client.command("name") == "w1"
        record.write_text('{"uuid": "w1", "name": "penguins"}')
        assert await client.command("name") == "penguins"
        assert (await client.follow()).worker.name == "penguins"


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_an_idle_worker_has_imported_little(process: Any) -> None:
    process.start()
    maps = Path(f"/proc/{process.popen.pid}/maps").read_text()
    for heavy in ("pandas", "numpy", "matplotlib"):
        assert f"/{heavy}/" not in maps


# --- it answers, whatever runs ------------------------------------------------------------------


@pytest.mark.parametrize("node_id", ["t.sleep", "t.spin"])
async def test_questions_are_answered_while_a_function_runs(process: Any, node_id: str) -> None:
    process.start()
    async with process.client() as client:
        await client.follow()
        running = asyncio.ensure_future(until_told(client, "node_triggered"))
        done = asyncio.ensure_future(until_told(client, "node_done"))
        node = await added(client, node_id, inputs={"seconds": 1.5})
        await running
        slowest = 0.0
        for place in range(20):
            start = time.perf_counter()
            assert (await client.command("get_runstate"))["running"] == [node["uuid"]]
            await added(client, name=f"n{place}")
            await client.command("get_nodes")
            slowest = max(slowest, time.perf_counter() - start)
        assert not done.done()
        assert slowest < 1.0
        assert (await done).seconds >= 1.5


@pytest.mark.parametrize("node_id", ["t.sleep", "t.spin", "t.wait"])
@pytest.mark.parametrize("how", ["cancel", "SIGINT"])
async def test_an_interrupt_ends_the_function_and_nothing_else(process: Any, node_id: str, how: str) -> None:
    popen = process.start()
    async with process.client() as client:
        await client.follow()
        running = asyncio.ensure_future(until_told(client, "node_triggered"))
        await added(client, node_id, uuid="long", inputs={"seconds": 3600})
        await running
        ended = asyncio.ensure_future(
            until_told(client, "node_updated", lambda data: data.changed.state == "cancelled")
        )
        if how == "cancel":
            assert await client.command("cancel", {"node": "long"}) == {"cancelled": ["long"]}
        else:
            popen.send_signal(signal.SIGINT)
        await ended
        done = asyncio.ensure_future(until_told(client, "node_done"))
        await added(client, uuid="after", inputs={"a": 1})
        await done
        nodes = {node["uuid"]: node for node in await client.command("get_nodes")}
        assert nodes["long"]["state"] == "cancelled"
        assert nodes["after"]["state"] == "done"


async def test_interrupts_while_nothing_runs_do_nothing(process: Any) -> None:
    popen = process.start()
    async with process.client() as client:
        for _ in range(20):
            popen.send_signal(signal.SIGINT)
            assert await client.command("heartbeat") is True


# --- several clients ----------------------------------------------------------------------------


async def test_two_clients_see_the_same_events(process: Any) -> None:
    process.start()
    async with process.client() as first, process.client() as second:
        heard: list[list[Any]] = [[], []]
        last = [asyncio.ensure_future(until_told(client, "node_removed")) for client in (first, second)]
        for client, own in zip((first, second), heard, strict=True):
            await client.follow()
            client.listen(own.append)
        node = await added(first, inputs={"a": 1})
        await second.command("update_node", {"uuid": node["uuid"], "io_id": "a", "text": "5"})
        await first.command("update_node", {"uuid": node["uuid"], "name": "sum", "frontend": {"pos": [5, 6]}})
        await second.command("remove_node", {"uuid": node["uuid"]})
        await asyncio.gather(*last)
        batches = [[update for update in own if isinstance(update, NodespaceEvents)] for own in heard]
        assert batches[0] == batches[1]
        assert first.seq == second.seq == batches[0][-1].seq


async def test_a_broken_client_harms_no_other(process: Any) -> None:
    process.start()
    async with process.client() as client:
        other = await process.connect()
        await other.receive()
        for frame in ("{", "[]", b"\x00\x00", '{"type":"cmd"}', '{"type":"cmd","id":1,"cmd":"nonsense"}'):
            await other.send(frame)
            reply = json.loads(await other.receive())
            while reply["type"] == "nodespaceevent":
                reply = json.loads(await other.receive())
            assert reply["type"] == "error"
        await other.close()
        assert await client.command("heartbeat") is True


async def test_a_client_that_does_not_read_harms_no_other(process: Any) -> None:
    process.start()
    async with process.client() as client:
        deaf = await process.connect()
        await added(client, "t.fail", uuid="f")
        for _ in range(30):
            text = "x" * 4000
            commands = [
                {"cmd": "update_node", "kwargs": {"uuid": "f", "io_id": "text", "value": f"{n}{text}"}}
                for n in range(30)
            ]
            await client.command("batch", {"commands": commands})
        assert await client.command("heartbeat") is True
        await deaf.close()


# --- after a crash ------------------------------------------------------------------------------


async def until_saved(process: Any, holds: Any) -> None:
    """Wait for the disk: an edit is there within a second, a preview a little later."""
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        try:
            if holds():
                return
        except (OSError, ValueError):
            pass
        await asyncio.sleep(0.02)
    raise AssertionError("never saved")


async def test_after_kill_9_everything_is_there_and_stale(process: Any) -> None:
    popen = process.start()
    async with process.client() as client:
        await client.follow()
        done = asyncio.ensure_future(until_told(client, "node_done", times=2))
        await added(client, "t.list", uuid="list", name="numbers", inputs={"count": 3}, frontend={"pos": [300, 70]})
        await added(client, "t.add", uuid="sum", inputs={"a": 3})
        await client.command("update_node", {"uuid": "sum", "io_id": "b", "text": "4"})
        await done
        seen = asyncio.ensure_future(first_preview(client))
        await client.command("watch", {"ports": [["list", "out"]]})
        assert (await seen).data["application/json"] == [0, 1, 2]
        gone = asyncio.ensure_future(until_gone(client))
        saved = time.monotonic()
        await until_saved(process, lambda: b'"value":4' in (process.folder / "nodespace.journal").read_bytes())
        assert time.monotonic() - saved < 1.5
        await until_saved(process, lambda: json.loads((process.folder / "previews.json").read_text()))
        popen.kill()
        await gone
    popen.wait()
    process.start()
    async with process.client() as client:
        state = await client.follow()
        nodes = {node.uuid: node for node in state.nodes}
        assert nodes["list"].pos == (300, 70)
        assert nodes["list"].name == "numbers"
        assert [(node.state, node.stale) for node in state.nodes] == [("idle", True)] * 2
        assert [(p.id, p.value.text) for p in nodes["sum"].io if p.value] == [("a", "3"), ("b", "4")]
        seen = asyncio.ensure_future(first_preview(client))
        await client.command("watch", {"ports": [["list", "out"]]})
        preview = await seen
        assert (preview.data["application/json"], preview.stale) == ([0, 1, 2], True)
        fresh = asyncio.ensure_future(first_preview(client))
        assert await client.command("run") == {"requested": 2}
        assert (await fresh).stale is False
    assert process.end() == 0


async def first_preview(client: WorkerClient) -> Preview:
    updates = client.updates()
    try:
        async for update in updates:
            if isinstance(update, Preview):
                return update
        raise AssertionError
    finally:
        updates.close()


async def until_gone(client: WorkerClient) -> Disconnected:
    updates = client.updates()
    try:
        async for update in updates:
            if isinstance(update, Disconnected):
                return update
        raise AssertionError
    finally:
        updates.close()


async def test_a_client_finds_the_next_life_of_the_worker(process: Any) -> None:
    popen = process.start()
    async with process.client(reconnect=True) as client:
        state = await client.follow()
        await added(client, uuid="kept")
        await client.command("save")
        gone = asyncio.ensure_future(until_gone(client))
        again = asyncio.ensure_future(until_state(client))
        popen.kill()
        assert (await gone).retrying is True
        popen.wait()
        process.start()
        fresh = await again
        assert [node.uuid for node in fresh.nodes] == ["kept"]
        # Numbers of one life mean nothing in the other.
        assert abs(fresh.seq - state.seq) > KEPT_EVENTS


async def until_state(client: WorkerClient) -> Any:
    updates = client.updates()
    try:
        async for update in updates:
            if isinstance(update, FullState):
                return update
    finally:
        updates.close()


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: data[: len(data) // 2],
        lambda data: b"",
        lambda data: b'{"backend": {"nodes": []}}',
        lambda data: data.replace(b'"format": 1', b'"format": 99'),
        lambda data: data.replace(b'"io":{', b'"io":3,"x":{'),
    ],
    ids=["torn", "empty", "foreign", "newer", "damaged"],
)
async def test_a_file_that_cannot_be_read_is_set_aside(process: Any, damage: Any) -> None:
    process.start()
    async with process.client() as client:
        await added(client, uuid="one", inputs={"a": 1})
        await client.command("save")
        await added(client, uuid="two", inputs={"a": 2})
    process.end()
    broken = damage((process.folder / "nodespace.json").read_bytes())
    (process.folder / "nodespace.json").write_bytes(broken)
    process.start()
    async with process.client() as client:
        nodes = await client.command("get_nodes")
    assert [node["uuid"] for node in nodes] == ["one", "two"]
    aside = list(process.folder.glob("nodespace.unreadable-*.json"))
    assert [path.read_bytes() for path in aside] == [broken]
    assert aside[0].name in process.log()


async def test_when_the_graph_rests_the_document_has_it(process: Any) -> None:
    process.start()
    async with process.client() as client:
        await client.follow()
        await added(client, uuid="one", inputs={"a": 1})
        await until_saved(process, lambda: process.saved()["nodes"][0]["id"] == "one")
        await client.command("update_node", {"uuid": "one", "name": "x"})
        await client.command("save")
        assert process.saved()["nodes"][0]["name"] == "x"


async def test_who_comes_is_told_what_could_not_be_opened(process: Any) -> None:
    popen = process.start()
    journal = process.folder / "nodespace.journal"
    async with process.client() as client:
        for uuid in ("one", "two", "three"):
            await added(client, uuid=uuid)
            await until_saved(process, lambda own=f'"{uuid}"': own in journal.read_text())
        popen.kill()
    popen.wait()
    journal.write_text(journal.read_text().replace('"id":"two"', '"id":"tow"'))
    process.start()
    client = process.client()
    heard: list[Any] = []
    client.listen(heard.append)
    async with client:
        nodes = await client.command("get_nodes")
    (aside,) = process.folder.glob("nodespace.unreadable-*.journal")
    (notice,) = [update.text for update in heard if isinstance(update, Progress)]
    assert aside.name in notice
    assert [node["uuid"] for node in nodes] == ["one"]


async def first_progress(client: WorkerClient) -> Progress:
    updates = client.updates()
    try:
        async for update in updates:
            if isinstance(update, Progress):
                return update
        raise AssertionError
    finally:
        updates.close()


async def test_a_full_disk_is_told_and_loses_nothing(process: Any) -> None:
    """Here no file may grow any more: the system cuts a record off in its middle."""
    popen = process.start()
    async with process.client() as client:
        await client.follow()
        journal = process.folder / "nodespace.journal"
        await added(client, "t.room", uuid="room")
        await until_saved(process, lambda: b'"room"' in journal.read_bytes())
        good = journal.read_bytes()
        told_full = asyncio.ensure_future(first_progress(client))
        await client.command("update_node", {"uuid": "room", "io_id": "size", "value": len(good) + 40})
        assert (await told_full).text == "The graph could not be saved: File too large. Trying again."
        assert journal.read_bytes() == good
        await added(client, uuid="meanwhile")
        with pytest.raises(CommandError, match="File too large"):
            await client.command("save")
        assert journal.read_bytes() == good
        told_well = asyncio.ensure_future(first_progress(client))
        await client.command("update_node", {"uuid": "room", "io_id": "size", "value": -1})
        assert (await told_well).text == "Everything is saved again."
        popen.kill()
    popen.wait()
    process.start()
    async with process.client() as client:
        nodes = {node["uuid"]: node for node in await client.command("get_nodes")}
    assert set(nodes) == {"room", "meanwhile"}
    (size,) = (port["value"]["value"] for port in nodes["room"]["io"] if port["id"] == "size")
    assert size == -1
    assert [path.name for path in process.folder.glob("nodespace*")] == ["nodespace.journal"]


async def test_loading_runs_nothing_and_tells_why_the_last_run_failed(process: Any) -> None:
    process.start()
    async with process.client() as client:
        await client.follow()
        failed = asyncio.ensure_future(until_told(client, "node_error"))
        await added(client, "t.fail", inputs={"text": "ran"})
        await failed
    process.end()
    ran = process.log().count("ran")
    process.start()
    async with process.client() as client:
        (node,) = await client.command("get_nodes")
        assert (node["state"], node["stale"], node["error"]["text"]) == ("error", True, "RuntimeError: ran")
        assert (await client.command("get_runstate"))["busy"] is False
    assert process.log().count("ran") == ran


# --- previews of real things --------------------------------------------------------------------


async def test_figures_and_tables_are_shown(process: Any) -> None:
    pytest.importorskip("pandas")
    pytest.importorskip("matplotlib")
    process.start()
    async with process.client() as client:
        await client.follow()
        done = asyncio.ensure_future(until_told(client, "node_done", times=2))
        await added(client, "t.figure", uuid="f", inputs={"height": 2})
        await added(client, "t.table", uuid="t", inputs={"rows": 30})
        await done
        previews: dict[str, Preview] = {}
        both = asyncio.get_running_loop().create_future()

        def keep(update: Any) -> None:
            if isinstance(update, Preview):
                previews[update.node] = update
                if len(previews) == 2 and not both.done():
                    both.set_result(None)

        client.listen(keep)
        await client.command("watch", {"ports": [["f", "out"], ["t", "out"]]})
        await both
        assert previews["f"].data["image/png"].startswith("iVBORw0KGgo")
        page = previews["t"].data["application/vnd.funcnodes.table+json"]
        assert (len(page["rows"]), page["total_rows"]) == (20, 30)
        pickled = await client.command("get_io_full_value", {"node": "t", "io": "out", "format": "pickle"})
        assert pickle.loads(pickled.data).shape == (30, 2)
