"""Packages over REST and the hub, on a real server."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from slowuv import SlowUv
from tornado.httpclient import AsyncHTTPClient, HTTPClientError, HTTPRequest
from wheels import add_wheel, use_index

PATIENCE = 60.0


@pytest.fixture(autouse=True)
def index(tmp_path: Path, jp_environ: Any, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "index"
    add_wheel(folder, "bottom", "1.0")
    add_wheel(folder, "top", "1.0", ["bottom"])
    environ = dict(os.environ)
    use_index(environ, folder)
    for key in [key for key in os.environ if key not in environ]:
        monkeypatch.delenv(key)
    for key, value in environ.items():
        monkeypatch.setenv(key, value)
    monkeypatch.setenv("UV_CACHE_DIR", str(tmp_path / "uv-cache"))
    return folder


@pytest.fixture
def slow_uv(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SlowUv]:
    slow = SlowUv(tmp_path)
    monkeypatch.setattr("funcnodes_jupyter.manager.environmenttools.find_uv", lambda: str(slow.path))
    return slow


async def made(rest: Any, environment: str = "own") -> str:
    status, worker = await rest("POST", "workers", {"name": "demo", "environment": environment, "start": False})
    assert status == 201
    return str(worker["uuid"])


def is_news(frame: Any) -> bool:
    return isinstance(frame, dict) and frame.get("type") == "packages_progress"


def is_end(frame: Any) -> bool:
    return is_news(frame) and frame["stage"] != "changing"


async def test_a_change_is_agreed_to_and_told_over_the_hub(rest: Any, hub: Any) -> None:
    uuid = await made(rest)
    line = await hub()
    assert await rest("GET", "packages?name=top") == (
        200,
        {"name": "top", "versions": ["1.0"], "summary": "All about top", "requires_python": ""},
    )
    status, plan = await rest("POST", f"workers/{uuid}/packages/plan", {"add": ["top>=1"]})
    changes = [{"name": name, "from": None, "to": "1.0"} for name in ("bottom", "top")]
    expected = {"plan": plan["plan"], "changes": changes, "unavailable": [], "restart": False, "nothing": False}
    assert (status, plan) == (200, expected)
    status, begun = await rest("POST", f"workers/{uuid}/packages/apply", {"plan": plan["plan"]})
    assert (status, begun) == (202, {"plan": plan["plan"], "stage": "changing"})
    first = await line.until(is_news)
    assert (first["workerid"], first["name"], first["stage"]) == (uuid, "demo", "changing")
    assert (
        "Installing bottom==1.0, top==1.0"
        in (await line.until(lambda told: is_news(told) and "Inst" in told["line"]))["line"]
    )
    assert await line.until(is_end) == {**first, "stage": "done", "line": "", "restart": False}
    status, told = await rest("GET", f"workers/{uuid}/packages")
    assert status == 200
    assert [(one["name"], one["version"], one["asked"], one["from"], one["summary"]) for one in told["packages"]] == [
        ("bottom", "1.0", False, "environment", "All about bottom"),
        ("top", "1.0", True, "environment", "All about top"),
    ]
    assert {key: value for key, value in told.items() if key not in ("packages", "python")} == {
        "environment": "own",
        "missing": [],
        "unknown": [],
        "needs_restart": False,
        "outdated": [],
        "restorable": False,
        "may_change": True,
        "why_not": "",
        "forbidden": False,
        "allowed": None,
        "changing": False,
    }
    assert told["python"].count(".") == 2


async def test_a_cancel(rest: Any, hub: Any, slow_uv: SlowUv) -> None:
    uuid = await made(rest)
    assert await rest("POST", f"workers/{uuid}/packages/cancel") == (200, {"cancelled": False})
    _, plan = await rest("POST", f"workers/{uuid}/packages/plan", {"add": ["top"]})
    _, other = await rest("POST", f"workers/{uuid}/packages/plan", {"add": ["bottom"]})
    await rest("POST", f"workers/{uuid}/packages/apply", {"plan": plan["plan"]})
    await asyncio.to_thread(slow_uv.installed)
    status, refused = await rest("POST", f"workers/{uuid}/packages/apply", {"plan": other["plan"]})
    assert (status, refused["code"]) == (409, "BusyRecordError")
    line = await hub()  # told what was before
    assert (await line.until(is_news))["stage"] == "changing"
    assert await rest("POST", f"workers/{uuid}/packages/cancel") == (200, {"cancelled": True})
    assert (await line.until(is_end))["stage"] == "cancelled"
    assert (await rest("GET", f"workers/{uuid}/packages"))[1]["packages"] == []


@pytest.mark.parametrize(
    ("verb", "body", "status", "code"),
    [
        ("plan", {"add": ["top>9"]}, 422, "ResolverRefusedError"),
        ("plan", {"add": ["--x"]}, 400, "InvalidRequirementError"),
        ("plan", {"add": "top"}, 400, "ValidationError"),
        ("plan", {"remove": ["top"]}, 409, "NotInstalledError"),
        ("plan", {"restore": True}, 409, "NoLockError"),
        ("apply", {"plan": "nonsense"}, 404, "PlanNotFoundError"),
        ("apply", {}, 400, "ValidationError"),
    ],
)
async def test_refusals(rest: Any, verb: str, body: Any, status: int, code: str) -> None:
    uuid = await made(rest)
    got, told = await rest("POST", f"workers/{uuid}/packages/{verb}", body)
    assert (got, told["code"]) == (status, code)


async def test_more_refusals(rest: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    uuid = await made(rest, "server")
    status, told = await rest("POST", f"workers/{uuid}/packages/plan", {"add": ["top"]})
    assert (status, told["code"]) == (409, "PackagesUnchangeableError")
    for address in ("workers/nobody/packages", "packages?name=nobody"):
        assert (await rest("GET", address))[0] == 404
    assert (await rest("POST", "workers/nobody/packages/cancel"))[0] == 404
    assert (await rest("GET", "packages"))[0] == 400
    monkeypatch.setenv("PIP_INDEX_URL", "https://index.invalid/simple")
    status, told = await rest("GET", "packages?name=top")
    assert (status, told["code"]) == (503, "IndexUnreachableError")
    await rest("PATCH", f"workers/{uuid}", {"environment": "own"})
    status, told = await rest("POST", f"workers/{uuid}/packages/plan", {"add": ["top"]})
    assert (status, told["code"]) == (503, "IndexUnreachableError")


def streamed(url: str, headers: dict[str, str], body: Any, take: Any, seconds: float) -> HTTPRequest:
    accepting = {**headers, "Accept": "application/x-ndjson"}
    return HTTPRequest(url, "POST", accepting, json.dumps(body), streaming_callback=take, request_timeout=seconds)


async def test_who_asks_for_lines_gets_them(
    rest: Any, http_server_client: Any, jp_base_url: str, jp_auth_header: dict[str, str]
) -> None:
    uuid = await made(rest)
    _, plan = await rest("POST", f"workers/{uuid}/packages/plan", {"add": ["top"]})
    url = f"{http_server_client.get_url(jp_base_url)}funcnodes/api/workers/{uuid}/packages/apply"
    pieces: list[bytes] = []
    await AsyncHTTPClient(force_instance=True).fetch(streamed(url, jp_auth_header, plan, pieces.append, PATIENCE))
    *lines, last = [json.loads(line) for line in b"".join(pieces).splitlines()]
    assert {"line": "Installing bottom==1.0, top==1.0"} in lines
    assert last == {"done": {"stage": "done", "restart": False}}


async def test_what_cannot_be_had_holds_nothing_up(
    rest: Any, http_server_client: Any, jp_base_url: str, jp_auth_header: dict[str, str]
) -> None:
    uuid = await made(rest)
    wanted = {"add": ["private-pack", "top"], "partly": True}
    url = f"{http_server_client.get_url(jp_base_url)}funcnodes/api/workers/{uuid}/packages/plan"
    pieces: list[bytes] = []
    await AsyncHTTPClient(force_instance=True).fetch(streamed(url, jp_auth_header, wanted, pieces.append, PATIENCE))
    *lines, last = [json.loads(line) for line in b"".join(pieces).splitlines()]
    assert lines == [
        {"line": "Not all of it can be had: looking what can"},
        {"line": "Trying private-pack"},
        {"line": "Trying top"},
    ]
    plan = last["done"]
    assert [change["name"] for change in plan["changes"]] == ["bottom", "top"]
    assert plan["unavailable"] == [
        {
            "name": "private-pack",
            "requirement": "private-pack",
            "reason": "private-pack was not found in the package registry",
        }
    ]
    # Who asks for no lines gets the plan alone.
    status, told = await rest("POST", f"workers/{uuid}/packages/plan", wanted)
    assert (status, told["unavailable"]) == (200, plan["unavailable"])


async def test_who_waits_for_lines_and_goes_cancels(
    rest: Any, http_server_client: Any, jp_base_url: str, jp_auth_header: dict[str, str], hub: Any, slow_uv: SlowUv
) -> None:
    uuid = await made(rest)
    _, plan = await rest("POST", f"workers/{uuid}/packages/plan", {"add": ["top"]})
    line = await hub()
    url = f"{http_server_client.get_url(jp_base_url)}funcnodes/api/workers/{uuid}/packages/apply"
    # A short time is the client's way to hang up.
    request = streamed(url, jp_auth_header, plan, lambda piece: None, 3.0)
    waiting = asyncio.ensure_future(AsyncHTTPClient(force_instance=True).fetch(request))
    await asyncio.to_thread(slow_uv.installed)
    with pytest.raises(HTTPClientError, match="Timeout"):
        await waiting
    assert (await line.until(is_end))["stage"] == "cancelled"
    assert (await rest("GET", f"workers/{uuid}/packages"))[1]["packages"] == []


@pytest.fixture
def jp_server_config(jp_server_config: dict[str, Any], request: pytest.FixtureRequest) -> dict[str, Any]:
    chosen = getattr(request, "param", {})
    return {**jp_server_config, "FuncNodesApp": {**jp_server_config["FuncNodesApp"], **chosen}}


@pytest.mark.parametrize(
    ("jp_server_config", "why"),
    [
        ({"allow_package_changes": False}, "allow_package_changes"),
        ({"allowed_packages": ["bottom", "funcnodes-*"]}, "allowed_packages"),
    ],
    indirect=["jp_server_config"],
)
async def test_an_administrator_has_a_say(rest: Any, why: str) -> None:
    uuid = await made(rest)
    status, told = await rest("POST", f"workers/{uuid}/packages/plan", {"add": ["top"]})
    assert (status, told["code"], why in told["error"]) == (403, "PackagesForbiddenError", True)
    told = (await rest("GET", f"workers/{uuid}/packages"))[1]
    if why == "allowed_packages":
        assert (told["may_change"], told["allowed"]) == (True, ["bottom", "funcnodes-*"])
        assert (await rest("POST", f"workers/{uuid}/packages/plan", {"add": ["bottom"]}))[0] == 200
    else:
        assert (told["may_change"], why in told["why_not"]) == (False, True)
