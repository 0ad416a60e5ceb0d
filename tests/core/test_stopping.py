"""Runs that end before they are done: cancelled, out of time, tried again."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest

from funcnodes_jupyter.core import stopping
from funcnodes_jupyter.core.decorator import NodeDecorator
from funcnodes_jupyter.core.errors import NodeCancelledError, NodeTimeoutError, NodeTriggerError
from funcnodes_jupyter.core.library import Library
from funcnodes_jupyter.core.node import Node
from funcnodes_jupyter.core.nodespace import NodeSpace
from funcnodes_jupyter.core.shelf import Shelf
from funcnodes_jupyter.core.values import NoValue

NEVER = 3600.0
SHORT = 0.02


def space_of(*classes: type[Node]) -> NodeSpace:
    """A nodespace with one node of each class, named as its function."""
    space = NodeSpace(Library([Shelf("s", nodes=classes)]))
    for cls in classes:
        space.add_node_by_id(cls.node_id, name=cls.node_name)
    return space


@NodeDecorator("s.follow")
def follow(value: Any) -> Any:
    return value


# --- time-outs ------------------------------------------------------------------------------------


@NodeDecorator("s.coroutine")
async def coroutine(value: int) -> int:
    await asyncio.sleep(NEVER)
    return value


@NodeDecorator("s.generator")
async def generator(value: int) -> AsyncIterator[int]:
    yield value
    await asyncio.sleep(NEVER)


@NodeDecorator("s.threaded", separate_thread=True)
def threaded(value: threading.Event) -> int:
    value.wait(NEVER)
    return 1


@NodeDecorator("s.plain")
def plain(value: threading.Event) -> int:
    """Outside a worker nothing interrupts it; with a limit it runs in a thread, which can be given up."""
    value.wait(NEVER)
    return 1


@pytest.mark.parametrize("cls", [coroutine, generator, threaded, plain])
async def test_a_run_that_takes_too_long_fails_and_the_rest_goes_on(cls: type[Node]) -> None:
    space = space_of(cls, follow)
    node = space.find(cls.node_name)
    node.set_limits(SHORT, 0)
    space.connect(f"{cls.node_name}.out", "follow.value")
    release = threading.Event()
    node["value"] = 1 if cls in (coroutine, generator) else release
    await space.await_done()
    release.set()
    assert node.state == "error"
    assert node.error is not None
    assert node.error.text == "NodeTimeoutError: It took longer than 0.02 s and was ended."
    assert isinstance(node.error.exception, NodeTimeoutError)
    assert space.find("follow").stale


async def test_a_function_that_makes_an_error_of_its_own_of_its_end_is_out_of_time_all_the_same() -> None:
    @NodeDecorator("s.linked", name="linked", timeout=SHORT, retries=1)
    async def linked(value: int) -> int:
        try:
            await asyncio.sleep(NEVER)
        except asyncio.CancelledError as error:
            raise ConnectionError("the link was lost") from error
        return value

    space = space_of(linked)
    node = space.find("linked")
    node["value"] = 1
    await space.await_done()
    assert node.error is not None
    assert isinstance(node.error.exception, NodeTimeoutError)
    assert isinstance(node.error.exception.__cause__, ConnectionError)
    assert [line.text for line in node.slot.log or ()] == [
        "NodeTimeoutError: It took longer than 0.02 s and was ended: trying once more"
    ]


async def test_who_awaits_a_node_is_told_of_its_timeout() -> None:
    space = space_of(coroutine)
    node = space.find("coroutine")
    node.inputs["value"].set_value(1, does_trigger=False)
    node.set_limits(SHORT, 0)
    with pytest.raises(NodeTriggerError, match="longer than") as caught:
        await node
    assert isinstance(caught.value.__cause__, NodeTimeoutError)


@pytest.mark.parametrize(("timeout", "retries"), [(0, 0), (-1, 0), (float("nan"), 0), (1, -1)])
def test_limits_that_make_no_sense_are_refused(timeout: float, retries: int) -> None:
    node = space_of(follow).find("follow")
    with pytest.raises(ValueError, match=r"timeout|retries"):
        node.set_limits(timeout, retries)
    assert (node.timeout, node.retries) == (None, 0)


def test_limits_are_saved() -> None:
    space = space_of(follow)
    space.find("follow").set_limits(2.5, 3)
    other = NodeSpace(space.lib)
    other.deserialize(space.serialize())
    assert (other.find("follow").timeout, other.find("follow").retries) == (2.5, 3)


def test_a_class_can_bring_limits() -> None:
    @NodeDecorator("s.limited", timeout=1.5, retries=2)
    def limited(value: int) -> int:
        return value

    node = space_of(limited).find("limited")
    assert (node.timeout, node.retries) == (1.5, 2)


@pytest.mark.parametrize("kind", ["plain", "async"])
async def test_a_generator_that_is_ended_between_two_values_is_closed_with_its_run(kind: str) -> None:
    told: list[str] = []

    def endless(value: int) -> Iterator[int]:
        told.append("open")
        try:
            while True:
                yield value
        finally:
            told.append("closed")

    async def endless_later(value: int) -> AsyncIterator[int]:
        for made in endless(value):
            yield made

    space = space_of(NodeDecorator("s.endless", name="endless")(endless if kind == "plain" else endless_later))
    node = space.find("endless")
    node.set_limits(SHORT, 1)
    node["value"] = 1
    await space.await_done()
    assert told == ["open", "closed"] * 2
    assert node.state == "error"


# --- retries --------------------------------------------------------------------------------------


class Flaky:
    """A node class that fails ``failures`` times before it succeeds."""

    def __init__(self, failures: int, kind: str) -> None:
        self.tries = 0

        def attempt(value: int) -> int:
            self.tries += 1
            if self.tries <= failures:
                raise OSError(f"try {self.tries}")
            return value

        async def attempt_later(value: int) -> int:
            await asyncio.sleep(0)
            return attempt(value)

        def attempt_each(value: int) -> Iterator[int]:
            yield attempt(value)

        function = {"coroutine": attempt_later, "generator": attempt_each}.get(kind, attempt)
        self.cls = NodeDecorator("s.flaky", name="flaky", separate_thread=kind == "thread")(function)


@pytest.mark.parametrize("kind", ["plain", "coroutine", "generator", "thread"])
async def test_a_failed_run_is_tried_again(kind: str) -> None:
    flaky = Flaky(2, kind)
    space = space_of(flaky.cls)
    node = space.find("flaky")
    node.set_limits(None, 2)
    node["value"] = 7
    await space.await_done()
    assert (node.state, node["out"].value, flaky.tries) == ("done", 7, 3)


@pytest.mark.parametrize("kind", ["plain", "coroutine", "generator", "thread"])
async def test_the_last_error_counts_when_all_tries_failed(kind: str) -> None:
    flaky = Flaky(9, kind)
    space = space_of(flaky.cls)
    node = space.find("flaky")
    node.set_limits(None, 2)
    node["value"] = 7
    await space.await_done()
    assert node.error is not None
    assert (node.error.text, flaky.tries) == ("OSError: try 3", 3)


async def test_a_cancel_is_not_tried_again() -> None:
    begun: list[int] = []
    running = asyncio.Event()

    @NodeDecorator("s.wait")
    async def wait(value: int) -> int:
        begun.append(value)
        running.set()
        await asyncio.sleep(NEVER)
        return value

    space = space_of(wait)
    node = space.find("wait")
    node.set_limits(NEVER, 5)
    node["value"] = 1
    await running.wait()
    space.runner.cancel(node)
    await space.await_done()
    assert (node.state, begun) == ("cancelled", [1])


# --- cancelling -----------------------------------------------------------------------------------


async def test_a_thread_is_left_to_itself_and_its_result_is_discarded() -> None:
    begun, release, ended = threading.Event(), threading.Event(), threading.Event()

    @NodeDecorator("s.deaf", separate_thread=True)
    def deaf(value: int) -> int:
        begun.set()
        release.wait(NEVER)
        ended.set()
        return value

    space = space_of(deaf)
    node = space.find("deaf")
    node["value"] = 1
    await asyncio.to_thread(begun.wait, NEVER)
    space.runner.cancel(node)
    await space.await_done()
    assert node.state == "cancelled"
    release.set()
    await asyncio.to_thread(ended.wait, NEVER)
    assert node["out"].value is NoValue
    node["value"] = 2
    await space.await_done()
    assert (node.state, node["out"].value) == ("done", 2)
    space.runner.close()


def test_what_ran_in_a_loop_that_was_closed_over_it_is_cancelled() -> None:
    begun = asyncio.Event()

    @NodeDecorator("s.lost", name="lost")
    async def lost(value: int) -> int:
        begun.set()
        await asyncio.sleep(NEVER if value == 1 else 0)
        return value

    space = space_of(lost)
    node = space.find("lost")

    async def begin() -> asyncio.Task[None]:
        node["value"] = 1
        await begun.wait()
        return space.runner.tasks[node]

    async def go_on() -> None:
        await space.await_done()
        assert node.state == "cancelled"
        node["value"] = 7
        await space.await_done()

    loop = asyncio.new_event_loop()
    task = loop.run_until_complete(begin())
    loop.close()
    asyncio.run(asyncio.wait_for(go_on(), 10))
    assert (node.state, node["out"].value) == ("done", 7)
    task._log_destroy_pending = False  # type: ignore[attr-defined]


async def test_cancelling_one_node_leaves_the_others_running() -> None:
    gate = asyncio.Event()
    running = asyncio.Event()

    @NodeDecorator("s.first")
    async def first(value: int) -> int:
        await gate.wait()
        return value

    @NodeDecorator("s.second")
    async def second(value: int) -> int:
        running.set()
        await gate.wait()
        return value

    space = space_of(first, second, follow)
    space.connect("first.out", "follow.value")
    space.find("first")["value"] = 1
    space.find("second")["value"] = 2
    await running.wait()
    assert space.runner.cancel(space.find("first")) == [space.find("first")]
    gate.set()
    await space.await_done()
    assert [space.find(name).state for name in ("first", "second")] == ["cancelled", "done"]
    assert space.find("follow").slot.ran is False


async def test_a_coroutine_that_swallows_its_cancellation_is_said_to_be_stubborn(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(stopping, "GRACE_SECONDS", SHORT)
    running, gate, noticed = asyncio.Event(), asyncio.Event(), asyncio.Event()

    @NodeDecorator("s.deaf_too")
    async def deaf_too(value: int) -> int:
        running.set()
        while not gate.is_set():
            try:
                await gate.wait()
            except asyncio.CancelledError:
                continue
        return value

    space = space_of(deaf_too)
    node = space.find("deaf_too")
    space.subscribe(lambda fact: noticed.set() if node.slot.stubborn else None)
    node["value"] = 1
    await running.wait()
    space.runner.cancel(node)
    await noticed.wait()
    assert node.state == "running"
    gate.set()
    await space.await_done()
    assert node.slot.stubborn is False


async def test_awaiting_a_node_does_not_wait_for_others() -> None:
    gate = asyncio.Event()

    @NodeDecorator("s.endless")
    async def endless(value: int) -> int:
        await gate.wait()
        return value

    space = space_of(endless, follow)
    space.find("endless")["value"] = 1
    node = space.find("follow")
    node.inputs["value"].set_value(5, does_trigger=False)
    await node
    assert node["out"].value == 5
    assert space.find("endless").state == "running"
    gate.set()
    await space.await_done()


async def test_awaiting_a_cancelled_node_says_so() -> None:
    running = asyncio.Event()

    @NodeDecorator("s.waits")
    async def waits(value: int) -> int:
        running.set()
        await asyncio.sleep(NEVER)
        return value

    space = space_of(waits)
    node = space.find("waits")
    node.inputs["value"].set_value(5, does_trigger=False)
    waiting = asyncio.ensure_future(node.engine.runner.run_node(node))
    await running.wait()
    space.runner.cancel()
    with pytest.raises(NodeCancelledError):
        await waiting
