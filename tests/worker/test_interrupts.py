"""What is cancelled ends, whatever it is doing, and nothing else does."""

from __future__ import annotations

import asyncio
import signal
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from aside import Aside, another_thread

from funcnodes_jupyter.core.decorator import NodeDecorator
from funcnodes_jupyter.core.facts import Fact, NodeTriggered
from funcnodes_jupyter.core.library import Library
from funcnodes_jupyter.core.node import Node
from funcnodes_jupyter.core.nodeio import NodeOutput
from funcnodes_jupyter.core.nodespace import NodeSpace
from funcnodes_jupyter.core.shelf import Shelf
from funcnodes_jupyter.wire.client import Update, WorkerClient
from funcnodes_jupyter.wire.messages import Preview
from funcnodes_jupyter.worker.interrupts import Interrupts
from funcnodes_jupyter.worker.previews import Previews

HOUR = 3600


# --- a worker's process ---------------------------------------------------------------------------


async def states(client: WorkerClient) -> dict[str, str]:
    return {node["uuid"]: node["state"] for node in await client.command("get_nodes")}


def reached(state: str, *uuids: str) -> Callable[[Update], bool]:
    """Whether all of these nodes have come to that state, as far as the events tell."""
    missing = set(uuids)
    names = {"running": "node_triggered", "done": "node_done"}

    def look(update: Update) -> bool:
        for event in getattr(update, "events", []):
            told = event.__struct_config__.tag
            if told == names.get(state) or (told == "node_updated" and event.data.changed.state == state):
                missing.discard(event.data.uuid)
        return not missing

    return look


async def add(client: WorkerClient, node_id: str, uuid: str, **inputs: Any) -> None:
    await client.command("add_node", {"node_id": node_id, "uuid": uuid, "inputs": inputs})


@pytest.mark.parametrize("kind", ["sleep", "spin", "dying", "pour", "progress", "drip", "greedy", "steps"])
async def test_a_cancelled_function_ends_whatever_it_does(process: Any, until: Any, kind: str) -> None:
    process.start()
    async with process.client() as client:
        await client.follow()
        running = until(client, reached("running", "it", "other"))
        await add(client, "t.wait", "other", seconds=HOUR)
        await add(client, f"t.{kind}", "it", **({"count": 10**6} if kind == "steps" else {"seconds": HOUR}))
        await running
        over = until(client, reached("cancelled", "it"))
        assert await client.command("cancel", {"node": "it"}) == {"cancelled": ["it"]}
        await over
        done = until(client, reached("done", "after"))
        await add(client, "t.add", "after", a=1)
        await done
        assert await states(client) == {"it": "cancelled", "other": "running", "after": "done"}


async def test_a_function_that_goes_on_is_ended_by_the_next_cancel(process: Any, until: Any) -> None:
    process.start()
    async with process.client() as client:
        await client.follow()
        running = until(client, reached("running", "it"))
        await add(client, "t.stubborn", "it", seconds=HOUR)
        await running
        over = until(client, reached("cancelled", "it"))
        while not over.done():
            await client.command("cancel", {"node": "it"})
        assert await states(client) == {"it": "cancelled"}


async def test_a_function_that_is_cancelled_while_it_imports_leaves_no_lock_behind(process: Any, until: Any) -> None:
    """Python's lock of all imports is taken for moments only: whoever is struck there would never give it back."""
    process.start()
    async with process.client() as client:
        await client.follow()
        for number in range(30):
            running = until(client, reached("running", f"it{number}"))
            await add(client, "t.imports", f"it{number}", seconds=HOUR)
            await running
            over = until(client, reached("cancelled", f"it{number}"))
            await client.command("cancel", {"node": f"it{number}"})
            await over
        done = until(client, reached("done", "after"))
        await add(client, "t.elsewhere", "after", name="colorsys")
        await done
        assert await client.command("get_io_full_value", {"node": "after", "io": "out"}) is True


async def test_many_cancels_at_once_end_one_node_only(process: Any, until: Any) -> None:
    process.start()
    async with process.client() as client:
        await client.follow()
        running = until(client, reached("running", "other"))
        await add(client, "t.wait", "other", seconds=HOUR)
        await running
        for number in range(20):
            running = until(client, reached("running", f"it{number}"))
            await add(client, "t.spin", f"it{number}", seconds=HOUR)
            await running
            over = until(client, reached("cancelled", f"it{number}"))
            await asyncio.gather(*(client.command("cancel", {"node": f"it{number}"}) for _ in range(5)))
            await over
        assert (await states(client))["other"] == "running"


async def test_a_cancel_right_at_the_end_of_a_function_hits_no_other(process: Any, until: Any) -> None:
    process.start()
    async with process.client() as client:
        await client.follow()
        await add(client, "t.sleep", "it", seconds=0.0)
        await add(client, "t.add", "below")
        await client.command("add_edge", {"src_uuid": "it", "src_io": "out", "dst_uuid": "below", "dst_io": "a"})
        for number in range(200):
            setting = {"uuid": "it", "io_id": "seconds", "value": number % 8 / 4000}
            await asyncio.gather(client.command("update_node", setting), client.command("cancel", {"node": "it"}))
        last = until(client, lambda update: "1.001" in repr(getattr(update, "events", "")))  # not an earlier run's
        await client.command("update_node", {"uuid": "it", "io_id": "seconds", "value": 0.001})
        await last
        found = await states(client)
        assert (found["it"], found["below"] in ("running", "done")) == ("done", True)


async def test_clear_ends_the_function_that_runs(process: Any, until: Any) -> None:
    process.start()
    async with process.client() as client:
        await client.follow()
        running = until(client, reached("running", "it"))
        await add(client, "t.sleep", "it", seconds=HOUR)
        await running
        await client.command("clear")
        done = until(client, reached("done", "after"))
        await add(client, "t.add", "after", a=1)
        await done


# --- at exactly the wrong moment ------------------------------------------------------------------


@pytest.fixture
def aside() -> Iterator[Aside]:
    with another_thread() as made:
        yield made


class Endless(Node):
    """Sets its output for a long time."""

    node_id = "i.endless"
    out = NodeOutput()

    def func(self) -> None:
        for number in range(10**7):
            self.outputs["out"].value = number


@NodeDecorator("i.progress")
def report(node: Node) -> int:
    for _ in node.progress(range(10**8)):
        pass
    return 1


@NodeDecorator("i.options")
def offer(node: Node, other: int = 1) -> int:
    for number in range(10**7):
        node.inputs["other"].update_value_options(max=number)
    return 1


@pytest.mark.parametrize("node_id", ["i.endless", "i.progress", "i.options"])
def test_an_interrupt_under_the_lock_strikes_right_after(aside: Aside, node_id: str) -> None:
    """The signal comes while the function changes the graph; the change is whole, and the function ends."""

    async def story() -> None:
        space = NodeSpace(Library([Shelf("i", nodes=[Endless, report, offer])]), threaded=True)
        runner = space.runner
        runner.bind(asyncio.get_running_loop())
        interrupts = Interrupts(runner, lambda: None, lambda: None, later=aside.later)
        interrupts.install()
        struck: list[int] = []

        def observe(fact: Fact) -> None:
            run = runner.guard.owner
            if not struck and run is not None and run[0] is node:
                assert space.lock._is_owned()
                runner.guard.aim(run, runner.guard.step)
                interrupts.interrupt()
                # By the next bytecode the handler has run, and raised nothing here.
                struck.append(1)

        node = space.add_node_by_id(node_id, trigger_on_create=False)
        end = space.subscribe(observe)
        node.request_trigger()
        await space.await_done()
        end()
        assert struck
        assert node.state == "cancelled"
        assert not space.lock._is_owned()

    asyncio.run(story())


class Hanging:
    """Takes for ever to say how it looks."""

    def __init__(self) -> None:
        self.asked = threading.Event()

    def _repr_html_(self) -> str:
        self.asked.set()
        threading.Event().wait(HOUR)
        return "never"


async def test_a_value_that_hangs_while_it_is_shown_can_be_interrupted(aside: Aside) -> None:
    space = NodeSpace(threaded=True)
    runner = space.runner
    runner.bind(asyncio.get_running_loop())
    interrupts = Interrupts(runner, lambda: None, lambda: None, later=aside.later)
    interrupts.install()
    sent: asyncio.Future[Preview] = asyncio.get_running_loop().create_future()
    previews = Previews(space, send=lambda preview, _: sent.set_result(preview), saved=lambda: None)
    value = Hanging()
    node = Endless(engine=space.engine, trigger_on_create=False, uuid="n")
    space.add_node_instance(node)
    node.outputs["out"].value = value

    def cancel() -> None:
        value.asked.wait(10)
        runner.cancel()

    aside.submit(cancel)
    previews.watch(client := object(), [("n", "out")])
    assert "no preview" in (await sent).data["text/plain"]
    previews.forget(client)
    previews.close()


def test_a_signal_that_woke_nobody_is_sent_again(aside: Aside, monkeypatch: pytest.MonkeyPatch) -> None:
    """As if it had come just before the function began to wait: the handler is not run."""
    lost: list[int] = []

    @NodeDecorator("i.waiting")
    def wait_long() -> None:
        threading.Event().wait(HOUR)

    async def story() -> None:
        space = NodeSpace(threaded=True)
        space.runner.bind(asyncio.get_running_loop())
        interrupts = Interrupts(space.runner, lambda: None, lambda: None, later=aside.later)
        interrupts.install()
        send = signal.pthread_kill

        def lose_first(thread: int, number: int) -> None:
            if lost:
                send(thread, number)
            lost.append(number)

        monkeypatch.setattr(signal, "pthread_kill", lose_first)
        node = wait_long(engine=space.engine, trigger_on_create=False)
        space.add_node_instance(node)
        space.subscribe(lambda fact: isinstance(fact, NodeTriggered) and aside.submit(cancel_when_it_runs))

        def cancel_when_it_runs() -> None:
            if (space.runner.guard.owner or [None])[0] is node:
                space.runner.cancel(node)
            else:
                aside.submit(cancel_when_it_runs)

        node.request_trigger()
        await space.await_done()
        assert node.state == "cancelled"

    asyncio.run(story())
    assert len(lost) >= 2


def test_an_interrupt_of_one_run_does_not_hit_the_next_of_the_same_node(aside: Aside) -> None:
    """It comes late; what it was meant for is over."""
    calls: list[int] = []

    @NodeDecorator("i.twice")
    def twice(number: int) -> int:
        calls.append(number)
        if len(calls) == 1:
            run = runner.guard.owner
            assert run is not None
            runner.guard.aim(run, runner.guard.step)
        else:
            interrupts.interrupt()
        return number

    space = NodeSpace(threaded=True)
    runner = space.runner
    interrupts = Interrupts(runner, lambda: None, lambda: None, later=aside.later)

    async def story() -> None:
        runner.bind(asyncio.get_running_loop())
        interrupts.install()
        node = twice(engine=space.engine)
        space.add_node_instance(node)
        for number in range(2):
            node.inputs["number"] = number
            await space.await_done()
        assert (node.state, node.outputs["out"].value) == ("done", 1)

    asyncio.run(story())
