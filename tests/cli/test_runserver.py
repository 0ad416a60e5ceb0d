"""``funcnodes runserver`` as a person runs it."""

from __future__ import annotations

import asyncio
import json
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import pytest
from tornado.httpclient import HTTPClientError, HTTPRequest
from tornado.websocket import websocket_connect

from funcnodes_jupyter.cli.runserver import PortTakenError, choose_port
from funcnodes_jupyter.manager.locate import find_server
from funcnodes_jupyter.manager.opening import open_worker
from funcnodes_jupyter.manager.process_id import ProcessId

PATIENCE = 30.0


def get(url: str, token: str = "") -> Any:
    headers = {"Authorization": f"token {token}"} if token else {}
    with urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=PATIENCE) as answer:
        return answer.read()


def post(url: str, token: str, body: dict[str, Any]) -> Any:
    headers = {"Authorization": f"token {token}"}
    request = urllib.request.Request(url, json.dumps(body).encode(), headers, method="POST")
    with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
        return json.loads(answer.read())


def as_environment(monkeypatch: pytest.MonkeyPatch, environment: dict[str, str]) -> None:
    for key in ("JUPYTER_RUNTIME_DIR", "FUNCNODES_CONFIG_DIR"):
        monkeypatch.setenv(key, environment[key])


def test_it_serves_and_the_second_one_opens_the_firsts_page(
    serve: Any, terminal: Any, free_port: int, tmp_path: Path
) -> None:
    server = serve("--port", str(free_port), "--FuncNodesApp.hub_port=0", until="/funcnodes/?token=")
    base = f"http://127.0.0.1:{free_port}/funcnodes/"
    assert server.url.startswith(f"{base}?token=")
    server.read_until("127.0.0.1")
    second = terminal("runserver", "--no-browser")
    assert second.returncode == 0, second.stderr
    assert f"serves {tmp_path / 'base'} already: {server.url}" in second.stdout
    assert json.loads(get(f"{base}api/status", server.token))["base_dir"] == str(tmp_path / "base")
    with pytest.raises(urllib.error.HTTPError, match="403"):
        get(f"{base}api/status")
    server.stop()


def test_new_starts_another_one_that_reaches_the_same_workers(serve: Any, free_port: int) -> None:
    first = serve("--port", str(free_port))
    worker = post(f"http://127.0.0.1:{free_port}/funcnodes/api/workers", first.token, {"name": "demo"})
    second = serve("--new", "--port", str(free_port + 1))
    address = f"http://127.0.0.1:{free_port + 1}/funcnodes/api/workers"
    assert [seen["pid"] for seen in json.loads(get(address, second.token))] == [worker["pid"]]
    identity = ProcessId.of(worker["pid"])
    assert identity is not None
    second.stop()
    assert identity.alive()
    first.stop()
    assert not identity.alive()


def test_a_taken_port_that_was_asked_for_is_refused(terminal: Any, taken_port: int) -> None:
    done = terminal("runserver", "--no-browser", "--new", "--port", str(taken_port))
    assert done.returncode == 1
    assert f"port {taken_port} is taken" in done.stderr


def test_any_port_does_only_when_a_new_server_was_asked_for(taken_port: int, free_port: int) -> None:
    assert choose_port("127.0.0.1", None, usual=taken_port, anyway=True) not in (taken_port, 0)
    with pytest.raises(PortTakenError, match="--new"):
        choose_port("127.0.0.1", None, usual=taken_port, anyway=False)
    with pytest.raises(PortTakenError):
        choose_port("127.0.0.1", taken_port, usual=taken_port, anyway=True)
    assert choose_port("127.0.0.1", free_port, usual=taken_port, anyway=False) == free_port


def test_programs_reach_the_hub_at_the_root_of_the_second_port(serve: Any, free_port: int) -> None:
    hub_port = free_port + 2
    server = serve("--port", str(free_port), f"--FuncNodesApp.hub_port={hub_port}")

    async def scenario() -> None:
        address = f"ws://127.0.0.1:{hub_port}/"
        with pytest.raises(HTTPClientError, match="403"):
            await websocket_connect(address)
        line = await websocket_connect(HTTPRequest(address, headers={"Authorization": f"token {server.token}"}))
        assert json.loads(str(await line.read_message()))["type"] == "worker_status"
        await line.write_message("ping")
        assert await line.read_message() == "pong"
        await line.write_message("stop")
        while await line.read_message() is not None:
            pass

    asyncio.run(asyncio.wait_for(scenario(), PATIENCE))
    server.process.communicate(timeout=PATIENCE)  # the word "stop" ended it


def test_a_taken_second_port_is_told_and_done_without(serve: Any, free_port: int, taken_port: int) -> None:
    server = serve("--port", str(free_port), f"--FuncNodesApp.hub_port={taken_port}", until="going on without")
    assert json.loads(get(f"http://127.0.0.1:{free_port}/funcnodes/api/workers", server.token)) == []


def test_a_kernel_opens_its_worker_on_the_users_server(
    serve: Any, free_port: int, environment: dict[str, str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    server = serve("--port", str(free_port), "--ServerApp.base_url=/user/ada")
    as_environment(monkeypatch, environment)

    async def scenario() -> None:
        found = await find_server(tmp_path / "base")
        assert found is not None
        assert found.token == server.token
        assert server.token not in repr(found)
        assert await find_server(tmp_path / "other") is None
        opened = await open_worker("demo", base_dir=tmp_path / "base", cwd=str(tmp_path))
        assert opened.server_base_url == "/user/ada/"
        assert (opened.record.name, opened.record.state) == ("demo", "running")
        line = await websocket_connect(HTTPRequest(opened.connection.url, headers=opened.connection.headers))
        assert json.loads(str(await line.read_message()))["type"] == "hello"
        line.close()
        await opened.close()
        again = await open_worker("demo", base_dir=tmp_path / "base", cwd=None)
        assert again.record.pid == opened.record.pid

    asyncio.run(asyncio.wait_for(scenario(), PATIENCE))


def test_the_ports_of_the_settings_file(serve: Any, free_port: int, tmp_path: Path) -> None:
    folder = tmp_path / "base"
    folder.mkdir()
    settings = {"frontend": {"port": free_port}, "worker_manager": {"port": free_port + 1}, "other": 1}
    (folder / "config.json").write_text(json.dumps(settings))
    server = serve(until=f"also listens on port {free_port + 1}")
    assert json.loads(get(f"http://127.0.0.1:{free_port}/funcnodes/api/workers", server.token)) == []
    assert json.loads((folder / "config.json").read_text()) == settings


def test_a_settings_file_that_cannot_be_read_is_told_and_kept(serve: Any, free_port: int, tmp_path: Path) -> None:
    folder = tmp_path / "base"
    folder.mkdir()
    (folder / "config.json").write_text("{torn")
    serve("--port", str(free_port), "--FuncNodesApp.hub_port=0", until="cannot be read and is left as it is")
    assert (folder / "config.json").read_text() == "{torn"
