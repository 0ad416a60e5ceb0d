"""A worker that crashed comes back by itself, but not for ever."""

from __future__ import annotations

import os
import signal
from contextlib import suppress
from typing import Any

import pytest
from driving import client_of, start_node

from funcnodes_jupyter.manager import restarts
from funcnodes_jupyter.manager.restarts import LIMIT, WINDOW, Restarts
from funcnodes_jupyter.wire.errors import TransportClosedError

Hosting = Any
Until = Any


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_pauses_grow_until_it_stays_down() -> None:
    tries = Restarts(Clock())
    pauses = [tries.pause() for _ in range(LIMIT)]
    assert None not in pauses
    assert pauses == sorted(set(pauses), key=lambda pause: pause or 0)
    assert tries.pause() is None


def test_crashes_long_ago_count_no_more() -> None:
    clock = Clock()
    tries = Restarts(clock)
    first = tries.pause()
    for _ in range(LIMIT - 1):
        tries.pause()
    clock.now = WINDOW
    assert tries.pause() == first


@pytest.fixture
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(restarts, "LONGEST_PAUSE", 0.01)


async def crashed_anew(manager: Any, until: Until, before: int) -> int:
    """Kill the worker's process and return the next one's number."""
    os.kill(before, signal.SIGKILL)
    (worker,) = await until(manager, lambda workers: workers[0].state == "running" and workers[0].pid != before)
    await manager._starts.settle()
    return int(worker.pid)


@pytest.mark.usefixtures("short_pauses")
async def test_a_worker_comes_back_at_most_five_times(hosting: Hosting, until: Until) -> None:
    async with hosting() as manager:
        worker = await manager.open("demo")
        pid = worker.pid
        for _ in range(5):
            pid = await crashed_anew(manager, until, pid)
        os.kill(pid, signal.SIGKILL)
        (down,) = await until(manager, lambda workers: workers[0].state == "crashed")
        assert down.detail.splitlines()[0] == (
            "killed by signal 9 (SIGKILL); stays down after 5 restarts within 10 minutes"
        )
        # A person may start it, and then it counts anew.
        again = await manager.start(worker.uuid)
        assert again.pid != await crashed_anew(manager, until, again.pid)


async def test_what_a_person_decides_comes_before_a_restart(hosting: Hosting, until: Until) -> None:
    async with hosting() as manager:
        worker = await manager.open("demo")
        os.kill(worker.pid, signal.SIGKILL)
        (crashed,) = await until(manager, lambda workers: workers[0].state == "crashed")
        assert crashed.detail == "killed by signal 9 (SIGKILL); starts again in 0.5 s"
        stopped = await manager.stop(worker.uuid)
        assert (stopped.state, stopped.detail) == ("stopped", "")
        assert manager._comebacks.close() == []  # none is due any more


async def test_a_manager_that_ends_does_not_promise_a_restart(hosting: Hosting, until: Until) -> None:
    async with hosting() as first:
        worker = await first.open("demo")
        os.kill(worker.pid, signal.SIGKILL)
        await until(first, lambda workers: workers[0].state == "crashed")
    async with hosting() as second:
        (seen,) = await second.list()
        assert (seen.state, seen.detail) == ("crashed", "killed by signal 9 (SIGKILL)")


async def test_a_worker_that_ends_by_itself_stays_down(hosting: Hosting, until: Until) -> None:
    async with hosting() as manager:
        worker = await manager.open("demo")
        os.kill(worker.pid, signal.SIGTERM)
        (ended,) = await until(manager, lambda workers: workers[0].pid is None)
        assert (ended.state, ended.detail) == ("stopped", "")


@pytest.mark.usefixtures("trouble")
@pytest.mark.parametrize("how", [signal.SIGSEGV, signal.SIGKILL])
async def test_a_worker_whose_function_takes_it_down_comes_back_and_names_it(
    hosting: Hosting, until: Until, how: int
) -> None:
    async with hosting() as manager:
        worker = await manager.open("demo")
        async with client_of(await manager.roster.connection(worker.uuid)) as client:
            kept = await start_node(client, "trouble.wait", seconds=0.0)
            culprit = (await client.command("add_node", {"node_id": "trouble.die"}))["uuid"]
            await client.command("update_node", {"uuid": culprit, "name": "the culprit"})
            await client.command("set_mode", {"mode": "paused"})
            await client.command("update_node", {"uuid": culprit, "io_id": "how", "value": int(how)})
            await client.command("save")
            with suppress(TransportClosedError):
                await client.command("run", {"nodes": [culprit], "scope": "only"})
        (crashed,) = await until(manager, lambda workers: workers[0].state == "crashed")
        first, *_ = crashed.detail.splitlines()
        assert first.endswith(" while “the culprit” ran; starts again in 0.5 s")
        (again,) = await until(manager, lambda workers: workers[0].state == "running")
        async with client_of(await manager.roster.connection(again.uuid)) as client:
            states = {node["uuid"]: node for node in await client.command("get_nodes")}
            assert states[culprit]["error"]["text"].startswith("WorkerCrashed: the worker's process ended while")
            assert all(node["stale"] for node in states.values())  # and nothing ran of itself
            assert states[kept]["error"] is None
            # What is out of date runs at one word, but for whoever would only end it again.
            await client.command("run", {"nodes": [kept], "scope": "only"})
