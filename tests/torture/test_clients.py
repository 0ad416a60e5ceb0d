"""A real worker, edited by two clients at once: in the end all know the same graph, however they heard of it."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from worker_process import WorkerProcess

from funcnodes_jupyter.notebook.graph import ACTIVE, GraphView
from funcnodes_jupyter.wire.client import Update, WorkerClient
from funcnodes_jupyter.wire.codec import Frame
from funcnodes_jupyter.wire.errors import CommandError, TransportClosedError
from funcnodes_jupyter.wire.events import Cleared, Event, GroupChanged, GroupState, HistoryChanged
from funcnodes_jupyter.wire.messages import FullState, NodespaceEvent, NodespaceEvents
from funcnodes_jupyter.wire.transport import Transport

PATIENCE = 60.0
HOUR = 3600
KINDS = {
    "t.add": ("a", "b"), "t.fail": ("text",), "t.wait": ("seconds",), "t.spin": ("seconds",), "t.sleep": ("seconds",),
    "t.steps": ("count",), "t.list": ("count",), "t.pour": ("seconds",), "t.drip": ("seconds",), "t.progress": ("seconds",),
}  # fmt: skip
REFUSED = {
    "NodeNotFoundError", "IONotFoundError", "CycleError", "MultipleConnectionsError", "NodeConnectionError", "HistoryError",
    "ValueConversionError", "NotReadyError", "GroupNotFoundError", "GroupCycleError",
}  # fmt: skip
"""What a client may be told that acts on what another has changed meanwhile."""


class SlowTransport:
    """A transport whose frames stay unread until ``gate`` is open."""

    def __init__(self, inner: Transport, gate: asyncio.Event) -> None:
        self._inner = inner
        self._gate = gate

    async def send(self, data: Frame) -> None:
        await self._inner.send(data)

    async def receive(self) -> Frame:
        await self._gate.wait()
        return await self._inner.receive()

    async def close(self) -> None:
        await self._inner.close()


class Person:
    """A client with dice, and the graph as its events tell it."""

    def __init__(self, worker: WorkerProcess, seed: int, gate: asyncio.Event | None = None) -> None:
        self._worker = worker
        self._gate = gate
        self._transports: list[Transport] = []
        self.dice = random.Random(seed)
        self.view = GraphView()
        self.past = ("", "")
        self.groups: dict[str, GroupState] = {}
        self.breaks = 0
        self.client = WorkerClient(self._open_transport, reconnect=True, timeout=PATIENCE)
        self.client.listen(self._hear)
        self._heard = asyncio.Event()

    async def _open_transport(self) -> Transport:
        made = await self._worker.connect()
        self._transports.append(made if self._gate is None else SlowTransport(made, self._gate))
        return self._transports[-1]

    def _hear(self, update: Update) -> None:
        if isinstance(update, FullState):
            self.view.replace(update)
            self.past = (update.history.undo, update.history.redo)
            self.groups = dict(update.groups)
        elif isinstance(update, NodespaceEvents):
            self.view.apply(update)
            for event in update.events:
                self._hear_rest(event)
        elif isinstance(update, NodespaceEvent) and update.event == "loaded":
            self.view.outdated = True
        self._heard.set()

    def _hear_rest(self, event: Event) -> None:
        if isinstance(event, HistoryChanged):
            self.past = (event.data.undo, event.data.redo)
        elif isinstance(event, Cleared):
            self.groups = {}
        elif isinstance(event, GroupChanged):
            self.groups.pop(event.data.group_id, None)
            if event.data.group is not None:
                self.groups[event.data.group_id] = event.data.group

    async def until_known(self, seq: int) -> None:
        """Return when all events up to that number were heard."""
        while self.view.seq < seq or self.view.outdated:
            if self.view.outdated:
                await self.client.follow()
                continue
            self._heard.clear()
            await asyncio.wait_for(self._heard.wait(), PATIENCE)

    async def break_off(self) -> None:
        """Lose the connection; the client connects again by itself and asks for what it missed."""
        self.breaks += 1
        await self._transports[-1].close()

    # --- acting -----------------------------------------------------------------------------------

    async def act(self) -> None:
        """Something at random."""
        cmd, kwargs = self._chosen()
        try:
            await self.client.command(cmd, kwargs)
        except CommandError as error:
            if error.code not in REFUSED:
                raise
        except TransportClosedError:
            if not self.breaks:
                raise

    def _chosen(self) -> tuple[str, dict[str, Any]]:
        nodes = list(self.view.snapshot().nodes.values())
        verbs = (
            "add",
            "set",
            "connect",
            "undo",
            "redo",
            "run",
            "cancel",
            "remove",
            "disconnect",
            "change",
            "batch",
            "mode",
            "group",
            "regroup",
        )
        verb = self.dice.choices(verbs, (10, 25, 15, 8, 5, 8, 8, 3, 4, 8, 3, 1, 4, 4))[0]
        if verb == "add" or not nodes:
            return "add_node", {"node_id": self.dice.choice(list(KINDS))}
        return getattr(self, f"_{verb}")(self.dice.choice(nodes), nodes)  # type: ignore[no-any-return]

    def _set(self, node: Any, nodes: Any) -> tuple[str, dict[str, Any]]:
        io = self.dice.choice(KINDS[node.node_id])
        value = {"seconds": self.dice.randrange(6) / 1000, "text": "no"}.get(io, self.dice.randrange(9))
        return "update_node", {"uuid": node.uuid, "io_id": io, "value": value}

    def _connect(self, node: Any, nodes: Any) -> tuple[str, dict[str, Any]]:
        target = self.dice.choice(nodes)
        io = self.dice.choice(KINDS[target.node_id])
        return "add_edge", {"src_uuid": node.uuid, "src_io": "out", "dst_uuid": target.uuid, "dst_io": io}

    def _batch(self, node: Any, nodes: Any) -> tuple[str, dict[str, Any]]:
        parts = [self._set(node, nodes), self._connect(node, nodes), ("remove_node", {"uuid": node.uuid})]
        return "batch", {"commands": [{"cmd": cmd, "kwargs": kwargs} for cmd, kwargs in parts]}

    def _undo(self, node: Any, nodes: Any) -> tuple[str, dict[str, Any]]:
        return "undo", {}

    def _redo(self, node: Any, nodes: Any) -> tuple[str, dict[str, Any]]:
        return "redo", {}

    def _run(self, node: Any, nodes: Any) -> tuple[str, dict[str, Any]]:
        return "run", {"nodes": [node.uuid], "scope": self.dice.choice(("only", "to", "from"))}

    def _cancel(self, node: Any, nodes: Any) -> tuple[str, dict[str, Any]]:
        return "cancel", {"node": node.uuid} if self.dice.random() < 0.8 else {}

    def _remove(self, node: Any, nodes: Any) -> tuple[str, dict[str, Any]]:
        return "remove_node", {"uuid": node.uuid}

    def _disconnect(self, node: Any, nodes: Any) -> tuple[str, dict[str, Any]]:
        edges = self.view.snapshot().edges
        if not edges:
            return self._undo(node, nodes)
        return "remove_edge", dict(
            zip(("src_uuid", "src_io", "dst_uuid", "dst_io"), self.dice.choice(edges), strict=True)
        )

    def _change(self, node: Any, nodes: Any) -> tuple[str, dict[str, Any]]:
        changes: list[dict[str, Any]] = [
            {"name": self.dice.choice(("x", "y", ""))},
            {"frontend": {"pos": [self.dice.randrange(9), 1]}},
            {"frontend": {"size": None, "collapsed": True}},
            {"mode": self.dice.choice(("enabled", "enabled", "disabled", "bypassed", "frozen"))},
            {"timeout": self.dice.choice((None, 5.0)), "retries": self.dice.randrange(2)},
        ]
        return "update_node", {"uuid": node.uuid, **self.dice.choice(changes)}

    def _mode(self, node: Any, nodes: Any) -> tuple[str, dict[str, Any]]:
        return "set_mode", {"mode": self.dice.choice(("reactive", "paused"))}

    def _group(self, node: Any, nodes: Any) -> tuple[str, dict[str, Any]]:
        groups = self.dice.sample(sorted(self.groups), min(len(self.groups), self.dice.randrange(2)))
        return "group_nodes", {"nodes": [node.uuid, self.dice.choice(nodes).uuid], "groups": groups, "name": "frame"}

    def _regroup(self, node: Any, nodes: Any) -> tuple[str, dict[str, Any]]:
        if not self.groups:
            return self._group(node, nodes)
        group = self.dice.choice(sorted(self.groups))
        changes: list[dict[str, Any]] = [
            {"name": self.dice.choice(("x", ""))},
            {"meta": {"color": self.dice.choice(("", "blue"))}},
            {"nodes": [node.uuid]},
            {"parent_group": self.dice.choice((None, *sorted(self.groups)))},
            {"by": [1, 2]},
        ]
        if self.dice.random() < 0.3:
            return "ungroup", {"group_id": group}
        return "update_group", {"group_id": group, **self.dice.choice(changes)}

    # --- comparing --------------------------------------------------------------------------------

    def known(self) -> dict[str, Any]:
        """All that it knows of the graph."""
        graph = self.view.snapshot()
        return {
            "nodes": {uuid: msgspec.to_builtins(node) for uuid, node in graph.nodes.items()},
            "edges": sorted(graph.edges),
            "feedback": sorted(graph.feedback & set(graph.edges)),
            "mode": graph.mode,
            "past": self.past,
            "groups": msgspec.to_builtins(self.groups),
        }


def told(state: FullState) -> dict[str, Any]:
    """All that a full state tells of the graph."""
    return {
        "nodes": {node.uuid: msgspec.to_builtins(node) for node in state.nodes},
        "edges": sorted(state.edges),
        "feedback": sorted((*note.src, *note.dst) for note in state.edge_notes if note.feedback),
        "mode": state.mode,
        "past": (state.history.undo, state.history.redo),
        "groups": msgspec.to_builtins(state.groups),
    }


@pytest.fixture
def worker(tmp_path: Path) -> Iterator[WorkerProcess]:
    made = WorkerProcess(tmp_path / "base")
    yield made
    made.close()


async def at_rest(person: Person) -> FullState:
    """The state of the worker once nothing runs any more."""
    while True:
        await person.client.command("cancel")
        state = msgspec.convert(await person.client.command("full_state", {"batches": True}), FullState)
        if not any(node.state in ACTIVE for node in state.nodes):
            return state


def differences(known: Any, wanted: Any, path: str = "") -> list[str]:
    """Where two structures differ, for people."""
    if isinstance(known, dict) and isinstance(wanted, dict):
        keys = sorted(known.keys() | wanted.keys())
        return [line for key in keys for line in differences(known.get(key), wanted.get(key), f"{path}/{key}")]
    if isinstance(known, list) and isinstance(wanted, list) and len(known) == len(wanted):
        pairs = enumerate(zip(known, wanted, strict=True))
        return [line for place, pair in pairs for line in differences(*pair, f"{path}/{place}")]
    return [] if known == wanted else [f"{path}: knows {known!r}, is {wanted!r}"]


async def test_two_clients_and_the_worker_end_with_the_same_graph(torture: Any, worker: WorkerProcess) -> None:
    """One of the two breaks off midway; a third reads nothing until the middle, and then all at once."""
    gate = asyncio.Event()
    gate.set()
    people = [Person(worker, torture.seed), Person(worker, torture.seed + 1), Person(worker, 0, gate)]
    first, second, slow = people
    for person in people:
        await person.client.open()
        await person.client.follow()
    gate.clear()
    for number in range(torture.number(500, 10_000)):
        await asyncio.gather(first.act(), second.act())
        if number % 50 == 25:
            await second.break_off()
        if number == 60:
            gate.set()
    gate.set()
    state = await at_rest(first)
    for person in people:
        await person.until_known(state.seq)
        found = differences(person.known(), told(state))
        assert not found, (person is second, person is slow, found[:5], worker.log()[-2000:])
    assert second.breaks
    assert "Traceback" not in worker.log()
    for person in people:
        await person.client.close()


async def test_cancelling_in_a_worker_hits_what_runs_and_nothing_else(torture: Any, worker: WorkerProcess) -> None:
    kinds = ("t.sleep", "t.spin", "t.pour", "t.progress", "t.drip", "t.wait")
    person = Person(worker, torture.seed)
    async with person.client as client:
        await client.follow()
        await client.command("add_node", {"node_id": "t.wait", "uuid": "other", "inputs": {"seconds": HOUR}})
        await client.command("add_node", {"node_id": "t.add", "uuid": "after"})
        for number in range(torture.number(30, 200)):
            kind = kinds[number % len(kinds)]
            await client.command("add_node", {"node_id": kind, "uuid": "it", "inputs": {"seconds": HOUR}})
            await until(person, {"it": ("running",)})
            for _ in range(person.dice.randrange(4)):
                await client.command("heartbeat")
            assert await client.command("cancel", {"node": "it"}) == {"cancelled": ["it"]}
            await until(person, {"it": ("cancelled",)})
            await client.command("update_node", {"uuid": "after", "io_id": "a", "value": number})
            await until(person, {"after": ("done",), "other": ("running",)}, number + 1)
            await client.command("update_node", {"uuid": "it", "io_id": "seconds", "value": 0.0})
            await until(person, {"it": ("done",)})
            await client.command("remove_node", {"uuid": "it"})


async def until(person: Person, states: dict[str, tuple[str, ...]], value: int | None = None) -> None:
    """Return when these nodes are in one of these states, and the node ``after`` holds ``value``."""
    while True:
        nodes = person.view.snapshot().nodes
        reached = all(uuid in nodes and nodes[uuid].state in wanted for uuid, wanted in states.items())
        held = None if value is None else next(port.value for port in nodes["after"].io if port.id == "out")
        if reached and (value is None or (held is not None and held.value == value)):
            return
        person._heard.clear()
        await asyncio.wait_for(person._heard.wait(), PATIENCE)
