"""Clients that do not read, break off or never finish asking: their worker and its other clients do not mind."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator, Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any

import psutil
import pytest
from rawsocket import BINARY, TEXT, RawSocket, frame, upgrade
from server_process import ServerProcess
from worker_process import WorkerProcess

CLIENTS = 50
DEAF = 3
ASKED = 60
COUNT = 400_000
SPARE_BYTES = 64 * 1024 * 1024
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


async def all_heard(socket: RawSocket, idents: set[Any]) -> list[dict[str, Any]]:
    """The answers with these ids, as they come, also those that come in parts."""
    found: list[dict[str, Any]] = []
    parts: dict[Any, bytes] = {}
    while len(found) < len(idents):
        message = await socket.hear()
        assert message is not None, "closed"
        opcode, data = message
        start = 4 + int.from_bytes(data[:4], "big") if opcode == BINARY else 0
        frame = json.loads(data[4:start] if start else data) if opcode in (TEXT, BINARY) else {}
        if frame.get("id") not in idents:
            continue
        if start:
            parts[frame["id"]] = parts.get(frame["id"], b"") + data[start:]
            if frame["part"] + 1 < frame["parts"]:
                continue
            frame = {"type": "result", "result": json.loads(parts.pop(frame["id"]))}
        found.append(frame)
    return found


async def anything(socket: RawSocket, wanted: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
    """The first text frame of that kind."""
    while True:
        message = await socket.hear()
        assert message is not None, "closed"
        if message[0] == TEXT and wanted(found := json.loads(message[1])):
            return dict(found)


def grown(pids: list[int], before: list[int]) -> None:
    """None of the processes holds much more than before."""
    after = memory(pids)
    print("rss:", before, "->", after)
    assert all(now - then < SPARE_BYTES for then, now in zip(before, after, strict=True)), (before, after)


async def ask(socket: RawSocket, cmd: str, **kwargs: Any) -> Any:
    await socket.send(asked(cmd, cmd, kwargs))
    (answer,) = await all_heard(socket, {cmd})
    assert answer["type"] == "result", answer
    return answer["result"]


async def chain(socket: RawSocket, length: int) -> None:
    """So many nodes, each below the last one."""
    names = [f"n{number}" for number in range(length)]
    nodes = [{"cmd": "add_node", "kwargs": {"node_id": "t.add", "uuid": name}} for name in names]
    edges = [
        {"cmd": "add_edge", "kwargs": {"src_uuid": above, "src_io": "out", "dst_uuid": name, "dst_io": "a"}}
        for above, name in pairwise(names)
    ]
    await ask(socket, "batch", commands=nodes)
    await ask(socket, "batch", commands=edges)


async def wave(socket: RawSocket, number: int, last: str) -> None:
    """Change the first node, and return when the last one tells what came of it."""
    await ask(socket, "update_node", uuid="n0", io_id="a", value=number)
    while (await ask(socket, "get_runstate"))["busy"]:
        continue
    assert await ask(socket, "get_io_full_value", node=last, io="out") == number + int(last[1:]) + 1


def test_one_that_never_reads_gets_the_graph_anew(torture: Any, address: Address) -> None:
    """While wave after wave goes through a large graph."""
    url, headers, pids = address
    length, waves = torture.number(1_000, 10_000), torture.number(50, 20)

    async def story() -> None:
        other = await RawSocket.open(url, headers)
        await chain(other, length)
        await wave(other, 0, f"n{length - 1}")
        deaf = [await RawSocket.open(url, headers, room=1 << 16) for _ in range(DEAF)]
        for socket in deaf:
            await ask(socket, "full_state", batches=True)
        before = memory(pids)
        for number in range(1, waves):
            await wave(other, number, f"n{length - 1}")
        grown(pids, before)
        state = await ask(other, "full_state")
        for socket in deaf:
            gap = await anything(socket, lambda found: found["type"] == "nodespaceevents" and not found["events"])
            resumed = await ask(socket, "resume", seq=0, batches=True)
            assert resumed["snapshot"]["nodes"] == state["nodes"]
            assert resumed["snapshot"]["seq"] >= gap["seq"]
            socket.drop()
        other.drop()

    asyncio.run(story())


def test_one_that_asks_for_much_and_reads_nothing_is_made_wait(address: Address) -> None:
    url, headers, pids = address

    async def story() -> None:
        other = await RawSocket.open(url, headers)
        await ask(other, "add_node", node_id="t.list", uuid="l", inputs={"count": COUNT})
        while (await ask(other, "get_runstate"))["busy"]:
            continue
        deaf = await RawSocket.open(url, headers)
        before = memory(pids)
        whole = {"node": "l", "io": "out"}
        await deaf.send(b"".join(asked(number, "get_io_full_value", whole) for number in range(ASKED)))
        assert await ask(other, "heartbeat") is True
        expected = list(range(COUNT))
        assert await ask(other, "get_io_full_value", **whole) == expected
        grown(pids, before)
        answers = await all_heard(deaf, set(range(ASKED)))
        assert all(answer["result"] == expected for answer in answers)
        for socket in (deaf, other):
            socket.drop()

    asyncio.run(story())


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
        grown(pids, before)
        for socket in (*fine, *waiting):
            socket.drop()
        assert await ask(other, "heartbeat") is True
        other.drop()

    asyncio.run(story())
