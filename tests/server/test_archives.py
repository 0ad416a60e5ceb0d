"""Workers go out as archives and come in again, on a real server with real workers; hostile archives leave nothing."""

from __future__ import annotations

import asyncio
import io
import json
import os
import signal
import zipfile
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import psutil
import pytest
from hostile import HOSTILE_PATHS
from servers import start_runserver
from tornado.httpclient import HTTPResponse
from zips import BOMBS, BROKEN, HARMLESS_BOMB, STATE, Entry, archive_of

from funcnodes_jupyter.manager import archives
from funcnodes_jupyter.manager.archives import KEPT_PROJECT
from funcnodes_jupyter.manager.arrival import ARRIVING
from funcnodes_jupyter.server.extension import FuncNodesApp
from funcnodes_jupyter.worker.home import WorkerHome

MEGABYTE = 1024 * 1024

Give = Callable[..., Awaitable[HTTPResponse]]
Fetch = Callable[..., Awaitable[HTTPResponse]]


@pytest.fixture
def give(http_server_client: Any, jp_base_url: str, jp_auth_header: dict[str, str]) -> Give:
    """Imports an archive."""

    async def post(data: bytes, **query: str) -> HTTPResponse:
        url = f"{jp_base_url}funcnodes/api/workers/import?{urlencode(query)}"
        response: HTTPResponse = await http_server_client.fetch(
            url, method="POST", headers=jp_auth_header, body=data, raise_error=False, request_timeout=60
        )
        return response

    return post


@pytest.fixture
def export(http_server_client: Any, jp_base_url: str, jp_auth_header: dict[str, str]) -> Fetch:
    async def get(uuid: str, query: str = "") -> HTTPResponse:
        url = f"{jp_base_url}funcnodes/workers/{uuid}/export{query}"
        response: HTTPResponse = await http_server_client.fetch(url, headers=jp_auth_header, raise_error=False)
        return response

    return get


def said(response: HTTPResponse) -> Any:
    return json.loads(response.body)


def unpacked(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def everything(folder: Path) -> set[str]:
    return {str(Path(top, name)) for top, folders, names in os.walk(folder) for name in (*folders, *names)}


async def ask(line: Any, cmd: str, **kwargs: Any) -> Any:
    await line.say({"type": "cmd", "id": cmd, "cmd": cmd, "kwargs": kwargs})
    reply = await line.until(lambda frame: isinstance(frame, dict) and frame.get("id") == cmd)
    assert reply["type"] == "result", reply
    return reply["result"]


# --- there and back -------------------------------------------------------------------------------


async def test_a_worker_goes_out_and_comes_in(rest: Any, relay: Any, export: Fetch, give: Give, base_dir: Path) -> None:
    _, made = await rest("POST", "workers", {"name": "demo"})
    files = base_dir / "workers" / made["uuid"] / "files"
    (files / "data").mkdir()
    (files / "data" / "a b.csv").write_text("x\n1\n2\n")
    line = await relay(made["uuid"])
    node = await ask(line, "add_node", node_id="data.read_csv", name="read", inputs={"path": "files/data/a b.csv"})
    # It runs: what was edited a moment ago is in the archive all the same.
    await ask(line, "update_node", uuid=node["uuid"], name="reads", frontend={"pos": [30, 40]})
    out = await export(made["uuid"], "?files=1")
    assert out.code == 200
    assert out.headers["Content-Disposition"] == "attachment; filename*=UTF-8''demo.fnw"
    assert "sandbox" in out.headers["Content-Security-Policy"]
    content = unpacked(out.body)
    assert set(content) == {"config", "state", "files/data/a b.csv"}
    assert json.loads(content["config"]) == {"name": "demo", "format": "funcnodes_jupyter/1"}
    assert str(base_dir).encode() not in out.body
    (theirs,) = json.loads(content["state"])["backend"]["nodes"]
    assert (theirs["name"], theirs["properties"]["frontend:pos"]) == ("reads", [30, 40])

    came = await give(out.body)
    assert came.code == 201
    worker = said(came)
    assert (worker["name"], worker["state"]) == ("demo 2", "stopped")
    assert {worker["name"] for worker in (await rest("GET", "workers"))[1]} == {"demo", "demo 2"}
    folder = base_dir / "workers" / worker["uuid"]
    assert everything(folder) == {
        str(folder / name) for name in ("files", "files/data", "files/data/a b.csv", "nodespace.json")
    }
    again = await export(worker["uuid"], "?files=1")
    assert unpacked(again.body)["state"] == content["state"]

    assert (await rest("POST", f"workers/{worker['uuid']}/start"))[0] == 200
    other = await relay(worker["uuid"])
    (read,) = (await ask(other, "full_state"))["nodes"]
    assert (read["name"], read["state"], read["pos"]) == ("reads", "idle", [30, 40])
    await ask(other, "run", scope="all")
    await other.until(lambda frame: "node_done" in str(frame))


async def test_what_the_published_program_made_comes_in(give: Give, rest: Any, relay: Any, base_dir: Path) -> None:
    came = await give(archive_of(Entry("pyproject.toml", b"[project]\n"), Entry("files/a.txt", b"x")))
    worker = said(came)
    assert (came.code, worker["name"], worker["state"]) == (201, "travelled", "stopped")
    folder = base_dir / "workers" / worker["uuid"]
    assert (folder / KEPT_PROJECT).read_bytes() == b"[project]\n"
    assert everything(folder) == {
        str(folder / name) for name in ("files", "files/a.txt", "nodespace.json", KEPT_PROJECT)
    }
    assert (folder / "files" / "a.txt").stat().st_mode & 0o777 == 0o600
    await rest("POST", f"workers/{worker['uuid']}/start")
    (node,) = (await ask(await relay(worker["uuid"]), "full_state"))["nodes"]
    assert (node["name"], node["node_id"], node["state"]) == ("sum", "basic.add", "incomplete")


@pytest.mark.parametrize(
    ("config", "query", "name"),
    [
        ({"name": "told"}, {}, "told"),
        ({"name": "told"}, {"name": "asked"}, "asked"),
        ({"name": "taken"}, {}, "taken 2"),
        ({"name": "told"}, {"name": "taken"}, "taken 2"),
        ({"name": "x" * 100}, {}, "x" * 100),
        ({"name": "../../escaped"}, {}, "../../escaped"),
        ({"name": "x" * 101}, {}, "worker-1"),
        ({"name": "line\nbreak"}, {}, "worker-1"),
        ({"name": ["no", "name"]}, {}, "worker-1"),
        ({}, {}, "worker-1"),
    ],
)
async def test_what_it_is_called(
    rest: Any, give: Give, base_dir: Path, config: Any, query: dict[str, str], name: str
) -> None:
    await rest("POST", "workers", {"name": "taken", "start": False})
    came = await give(archive_of(config=config), **query)
    assert (came.code, said(came)["name"]) == (201, name)
    folder = base_dir / "workers" / said(came)["uuid"]
    assert {Path(path).parent for path in everything(base_dir)} <= {base_dir, base_dir / "workers", folder}


async def test_a_worker_that_never_ran_goes_out_empty(rest: Any, export: Fetch, give: Give) -> None:
    _, made = await rest("POST", "workers", {"name": "new", "start": False})
    out = await export(made["uuid"])
    assert set(unpacked(out.body)) == {"config", "state"}
    assert (await give(out.body)).code == 201


async def test_files_stay_at_home_unless_they_are_asked_for(rest: Any, export: Fetch, base_dir: Path) -> None:
    _, made = await rest("POST", "workers", {"name": "demo", "start": False})
    files = base_dir / "workers" / made["uuid"] / "files"
    files.mkdir()
    (files / "a.csv").write_text("x")
    assert set(unpacked((await export(made["uuid"])).body)) == {"config", "state"}


# --- what does not go out -------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["link", "a:b.csv"])
async def test_a_file_that_cannot_go_along_is_named(rest: Any, export: Fetch, base_dir: Path, name: str) -> None:
    _, made = await rest("POST", "workers", {"name": "demo", "start": False})
    files = base_dir / "workers" / made["uuid"] / "files"
    files.mkdir()
    (files / name).symlink_to("/etc/passwd") if name == "link" else (files / name).touch()
    refused = await export(made["uuid"], "?files=1")
    assert (refused.code, said(refused)["code"]) == (409, "NotExportableError")
    assert repr(name) in said(refused)["error"]
    assert (await export(made["uuid"])).code == 200


async def test_a_graph_that_cannot_be_read_does_not_go_out(rest: Any, export: Fetch, base_dir: Path) -> None:
    _, made = await rest("POST", "workers", {"name": "demo", "start": False})
    saved = base_dir / "workers" / made["uuid"] / "nodespace.json"
    saved.write_text('{"format": 1, "nod')
    refused = await export(made["uuid"])
    assert (refused.code, said(refused)["code"]) == (409, "NotExportableError")
    assert "torn" in said(refused)["error"]
    assert saved.exists()


async def test_a_worker_that_does_not_answer_goes_out_as_it_is_on_the_disk(
    rest: Any, relay: Any, export: Fetch, base_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, made = await rest("POST", "workers", {"name": "demo"})
    line = await relay(made["uuid"])
    for number in range(3):
        await ask(line, "add_node", node_id="basic.add", name=f"sum {number}")
    home = WorkerHome(base_dir, made["uuid"])
    while len((home.read_document() or {"nodes": []})["nodes"]) < 3:
        await rest("GET", "status")
    monkeypatch.setattr(archives, "SAVE_SECONDS", 0.5)
    os.kill(made["pid"], signal.SIGSTOP)
    try:
        before = {path: path.read_bytes() for path in home.folder.glob("nodespace.*")}
        out = await export(made["uuid"])
        assert {path: path.read_bytes() for path in home.folder.glob("nodespace.*")} == before
    finally:
        os.kill(made["pid"], signal.SIGCONT)
    nodes = json.loads(unpacked(out.body)["state"])["backend"]["nodes"]
    assert sorted(node["name"] for node in nodes) == ["sum 0", "sum 1", "sum 2"]


async def test_workers_that_are_not_ours_do_not_go_out(export: Fetch, base_dir: Path) -> None:
    (base_dir / "workers").mkdir(parents=True)
    (base_dir / "workers" / "worker_theirs.json").write_text('{"uuid": "theirs", "name": "old"}')
    for uuid, status in (("theirs", 409), ("nobody", 404)):
        assert (await export(uuid)).code == status


# --- what does not come in ------------------------------------------------------------------------


@pytest.fixture
def untouched(app: FuncNodesApp, base_dir: Path, tmp_path: Path) -> Callable[[], None]:
    """Checks that nothing came of an archive, inside or outside of the base folder."""
    assert app.manager is not None
    app.manager.base.create()
    before = everything(tmp_path)

    def check() -> None:
        assert everything(tmp_path) == before

    return check


@pytest.mark.parametrize("path", HOSTILE_PATHS, ids=ascii)
async def test_hostile_names_are_refused(give: Give, untouched: Callable[[], None], path: str) -> None:
    names = (f"files/{path}", path) if path else (path,)
    for name in names:
        refused = await give(archive_of(Entry("files/a.txt", b"x"), Entry(name, b"escaped")))
        assert (refused.code, said(refused)["code"]) == (400, "ArchiveError")
        untouched()


@pytest.mark.parametrize("what", BROKEN)
async def test_broken_archives_are_refused(give: Give, untouched: Callable[[], None], what: str) -> None:
    refused = await give(BROKEN[what])
    assert (refused.code, said(refused)["code"]) == (400, "ArchiveError")
    untouched()


@pytest.mark.parametrize("what", [what for what in BOMBS if what != HARMLESS_BOMB])
async def test_bombs_are_refused(give: Give, untouched: Callable[[], None], what: str) -> None:
    refused = await give(BOMBS[what]())
    assert (refused.code, said(refused)["code"]) == (400, "ArchiveError")
    untouched()


async def test_a_name_that_cannot_be_is_refused(give: Give, untouched: Callable[[], None]) -> None:
    refused = await give(archive_of(), name="line\nbreak")
    assert (refused.code, said(refused)["code"]) == (400, "InvalidWorkerError")
    untouched()


async def test_a_full_disk_keeps_nothing(
    give: Give, untouched: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    data = archive_of(Entry("files/a", b"x" * 4000))

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("funcnodes_jupyter.worker.atomic.os.fsync", full)
    refused = await give(data)
    assert (refused.code, said(refused)["code"]) == (507, "DiskFullError")
    untouched()


class TestLimit:
    @pytest.fixture
    def jp_server_config(self, jp_server_config: dict[str, Any]) -> dict[str, Any]:
        jp_server_config["FuncNodesApp"]["max_upload_bytes"] = MEGABYTE
        return jp_server_config

    async def test_too_much_is_refused(self, give: Give, untouched: Callable[[], None]) -> None:
        refused = await give(archive_of(Entry("files/a", b"x" * MEGABYTE)))
        assert (refused.code, said(refused)["code"]) == (413, "TooLargeError")
        untouched()

    async def test_what_becomes_too_much_too(self, give: Give, untouched: Callable[[], None]) -> None:
        refused = await give(archive_of(Entry("files/a", os.urandom(1000) * 2000, method=8)))
        assert (refused.code, said(refused)["code"]) == (400, "ArchiveError")
        untouched()


async def test_nothing_is_run_when_a_graph_comes_in(give: Give, rest: Any, relay: Any, tmp_path: Path) -> None:
    """Neither on coming in nor on starting: a node that would show it is stale and has not run."""
    values = {
        "value": {"$type": "pickle", "value": "gASVJAAAAAAAAACMBXBvc2l4lIwGc3lzdGVtlJOUjAl0b3VjaCBwd25klIWUUpQu"},
        "other": {"$type": "eval", "value": f"open({str(tmp_path / 'pwned')!r}, 'w')"},
    }
    nodes = [
        {"id": "n", "node_id": "basic.value", "name": "v", "io": {"value": {"is_input": True, "value": values}}},
        {"id": "m", "node_id": "os.system", "name": "m", "io": {"command": {"value": f"touch {tmp_path}/pwned"}}},
    ]
    state = {**STATE, "backend": {**STATE["backend"], "nodes": nodes, "prop": {"files_dir": "/", "run_on_start": True}}}
    worker = said(await give(archive_of(Entry("files/conftest.py", b"open('pwned', 'w')"), state=state)))
    assert (await rest("POST", f"workers/{worker['uuid']}/start"))[0] == 200
    found = (await ask(await relay(worker["uuid"]), "full_state"))["nodes"]
    assert {node["name"]: (node["state"], node["unknown"]) for node in found} == {
        "v": ("idle", False),
        "m": ("idle", True),
    }
    assert not any("pwned" in path for path in everything(tmp_path))


async def test_an_import_that_breaks_off_leaves_nothing(
    http_server_client: Any, jp_base_url: str, jp_serverapp: Any, rest: Any, base_dir: Path, untouched: Any
) -> None:
    _, writer = await asyncio.open_connection("127.0.0.1", http_server_client.get_http_port())
    token = jp_serverapp.identity_provider.token
    head = f"Host: localhost\r\nAuthorization: token {token}\r\nContent-Length: {100 * MEGABYTE}\r\n\r\n"
    writer.write(f"POST {jp_base_url}funcnodes/api/workers/import HTTP/1.1\r\n{head}".encode() + b"x" * 3 * MEGABYTE)
    await writer.drain()
    while not any(path.stat().st_size for path in (base_dir / "workers").glob(f"{ARRIVING}*")):
        await rest("GET", "status")
    writer.transport.abort()
    while list((base_dir / "workers").glob(f"{ARRIVING}*")):
        await rest("GET", "status")
    untouched()


async def test_large_archives_never_stand_in_memory(tmp_path: Path) -> None:
    """A server of its own is watched while a worker with a large file goes out and comes in."""
    size, most = 128 * MEGABYTE, 32 * MEGABYTE
    server = await asyncio.to_thread(start_runserver, tmp_path, dict(os.environ))
    try:
        made = await asyncio.to_thread(server.api, "funcnodes/api/workers", "POST", {"name": "demo", "start": False})
        files = tmp_path / "base" / "workers" / made["uuid"] / "files"
        files.mkdir()
        with (files / "large.bin").open("wb") as file:
            for _ in range(size // MEGABYTE):
                file.write(os.urandom(MEGABYTE))
        process = psutil.Process(server.process.pid)
        before = process.memory_info().rss
        grown: list[int] = []
        host, port = server.url.removeprefix("http://").rstrip("/").split(":")
        head = f"Host: localhost\r\nAuthorization: token {server.token}\r\nConnection: close\r\n"
        archive = tmp_path / "demo.fnw"
        reader, writer = await asyncio.open_connection(host, int(port))
        writer.write(f"GET /funcnodes/workers/{made['uuid']}/export?files=1 HTTP/1.0\r\n{head}\r\n".encode())
        await reader.readuntil(b"\r\n\r\n")
        with archive.open("wb") as file:
            while piece := await reader.read(MEGABYTE):
                file.write(piece)
                grown.append(process.memory_info().rss - before)
        length = archive.stat().st_size
        assert length > size
        reader, writer = await asyncio.open_connection(host, int(port))
        writer.write(f"POST /funcnodes/api/workers/import HTTP/1.1\r\n{head}Content-Length: {length}\r\n\r\n".encode())
        with archive.open("rb") as file:
            while piece := file.read(MEGABYTE):
                writer.write(piece)
                await writer.drain()
                grown.append(process.memory_info().rss - before)
        answer = asyncio.ensure_future(reader.readline())
        while not answer.done():
            await asyncio.to_thread(server.api, "funcnodes/api/status")
            grown.append(process.memory_info().rss - before)
        assert b" 201 " in answer.result()
        assert len(grown) > 2 * size // MEGABYTE
        assert max(grown) < most
    finally:
        await asyncio.to_thread(server.stop)
