"""Waves over 10,000 nodes in a worker, seen by a client that reads slowly: nothing is wrong at the end."""

from __future__ import annotations

import asyncio

from benchmarks.folding import Picture
from benchmarks.functions import REAL
from benchmarks.graphs import build, chains
from benchmarks.measure import Effort, Row, check_row, limit_row
from benchmarks.worker_process import PATIENCE, running_worker
from funcnodes_jupyter.core.nodespace import NodeSpace
from funcnodes_jupyter.wire.client import WorkerClient
from funcnodes_jupyter.wire.codec import Frame
from funcnodes_jupyter.wire.messages import FullState
from funcnodes_jupyter.wire.transport import Connect, Transport
from funcnodes_jupyter.worker.outbox import MAX_EVENTS

WAVES = 20
PAUSE = 0.5
"""Seconds between two frames that the slow client reads."""
MEMORY = 64
"""MiB that the worker may hold more afterwards: an outbox without a bound would take several times as much."""


class SlowTransport:
    """Carries frames, but lets the reader wait ``pause`` seconds before each."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self.pause = 0.0
        self.frames = 0
        self.characters = 0

    async def send(self, data: Frame) -> None:
        await self._transport.send(data)

    async def receive(self) -> Frame:
        await asyncio.sleep(self.pause)
        frame = await self._transport.receive()
        self.frames += 1
        self.characters += len(frame)
        return frame

    async def close(self) -> None:
        await self._transport.close()


async def rows(effort: Effort) -> list[Row]:
    """The picture of the slow client, what it got, and what it cost the worker."""
    waves = WAVES // 4 if effort.quick else WAVES
    with running_worker(_graph()) as worker:
        slow = SlowTransport(await worker.connect())
        client, picture = WorkerClient(_given(slow), timeout=PATIENCE), Picture()
        client.listen(picture.hear)
        async with client, worker.client() as other:
            await client.follow()
            await _wave(other, 0)
            slow.pause = PAUSE
            before, grown = worker.memory(), 0
            for number in range(1, waves):
                await _wave(other, number)
                grown = max(grown, worker.memory() - before)
            state = await _at_rest(other)
            slow.pause = 0.0
            await _caught_up(client, picture, state)
    wrong = picture.differences(state)
    got = f"{picture.events:,} events, {picture.snapshots - 1} x anew, {slow.characters / 1e6:.0f} MB"
    return [
        check_row(f"{waves} waves of 10,000 nodes, read slowly", got, f"{len(wrong)} wrong", not wrong),
        limit_row("    memory of the worker", f"outbox of {MAX_EVENTS / 1e6:.1f} MB", grown / 2**20, "MiB", MEMORY),
    ]


def _graph() -> NodeSpace:
    space = build(chains(100, 100), *REAL)
    for node in space.nodes.values():
        if node.node_id == "bench.join":
            node.inputs["b"] = 1.0
    return space


def _given(transport: Transport) -> Connect:
    """Gives this very transport to a client."""

    async def connect() -> Transport:
        return transport

    return connect


async def _wave(client: WorkerClient, number: int) -> None:
    """A change at the top, and the end of all that it makes run."""
    await client.command("update_node", {"uuid": "n0", "io_id": "value", "value": float(number)})
    busy = True
    while busy:
        await asyncio.sleep(0.02)
        busy = (await client.command("get_runstate"))["busy"]


async def _at_rest(client: WorkerClient) -> FullState:
    """The whole graph once everything was told."""
    state = await client.follow()
    while True:
        again = await client.follow()
        if again.seq == state.seq:
            return again
        state = again


async def _caught_up(client: WorkerClient, picture: Picture, state: FullState) -> None:
    """Return when the client knows what ``state`` says."""
    updates = client.updates()
    while picture.seq < state.seq:
        await asyncio.wait_for(anext(updates), PATIENCE)
    updates.close()
