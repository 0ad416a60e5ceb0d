"""Find the user's own Jupyter server that serves a base folder, from a kernel or a terminal."""

from __future__ import annotations

import asyncio
import os
import ssl
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psutil
from jupyter_core.paths import jupyter_runtime_dir
from tornado.escape import json_decode
from tornado.httpclient import AsyncHTTPClient, HTTPClientError, HTTPRequest

from funcnodes_jupyter.manager.base import BaseFolder
from funcnodes_jupyter.manager.files import read_json_or_none

ASK_TIMEOUT = 3.0
"""Seconds a server gets to say which base folder it serves."""

_WILDCARDS = ("0.0.0.0", "::", "", "*")


@dataclass(frozen=True)
class FoundServer:
    """A running Jupyter server. ``url`` ends with its base URL path; ``token`` may be empty."""

    url: str
    token: str = field(repr=False)
    base_url: str
    pid: int

    @property
    def headers(self) -> dict[str, str]:
        """What makes the server accept our requests."""
        return {"Authorization": f"token {self.token}"} if self.token else {}

    @property
    def ssl_options(self) -> ssl.SSLContext | None:
        """Certificates are not asked for on this very machine, where self-signed ones are the rule."""
        parts = urlsplit(self.url)
        if parts.scheme != "https" or parts.hostname not in ("127.0.0.1", "localhost", "::1"):
            return None
        context = ssl.create_default_context()
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        return context


async def find_server(base_dir: Path) -> FoundServer | None:
    """This user's server that serves ``base_dir``, or None.

    The server that started this kernel (``JPY_PARENT_PID``) comes first. On a Hub its token is used.
    """
    candidates = await asyncio.to_thread(lambda: list(running_servers()))
    wanted = str(BaseFolder.at(base_dir).path)
    statuses = await asyncio.gather(*(ask_status(server) for server in candidates))
    for server, status in zip(candidates, statuses, strict=True):
        if status is not None and status.get("base_dir") == wanted:
            return server
    return None


def running_servers() -> Iterator[FoundServer]:
    """The servers in Jupyter's runtime folder whose processes live, our kernel's own first.

    The files are read here because importing ``jupyter_server.serverapp`` for its list costs a kernel
    more time than starting a worker.
    """
    folder = Path(jupyter_runtime_dir())
    found = [info for path in folder.glob("jpserver-*.json") if (info := _usable(read_json_or_none(path)))]
    parent = os.environ.get("JPY_PARENT_PID", "")
    for info in sorted(found, key=lambda info: (str(info["pid"]) != parent, info["pid"])):
        yield _found(info)


async def ask_status(server: FoundServer) -> dict[str, Any] | None:
    """What the server says about its Workermanager; None when it has none or does not answer."""
    request = HTTPRequest(
        f"{server.url}funcnodes/api/status",
        headers=server.headers,
        connect_timeout=ASK_TIMEOUT,
        request_timeout=ASK_TIMEOUT,
        follow_redirects=False,
        ssl_options=server.ssl_options,
    )
    client = AsyncHTTPClient(force_instance=True)
    try:
        status = json_decode((await client.fetch(request)).body)
    except (HTTPClientError, OSError, ValueError):
        return None
    finally:
        client.close()
    return status if isinstance(status, dict) else None


def _usable(info: dict[str, Any] | None) -> dict[str, Any] | None:
    """``info`` when it tells of a living server that listens on a port."""
    if info is None or info.get("sock") or not isinstance(info.get("pid"), int):
        return None
    return info if isinstance(info.get("url"), str) and psutil.pid_exists(info["pid"]) else None


def _found(info: dict[str, Any]) -> FoundServer:
    token = info.get("token") or os.environ.get("JUPYTERHUB_API_TOKEN", "")
    base_url = str(info.get("base_url", "/"))
    url = str(info["url"])
    if info.get("hostname") in _WILDCARDS:
        # Its url names this machine as others see it; it may not resolve here, and it need not.
        parts = urlsplit(url)
        url = urlunsplit(parts._replace(netloc=f"127.0.0.1:{info.get('port') or parts.port}"))
    return FoundServer(url=url.rstrip("/") + "/", token=str(token), base_url=base_url, pid=info["pid"])
