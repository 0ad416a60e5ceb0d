"""Browser code of packs over HTTP: the very code that is meant, of a real worker, to whom it is let in, and never as a script."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from hostile import HOSTILE_PATHS
from packs import EXAMPLE, install_folder, with_path
from tornado.httpclient import HTTPResponse

from funcnodes_jupyter.server.extension import FuncNodesApp

CODE = (EXAMPLE / "signalpack" / "browser.js").read_bytes()
SHA = hashlib.sha256(CODE).hexdigest()

Get = Callable[..., Awaitable[HTTPResponse]]


@pytest.fixture
def get(app: FuncNodesApp, http_server_client: Any, jp_base_url: str, jp_auth_header: dict[str, str]) -> Get:
    async def fetch(path: str, headers: dict[str, str] | None = None) -> HTTPResponse:
        url = f"{jp_base_url}funcnodes/workers/{path}"
        given = jp_auth_header if headers is None else headers
        response: HTTPResponse = await http_server_client.fetch(
            url, headers=given, raise_error=False, follow_redirects=False
        )
        return response

    return fetch


@pytest.fixture
def uuid(
    app: FuncNodesApp, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, jp_asyncio_loop: asyncio.AbstractEventLoop
) -> str:
    """A running worker with the example pack."""
    site = tmp_path / "site"
    install_folder(EXAMPLE, site)
    monkeypatch.setenv("PYTHONPATH", with_path(site)["PYTHONPATH"])
    assert app.manager is not None
    made = jp_asyncio_loop.run_until_complete(app.manager.create("demo"))
    jp_asyncio_loop.run_until_complete(app.manager.start(made.uuid))
    return made.uuid


async def test_the_code_comes_as_it_is_and_as_no_script(get: Get, uuid: str) -> None:
    response = await get(f"{uuid}/plugin/signalpack/{SHA}.js")
    assert (response.code, response.body) == (200, CODE)
    assert response.headers["Content-Type"] == "application/octet-stream"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Content-Disposition"].startswith("attachment;")
    assert "sandbox" in response.headers["Content-Security-Policy"]
    assert response.headers["Cross-Origin-Resource-Policy"] == "same-origin"


async def test_what_is_not_that_code_is_not_there(get: Get, uuid: str, app: FuncNodesApp) -> None:
    assert (await get(f"{uuid}/plugin/signalpack/{SHA}.js", {})).code == 403  # without the token
    other = "0" * 64
    for path in (
        f"signalpack/{other}.js", f"os/{SHA}.js", f"signalpack.browser/{SHA}.js", f"signalpack/{SHA}", "signalpack/browser.js",
        f"signalpack/../signalpack/{SHA}.js", "signalpack/__init__.py", f"..%2fsignalpack/{SHA}.js", f"signalpack%2f{SHA}.js",
    ):  # fmt: skip
        assert (await get(f"{uuid}/plugin/{path}")).code == 404, path
    assert (await get(f"nobody/plugin/signalpack/{SHA}.js")).code == 404
    assert app.manager is not None
    await app.manager.stop(uuid)
    assert (await get(f"{uuid}/plugin/signalpack/{SHA}.js")).code == 409


@pytest.mark.parametrize("path", [path for path in HOSTILE_PATHS if path])
async def test_a_path_leads_nowhere(get: Get, path: str) -> None:
    address = quote(path.encode("utf-8", "surrogatepass"), safe="")
    assert (await get(f"u/plugin/{address}/{SHA}.js")).code in (400, 404)
    assert (await get(f"u/plugin/signalpack/{address}")).code in (400, 404)
