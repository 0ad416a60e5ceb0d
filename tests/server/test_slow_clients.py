"""Browsers that go at once, do not read or do not answer: nothing is kept for them, here or in the worker."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from rawsocket import RawSocket

from funcnodes_jupyter.manager.pulse import take_pulse
from funcnodes_jupyter.server.extension import FuncNodesApp

Open = Callable[[str], Awaitable[RawSocket]]


@pytest.fixture
def worker(app: FuncNodesApp, jp_asyncio_loop: asyncio.AbstractEventLoop) -> Any:
    assert app.manager is not None
    return jp_asyncio_loop.run_until_complete(app.manager.open("demo"))


@pytest.fixture
def raw_socket(http_server_client: Any, jp_base_url: str, jp_auth_header: dict[str, str]) -> Open:
    async def connect(path: str) -> RawSocket:
        url = http_server_client.get_url(jp_base_url).replace("http", "ws", 1)
        return await RawSocket.open(f"{url}funcnodes/{path}", jp_auth_header)

    return connect


async def until_alone(app: FuncNodesApp, uuid: str) -> None:
    """Return when nobody is connected to the worker."""
    assert app.manager is not None
    connection = await app.manager.connection(uuid)
    while (pulse := await take_pulse(connection)) is None or pulse.clients:
        continue


async def test_browsers_that_go_at_once_leave_no_client_behind(
    app: FuncNodesApp, worker: Any, raw_socket: Open
) -> None:
    for _ in range(20):
        for socket in await asyncio.gather(*(raw_socket(f"workers/{worker.uuid}/ws") for _ in range(5))):
            socket.drop()
    await asyncio.wait_for(until_alone(app, worker.uuid), 30)
