"""Work in threads: side by side, with any outcome, and given up without being waited for."""

from __future__ import annotations

import asyncio
import contextvars
import gc
import subprocess
import sys
import threading
import weakref
from collections.abc import Awaitable, Callable

import pytest

from funcnodes_jupyter.core.threads import Raised, ThreadPool

PATIENCE = 10


def run(story: Callable[[ThreadPool], Awaitable[None]], size: int = 32) -> None:
    async def main() -> None:
        pool = ThreadPool(size)
        try:
            await asyncio.wait_for(story(pool), PATIENCE)
        finally:
            pool.close()

    asyncio.run(main())


class Gate:
    """Work that says that it began and goes on when it is let."""

    def __init__(self) -> None:
        self.loop = asyncio.get_running_loop()
        self.began = asyncio.Event()
        self.open = threading.Event()
        self.thread: threading.Thread | None = None

    def __call__(self) -> str:
        self.thread = threading.current_thread()
        self.loop.call_soon_threadsafe(self.began.set)
        assert self.open.wait(PATIENCE)
        return "passed"

    async def ended(self) -> None:
        """Return when the thread itself has ended."""
        assert self.thread is not None
        await asyncio.to_thread(self.thread.join, PATIENCE)
        assert not self.thread.is_alive()


async def cancelled(task: asyncio.Task[object]) -> None:
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


def test_as_much_runs_side_by_side_as_the_pool_is_large() -> None:
    async def story(pool: ThreadPool) -> None:
        barrier = threading.Barrier(8, timeout=PATIENCE)
        arrived = await asyncio.gather(*(pool.run(barrier.wait) for _ in range(8)))
        assert sorted(arrived) == list(range(8))

    run(story, size=8)


def test_no_more_runs_than_the_pool_is_large() -> None:
    async def story(pool: ThreadPool) -> None:
        first, second = Gate(), Gate()
        tasks = [asyncio.create_task(pool.run(gate)) for gate in (first, second)]
        await first.began.wait()
        assert not second.began.is_set()
        first.open.set()
        await second.began.wait()
        second.open.set()
        assert await asyncio.gather(*tasks) == ["passed", "passed"]
        assert first.thread is second.thread

    run(story, size=1)


def test_a_thread_is_kept_for_the_next() -> None:
    async def story(pool: ThreadPool) -> None:
        used = {await pool.run(threading.current_thread) for _ in range(50)}
        assert len(used) == 1
        (thread,) = used
        assert isinstance(thread, threading.Thread)
        assert thread.daemon

    run(story)


@pytest.mark.parametrize("error", [ValueError("no"), StopIteration(3), StopAsyncIteration(), KeyboardInterrupt(),
                                   SystemExit(2), GeneratorExit(), asyncio.CancelledError()], ids=repr)  # fmt: skip
def test_whatever_work_raises_is_its_outcome(error: BaseException) -> None:
    async def story(pool: ThreadPool) -> None:
        def fail() -> None:
            raise error

        outcome = await pool.run(fail)
        assert isinstance(outcome, Raised)
        assert outcome.error is error
        assert await pool.run(lambda: 5) == 5

    run(story)


def test_work_sees_a_copy_of_the_callers_context() -> None:
    variable: contextvars.ContextVar[str] = contextvars.ContextVar("variable", default="unset")

    async def story(pool: ThreadPool) -> None:
        def change() -> str:
            seen = variable.get()
            variable.set("changed")
            return seen

        variable.set("given")
        assert await pool.run(change) == "given"
        assert variable.get() == "given"

    run(story)


def test_abandoned_work_makes_room_and_its_thread_ends_with_it() -> None:
    async def story(pool: ThreadPool) -> None:
        stuck = Gate()
        task = asyncio.create_task(pool.run(stuck))
        await stuck.began.wait()
        await cancelled(task)
        assert pool.abandoned == 1
        assert await pool.run(lambda: "beside it") == "beside it"
        stuck.open.set()
        await stuck.ended()
        assert pool.abandoned == 0
        assert await pool.run(lambda: "after it") == "after it"

    run(story, size=1)


def test_what_waits_for_a_thread_gets_the_place_of_an_abandoned_one() -> None:
    async def story(pool: ThreadPool) -> None:
        stuck, next_one = Gate(), Gate()
        first = asyncio.create_task(pool.run(stuck))
        await stuck.began.wait()
        second = asyncio.create_task(pool.run(next_one))
        await asyncio.sleep(0)
        await cancelled(first)
        await next_one.began.wait()
        next_one.open.set()
        assert await second == "passed"
        stuck.open.set()
        await stuck.ended()

    run(story, size=1)


def test_abandoned_before_its_turn_it_never_starts() -> None:
    async def story(pool: ThreadPool) -> None:
        first, never = Gate(), Gate()
        running = asyncio.create_task(pool.run(first))
        await first.began.wait()
        queued = asyncio.create_task(pool.run(never))
        await asyncio.sleep(0)
        await cancelled(queued)
        first.open.set()
        await running
        assert await pool.run(lambda: 1) == 1
        assert never.thread is None
        assert pool.abandoned == 0

    run(story, size=1)


def test_an_idle_thread_keeps_nothing_alive() -> None:
    class Value:
        pass

    async def story(pool: ThreadPool) -> None:
        value = Value()
        gone = weakref.ref(value)
        assert await pool.run(lambda kept=value: kept) is value  # type: ignore[misc]
        del value
        # The thread itself may still be on its way from the delivery to its rest.
        await pool.run(lambda: None)
        gc.collect()
        assert gone() is None

    run(story, size=1)


def test_a_loop_that_was_closed_meanwhile_is_no_trouble() -> None:
    pool = ThreadPool(1)

    async def leave() -> tuple[Gate, asyncio.Task[object]]:
        gate = Gate()
        task = asyncio.create_task(pool.run(gate))
        await gate.began.wait()
        return gate, task

    loop = asyncio.new_event_loop()
    loop.set_exception_handler(lambda *_: None)  # it would tell of the task that stays pending
    gate, task = loop.run_until_complete(leave())
    loop.close()
    gate.open.set()
    assert asyncio.run(pool.run(lambda: "served")) == "served"
    assert not task.done()
    pool.close()


def test_closing_cancels_what_has_not_begun_and_ends_the_threads() -> None:
    async def story(pool: ThreadPool) -> None:
        first, never = Gate(), Gate()
        running, queued = (asyncio.create_task(pool.run(gate)) for gate in (first, never))
        await first.began.wait()
        pool.close()
        with pytest.raises(asyncio.CancelledError):
            await queued
        with pytest.raises(RuntimeError, match="closed"):
            await pool.run(lambda: None)
        first.open.set()
        assert await running == "passed"
        await first.ended()
        assert never.thread is None

    run(story, size=1)


def test_a_forgotten_pool_ends_its_threads() -> None:
    async def story() -> threading.Thread:
        thread = await ThreadPool().run(threading.current_thread)
        assert isinstance(thread, threading.Thread)
        return thread

    thread = asyncio.run(story())
    gc.collect()
    thread.join(PATIENCE)
    assert not thread.is_alive()


def test_threads_never_keep_the_process_alive() -> None:
    code = """
import asyncio, threading
from funcnodes_jupyter.core.threads import ThreadPool
async def main():
    pool, began = ThreadPool(), threading.Event()
    task = asyncio.create_task(pool.run(lambda: (began.set(), threading.Event().wait())))
    await pool.run(began.wait)
    task.cancel()
    print("abandoned")
asyncio.run(main())
"""
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=PATIENCE, check=True)
    assert ended.stdout == "abandoned\n"
