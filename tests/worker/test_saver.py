"""The saver: soon, once for many edits, and whatever the disk says."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from funcnodes_jupyter.worker import saver as saver_module
from funcnodes_jupyter.worker.errors import NotSavedError
from funcnodes_jupyter.worker.saver import Saver

PATIENCE = 10.0


class Disk:
    """A graph and previews whose saving is counted, and fails when told to."""

    def __init__(self) -> None:
        self.saves: queue.Queue[str] = queue.Queue()
        self.told: queue.Queue[str | None] = queue.Queue()
        self.trouble: dict[str, Exception] = {}
        self.looked: queue.Queue[None] = queue.Queue()
        self.behind = self.oversized = False
        self.busy = False
        self.before: Callable[[], Any] = lambda: None

    @property
    def rests(self) -> bool:
        self.looked.put(None)
        return not self.busy

    def record(self) -> None:
        self.before()
        self._save("graph")
        self.behind = True

    def rewrite(self) -> None:
        self._save("document")
        self.behind = False

    def save_previews(self) -> None:
        self._save("previews")

    def _save(self, what: str) -> None:
        if what in self.trouble:
            raise self.trouble[what]
        self.saves.put(what)

    def next(self) -> str:
        """What is saved next."""
        return self.saves.get(timeout=PATIENCE)

    def all(self) -> list[str]:
        """What was saved."""
        return [self.saves.get_nowait() for _ in range(self.saves.qsize())]


@pytest.fixture
def disk() -> Disk:
    return Disk()


@pytest.fixture
def saver(disk: Disk, monkeypatch: pytest.MonkeyPatch) -> Iterator[Saver]:
    monkeypatch.setattr(saver_module, "RETRY_DELAY", 0.05)
    monkeypatch.setattr(saver_module, "LONG_RETRY_DELAY", 0.05)
    made = Saver(disk, disk.save_previews, disk.told.put)
    made.start()
    yield made
    disk.trouble = {}
    made.close()


def test_an_edit_is_saved_within_a_second(saver: Saver, disk: Disk) -> None:
    start = time.monotonic()
    saver.graph_changed()
    assert disk.next() == "graph"
    assert time.monotonic() - start < 1


def test_many_edits_are_saved_once(saver: Saver, disk: Disk) -> None:
    for _ in range(100):
        saver.graph_changed()
    assert disk.next() == "graph"
    saver.close()
    assert disk.all() == ["document"]


def test_closing_saves_what_is_left(saver: Saver, disk: Disk) -> None:
    saver.previews_changed()
    saver.graph_changed()
    saver.close()
    assert disk.all() == ["graph", "document", "previews"]


def test_saving_at_once(saver: Saver, disk: Disk) -> None:
    saver.graph_changed()
    saver.save_now()
    assert disk.all() == ["graph", "document"]
    saver.save_now()
    assert disk.all() == []


# --- the document -----------------------------------------------------------------------------------


def test_when_the_graph_rests_the_document_follows(saver: Saver, disk: Disk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(saver_module, "REST_DELAY", 0.05)
    disk.busy = True
    saver.graph_changed()
    assert disk.next() == "graph"
    for _ in range(3):
        disk.looked.get(timeout=PATIENCE)
    assert disk.all() == []
    disk.busy = False
    assert disk.next() == "document"


def test_each_edit_puts_the_document_off(saver: Saver, disk: Disk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(saver_module, "REST_DELAY", 1.0)
    monkeypatch.setattr(saver_module, "GRAPH_DELAY", 0.01)
    for _ in range(30):
        saver.graph_changed()
        assert disk.next() == "graph"
    assert disk.next() == "document"


def test_a_long_journal_is_not_waited_with(saver: Saver, disk: Disk) -> None:
    disk.busy = disk.oversized = True
    saver.graph_changed()
    assert [disk.next(), disk.next()] == ["graph", "document"]


def test_a_document_that_is_behind_from_the_start_follows(disk: Disk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(saver_module, "REST_DELAY", 0.01)
    disk.behind = True
    saver = Saver(disk, disk.save_previews, disk.told.put)
    saver.start()
    assert disk.next() == "document"
    saver.close()


# --- trouble ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("trouble", "text"),
    [
        (OSError(28, "No space left on device"), "No space left on device"),
        (ValueError("strange"), "ValueError: strange"),
        (NotSavedError("Add has no saved form"), "Add has no saved form"),
    ],
)
def test_trouble_is_told_once_and_retried(saver: Saver, disk: Disk, trouble: Exception, text: str) -> None:
    disk.trouble = {"graph": trouble}
    saver.graph_changed()
    assert disk.told.get(timeout=PATIENCE) == f"The graph could not be saved: {text}. Trying again."
    saver.graph_changed()
    with pytest.raises(OSError, match=text):
        saver.save_now()
    disk.trouble = {}
    assert disk.next() == "graph"
    assert disk.told.get(timeout=PATIENCE) is None
    assert disk.told.empty()


def test_all_is_well_only_when_nothing_is_in_trouble_any_more(saver: Saver, disk: Disk) -> None:
    full = OSError(28, "No space left on device")
    disk.trouble = {"graph": full, "previews": full}
    saver.graph_changed()
    saver.previews_changed()
    told = {disk.told.get(timeout=PATIENCE), disk.told.get(timeout=PATIENCE)}
    assert {text.split()[1] for text in told if text} == {"graph", "previews"}
    disk.trouble = {"previews": full}
    assert disk.next() == "graph"
    saver.graph_changed()
    assert disk.next() == "graph"
    assert disk.told.empty()
    disk.trouble = {}
    assert disk.told.get(timeout=PATIENCE) is None


def test_edits_are_recorded_while_the_document_finds_no_room(saver: Saver, disk: Disk) -> None:
    disk.trouble = {"document": OSError(28, "No space left on device")}
    disk.oversized = True
    saver.graph_changed()
    assert disk.next() == "graph"
    assert "document" in str(disk.told.get(timeout=PATIENCE))
    saver.graph_changed()
    assert disk.next() == "graph"
    with pytest.raises(OSError, match="No space"):
        saver.save_now()
    disk.trouble = {}
    assert disk.next() == "document"
    assert disk.told.get(timeout=PATIENCE) is None


def test_what_saving_now_could_not_save_is_tried_again(disk: Disk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also when the thread has nothing else to wait for."""
    monkeypatch.setattr(saver_module, "RETRY_DELAY", 0.05)
    monkeypatch.setattr(saver_module, "GRAPH_DELAY", PATIENCE)
    disk.trouble = {"graph": OSError(28, "No space left on device")}
    saver = Saver(disk, disk.save_previews, disk.told.put)
    saver.start()
    saver.graph_changed()
    with pytest.raises(OSError, match="No space"):
        saver.save_now()
    disk.trouble = {}
    assert disk.next() == "graph"
    saver.close()


# --- two threads ------------------------------------------------------------------------------------


def test_an_edit_during_a_save_is_saved_too(saver: Saver, disk: Disk) -> None:
    begun, go_on = threading.Event(), threading.Event()
    disk.before = lambda: (begun.set(), go_on.wait(PATIENCE))
    saver.graph_changed()
    assert begun.wait(PATIENCE)
    saver.graph_changed()
    go_on.set()
    assert [disk.next(), disk.next()] == ["graph", "graph"]


def test_saving_now_waits_for_the_save_that_is_under_way(saver: Saver, disk: Disk) -> None:
    """Else it would answer that everything is on disk while it is not."""
    begun, may_end = threading.Event(), threading.Event()
    disk.before = lambda: (begun.set(), may_end.wait(PATIENCE))
    saver.graph_changed()
    assert begun.wait(PATIENCE)
    found: list[list[str]] = []

    def save_now() -> None:
        saver.save_now()
        found.append(disk.all())

    asking = threading.Thread(target=save_now)
    asking.start()
    asking.join(0.05)
    may_end.set()
    asking.join(PATIENCE)
    assert found == [["graph", "document"]]
