"""What saving an edit costs in a graph of 10,000 nodes: the thread that edits, the thread that saves, and the disk.

The floor of a record is a plain append of as many bytes, with the same flush to the disk, in the same run.
"""

from __future__ import annotations

import os
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter, process_time

from benchmarks.functions import REAL
from benchmarks.graphs import build, chains
from benchmarks.measure import Effort, Row, best_in_turns, limit_row, per_repeat, ratio_row
from funcnodes_jupyter.core.nodespace import NodeSpace
from funcnodes_jupyter.worker.graphfiles import GraphFiles
from funcnodes_jupyter.worker.keeper import Keeper
from funcnodes_jupyter.worker.pending import Pending
from funcnodes_jupyter.worker.placement import Places
from funcnodes_jupyter.worker.savedform import to_bytes
from funcnodes_jupyter.worker.saver import Saver

NODES = 10_000
EDITS = 2_000
EDITING_AT_MOST = 1.5
BYTES_AT_MOST = 1_000
WAIT_AT_MOST = 20


async def rows(effort: Effort) -> list[Row]:
    """All of it, for nodes that are moved and for values that are set, in turns."""
    space = build(chains(100, NODES // 100), *REAL)
    space.set_mode("paused")  # what an edit costs, and not what it makes run
    for number, node in enumerate(space.nodes.values()):
        node.set_property("frontend:pos", [40.0 * (number % 100), 30.0 * (number // 100)])
    with _kept(space) as kept:
        keeper, journal = kept
        size = len(to_bytes(space.serialize()))
        longest = _longest_wait(space, keeper.record)
        keeper.rewrite()
        return [
            *await _editing(space, keeper, effort),
            *_recording(space, keeper, journal, size, effort),
            limit_row(f"longest wait for the lock, {NODES:,} nodes", "", longest * 1e3, "ms", WAIT_AT_MOST),
        ]


def _edit(space: NodeSpace) -> Callable[[int], None]:
    nodes = list(space.nodes.values())
    inputs = [node.inputs["b"] for node in nodes if node.node_id == "bench.join"]

    def edit(number: int) -> None:
        place = number * 7919  # prime, so that each has its turn
        nodes[place % len(nodes)].set_property("frontend:pos", [float(number), 1.0])
        inputs[place % len(inputs)].set_value(float(number))

    return edit


@contextmanager
def _kept(space: NodeSpace) -> Iterator[tuple[Keeper, Path]]:
    """What keeps the graph in files, as a worker does, and the journal."""
    with tempfile.TemporaryDirectory(prefix="funcnodes-bench-") as folder:
        files = GraphFiles(Path(folder))
        keeper = Keeper(space, files)
        keeper.open(space.deserialize)
        yield keeper, files.paths.journal


# --- the thread that edits ------------------------------------------------------------------------


async def _editing(space: NodeSpace, keeper: Keeper, effort: Effort) -> list[Row]:
    edit = _edit(space)
    saver = Saver(keeper, lambda: None, lambda told: None)  # its thread does not run

    def note(fact: object) -> None:
        keeper.dirty.note(fact)  # type: ignore[arg-type]
        saver.graph_changed()

    async def observed(pending: Pending) -> float:
        end = space.subscribe(pending.observe)
        seconds = per_repeat(edit, EDITS)
        end()
        return seconds

    places = Places(space.nodes)
    unsaved, saved = (Pending(lambda: None, each, places) for each in (lambda fact: None, note))
    floor, measured = await best_in_turns(effort.rounds, lambda: observed(unsaved), lambda: observed(saved))
    return [ratio_row("an edit, in the thread that edits", "unsaved", floor, measured, 1, EDITING_AT_MOST)]


# --- the thread that saves ------------------------------------------------------------------------


def _recording(space: NodeSpace, keeper: Keeper, journal: Path, size: int, effort: Effort) -> list[Row]:
    edit = _edit(space)
    end = space.subscribe(Pending(lambda: None, keeper.dirty.note, Places(space.nodes)).observe)
    keeper.record()
    plain: list[tuple[float, float]] = []
    kept: list[tuple[float, float]] = []
    written: list[int] = []
    with tempfile.TemporaryFile(dir=journal.parent) as file:
        for number in range(effort.rounds * effort.repeats):
            edit(EDITS + number)  # never what it was before
            before = journal.stat().st_size
            kept.append(_times(keeper.record))
            written.append(journal.stat().st_size - before)
            data = bytes(written[-1])
            plain.append(_times(lambda data=data: _append(file.fileno(), data)))
    end()
    (floor, floor_cpu), (wall, cpu) = (tuple(map(_median, zip(*times, strict=True))) for times in (plain, kept))
    mean = sum(written) / len(written)
    return [
        ratio_row("    on disk, in the thread that saves: CPU", "append + fsync", floor_cpu, cpu, 1, None),
        ratio_row("    the same on the clock", "append + fsync", floor, wall, 1, None),
        limit_row("    bytes written of it", f"of a document of {size:,}", mean, "bytes", BYTES_AT_MOST),
    ]


def _times(work: Callable[[], object]) -> tuple[float, float]:
    """(seconds on the clock, CPU seconds)."""
    start, start_cpu = perf_counter(), process_time()
    work()
    return perf_counter() - start, process_time() - start_cpu


def _append(descriptor: int, data: bytes) -> None:
    os.write(descriptor, data)
    os.fsync(descriptor)


def _median(times: tuple[float, ...]) -> float:
    return sorted(times)[len(times) // 2]


# --- the lock -------------------------------------------------------------------------------------


def _longest_wait(space: NodeSpace, record: Callable[[], None]) -> float:
    """Seconds that another thread waits for the graph, at most, while every node of it is recorded."""
    recording = threading.Thread(target=record)
    recording.start()
    longest = 0.0
    while recording.is_alive():
        start = perf_counter()
        with space.lock:
            longest = max(longest, perf_counter() - start)
        recording.join(0.0005)
    return longest
