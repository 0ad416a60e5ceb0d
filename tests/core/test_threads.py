"""The threads of nodes: shared, bounded, and never waited for when somebody gives up on them."""

from __future__ import annotations

import asyncio
import contextvars
import threading
from typing import Any

import pytest

from funcnodes_jupyter.core.raised import Raised
from funcnodes_jupyter.core.threads import ThreadPool


async def test_work_runs_at_the_same_time_up_to_the_size() -> None:
    pool = ThreadPool(3)
    meeting = threading.Barrier(3)
    names = await asyncio.gather(*(pool.run(lambda: (meeting.wait(), threading.current_thread())[1]) for _ in range(3)))
    assert len(set(names)) == 3
    pool.close()


async def test_no_more_than_the_size_run_and_the_rest_waits() -> None:
    pool = ThreadPool(2)
    lock = threading.Lock()
    running, most = 0, 0

    def work() -> None:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        started.release()
        gate.wait()
        with lock:
            running -= 1

    started, gate = threading.Semaphore(0), threading.Event()
    tasks = [asyncio.ensure_future(pool.run(work)) for _ in range(6)]
    for _ in range(2):
        await asyncio.to_thread(started.acquire)
    gate.set()
    await asyncio.gather(*tasks)
    assert most == 2
    pool.close()


async def test_threads_are_kept_for_the_next_work() -> None:
    pool = ThreadPool(4)
    names = {await pool.run(threading.get_ident) for _ in range(20)}
    assert len(names) == 1
    pool.close()


@pytest.mark.parametrize("error", [ValueError("x"), StopIteration("x"), KeyboardInterrupt(), SystemExit(3)])
async def test_any_error_comes_back_as_a_value(error: BaseException) -> None:
    pool = ThreadPool()

    def work() -> None:
        raise error

    outcome: Any = await pool.run(work)
    assert isinstance(outcome, Raised)
    assert outcome.error is error
    assert await pool.run(lambda: 1) == 1
    pool.close()


async def test_work_sees_the_context_of_who_asks() -> None:
    pool = ThreadPool()
    variable: contextvars.ContextVar[str] = contextvars.ContextVar("variable", default="")
    variable.set("here")
    assert await pool.run(variable.get) == "here"
    pool.close()


async def test_abandoned_work_takes_nobodys_place_and_its_thread_ends_with_it() -> None:
    pool = ThreadPool(1)
    begun, release = threading.Event(), threading.Event()
    thread: list[threading.Thread] = []

    def hang() -> None:
        thread.append(threading.current_thread())
        begun.set()
        release.wait()

    task = asyncio.ensure_future(pool.run(hang))
    await asyncio.to_thread(begun.wait)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert pool.abandoned == 1
    assert await pool.run(lambda: "free") == "free"
    release.set()
    await asyncio.to_thread(thread[0].join)
    assert pool.abandoned == 0
    pool.close()


async def test_work_that_is_given_up_before_it_begins_never_does() -> None:
    pool = ThreadPool(1)
    begun, release = threading.Event(), threading.Event()
    ran: list[int] = []
    first = asyncio.ensure_future(pool.run(lambda: (begun.set(), release.wait())))
    await asyncio.to_thread(begun.wait)
    second = asyncio.ensure_future(pool.run(lambda: ran.append(2)))
    await asyncio.sleep(0)
    second.cancel()
    with pytest.raises(asyncio.CancelledError):
        await second
    release.set()
    await first
    await pool.run(lambda: ran.append(3))
    assert ran == [3]
    pool.close()


async def test_a_closed_pool_takes_nothing_more_and_its_threads_end() -> None:
    pool = ThreadPool(2)
    thread = await pool.run(threading.current_thread)
    assert isinstance(thread, threading.Thread)
    pool.close()
    await asyncio.to_thread(thread.join)
    with pytest.raises(RuntimeError, match="closed"):
        await pool.run(lambda: 1)


def test_a_loop_that_is_gone_disturbs_nobody() -> None:
    pool = ThreadPool(1)
    begun, release = threading.Event(), threading.Event()
    thread: list[threading.Thread] = []

    def hang() -> None:
        thread.append(threading.current_thread())
        begun.set()
        release.wait()

    async def leave() -> None:
        task = asyncio.ensure_future(pool.run(hang))
        await asyncio.to_thread(begun.wait)
        task.cancel()

    asyncio.run(leave())
    release.set()
    thread[0].join()
    assert pool.abandoned == 0
