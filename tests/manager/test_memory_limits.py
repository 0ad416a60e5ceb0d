"""Workers that may use so much memory: what happens at the limit, and to whom."""

from __future__ import annotations

import asyncio
import os
import re
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import hoarders
import pytest

from funcnodes_jupyter.core.memorylimit import OUT_OF_MEMORY, bytes_of, can_limit_memory, in_words
from funcnodes_jupyter.manager import watchdog
from funcnodes_jupyter.manager.errors import InvalidWorkerError
from funcnodes_jupyter.manager.exits import describe_exit
from funcnodes_jupyter.manager.manager import WorkerManager
from funcnodes_jupyter.manager.record import WorkerStatus
from funcnodes_jupyter.manager.settings import WorkerSettings
from funcnodes_jupyter.wire.client import WorkerClient
from funcnodes_jupyter.wire.errors import WireError
from funcnodes_jupyter.wire.transport import Transport
from funcnodes_jupyter.wire.websocket import open_websocket

LIMIT = 400_000_000
TOO_MUCH = 10 * LIMIT
PATIENCE = 60.0
IN_THE_RECORD = "it used more than its memory limit of 400 MB"
PERHAPS = "killed by signal .*, perhaps at its memory limit of 400 MB"
"""CPython 3.11 may abort when it gets no memory for a frame."""
AT_THE_END = f"({IN_THE_RECORD}|{PERHAPS})"
AT_THE_NODE = "The worker’s memory limit is 400 MB. Raise it in the worker’s settings"

Hosting = Any
Until = Any

limited = pytest.mark.skipif(not can_limit_memory(), reason="only Linux keeps a process to a limit of memory")


@pytest.fixture(autouse=True)
def hoards(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Workers have the nodes of :mod:`hoarders`."""
    hoarders.put_on_path(tmp_path, monkeypatch)


@asynccontextmanager
async def client_of(manager: WorkerManager, worker: WorkerStatus) -> AsyncIterator[WorkerClient]:
    connection = await manager.roster.connection(worker.uuid)

    async def dial() -> Transport:
        return await open_websocket(connection.url, connection.headers)

    async with WorkerClient(dial, reconnect=True, patient=False, timeout=5.0) as client:
        yield client


async def run(
    manager: WorkerManager, worker: WorkerStatus, node_id: str, size: int = TOO_MUCH
) -> tuple[WorkerStatus, dict[str, Any]]:
    """Have a new node take so much memory. Returns the worker and the node when the node has ended, or the worker.

    Meanwhile another client asks for the graph, again and again. It may be refused, but never waits for long.
    """
    async with client_of(manager, worker) as client, client_of(manager, worker) as other:
        node = await client.command("add_node", {"node_id": node_id})
        await client.command("save")  # a name that is on disk is told when the process ends
        with suppress(WireError):  # the worker may end before it answers
            await client.command("update_node", {"uuid": node["uuid"], "io_id": "size", "value": size})
        return await asyncio.wait_for(_ended(manager, worker, other, node["uuid"]), PATIENCE)


async def _ended(
    manager: WorkerManager, worker: WorkerStatus, other: WorkerClient, uuid: str
) -> tuple[WorkerStatus, dict[str, Any]]:
    while True:
        status = await manager.get(worker.uuid)
        if status.state != "running":
            return status, {}
        try:
            state = await other.command("full_state")
        except WireError:
            continue
        (node,) = (node for node in state["nodes"] if node["uuid"] == uuid)
        if node["state"] not in ("queued", "running"):
            return status, node


@limited
@pytest.mark.parametrize("node_id", ["block", "array", "elsewhere"])
async def test_a_function_that_asks_for_too_much_fails_alone(hosting: Hosting, node_id: str) -> None:
    async with hosting(memory_limit=LIMIT) as manager:
        worker = await manager.open("demo")
        status, node = await run(manager, worker, f"hoard.{node_id}")
        assert node["state"] == "error"
        assert AT_THE_NODE in node["error"]["text"]
        _, other = await run(manager, worker, "hoard.block", 10)
        assert (other["state"], status.pid) == ("done", worker.pid)


@limited
@pytest.mark.parametrize("node_id", ["bits", "bits_in_a_thread", "bits_elsewhere"])
async def test_memory_that_is_used_up_bit_by_bit_hangs_nobody(hosting: Hosting, node_id: str) -> None:
    async with hosting(memory_limit=LIMIT, restart_crashed=False) as manager:
        worker = await manager.open("demo")
        status, node = await run(manager, worker, f"hoard.{node_id}")
        if status.state == "running":  # which of the two it is depends on who comes first to the last bit
            assert node["state"] == "error"
            assert AT_THE_NODE in node["error"]["text"]
            assert data_limit(worker) == str(LIMIT)  # what our own code was given is nobody's any more
            _, other = await run(manager, worker, "hoard.block", 10)
            assert (other["state"], status.pid) == ("done", worker.pid)
        else:
            assert status.state == "crashed"
            assert re.match(AT_THE_END, status.detail)


@limited
@pytest.mark.parametrize(
    ("node_id", "name", "end"),
    [
        ("again", "again and again", AT_THE_END),
        ("thread", "in a thread", AT_THE_END),
        ("stuck", "stuck", f"{IN_THE_RECORD} while “stuck” ran and did not answer any more"),
    ],
)
async def test_a_worker_that_cannot_go_on_ends_alone_and_says_why(
    hosting: Hosting, node_id: str, name: str, end: str
) -> None:
    async with hosting(restart_crashed=False) as manager:
        bystander = await manager.open("bystander")
        uuid = (await manager.create("demo")).uuid
        await manager.configure(uuid, settings=WorkerSettings(memory_limit=LIMIT))
        worker = await manager.start(uuid)
        status, _ = await run(manager, worker, f"hoard.{node_id}")
        assert status.state == "crashed"
        assert re.match(end, status.detail)
        assert f" while “{name}” ran" in status.detail.split("\n")[0]
        assert "funcnodes worker configure NAME --memory-limit SIZE" in status.detail.split("\n")[0]
        _, node = await run(manager, bystander, "hoard.block", 10)
        assert (node["state"], (await manager.get(bystander.uuid)).pid) == ("done", bystander.pid)
        assert (await manager.start(worker.uuid)).state == "running"


@limited
async def test_a_frozen_worker_that_has_memory_left_is_let_alone(
    hosting: Hosting, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watchdog, "FROZEN_AFTER", 0.1)
    async with hosting(memory_limit=LIMIT) as manager:
        worker = await manager.open("demo")
        os.kill(worker.pid, signal.SIGSTOP)
        await until(manager, lambda workers: workers[0].activity == "frozen")
        os.kill(worker.pid, signal.SIGCONT)
        (awake,) = await until(manager, lambda workers: workers[0].activity == "idle")
        assert (awake.state, awake.pid) == ("running", worker.pid)


@limited
async def test_a_library_that_ends_the_process_may_have_been_at_the_limit(hosting: Hosting) -> None:
    async with hosting(memory_limit=LIMIT, restart_crashed=False) as manager:
        worker = await manager.open("demo")
        status, _ = await run(manager, worker, "hoard.library")
        assert status.detail.startswith(
            "killed by signal 6 (SIGABRT) while “library” ran, perhaps at its memory limit of 400 MB; raise it"
        )


def data_limit(worker: WorkerStatus) -> str:
    """What the system keeps the worker's process to."""
    lines = Path(f"/proc/{worker.pid}/limits").read_text().splitlines()
    (line,) = (line for line in lines if line.startswith("Max data size"))
    return line.split()[3]


@limited
async def test_a_limit_counts_from_the_next_start_on(hosting: Hosting) -> None:
    async with hosting() as manager:
        worker = await manager.open("demo")
        before = data_limit(worker)
        await manager.configure(worker.uuid, settings=WorkerSettings(memory_limit=LIMIT))
        assert data_limit(worker) == before
        assert data_limit(await manager.restart(worker.uuid)) == str(LIMIT)
        copy = await manager.duplicate(worker.uuid)
        assert copy.memory_limit == LIMIT


@limited
async def test_a_worker_may_be_spared_the_limit_of_all(hosting: Hosting) -> None:
    async with hosting(memory_limit=LIMIT) as manager:
        worker = await manager.open("demo")
        assert (data_limit(worker), worker.memory_limit) == (str(LIMIT), None)
        await manager.configure(worker.uuid, settings=WorkerSettings(memory_limit=0))
        assert data_limit(await manager.restart(worker.uuid)) != str(LIMIT)


async def test_a_system_without_such_a_limit_says_so(hosting: Hosting, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.platform", "darwin")
    async with hosting() as manager:
        uuid = (await manager.create("demo")).uuid
        with pytest.raises(InvalidWorkerError, match="on Linux only"):
            await manager.configure(uuid, settings=WorkerSettings(memory_limit=LIMIT))
        assert (await manager.configure(uuid, settings=WorkerSettings(memory_limit=0))).memory_limit == 0


@pytest.mark.parametrize(
    ("text", "size", "told"),
    [
        ("500M", 500_000_000, "500 MB"),
        ("1.5 GB", 1_500_000_000, "1.5 GB"),
        ("2Gi", 2**31, "2.147 GB"),
        ("250000000", 250_000_000, "250 MB"),
    ],
)
def test_sizes(text: str, size: int, told: str) -> None:
    assert (bytes_of(text), in_words(size)) == (size, told)


@pytest.mark.parametrize("text", ["", "much", "M", "-1G", "1X", "inf", "nan", "1e30"])
def test_what_is_no_size(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        bytes_of(text)


@pytest.mark.parametrize(
    ("code", "log", "limit", "first"),
    [
        (OUT_OF_MEMORY, "", None, "it had no memory left while “big” ran"),
        (1, "MemoryError", LIMIT, f"{IN_THE_RECORD} while “big” ran (ended with exit code 1); raise it"),
        (-6, "std::bad_alloc", LIMIT, f"{IN_THE_RECORD} while “big” ran (killed by signal 6 (SIGABRT)); raise it"),
        (-9, "", LIMIT, "killed by signal 9 (SIGKILL) while “big” ran"),
        (-6, "std::bad_alloc", None, "killed by signal 6 (SIGABRT) while “big” ran"),
    ],
)
def test_the_end_in_words(code: int, log: str, limit: int | None, first: str) -> None:
    assert describe_exit(code, ["big"], log, limit).startswith(first)
