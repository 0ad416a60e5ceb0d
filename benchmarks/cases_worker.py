"""The waves of :mod:`benchmarks.cases_waves` inside a worker's process that an editor follows.

A client sets the first input; a node at the end says through a named pipe that the wave is over, so that
the next one follows at once. Counted is the CPU time of the worker's whole process: the wave, the command,
and what clients are told of it.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.cases_waves import OBSERVED_AT_MOST, shapes, wave
from benchmarks.functions import REAL
from benchmarks.graphs import Shape, build
from benchmarks.measure import Effort, Row, best_in_turns, per_repeat, per_wave, ratio_row
from benchmarks.worker_nodes import bench_library
from benchmarks.worker_process import PATIENCE, Worker, running_worker
from funcnodes_jupyter.core.nodespace import NodeSpace
from funcnodes_jupyter.wire.client import WorkerClient

AT_MOST = 1.5 * OBSERVED_AT_MOST
WAVES = 150
"""For about a second of CPU time; the system counts it in hundredths."""


async def rows(effort: Effort) -> list[Row]:
    """Each shape without a pause between two waves."""
    found = []
    for shape in shapes():
        found += await _measured(shape, effort)
    return found


async def _measured(shape: Shape, effort: Effort) -> list[Row]:
    step, join = REAL
    waves = WAVES // 3 if effort.quick else WAVES
    observed = build(shape, step, join)
    observed.subscribe(lambda fact: None)

    async def loop() -> float:
        return per_repeat(lambda number: shape.loop(step, join, float(number)), effort.repeats)

    async def graph() -> float:
        return await per_wave(lambda number: wave(observed, shape, float(number)), effort.repeats)

    space = _ending_in_a_pipe(shape)
    with running_worker(space) as worker, _pipe(worker.folder / "pipe") as heard:
        async with worker.client() as client:
            await client.follow()
            await _prepare(client, worker, heard)

            async def in_worker() -> float:
                return await _waves(client, worker, shape, waves, heard)

            floor, alone, followed = await best_in_turns(2 if effort.quick else 3, loop, graph, in_worker)
    count = len(shape)
    return [
        ratio_row(f"{shape.name} in a worker, followed", "loop", floor, followed, count, AT_MOST),
        ratio_row("    against in process, with a subscriber", "in process", alone, followed, count, None),
    ]


def _ending_in_a_pipe(shape: Shape) -> NodeSpace:
    space = build(shape, *REAL)
    space.lib.add_shelf(bench_library().shelves[0])
    space.add_node_by_id("bench.tell", uuid="tell")
    space.connect(f"{shape.last}.out", "tell.value")
    return space


@contextmanager
def _pipe(path: Path) -> Iterator[Callable[[], Awaitable[None]]]:
    """A named pipe; gives what waits for the next word from it."""
    os.mkfifo(path)
    reading = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    words: asyncio.Queue[int] = asyncio.Queue()
    loop = asyncio.get_running_loop()

    def read() -> None:
        for word in os.read(reading, 4096):
            words.put_nowait(word)

    async def heard() -> None:
        await asyncio.wait_for(words.get(), PATIENCE)

    loop.add_reader(reading, read)
    try:
        yield heard
    finally:
        loop.remove_reader(reading)
        os.close(reading)


async def _prepare(client: WorkerClient, worker: Worker, heard: Callable[[], Awaitable[None]]) -> None:
    """Everything has run once, and the end speaks."""
    path = str(worker.folder / "pipe")
    await client.command("update_node", {"uuid": "tell", "io_id": "pipe", "value": path})
    await client.command("update_node", {"uuid": "n0", "io_id": "value", "value": -1.0})
    await heard()


async def _waves(
    client: WorkerClient, worker: Worker, shape: Shape, waves: int, heard: Callable[[], Awaitable[None]]
) -> float:
    """CPU seconds of the worker for one of so many waves."""
    before = worker.cpu()
    for number in range(waves):
        await client.command("update_node", {"uuid": shape.first, "io_id": "value", "value": float(number)})
        await heard()
    spent = (worker.cpu() - before) / waves
    expected = shape.loop(*REAL, float(waves - 1))
    assert await client.command("get_io_full_value", {"node": shape.last, "io": "out"}) == expected
    return spent
