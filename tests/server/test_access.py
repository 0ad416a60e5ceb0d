"""Nobody gets in without credentials, from a foreign page, or against the authorizer; route by route."""

from __future__ import annotations

import re
from typing import Any

import pytest
from jupyter_server.auth import Authorizer
from tornado.httpclient import HTTPClientError

from funcnodes_jupyter.server.extension import FuncNodesApp
from funcnodes_jupyter.server.routes import routes

PAGES = [("GET", "funcnodes/"), ("GET", "funcnodes"), ("GET", "funcnodes/favicon.svg")]
ASSETS = [("GET", "funcnodes/static/manifest.json"), ("HEAD", "funcnodes/static/manifest.json")]
READING = [
    ("GET", "funcnodes/api/status"),
    ("GET", "funcnodes/api/usage"),
    ("GET", "funcnodes/api/workers"),
    ("GET", "funcnodes/api/workers/u"),
    ("GET", "funcnodes/api/workers/u/log"),
    ("GET", "funcnodes/api/workers/u/packages"),
    ("GET", "funcnodes/api/packages"),
    ("GET", "funcnodes/workers/u/files"),
    ("GET", "funcnodes/workers/u/files/a.csv"),
    ("HEAD", "funcnodes/workers/u/files/a.csv"),
    ("GET", "funcnodes/workers/u/export"),
    ("GET", "funcnodes/workers/u/picture"),
    ("GET", f"funcnodes/workers/u/plugin/pack/{'0' * 64}.js"),
]
WRITING = [
    *[("POST", f"funcnodes/api/workers/u/packages/{verb}") for verb in ("plan", "apply", "cancel")],
    ("POST", "funcnodes/api/workers"),
    ("PATCH", "funcnodes/api/workers/u"),
    ("DELETE", "funcnodes/api/workers/u"),
    *[
        ("POST", f"funcnodes/api/workers/u/{verb}")
        for verb in ("start", "stop", "restart", "interrupt", "duplicate", "cancel")
    ],
    ("DELETE", "funcnodes/workers/u/files/a.csv"),
    ("POST", "funcnodes/workers/u/upload/a.csv"),
    ("POST", "funcnodes/api/workers/import"),
]
SOCKETS = ["funcnodes/hub", "funcnodes/workers/u/ws"]
EVERYTHING = [*PAGES, *ASSETS, *READING, *WRITING, *[("GET", path) for path in SOCKETS]]

EVIL = "http://evil.example"


async def test_the_tables_here_name_every_route_and_method(app: FuncNodesApp) -> None:
    assert app.manager is not None
    table = routes(app.manager, app.assets, None, 0, None)
    first = {
        path: next(i for i, route in enumerate(table) if re.fullmatch(route[0], f"/{path}")) for _, path in EVERYTHING
    }
    for index, (pattern, handler, _) in enumerate(table):
        named = {method for method, path in EVERYTHING if first[path] == index}
        own = {method.upper() for method in vars(handler) if method.upper() in handler.SUPPORTED_METHODS}
        assert named == own, pattern


@pytest.mark.parametrize(("method", "path"), [*PAGES, *ASSETS])
async def test_pages_without_credentials_lead_to_the_login(raw: Any, jp_base_url: str, method: str, path: str) -> None:
    response = await raw(method, path)
    assert response.code == 302
    assert response.headers["Location"].startswith(f"{jp_base_url}login?next=")


@pytest.mark.parametrize(("method", "path"), [*READING, *WRITING])
async def test_the_api_without_credentials_refuses(raw: Any, method: str, path: str) -> None:
    assert (await raw(method, path)).code == 403
    assert (await raw(method, path, {"Authorization": "token wrong"})).code == 403


@pytest.mark.parametrize("path", SOCKETS)
async def test_sockets_without_credentials_refuse(socket_at: Any, path: str) -> None:
    for headers in ({}, {"Authorization": "token wrong"}):
        with pytest.raises(HTTPClientError, match="403"):
            await socket_at(path, headers)


@pytest.mark.parametrize("path", SOCKETS)
async def test_sockets_open_for_our_own_pages_and_no_others(
    socket_at: Any, log_in: Any, http_server_client: Any, path: str
) -> None:
    cookie = {"Cookie": (await log_in())["Cookie"]}
    (await socket_at(path, {**cookie, "Origin": http_server_client.get_url("")})).close()
    with pytest.raises(HTTPClientError, match="403"):
        await socket_at(path, {**cookie, "Origin": EVIL})


@pytest.mark.parametrize(("method", "path"), [*READING, *WRITING])
async def test_foreign_pages_cannot_use_the_api(raw: Any, log_in: Any, method: str, path: str) -> None:
    response = await raw(method, path, {**await log_in(), "Origin": EVIL})
    assert response.code == 404
    assert "Access-Control-Allow-Origin" not in response.headers


@pytest.mark.parametrize(("method", "path"), WRITING)
async def test_writing_with_a_cookie_needs_the_xsrf_token(raw: Any, log_in: Any, method: str, path: str) -> None:
    headers = await log_in()
    assert (await raw(method, path, {"Cookie": headers["Cookie"]})).code == 403
    assert (await raw(method, path, headers)).code in (201, 400, 404)


class Recording(Authorizer):
    """Refuses everything of ours and remembers what was asked."""

    asked: list[tuple[str, str]]

    def is_authorized(self, handler: Any, user: Any, action: str, resource: str) -> bool:
        handler.settings.setdefault("asked", []).append((action, resource))
        return resource != "funcnodes"


class TestAuthorizer:
    @pytest.fixture
    def jp_server_config(self, jp_server_config: dict[str, Any]) -> dict[str, Any]:
        jp_server_config["ServerApp"]["authorizer_class"] = Recording
        return jp_server_config

    @pytest.mark.parametrize(("method", "path"), EVERYTHING)
    async def test_who_may_not_gets_403_everywhere(
        self, raw: Any, jp_auth_header: dict[str, str], app: FuncNodesApp, method: str, path: str
    ) -> None:
        assert (await raw(method, path, jp_auth_header)).code == 403
        action = "execute" if path in SOCKETS else "read" if method in ("GET", "HEAD") else "write"
        assert app.serverapp.web_app.settings["asked"] == [(action, "funcnodes")]

    @pytest.mark.parametrize("path", SOCKETS)
    async def test_sockets_too(self, socket_at: Any, jp_auth_header: dict[str, str], path: str) -> None:
        with pytest.raises(HTTPClientError, match="403"):
            await socket_at(path, jp_auth_header)
