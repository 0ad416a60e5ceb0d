"""Clients that do not read, break off or never finish asking: their worker and its other clients do not mind."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import psutil
import pytest
from rawsocket import TEXT, RawSocket, frame, upgrade
from server_process import ServerProcess
from worker_process import WorkerProcess

CLIENTS = 50
SPARE_BYTES = 36 * 1024 * 1024
"""What a worker or a server may hold for a client that does not read, with all that comes with 50 clients."""

Address = tuple[str, dict[str, str], list[int]]


@pytest.fixture(params=["worker", "relay"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Address]:
    """The socket of a worker, its headers, and the processes behind it."""
    if request.param == "worker":
        worker = WorkerProcess(tmp_path / "base")
        yield (*worker.address(), [worker.pid])
        worker.close()
    else:
        server = ServerProcess(tmp_path / "home")
        _, made = server.call("POST", "workers", b'{"name": "demo"}')
        yield server.socket(f"workers/{made['uuid']}/ws"), server.headers, [server.pid, made["pid"]]
        server.close()


def memory(pids: list[int]) -> list[int]:
    return [psutil.Process(pid).memory_info().rss for pid in pids]


def asked(ident: Any, cmd: str, kwargs: Mapping[str, Any]) -> bytes:
    return frame(json.dumps({"type": "cmd", "id": ident, "cmd": cmd, "kwargs": kwargs}).encode())


async def heard(socket: RawSocket, ident: Any) -> dict[str, Any]:
    """The answer with that id."""
    while True:
        message = await socket.hear()
        assert message is not None, "closed"
        if message[0] == TEXT and (found := json.loads(message[1])).get("id") == ident:
            return dict(found)


async def ask(socket: RawSocket, cmd: str, **kwargs: Any) -> Any:
    await socket.send(asked(cmd, cmd, kwargs))
    answer = await heard(socket, cmd)
    assert answer["type"] == "result", answer
    return answer["result"]


def test_fifty_at_once_that_break_off_or_never_finish(address: Address) -> None:
    url, headers, pids = address
    request = upgrade(url, headers)
    half = asked(1, "update_node", {"value": "x" * 100_000})[:50_000]

    async def story() -> None:
        other = await RawSocket.open(url, headers)
        assert await ask(other, "heartbeat") is True
        before = memory(pids)
        fine = await asyncio.gather(*(RawSocket.open(url, headers) for _ in range(CLIENTS)))
        waiting = await asyncio.gather(*(RawSocket.dial(url) for _ in range(CLIENTS)))
        for socket in waiting:
            await socket.send(request[: len(request) // 2])
        assert await asyncio.gather(*(ask(socket, "heartbeat") for socket in fine)) == [True] * CLIENTS
        for socket in fine:
            await socket.send(half)
        assert await ask(other, "heartbeat") is True
        after = memory(pids)
        print("rss:", before, "->", after)
        assert all(now - then < SPARE_BYTES for then, now in zip(before, after, strict=True))
        for socket in (*fine, *waiting):
            socket.drop()
        assert await ask(other, "heartbeat") is True
        other.drop()

    asyncio.run(story())
