from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode

import pytest
from pytest_jupyter.jupyter_server import *  # noqa: F403 - only here: its autouse fixtures disturb browser tests
from tornado.httpclient import AsyncHTTPClient, HTTPRequest, HTTPResponse
from tornado.websocket import WebSocketClientConnection, websocket_connect
from troublemakers import put_on_path

from funcnodes_jupyter.server.assets import Assets
from funcnodes_jupyter.server.extension import FuncNodesApp

PATIENCE = 30.0


@pytest.fixture
def base_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "base"
    monkeypatch.setenv("FUNCNODES_CONFIG_DIR", str(folder))

    def no_trash(path: str) -> None:
        raise OSError(f"no trash for {path}")

    monkeypatch.setattr("funcnodes_jupyter.manager.trash.send2trash", no_trash)
    return folder


@pytest.fixture
def jp_server_config(base_dir: Path, built: Path) -> dict[str, Any]:
    return {
        "ServerApp": {
            "jpserver_extensions": {"funcnodes_jupyter": True, "jupyter_server_terminals": False},
            "allow_unauthenticated_access": False,
        },
        "FuncNodesApp": {"start_timeout": PATIENCE},
    }


@pytest.fixture
def trouble(jp_environ: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Workers launched from now on have the nodes of :mod:`troublemakers`."""
    put_on_path(tmp_path, monkeypatch)


@pytest.fixture
def app(jp_serverapp: Any) -> FuncNodesApp:
    extension: FuncNodesApp = jp_serverapp.extension_manager.extension_points["funcnodes_jupyter"].app
    return extension


@pytest.fixture
def rest(jp_fetch: Any) -> Callable[..., Awaitable[Any]]:
    """A REST call with the token: gives (status, body)."""

    async def call(method: str, path: str, body: Any = None) -> tuple[int, Any]:
        payload = {} if body is None and method in ("GET", "DELETE") else {"body": json.dumps(body or {})}
        path, _, query = path.partition("?")
        options = {"params": dict(parse_qsl(query)), "request_timeout": PATIENCE, **payload}
        parts = ["funcnodes", "api", *path.split("/")]
        response = await jp_fetch(*parts, method=method, raise_error=False, **options)
        return response.code, json.loads(response.body)

    return call


@pytest.fixture
def raw(jp_serverapp: Any, http_server_client: Any, jp_base_url: str) -> Callable[..., Awaitable[HTTPResponse]]:
    """A request without any credentials but those in ``headers``; redirects are not followed."""

    async def fetch(method: str, path: str, headers: dict[str, str] | None = None, query: str = "") -> HTTPResponse:
        url = f"{http_server_client.get_url(jp_base_url)}{path}" + (f"?{query}" if query else "")
        body = "{}" if method in ("POST", "PATCH", "PUT") else None
        request = HTTPRequest(url, method=method, headers=headers, body=body, follow_redirects=False)
        client = AsyncHTTPClient(force_instance=True)
        try:
            return await client.fetch(request, raise_error=False)
        finally:
            client.close()

    return fetch


@pytest.fixture
def socket_at(jp_serverapp: Any, http_server_client: Any, jp_base_url: str) -> Callable[..., Awaitable[Any]]:
    """A socket with those credentials only that are in ``headers``."""

    async def connect(path: str, headers: dict[str, str] | None = None) -> WebSocketClientConnection:
        url = http_server_client.get_url(jp_base_url).replace("http", "ws", 1) + path
        return await websocket_connect(HTTPRequest(url, headers=headers))

    return connect


@pytest.fixture
def log_in(raw: Any, jp_serverapp: Any) -> Callable[[], Awaitable[dict[str, str]]]:
    """Open the page as a browser does: gives its cookies as the headers of further requests, and the XSRF token."""

    async def open_page() -> dict[str, str]:
        response = await raw("GET", "funcnodes/", query=urlencode({"token": jp_serverapp.identity_provider.token}))
        pairs = [line.split(";")[0].partition("=") for line in response.headers.get_list("Set-Cookie")]
        cookies = {name: value for name, _, value in pairs if value}
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())}
        return {**headers, "X-XSRFToken": cookies["_xsrf"]}

    return open_page


class Line:
    """A socket that a test reads frame by frame."""

    def __init__(self, socket: WebSocketClientConnection) -> None:
        self.socket = socket

    async def say(self, message: Any) -> None:
        text = message if isinstance(message, str | bytes) else json.dumps(message)
        await self.socket.write_message(text, binary=isinstance(text, bytes))

    async def hear(self) -> Any:
        """The next frame, parsed if it is JSON; None when the socket was closed."""
        frame = await asyncio.wait_for(self.socket.read_message(), PATIENCE)
        return json.loads(frame) if isinstance(frame, str) and frame[:1] in "{[" else frame

    async def until(self, met: Callable[[Any], bool]) -> Any:
        while not met(frame := await self.hear()):
            assert frame is not None, "the socket was closed"
        return frame


@pytest.fixture
def hub(jp_ws_fetch: Any) -> Callable[[], Awaitable[Line]]:
    async def connect() -> Line:
        return Line(await jp_ws_fetch("funcnodes", "hub"))

    return connect


@pytest.fixture
def relay(jp_ws_fetch: Any) -> Callable[[str], Awaitable[Line]]:
    async def connect(uuid: str) -> Line:
        return Line(await jp_ws_fetch("funcnodes", "workers", uuid, "ws"))

    return connect


@pytest.fixture
def built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of bundles in place of the real one, which may not be built when these tests run."""
    folder = tmp_path / "static"
    folder.mkdir()
    manifest = {"widget": "w-1.js", "widget_css": "w-2.css", "page": "page-3.js", "page_css": "page-4.css"}
    (folder / "manifest.json").write_text(json.dumps(manifest))
    for name in manifest.values():
        (folder / name).write_text(f"/* {name} */")
    (folder / "secret.txt").write_text("not listed")
    monkeypatch.setattr(FuncNodesApp, "assets", Assets(folder))
    return folder
