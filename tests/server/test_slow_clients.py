"""Browsers that go at once, do not read or do not answer: nothing is kept for them, here or in the worker."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from rawsocket import RawSocket, frame

from funcnodes_jupyter.manager.pulse import take_pulse
from funcnodes_jupyter.server.extension import FuncNodesApp

PINGS = 0.2
"""Seconds between two pings of the server, and then some until a browser that answers none is given up."""

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
    connection = await app.manager.roster.connection(uuid)
    while (pulse := await take_pulse(connection)) is None or pulse.clients:
        continue


async def test_browsers_that_go_at_once_leave_no_client_behind(
    app: FuncNodesApp, worker: Any, raw_socket: Open
) -> None:
    for _ in range(20):
        for socket in await asyncio.gather(*(raw_socket(f"workers/{worker.uuid}/ws") for _ in range(5))):
            socket.drop()
    await asyncio.wait_for(until_alone(app, worker.uuid), 30)


class TestDeadBrowsers:
    """Their machine is off or their cable pulled: the system says that they are connected."""

    @pytest.fixture
    def jp_server_config(self, jp_server_config: dict[str, Any]) -> dict[str, Any]:
        pings = {"ws_ping_interval": PINGS * 1000, "ws_ping_timeout": 3 * PINGS * 1000}
        jp_server_config["ServerApp"]["tornado_settings"] = pings
        return jp_server_config

    @pytest.mark.parametrize("reads", [True, False], ids=["idle", "with much to read"])
    async def test_they_are_given_up_here_and_in_the_worker(
        self, app: FuncNodesApp, worker: Any, raw_socket: Open, relay: Any, reads: bool
    ) -> None:
        line = await relay(worker.uuid)
        dead = await raw_socket(f"workers/{worker.uuid}/ws")
        for number, cmd in enumerate(("get_library",) * (1 if reads else 2000)):
            await dead.send(frame(json.dumps({"type": "cmd", "id": number, "cmd": cmd}).encode()))
        await line.until(lambda heard: isinstance(heard, dict) and heard.get("event") == "client_disconnected")
        await dead.ended()

    async def test_those_of_the_hub_are_given_up_too(self, hub: Any, raw_socket: Open) -> None:
        dead = await raw_socket("hub")
        for _ in range(100):
            await dead.send(frame(b"worker_status"))
        await dead.ended()
        line = await hub()
        await line.say("ping")
        assert await line.until(lambda heard: not isinstance(heard, dict)) == "pong"
