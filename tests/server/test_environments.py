"""Workers with an environment of their own, as clients of a server ask for them and hear of them."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from slowpython import SlowPython
from tornado.httpclient import AsyncHTTPClient, HTTPRequest

from funcnodes_jupyter.server.linestream import NDJSON

Hub = Any


@pytest.fixture
def slow(tmp_path: Path) -> SlowPython:
    return SlowPython(tmp_path)


def workers_files(base_dir: Path) -> list[str]:
    return sorted(path.name for path in (base_dir / "workers").iterdir() if path.name != "names.lock")


def is_progress(frame: Any) -> bool:
    return isinstance(frame, dict) and frame.get("type") == "environment_progress"


def ends(stage: str) -> Any:
    return lambda frame: is_progress(frame) and frame["stage"] == stage


async def test_the_hub_tells_how_an_environment_is_made(hub: Hub) -> None:
    line = await hub()
    await line.hear()
    await line.say({"type": "new_worker", "name": "demo", "environment": "own", "id": 1})
    frames: list[Any] = []
    while not any(isinstance(frame, dict) and frame.get("id") == 1 for frame in frames):
        frames.append(await line.hear())
    worker = frames[-1]["worker"]
    assert (worker["state"], worker["environment"], worker["preparing"]) == ("running", "own", False)
    told = [frame for frame in frames if is_progress(frame)]
    assert {(frame["workerid"], frame["name"]) for frame in told} == {(worker["uuid"], "demo")}
    assert [frame["stage"] for frame in told] == ["making"] * (len(told) - 1) + ["ready"]
    assert told[0]["line"] == "Making an environment"
    assert told[-1]["line"] == ""
    seen = [one for frame in frames if frame.get("type") == "worker_status" for one in frame["inactive"]]
    assert [one["preparing"] for one in seen][:1] == [True]


async def test_the_hub_cancels_and_tells_what_went_before(hub: Hub, slow: SlowPython, base_dir: Path) -> None:
    first = await hub()
    await first.say({"type": "new_worker", "name": "demo", "environment": "own", "python": str(slow.path), "id": 1})
    await asyncio.to_thread(slow.began)
    second = await hub()  # opened when half is over
    begun = await second.until(is_progress)
    assert (begun["stage"], begun["line"]) == ("making", "Making an environment")
    await second.say({"type": "cancel_environment", "workerid": begun["workerid"], "id": 2})
    await second.until(ends("cancelled"))
    refused = await first.until(lambda frame: isinstance(frame, dict) and frame.get("id") == 1)
    assert (refused["type"], refused["code"]) == ("error", "EnvironmentCancelledError")
    gone = await second.until(lambda frame: isinstance(frame, dict) and frame.get("id") == 2)
    assert (gone["type"], gone["workerid"]) == ("environment_cancelled", begun["workerid"])
    assert workers_files(base_dir) == []


async def test_a_failure_is_refused_and_told(hub: Hub, rest: Any, base_dir: Path) -> None:
    line = await hub()
    status, body = await rest("POST", "workers", {"name": "demo", "environment": "own", "python": "/nowhere/python"})
    assert (status, body["code"]) == (409, "EnvironmentFailedError")
    assert "there is no such Python here" in body["error"]
    failed = await line.until(ends("failed"))
    assert failed["line"] == body["error"]
    assert await rest("GET", "workers") == (200, [])
    status, body = await rest("POST", "workers", {"environment": "conda"})
    assert (status, body["code"]) == (400, "InvalidWorkerError")
    assert workers_files(base_dir) == []


async def test_rest_makes_cancels_and_changes_them(rest: Any, slow: SlowPython) -> None:
    status, worker = await rest("POST", "workers", {"name": "demo", "environment": "shared", "start": False})
    assert (status, worker["state"], worker["environment"]) == (201, "stopped", "shared")
    status, body = await rest("POST", f"workers/{worker['uuid']}/cancel")
    assert (status, body["code"]) == (409, "NoEnvironmentMakingError")
    status, other = await rest("POST", "workers", {"name": "other", "in_venv": True, "start": False})
    assert (status, other["environment"]) == (201, "own")
    status, worker = await rest("PATCH", f"workers/{worker['uuid']}", {"environment": "server"})
    assert (status, worker["environment"]) == (200, "server")
    body = {"name": "slow", "environment": "own", "python": str(slow.path)}
    making = asyncio.ensure_future(rest("POST", "workers", body))
    await asyncio.to_thread(slow.began)
    _, workers = await rest("GET", "workers")
    by_name = {one["name"]: one for one in workers}
    assert {name: one["preparing"] for name, one in by_name.items()} == {"demo": False, "other": False, "slow": True}
    status, _ = await rest("POST", f"workers/{by_name['slow']['uuid']}/cancel")
    assert status == 200
    status, refused = await making
    assert (status, refused["code"]) == (409, "EnvironmentCancelledError")


@pytest.mark.parametrize("python", ["", "/nowhere/python"])
async def test_an_answer_can_come_line_by_line(
    http_server_client: Any, jp_base_url: str, jp_auth_header: dict[str, str], python: str
) -> None:
    pieces: list[bytes] = []
    request = HTTPRequest(
        f"{http_server_client.get_url(jp_base_url)}funcnodes/api/workers",
        method="POST",
        headers={**jp_auth_header, "Accept": "application/x-ndjson"},
        body=json.dumps({"name": "demo", "environment": "own", "python": python}),
        request_timeout=60,
        streaming_callback=pieces.append,
    )
    response = await AsyncHTTPClient(force_instance=True).fetch(request)
    assert response.headers["Content-Type"] == "application/x-ndjson"
    *lines, last = [json.loads(line) for line in b"".join(pieces).splitlines()]
    assert lines[0] == {"line": "Making an environment"}
    assert all(set(line) == {"line"} for line in lines)
    if python:
        assert (last["status"], last["refused"]["code"]) == (409, "EnvironmentFailedError")
    else:
        assert last["done"]["state"] == "running"


async def test_whoever_does_not_wait_for_a_new_worker_gets_none(
    http_server_client: Any,
    jp_base_url: str,
    jp_auth_header: dict[str, str],
    hub: Hub,
    slow: SlowPython,
    base_dir: Path,
) -> None:
    line = await hub()
    body = json.dumps({"name": "demo", "environment": "own", "python": str(slow.path)})
    address = urlsplit(http_server_client.get_url(jp_base_url))
    heads = {**jp_auth_header, "Host": address.netloc, "Content-Length": str(len(body)), "Accept": NDJSON}
    head = "".join(f"{name}: {value}\r\n" for name, value in heads.items())
    reader, writer = await asyncio.open_connection(address.hostname, address.port)
    writer.write(f"POST {address.path}funcnodes/api/workers HTTP/1.1\r\n{head}\r\n{body}".encode())
    await reader.readuntil(b"Making an environment")
    await asyncio.to_thread(slow.began)
    writer.close()
    await line.until(ends("cancelled"))
    await line.until(lambda frame: frame == {"type": "worker_status", "active": [], "inactive": []})
    assert workers_files(base_dir) == []
