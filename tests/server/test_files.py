"""Uploads and downloads, on a real server over real sockets."""

from __future__ import annotations

import asyncio
import errno
import json
import os
import shutil
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import psutil
import pytest
from hostile import HARMLESS_PATHS, HOSTILE_PATHS
from servers import start_runserver
from tornado.httpclient import HTTPResponse

from funcnodes_jupyter.manager.arrival import ARRIVING
from funcnodes_jupyter.server.extension import FuncNodesApp

MEGABYTE = 1024 * 1024

Ask = Callable[..., Awaitable[HTTPResponse]]


@pytest.fixture
def uuid(app: FuncNodesApp, jp_asyncio_loop: asyncio.AbstractEventLoop) -> str:
    """A worker that never ran."""
    assert app.manager is not None
    return jp_asyncio_loop.run_until_complete(app.manager.create("demo")).uuid


@pytest.fixture
def folder(base_dir: Path, uuid: str) -> Path:
    return base_dir / "workers" / uuid


@pytest.fixture
def ask(http_server_client: Any, jp_base_url: str, jp_auth_header: dict[str, str], uuid: str) -> Ask:
    """A request to the worker's side with the token; ``path`` is percent-encoded as a whole."""
    below = f"{jp_base_url}funcnodes/workers"

    async def fetch(method: str, side: str, path: str | None = None, **options: Any) -> HTTPResponse:
        url = f"{below}/{options.pop('uuid', uuid)}/{side}"
        if path is not None:
            url += f"/{quote(path.encode('utf-8', 'surrogatepass'), safe='')}"
        if options.pop("overwrite", False):
            url += "?overwrite=1"
        if method == "POST" and "body_producer" not in options:
            options.setdefault("body", b"content")
        headers = {**jp_auth_header, **options.pop("headers", {})}
        response: HTTPResponse = await http_server_client.fetch(
            url, method=method, headers=headers, raise_error=False, **options
        )
        return response

    return fetch


def said(response: HTTPResponse) -> Any:
    return json.loads(response.body)


def everything(folder: Path) -> set[str]:
    return {str(Path(top, name)) for top, folders, names in os.walk(folder) for name in (*folders, *names)}


def arriving(folder: Path) -> int:
    """Bytes of what is not whole yet."""
    return sum(path.stat().st_size for path in folder.glob(f"{ARRIVING}*"))


# --- to and fro ---------------------------------------------------------------------------------


async def test_a_files_life(ask: Ask, folder: Path) -> None:
    assert said(await ask("GET", "files")) == []
    put = await ask("POST", "upload", "data/Größe 1.csv", body=b"x\n1\n")
    assert put.code == 201
    stored = said(put)
    assert (stored["path"], stored["size"]) == ("data/Größe 1.csv", 4)
    assert said(await ask("GET", "files")) == [stored]
    assert (folder / "files" / "data" / "Größe 1.csv").read_bytes() == b"x\n1\n"
    assert (folder / "files" / "data" / "Größe 1.csv").stat().st_mode & 0o777 == 0o600
    got = await ask("GET", "files", "data/Größe 1.csv")
    assert (got.code, got.body) == (200, b"x\n1\n")
    gone = await ask("DELETE", "files", "data/Größe 1.csv")
    assert (gone.code, said(gone)) == (200, {"path": "data/Größe 1.csv"})
    assert (await ask("GET", "files", "data/Größe 1.csv")).code == 404
    assert everything(folder) == {str(folder / "files")}


@pytest.mark.parametrize("path", HARMLESS_PATHS, ids=ascii)
async def test_every_harmless_name_makes_the_round(ask: Ask, path: str) -> None:
    assert (await ask("POST", "upload", path)).code == 201
    got = await ask("GET", "files", path)
    assert (got.code, got.body) == (200, b"content")
    assert quote(path.rpartition("/")[2], safe="") in got.headers["Content-Disposition"]


async def test_it_works_while_the_worker_runs(rest: Any, ask: Ask, uuid: str) -> None:
    assert (await rest("POST", f"workers/{uuid}/start"))[0] == 200
    assert (await ask("POST", "upload", "a.csv")).code == 201
    assert [file["path"] for file in said(await ask("GET", "files"))] == ["a.csv"]


async def test_a_file_is_replaced_only_when_that_is_asked_for(ask: Ask, folder: Path) -> None:
    await ask("POST", "upload", "a.csv", body=b"old")
    refused = await ask("POST", "upload", "a.csv", body=b"new")
    assert (refused.code, said(refused)["code"]) == (409, "FileTakenError")
    assert "overwrite=1" in said(refused)["error"]
    assert (await ask("GET", "files", "a.csv")).body == b"old"
    assert (await ask("POST", "upload", "a.csv", body=b"new", overwrite=True)).code == 201
    assert (await ask("GET", "files", "a.csv")).body == b"new"
    assert everything(folder) == {str(folder / "files"), str(folder / "files" / "a.csv")}


async def test_of_two_uploads_at_once_one_wins(ask: Ask, folder: Path) -> None:
    bodies = [bytes([number]) * 3 * MEGABYTE for number in range(4)]
    answers = await asyncio.gather(*(ask("POST", "upload", "a.bin", body=body) for body in bodies))
    assert sorted(answer.code for answer in answers) == [201, 409, 409, 409]
    winner = next(body for body, answer in zip(bodies, answers, strict=True) if answer.code == 201)
    assert (folder / "files" / "a.bin").read_bytes() == winner
    assert everything(folder) == {str(folder / "files"), str(folder / "files" / "a.bin")}


# --- what is refused ----------------------------------------------------------------------------


@pytest.mark.parametrize("path", HOSTILE_PATHS, ids=ascii)
async def test_hostile_names_are_refused_and_leave_nothing(ask: Ask, base_dir: Path, tmp_path: Path, path: str) -> None:
    before = everything(tmp_path)
    for method, side in (("POST", "upload"), ("GET", "files"), ("HEAD", "files"), ("DELETE", "files")):
        assert (await ask(method, side, path, overwrite=method == "POST")).code == 400, method
    assert everything(tmp_path) == before


@pytest.mark.parametrize(
    "address", ["../../../../escaped.txt", "a/../../../../escaped.txt", "%2e%2e/%2e%2e/escaped.txt", "..%2f..%2fescaped.txt", "//etc/passwd"]
)  # fmt: skip
async def test_hostile_addresses_as_they_are_typed(
    ask: Ask, raw: Any, jp_auth_header: Any, uuid: str, tmp_path: Path, address: str
) -> None:
    before = everything(tmp_path)
    for method, side in (("POST", "upload"), ("GET", "files")):
        assert (await raw(method, f"funcnodes/workers/{uuid}/{side}/{address}", jp_auth_header)).code == 400
    assert everything(tmp_path) == before


@pytest.mark.parametrize(
    ("method", "side", "path"),
    [("GET", "files", None), ("GET", "files", "a"), ("DELETE", "files", "a"), ("POST", "upload", "a")],
)
async def test_workers_that_are_not_ours(ask: Ask, base_dir: Path, method: str, side: str, path: str | None) -> None:
    (base_dir / "workers" / "worker_theirs.json").write_text('{"uuid": "theirs", "name": "old"}')
    (base_dir / "workers" / "theirs" / "files").mkdir(parents=True)
    (base_dir / "workers" / "theirs" / "files" / "a").write_text("theirs")
    before = everything(base_dir)
    for who, status, code in (("theirs", 409, "ForeignWorkerError"), ("nobody", 404, "WorkerNotFoundError")):
        refused = await ask(method, side, path, uuid=who, overwrite=method == "POST")
        assert (refused.code, said(refused)["code"]) == (status, code)
    assert everything(base_dir) == before


async def test_a_link_is_no_file(ask: Ask, folder: Path, tmp_path: Path) -> None:
    await ask("POST", "upload", "a.csv")
    (tmp_path / "secret.txt").write_text("secret")
    (folder / "files" / "link").symlink_to(tmp_path / "secret.txt")
    for method, side in (("GET", "files"), ("DELETE", "files"), ("POST", "upload")):
        refused = await ask(method, side, "link")
        assert (refused.code, said(refused)["code"]) == (409, "PathBlockedError")
    assert (tmp_path / "secret.txt").read_text() == "secret"


class TestLimit:
    @pytest.fixture
    def jp_server_config(self, jp_server_config: dict[str, Any]) -> dict[str, Any]:
        jp_server_config["FuncNodesApp"]["max_upload_bytes"] = 3 * MEGABYTE
        jp_server_config["ServerApp"]["max_body_size"] = 1000
        return jp_server_config

    async def test_what_fits_is_taken_whatever_the_server_takes_otherwise(self, ask: Ask, folder: Path) -> None:
        assert (await ask("POST", "upload", "a.bin", body=b"x" * 3 * MEGABYTE)).code == 201

    async def test_too_much_is_refused_and_nothing_kept(self, ask: Ask, folder: Path) -> None:
        before = everything(folder)
        refused = await ask("POST", "upload", "a.bin", body=b"x" * (3 * MEGABYTE + 1))
        assert (refused.code, said(refused)["code"]) == (413, "TooLargeError")
        assert "max_upload_bytes" in said(refused)["error"]
        assert everything(folder) == before

    async def test_too_much_without_a_word_about_it_too(self, ask: Ask, folder: Path) -> None:
        before = everything(folder)

        async def pieces(write: Callable[[bytes], Awaitable[None]]) -> None:
            for _ in range(8):
                await write(b"x" * MEGABYTE)

        refused = await ask("POST", "upload", "a.bin", body_producer=pieces)
        assert (refused.code, said(refused)["code"]) == (413, "TooLargeError")
        assert everything(folder) == before


class TestFullDisk:
    """The system says that the disk is full: a test cannot fill the one that it runs on."""

    async def test_while_it_comes(self, ask: Ask, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        before = everything(folder)
        write = os.write

        def full(descriptor: int, data: Any) -> int:
            if len(data) >= MEGABYTE // 2:  # nobody else writes so much at once
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            return write(descriptor, data)

        monkeypatch.setattr("funcnodes_jupyter.manager.arrival.os.write", full)
        refused = await ask("POST", "upload", "a.bin", body=b"x" * 4 * MEGABYTE)
        assert (refused.code, said(refused)["code"]) == (507, "DiskFullError")
        assert "make room" in said(refused)["error"]
        assert everything(folder) == before

    async def test_when_it_is_said_to_come(self, ask: Ask, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        usage = shutil.disk_usage(folder)
        monkeypatch.setattr("funcnodes_jupyter.manager.arrival.shutil.disk_usage", lambda _: usage._replace(free=3))
        before = everything(folder)
        assert (await ask("POST", "upload", "a.bin", body=b"four")).code == 507
        assert everything(folder) == before

    async def test_when_it_is_to_be_kept(self, ask: Ask, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        def full(descriptor: int) -> None:
            raise OSError(errno.EDQUOT, os.strerror(errno.EDQUOT))

        monkeypatch.setattr("funcnodes_jupyter.manager.arrival.os.fsync", full)
        assert (await ask("POST", "upload", "a/b.bin", body=b"four")).code == 507
        assert not [name for name in everything(folder) if name != str(folder / "files")]


async def test_a_folder_that_may_not_be_written_to(ask: Ask, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS))

    monkeypatch.setattr("funcnodes_jupyter.manager.arrival.tempfile.mkstemp", refuse)
    refused = await ask("POST", "upload", "a.csv")
    assert (refused.code, said(refused)["code"]) == (500, "StorageError")
    assert "Read-only file system" in said(refused)["error"]


# --- broken off ---------------------------------------------------------------------------------


@pytest.fixture
def dial(jp_serverapp: Any, http_server_client: Any, jp_base_url: str, uuid: str) -> Callable[..., Awaitable[Any]]:
    """Begins an upload of ``length`` bytes over a bare socket."""

    async def connect(path: str, length: int, headers: str | None = None) -> Any:
        address = urlsplit(http_server_client.get_url(""))
        reader, writer = await asyncio.open_connection(address.hostname, address.port)
        token = jp_serverapp.identity_provider.token
        head = headers if headers is not None else f"Authorization: token {token}\r\n"
        writer.write(
            f"POST {jp_base_url}funcnodes/workers/{uuid}/upload/{path} HTTP/1.1\r\nHost: localhost\r\n"
            f"{head}Content-Length: {length}\r\n\r\n".encode()
        )
        return reader, writer

    return connect


@pytest.mark.parametrize("how", ["close", "abort"])
async def test_a_broken_off_upload_leaves_nothing(dial: Any, ask: Ask, folder: Path, how: str) -> None:
    before = everything(folder)
    _, writer = await dial("a/b.bin", 100 * MEGABYTE)
    writer.write(b"x" * 5 * MEGABYTE)
    await writer.drain()
    # The server is asked for something else until it has come so far: it has to answer meanwhile anyway.
    while not arriving(folder) > MEGABYTE:
        assert said(await ask("GET", "files")) == []
    writer.transport.abort() if how == "abort" else writer.close()
    while everything(folder) != before:
        assert said(await ask("GET", "files")) == []


async def test_strangers_are_refused_before_their_body_is_read(dial: Any, folder: Path) -> None:
    before = everything(folder)
    reader, _ = await dial("a.bin", 100 * MEGABYTE, headers="")
    assert b" 403 " in await reader.readline()
    assert everything(folder) == before


async def test_without_the_xsrf_token_it_is_refused_before_the_body_is_read(
    dial: Any, log_in: Any, folder: Path
) -> None:
    before = everything(folder)
    cookie = (await log_in())["Cookie"]
    reader, _ = await dial("a.bin", 100 * MEGABYTE, headers=f"Cookie: {cookie}\r\n")
    assert b" 403 " in await reader.readline()
    assert everything(folder) == before


async def test_a_refusal_is_heard_while_the_body_still_comes(dial: Any, ask: Ask, folder: Path) -> None:
    await ask("POST", "upload", "a.bin")
    reader, writer = await dial("a.bin", 100 * MEGABYTE)
    writer.write(b"x" * MEGABYTE)
    assert b" 409 " in await reader.readline()
    writer.close()


# --- downloads ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "status", "body", "said_range"),
    [
        ("bytes=0-3", 206, b"0123", "bytes 0-3/10"),
        ("bytes=4-", 206, b"456789", "bytes 4-9/10"),
        ("bytes=-3", 206, b"789", "bytes 7-9/10"),
        ("bytes=8-99", 206, b"89", "bytes 8-9/10"),
        ("bytes=-99", 200, b"0123456789", None),
        ("bytes=0-", 200, b"0123456789", None),
        ("bytes=10-", 416, b"", "bytes */10"),
        ("bytes=5-4", 416, b"", "bytes */10"),
        ("bytes=-0", 416, b"", "bytes */10"),
        ("bytes=0-1,4-5", 200, b"0123456789", None),
        ("bytes=-", 200, b"0123456789", None),
        ("pages=1-2", 200, b"0123456789", None),
        ("bytes=" + "9" * 400 + "-", 200, b"0123456789", None),
    ],
)
async def test_ranges(ask: Ask, asked: str, status: int, body: bytes, said_range: str | None) -> None:
    await ask("POST", "upload", "a.txt", body=b"0123456789")
    got = await ask("GET", "files", "a.txt", headers={"Range": asked})
    assert (got.code, got.body, got.headers.get("Content-Range")) == (status, body, said_range)
    head = await ask("HEAD", "files", "a.txt", headers={"Range": asked})
    assert (head.code, head.body, head.headers.get("Content-Range")) == (status, b"", said_range)
    if status != 416:
        assert head.headers["Content-Length"] == str(len(body))


async def test_what_changed_is_not_pieced_together_and_what_did_not_is_not_sent_again(ask: Ask) -> None:
    await ask("POST", "upload", "a.txt", body=b"0123456789")
    tag = (await ask("GET", "files", "a.txt")).headers["Etag"]
    assert (await ask("GET", "files", "a.txt", headers={"If-None-Match": tag})).code == 304
    rest_of_it = {"Range": "bytes=5-", "If-Range": tag}
    assert (await ask("GET", "files", "a.txt", headers=rest_of_it)).body == b"56789"
    await ask("POST", "upload", "a.txt", body=b"abcdefghij", overwrite=True)
    assert (await ask("GET", "files", "a.txt", headers=rest_of_it)).body == b"abcdefghij"
    assert (await ask("GET", "files", "a.txt", headers={"If-None-Match": tag})).code == 200


@pytest.mark.parametrize("name", ["page.html", "picture.svg", "page.xhtml", "script.js", "empty"])
async def test_nothing_that_was_uploaded_is_shown_or_run(ask: Ask, name: str) -> None:
    await ask("POST", "upload", name, body=b"" if name == "empty" else b"<script>alert(1)</script>")
    for method in ("GET", "HEAD"):
        headers = (await ask(method, "files", name)).headers
        assert headers["Content-Type"] == "application/octet-stream"
        assert headers["Content-Disposition"].startswith("attachment;")
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
        policy = [part.strip() for part in headers["Content-Security-Policy"].split(";")]
        assert {"sandbox", "default-src 'none'"} <= set(policy)


# --- memory -------------------------------------------------------------------------------------


async def test_large_files_never_stand_in_memory(tmp_path: Path) -> None:
    """A server of its own is watched while a quarter of a gigabyte goes in and out."""
    size, most = 256 * MEGABYTE, 64 * MEGABYTE
    server = await asyncio.to_thread(start_runserver, tmp_path, dict(os.environ))
    try:
        worker = await asyncio.to_thread(server.api, "funcnodes/api/workers", "POST", {"name": "demo", "start": False})
        process = psutil.Process(server.process.pid)
        before = process.memory_info().rss
        grown: list[int] = []
        address = server.url.removeprefix("http://").rstrip("/").split(":")
        reader, writer = await asyncio.open_connection(address[0], int(address[1]))
        head = f"Host: localhost\r\nAuthorization: token {server.token}\r\n"
        where = f"/funcnodes/workers/{worker['uuid']}"
        writer.write(f"POST {where}/upload/a.bin HTTP/1.1\r\n{head}Content-Length: {size}\r\n\r\n".encode())
        piece = os.urandom(MEGABYTE)
        for _ in range(size // MEGABYTE):
            writer.write(piece)
            await writer.drain()
            grown.append(process.memory_info().rss - before)
        assert b" 201 " in await reader.readline()
        writer.close()
        reader, writer = await asyncio.open_connection(address[0], int(address[1]))
        writer.write(f"GET {where}/files/a.bin HTTP/1.1\r\n{head}\r\n".encode())
        await reader.readuntil(b"\r\n\r\n")
        for _ in range(size // MEGABYTE):
            assert await reader.readexactly(MEGABYTE) == piece
            grown.append(process.memory_info().rss - before)
        writer.close()
        assert len(grown) == 2 * size // MEGABYTE
        assert max(grown) < most
    finally:
        await asyncio.to_thread(server.stop)
