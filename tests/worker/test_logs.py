"""What nodes say reaches those who watch: the new lines only, few events for many lines, in a real process too."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
import pytest

from funcnodes_jupyter.core import nodelog
from funcnodes_jupyter.core.nodespace import NodeSpace
from funcnodes_jupyter.wire.client import Update
from funcnodes_jupyter.wire.events import Event, LogLine, NodeAdded, NodeLog, NodeLogged
from funcnodes_jupyter.wire.messages import FullState, NodespaceEvents
from funcnodes_jupyter.worker.lognews import log_state, news, snapshot
from funcnodes_jupyter.worker.mirror import Mirror


def applied(known: NodeLog, events: list[NodeLogged]) -> NodeLog:
    """What a client has after these: lines from the number on are void, 0 begins anew."""
    for event in events:
        first, lines = event.data.first, event.data.lines
        if first == 0 or not known.lines:
            known = NodeLog(first, list(lines))
        else:
            assert known.first <= first <= known.first + len(known.lines)
            known = NodeLog(known.first, [*known.lines[: first - known.first], *lines])
        dropped = max(0, len(known.lines) - nodelog.LINES)
        known = NodeLog(known.first + dropped, known.lines[dropped:])
    return known


def lines(*texts: str) -> list[LogLine]:
    return [LogLine(text) for text in texts]


@pytest.mark.parametrize(
    ("known", "now", "same_run", "told"),
    [
        (NodeLog(), NodeLog(), True, []),
        (NodeLog(), NodeLog(0, lines("a")), True, [(0, ["a"])]),
        (NodeLog(0, lines("a")), NodeLog(0, lines("a")), True, []),
        (NodeLog(0, lines("a")), NodeLog(0, lines("a", "b")), True, [(1, ["b"])]),
        (NodeLog(0, lines("a", "b")), NodeLog(0, lines("a", "b c", "d")), True, [(1, ["b c", "d"])]),
        (NodeLog(0, lines("a", "b")), NodeLog(0, lines("a")), True, [(1, [])]),
        (NodeLog(0, lines("a", "b")), NodeLog(1, lines("b", "c")), True, [(2, ["c"])]),
        (NodeLog(0, lines("a", "b")), NodeLog(9, lines("x")), True, [(0, []), (9, ["x"])]),
        (NodeLog(), NodeLog(9, lines("x")), True, [(9, ["x"])]),
        (NodeLog(0, lines("a")), NodeLog(), False, [(0, [])]),
        (NodeLog(0, lines("a")), NodeLog(0, lines("a")), False, [(0, []), (0, ["a"])]),
        (NodeLog(), NodeLog(0, lines("a")), False, [(0, ["a"])]),
    ],
)
def test_what_is_new(known: NodeLog, now: NodeLog, same_run: bool, told: list[tuple[int, list[str]]]) -> None:
    events = list(news("u", known, now, same_run))
    assert [(event.data.first, [line.text for line in event.data.lines]) for event in events] == told


@pytest.mark.parametrize("seed", range(30))
def test_a_client_has_the_same(seed: int) -> None:
    chance = random.Random(seed)
    log, client = nodelog.NodeLog(), NodeLog()
    for _ in range(40):
        for _ in range(chance.choice([0, 1, 3, 150, 500])):
            log.write(chance.choice(["a\n", "b", "\r", "\r\x1b[K", "c\nd\n", "long " * 20 + "\n"]))
        new_run = chance.random() < 0.1
        if new_run:
            log = nodelog.NodeLog()
            log.write(chance.choice(["", "a\n"]))
        now = log_state(snapshot(log))
        client = applied(client, list(news("u", client, now, not new_run)))
        shown = len(now.lines)
        assert client.lines[len(client.lines) - shown :] == now.lines
        assert client.first + len(client.lines) == now.first + shown or not shown


# --- the mirror -------------------------------------------------------------------------------------


class Watched:
    """A nodespace with a mirror that is flushed by hand."""

    def __init__(self, space: NodeSpace) -> None:
        self.space = space
        self.new: list[Event] = []
        self.mirror = Mirror(
            space,
            wake=int,
            edited=lambda fact: None,
            publish=lambda first, new: self.new.extend(new),
            touched=lambda ports: None,
        )

    def flush(self) -> list[tuple[int, list[str]]]:
        self.new.clear()
        self.mirror.flush()
        logged = [event.data for event in self.new if isinstance(event, NodeLogged)]
        return [(data.first, [line.text for line in data.lines]) for data in logged]


async def test_a_run_begins_with_an_empty_log(test_nodes: Any) -> None:
    space = NodeSpace(test_nodes.library())
    watched = Watched(space)
    node = space.add_node_by_id("t.wait")
    watched.flush()
    node.inputs["seconds"] = 3600.0
    begun = asyncio.Event()
    node.on("triggerstart", lambda **_: begun.set())
    running = asyncio.ensure_future(space.await_done())
    await begun.wait()
    for text in ("one\n", "two", " and a half\n"):
        nodelog.keep(node, "print", text)
    assert watched.flush() == [(0, ["one", "two and a half"])]
    nodelog.keep(node, "warning", "UserWarning: three")
    assert watched.flush() == [(2, ["UserWarning: three"])]
    space.runner.cancel(node)
    await running
    assert watched.flush() == []
    assert watched.mirror.nodes[node.uuid].log.lines[2] == LogLine("UserWarning: three", "warning")
    node.inputs["seconds"] = 0.0
    await space.await_done()
    assert watched.flush() == [(0, [])]
    assert watched.mirror.nodes[node.uuid].log == NodeLog()


async def test_what_is_kept_for_those_who_resume_is_bounded(test_nodes: Any) -> None:
    space = NodeSpace(test_nodes.library())
    watched = Watched(space)
    node = space.add_node_by_id("t.wait")
    watched.flush()
    start = watched.mirror.seq
    begun = asyncio.Event()
    node.on("triggerstart", lambda **_: begun.set())
    node.inputs["seconds"] = 3600.0
    running = asyncio.ensure_future(space.await_done())
    await begun.wait()
    for count in (1, 50, 199, 500):
        for _ in range(40):
            nodelog.keep(node, "print", f"a line, one of {count}\n" * count)
            watched.flush()
    kept = [event for event in watched.mirror.missed_since(start) or () if isinstance(event, NodeLogged)]
    assert len(kept) >= 160
    assert sum(len(event.data.lines) for event in kept) <= 6 * nodelog.LINES
    assert applied(NodeLog(), kept) == watched.mirror.nodes[node.uuid].log
    space.runner.cancel(node)
    await running


# --- a process --------------------------------------------------------------------------------------


async def collected(client: Any, until: Callable[[Update], bool]) -> list[Event]:
    """The events up to and including those of the update that ``until`` is true for."""
    found: list[Event] = []
    updates = client.updates()
    try:
        async for update in updates:
            found += update.events if isinstance(update, NodespaceEvents) else []
            if until(update):
                return found
    finally:
        updates.close()
    raise AssertionError


def tells(*names: str) -> Callable[[Update], bool]:
    def look(update: Update) -> bool:
        found = update.events if isinstance(update, NodespaceEvents) else []
        return any(event.__struct_config__.tag in names for event in found)

    return look


def collecting(client: Any, *names: str) -> Awaitable[list[Event]]:
    return asyncio.ensure_future(collected(client, tells(*names)))


async def log_of(client: Any, uuid: str) -> NodeLog:
    state = msgspec.convert(await client.command("full_state", {"batches": True}), FullState)
    return next(node.log for node in state.nodes if node.uuid == uuid)


async def test_a_node_that_prints_warns_logs_and_counts(process: Any) -> None:
    process.start()
    async with process.client() as client:
        await client.follow()
        for command in (  # the same warning comes in each run
            ("add_node", {"node_id": "t.talk", "uuid": "t", "inputs": {"text": "hello"}}),
            ("trigger_node", {"uuid": "t"}),
        ):
            done = collecting(client, "node_done")
            await client.command(*command)
            events = await done
            # It may have begun to speak before it was told that there is a new node.
            begun = next((event.data.serialized.log for event in events if isinstance(event, NodeAdded)), NodeLog())
            log = applied(begun, [event for event in events if isinstance(event, NodeLogged)])
            told = [(line.kind, line.text.partition(" (")[0]) for line in log.lines]
            assert told == [
                ("print", "hello"),
                ("warning", "UserWarning: hello"),
                ("log", "WARNING talk: hello"),
                ("print", "hello again"),
            ]
            steps = [event.data for event in events if event.__struct_config__.tag == "node_progress"]
            assert steps
            assert all(step.message.startswith("hello ") for step in steps)
            assert log.lines == (await log_of(client, "t")).lines
        failed = collecting(client, "node_error")
        await client.command("update_node", {"uuid": "t", "io_id": "text", "value": ""})
        error = next(event.data.info for event in await failed if event.__struct_config__.tag == "node_error")
        assert error.inputs == {"text": "''"}
        assert error.traceback.count("File ") == 1
    assert process.end() == 0
    assert "WARNING talk: hello" in process.log()
    assert process.log().count("hello again") == 2
    assert "UserWarning: hello" in process.log()


async def test_a_flood_is_no_flood(process: Any) -> None:
    process.start()
    async with process.client() as client:
        await client.follow()
        done = collecting(client, "node_done")
        await client.command("add_node", {"node_id": "t.flood", "uuid": "f", "inputs": {"lines": 100_000}})
        events = [event for event in await done if isinstance(event, NodeLogged)]
        log = applied(NodeLog(), events)
        assert [line.text for line in log.lines][-200:] == [f"line {number}" for number in range(99_800, 100_000)]
        assert max(len(event.data.lines) for event in events) <= nodelog.LINES
        assert (await log_of(client, "f")).first == 99_800
