"""The saver: soon, once for many edits, and whatever the disk says."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest

from funcnodes_jupyter.worker import saver as saver_module
from funcnodes_jupyter.worker.saver import Saver

PATIENCE = 10.0


class Disk:
    """Counts what is saved, and fails when told to."""

    def __init__(self) -> None:
        self.saves: queue.Queue[str] = queue.Queue()
        self.told: queue.Queue[str | None] = queue.Queue()
        self.trouble: Exception | None = None

    def save(self, what: str) -> Any:
        def write() -> None:
            if self.trouble is not None:
                raise self.trouble
            self.saves.put(what)

        return write


@pytest.fixture
def disk() -> Disk:
    return Disk()


@pytest.fixture
def saver(disk: Disk, monkeypatch: pytest.MonkeyPatch) -> Iterator[Saver]:
    monkeypatch.setattr(saver_module, "RETRY_DELAY", 0.05)
    made = Saver(disk.save("graph"), disk.save("previews"), disk.told.put)
    made.start()
    yield made
    disk.trouble = None
    made.close()


def test_an_edit_is_saved_within_a_second(saver: Saver, disk: Disk) -> None:
    start = time.monotonic()
    saver.graph_changed()
    assert disk.saves.get(timeout=PATIENCE) == "graph"
    assert time.monotonic() - start < 1


def test_many_edits_are_saved_once(saver: Saver, disk: Disk) -> None:
    for _ in range(100):
        saver.graph_changed()
    assert disk.saves.get(timeout=PATIENCE) == "graph"
    saver.close()
    assert disk.saves.empty()


def test_closing_saves_what_is_left(saver: Saver, disk: Disk) -> None:
    saver.previews_changed()
    saver.graph_changed()
    saver.close()
    assert {disk.saves.get_nowait(), disk.saves.get_nowait()} == {"graph", "previews"}


def test_saving_at_once(saver: Saver, disk: Disk) -> None:
    saver.graph_changed()
    saver.save_now()
    assert disk.saves.get_nowait() == "graph"
    saver.save_now()
    assert disk.saves.empty()


@pytest.mark.parametrize("trouble", [OSError(28, "No space left on device"), ValueError("strange")])
def test_trouble_is_told_once_and_retried(saver: Saver, disk: Disk, trouble: Exception) -> None:
    disk.trouble = trouble
    saver.graph_changed()
    told = disk.told.get(timeout=PATIENCE)
    assert told is not None
    assert str(trouble.args[-1]) in told
    saver.graph_changed()
    with pytest.raises(OSError, match=str(trouble.args[-1])):
        saver.save_now()
    disk.trouble = None
    assert disk.saves.get(timeout=PATIENCE) == "graph"
    assert disk.told.get(timeout=PATIENCE) is None
    assert disk.told.empty()


def test_an_edit_during_a_save_is_saved_too(disk: Disk) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def slow() -> None:
        begun.set()
        go_on.wait(PATIENCE)
        disk.saves.put("graph")

    saver = Saver(slow, disk.save("previews"), disk.told.put)
    saver.start()
    saver.graph_changed()
    begun.wait(PATIENCE)
    saver.graph_changed()
    go_on.set()
    assert [disk.saves.get(timeout=PATIENCE) for _ in range(2)] == ["graph", "graph"]
    saver.close()


def test_saving_now_waits_for_the_save_that_is_under_way(disk: Disk) -> None:
    """Else it would answer that everything is on disk while it is not."""
    begun, may_end = threading.Event(), threading.Event()

    def write() -> None:
        begun.set()
        may_end.wait(PATIENCE)
        disk.saves.put("graph")

    saver = Saver(write, disk.save("previews"), disk.told.put)
    saver.start()
    saver.graph_changed()
    assert begun.wait(PATIENCE)
    found: list[bool] = []

    def save_now() -> None:
        saver.save_now()
        found.append(not disk.saves.empty())

    asking = threading.Thread(target=save_now)
    asking.start()
    asking.join(0.05)
    may_end.set()
    asking.join(PATIENCE)
    saver.close()
    assert found == [True]
