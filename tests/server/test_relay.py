"""A browser's way to a worker."""

from __future__ import annotations

import asyncio
import json
import os
import pickle
import signal
from typing import Any

import pytest

from funcnodes_jupyter.server.extension import FuncNodesApp


@pytest.fixture
def worker(app: FuncNodesApp, jp_asyncio_loop: asyncio.AbstractEventLoop) -> Any:
    assert app.manager is not None
    return jp_asyncio_loop.run_until_complete(app.manager.open("demo"))


async def test_frames_go_round(relay: Any, worker: Any) -> None:
    line = await relay(worker.uuid)
    hello = await line.hear()
    assert (hello["type"], hello["worker"]) == ("hello", {"uuid": worker.uuid, "name": "demo"})
    for number in range(50):
        await line.say({"type": "cmd", "id": number, "cmd": "uuid", "kwargs": {}})
    heard = [await line.until(lambda frame: frame["type"] == "result") for _ in range(50)]
    assert [frame["id"] for frame in heard] == list(range(50))
    assert {frame["result"] for frame in heard} == {worker.uuid}


async def test_what_is_said_before_the_worker_is_reached_is_not_lost(relay: Any, worker: Any) -> None:
    line = await relay(worker.uuid)
    await line.say({"type": "cmd", "id": 1, "cmd": "uuid", "kwargs": {}})
    assert (await line.until(lambda frame: frame["type"] == "result"))["result"] == worker.uuid


async def test_text_and_bytes_pass_whole(relay: Any, worker: Any) -> None:
    line = await relay(worker.uuid)
    text = "ü" * 400_000

    async def ask(cmd: str, **kwargs: Any) -> Any:
        await line.say({"type": "cmd", "id": cmd, "cmd": cmd, "kwargs": kwargs})
        return (await line.until(lambda frame: isinstance(frame, dict) and frame.get("id") == cmd))["result"]

    node = await ask("add_node", node_id="basic.text")
    await ask("update_node", uuid=node["uuid"], io_id="value", value=text)
    await line.say(
        {
            "type": "cmd",
            "id": "p",
            "cmd": "get_io_full_value",
            "kwargs": {"node": node["uuid"], "io": "value", "format": "pickle"},
        }
    )
    frame = await line.until(lambda frame: isinstance(frame, bytes))
    length = int.from_bytes(frame[:4], "big")
    header = json.loads(frame[4 : 4 + length])
    assert (header["type"], header["id"], header["parts"]) == ("result", "p", 1)
    assert pickle.loads(frame[4 + length :]) == text


async def test_two_browsers_have_a_line_each(relay: Any, worker: Any) -> None:
    one, other = await relay(worker.uuid), await relay(worker.uuid)
    await one.say({"type": "cmd", "id": "a", "cmd": "uuid", "kwargs": {}})
    await other.say({"type": "cmd", "id": "b", "cmd": "uuid", "kwargs": {}})
    assert (await one.until(lambda frame: frame["type"] == "result"))["id"] == "a"
    assert (await other.until(lambda frame: frame["type"] == "result"))["id"] == "b"


async def test_a_worker_that_does_not_run_closes_with_4404(relay: Any, app: FuncNodesApp) -> None:
    assert app.manager is not None
    stopped = await app.manager.create("stopped")
    for uuid in (stopped.uuid, "nobody"):
        line = await relay(uuid)
        assert await line.hear() is None
        assert (line.socket.close_code, line.socket.close_reason) == (4404, "worker is not running")


async def test_a_worker_that_goes_away_closes_with_1012(relay: Any, worker: Any) -> None:
    line = await relay(worker.uuid)
    await line.hear()
    os.kill(worker.pid, signal.SIGKILL)
    while await line.hear() is not None:
        pass
    assert (line.socket.close_code, line.socket.close_reason) == (1012, "worker is gone")


async def test_a_worker_comes_back_under_the_same_address(relay: Any, worker: Any, app: FuncNodesApp) -> None:
    assert app.manager is not None
    await app.manager.restart(worker.uuid)
    line = await relay(worker.uuid)
    assert (await line.hear())["type"] == "hello"
