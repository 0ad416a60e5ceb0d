"""What runs is written down while it runs, and no longer."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from funcnodes_jupyter.core.decorator import NodeDecorator
from funcnodes_jupyter.core.library import Library
from funcnodes_jupyter.core.nodespace import NodeSpace
from funcnodes_jupyter.core.shelf import Shelf
from funcnodes_jupyter.worker.lastwords import SLOT_BYTES, SLOTS, last_words
from funcnodes_jupyter.worker.witness import Witness


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "running.nodes"


async def test_who_runs_can_be_read_by_another_process(path: Path) -> None:
    seen: list[list[str]] = []
    began = asyncio.Event()

    @NodeDecorator("test.plain")
    def plain(fail: bool) -> int:
        seen.append(last_words(path))
        return 1 // (not fail)

    @NodeDecorator("test.patient")
    async def patient(go: bool) -> None:
        seen.append(last_words(path))
        began.set()
        await asyncio.Event().wait()

    space = NodeSpace(Library([Shelf("test", nodes=[plain, patient])]))
    space.subscribe(Witness(path).observe)
    assert last_words(path) == []
    node, waiting = space.add_node_by_id("test.plain"), space.add_node_by_id("test.patient")
    for fail in (False, True):
        node["fail"].value = fail
        await space.runner.wait_idle()
        assert (seen.pop(), last_words(path)) == ([node.uuid], [])
    waiting["go"].value = True
    await began.wait()
    assert last_words(path) == [waiting.uuid]
    space.runner.cancel()
    await space.runner.wait_idle()
    assert last_words(path) == []


async def test_of_more_than_can_be_written_down_some_are(path: Path) -> None:
    began = asyncio.Semaphore(0)

    @NodeDecorator("test.patient")
    async def patient(go: bool) -> None:
        began.release()
        await asyncio.Event().wait()

    space = NodeSpace(Library([Shelf("test", nodes=[patient])]))
    space.subscribe(Witness(path).observe)
    nodes = [space.add_node_by_id("test.patient", uuid=f"{number}" * SLOT_BYTES) for number in range(SLOTS + 4)]
    for node in nodes:
        node["go"].value = True
    for _ in nodes:
        await began.acquire()
    assert len(last_words(path)) == SLOTS
    assert all(node.uuid.startswith(word) for node, word in zip(nodes, last_words(path)[::-1], strict=False))
    space.runner.cancel()
    await space.runner.wait_idle()
    assert last_words(path) == []


def test_nothing_is_remembered_of_what_never_ran(path: Path) -> None:
    assert last_words(path) == []
    Witness(path)
    assert last_words(path) == []
    assert path.stat().st_mode & 0o777 == 0o600
