"""Who does not read is cut off and costs nothing any more; who is slow is not, and who waits at the door not for ever."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from rawsocket import BINARY, RawSocket, frame, upgrade

from funcnodes_jupyter.wire.messages import NodespaceEvents
from funcnodes_jupyter.worker.sockets import MAX_WAITING

SIZE = 32 * 1024 * 1024
PAUSE = 0.15
"""Seconds between two frames that the slow one reads; for all of them it takes five times what the worker waits for one."""
ASKED = {"type": "cmd", "id": 1, "cmd": "get_io_full_value", "kwargs": {"node": "n", "io": "text"}}


@pytest.fixture
def hasty(process: Any) -> Any:
    """A worker that cuts off soon who does not read or say what it wants."""
    process.script = "hasty_worker.py"
    process.start()
    return process


def address(process: Any) -> tuple[str, dict[str, str]]:
    found = json.loads(process.connection.read_text())
    return f"ws://{found['host']}:{found['port']}/", {"Authorization": f"token {found['secret']}"}


async def asking(process: Any, client: Any) -> RawSocket:
    """A socket that asked for a large value, and has read nothing of it."""
    await client.command("add_node", {"node_id": "t.fail", "uuid": "n", "inputs": {"text": "x" * SIZE}})
    socket = await RawSocket.open(*address(process), room=1 << 16)
    await socket.send(frame(json.dumps(ASKED).encode()))
    return socket


def somebody_went(update: Any) -> bool:
    events = update.events if isinstance(update, NodespaceEvents) else []
    return any(event.__struct_config__.tag == "client_disconnected" for event in events)


async def test_who_goes_without_having_read_all_is_gone(process: Any, until: Any) -> None:
    """Also when it has said something that waits until it has read more."""
    process.start()
    async with process.client() as client:
        await client.follow()
        went = until(client, somebody_went)
        deaf = await asking(process, client)
        while (heard := await deaf.hear()) is not None and heard[0] != BINARY:
            continue
        await deaf.send(frame(json.dumps({**ASKED, "cmd": "heartbeat"}).encode()))
        for _ in range(50):  # meanwhile it was heard, if ever
            await client.command("heartbeat")
        deaf.drop()
        await went


async def test_who_does_not_read_is_cut_off_and_the_others_hear_of_it(hasty: Any, until: Any) -> None:
    async with hasty.client() as client:
        await client.follow()
        went = until(client, somebody_went)
        deaf = await asking(hasty, client)
        while not went.done():
            assert await client.command("heartbeat") is True
        await deaf.ended()
    assert "read nothing for 1 s" in hasty.log()


async def test_who_is_slow_gets_all_in_the_end(hasty: Any) -> None:
    """It reads a frame now and then, for much longer than a dead one is given; others are answered meanwhile."""
    async with hasty.client() as client:
        slow = await asking(hasty, client)
        text, left = b"", 1
        while left:
            next_one = time.monotonic() + PAUSE
            while time.monotonic() < next_one:
                assert await client.command("heartbeat") is True
            heard = await slow.hear()
            assert heard is not None, "cut off"
            opcode, data = heard
            if opcode == BINARY:
                start = 4 + int.from_bytes(data[:4], "big")
                head = json.loads(data[4:start])
                text, left = text + data[start:], head["parts"] - head["part"] - 1
        assert json.loads(text) == "x" * SIZE
        slow.drop()


async def test_who_never_says_what_it_wants_is_not_waited_for(hasty: Any) -> None:
    url, headers = address(hasty)
    async with hasty.client() as client:
        for said in (b"", b"GET", upgrade(url, headers)[:-2], b"POST / HTTP/1.1\r\nContent-Length: 100\r\n\r\nhalf"):
            silent = [await RawSocket.dial(url) for _ in range(5)]
            for socket in silent:
                await socket.send(said)
            for socket in silent:
                await socket.ended()
            assert await client.command("heartbeat") is True


async def test_only_so_many_wait_at_the_door(process: Any) -> None:
    """Any more are sent away at once; those inside and those who waited first do not mind, and count no more."""
    process.start()
    url, headers = address(process)
    async with process.client() as client:
        silent = [await RawSocket.dial(url) for _ in range(MAX_WAITING + 50)]
        for socket in silent[MAX_WAITING:]:
            await socket.ended()
        assert await client.command("heartbeat") is True
        for socket in silent[:MAX_WAITING]:
            await socket.enter(url, headers)
        silent += [await RawSocket.open(url, headers) for _ in range(50)]
        assert await client.command("heartbeat") is True
        for socket in silent:
            socket.drop()
