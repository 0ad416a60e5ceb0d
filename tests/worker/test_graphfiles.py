"""The files of a graph: how they look, and that the last good state is found whatever became of them."""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from faults import FAULTS, Disk, Fault, KilledError, failing
from kept import Kept, found

from funcnodes_jupyter.core.errors import DocumentError
from funcnodes_jupyter.core.nodespace import NodeSpace
from funcnodes_jupyter.worker import graphfiles
from funcnodes_jupyter.worker.graphfiles import GraphFiles
from funcnodes_jupyter.worker.opening import GraphPaths, read_graph
from funcnodes_jupyter.worker.savedform import parts_of, to_bytes

NAMES = ("nodespace.json", "nodespace.journal", "nodespace.previous.json", "nodespace.previous.journal")


def document(*uuids: str) -> dict[str, Any]:
    nodes = [{"id": uuid, "name": "", "node_id": "t.add", "io": {}} for uuid in uuids]
    return {"format": 1, "nodes": nodes, "edges": [], "prop": {}, "groups": {}, "view": {}}


class Story:
    """A graph to which nodes are added, one an edit: its states are told apart by how many there are."""

    def __init__(self, test_nodes: ModuleType, folder: Path) -> None:
        self.paths = GraphPaths.within(folder)
        self.folder = folder
        self._library = test_nodes.library()
        self.space = NodeSpace(self._library)
        self.kept = Kept(self.space, folder)

    def add(self) -> None:
        """One more node, in memory."""
        self.space.add_node_by_id("t.add", uuid=f"n{len(self.space.nodes)}")

    def edit(self) -> None:
        """One more node, in the journal."""
        self.add()
        self.kept.keeper.record()

    def rewrite(self) -> None:
        self.kept.keeper.rewrite()

    def restart(self) -> list[str]:
        """A next life; returns what is wrong."""
        self.space = NodeSpace(self._library)
        self.kept = Kept(self.space, self.folder)
        return self.kept.problems

    @property
    def count(self) -> int:
        return len(self.space.nodes)

    def asides(self) -> list[Path]:
        return [path for path in self.folder.iterdir() if path.name not in NAMES]


@pytest.fixture
def story(test_nodes: ModuleType, tmp_path: Path) -> Story:
    return Story(test_nodes, tmp_path)


def count_in(folder: Path) -> int:
    """How many nodes are found in the files."""
    _, loaded = found(folder)
    return 0 if loaded is None else len(loaded["nodes"])


# --- as usual -------------------------------------------------------------------------------------


def test_a_new_worker_has_no_files(story: Story) -> None:
    assert (story.kept.problems, list(story.folder.iterdir())) == ([], [])


def test_first_the_journal_then_the_document(story: Story) -> None:
    story.edit()
    assert [path.name for path in story.folder.iterdir()] == ["nodespace.journal"]
    assert (story.restart(), story.count) == ([], 1)
    story.rewrite()
    assert story.paths.document.read_bytes() == to_bytes(story.space.serialize())
    story.edit()
    story.edit()
    assert len(json.loads(story.paths.document.read_bytes())["nodes"]) == 1
    assert (story.restart(), story.count) == ([], 3)
    assert not story.asides()


def test_only_their_owner_may_read_them(story: Story) -> None:
    for _ in range(3):
        story.edit()
        story.rewrite()
    story.edit()
    assert {path.name: stat.S_IMODE(path.stat().st_mode) for path in story.folder.iterdir()} == dict.fromkeys(
        NAMES, 0o600
    )


def test_opening_writes_nothing(story: Story) -> None:
    for _ in range(2):
        story.edit()
        story.rewrite()
        story.edit()
    before = {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in story.folder.iterdir()}
    story.restart()
    assert {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in story.folder.iterdir()} == before


def test_a_long_journal_asks_for_the_document(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    story.edit()
    monkeypatch.setattr(graphfiles, "MAX_JOURNAL_BYTES", story.paths.journal.stat().st_size)
    assert not story.kept.keeper.oversized
    for _ in range(20):
        story.edit()
    assert story.kept.keeper.oversized
    story.rewrite()
    assert not story.kept.keeper.oversized
    for _ in range(3):
        story.edit()
    assert story.paths.journal.stat().st_size < story.paths.document.stat().st_size
    assert not story.kept.keeper.oversized


# --- kills and refusals -----------------------------------------------------------------------------


def steps(story: Story) -> Iterator[Callable[[], None]]:
    """Everything that is done with the files, in every order that differs."""
    for _ in range(3):
        yield story.edit
        yield story.edit
        yield story.rewrite
    yield story.rewrite


@pytest.mark.parametrize("fault", FAULTS)
def test_no_fault_at_any_call_loses_what_was_acknowledged(test_nodes: ModuleType, tmp_path: Path, fault: Fault) -> None:
    for number in itertools.count(1):
        folder = tmp_path / f"{number}"
        folder.mkdir()
        story, disk = Story(test_nodes, folder), Disk(fault, number)
        acknowledged = 0
        with contextlib.suppress(KilledError), failing(disk):
            for step in steps(story):
                while True:
                    try:
                        step()
                    except OSError:
                        assert count_in(folder) == acknowledged  # nothing of it, and nothing lost
                        step = story.rewrite if step == story.rewrite else story.kept.keeper.record
                    else:
                        acknowledged = story.count
                        break
        assert count_in(folder) in (acknowledged, story.count)
        assert acknowledged <= story.count <= acknowledged + 1
        assert story.restart() == []
        story.edit()
        story.rewrite()
        story.edit()
        assert not story.asides(), "what a kill left behind is tidied up"
        story.kept.compare()
        if not disk.struck:
            assert number > 40
            return


# --- damage -----------------------------------------------------------------------------------------


def test_a_record_torn_at_any_byte_is_dropped(story: Story) -> None:
    story.edit()
    first = story.paths.journal.stat().st_size
    story.edit()
    whole = story.paths.journal.read_bytes()
    for length in range(first, len(whole)):
        story.paths.journal.write_bytes(whole[:length])
        assert (story.restart(), story.count) == ([], 1)
        story.edit()
        assert story.paths.journal.read_bytes() == whole
        assert (story.restart(), story.count) == ([], 2)
    assert not story.asides()


def test_a_journal_torn_while_it_was_begun_is_none(story: Story) -> None:
    story.edit()
    story.rewrite()
    story.edit()
    whole = story.paths.journal.read_bytes()
    for length in range(whole.index(b"\n")):
        story.paths.journal.write_bytes(whole[:length])
        assert (story.restart(), story.count) == ([], 1)
    story.edit()
    assert (story.restart(), story.count) == ([], 2)


def test_what_stands_before_a_flipped_byte_is_kept(story: Story) -> None:
    for _ in range(3):
        story.edit()
    whole = story.paths.journal.read_bytes()
    ends = [place + 1 for place, byte in enumerate(whole) if byte == ord("\n")]
    for place in range(ends[1], ends[2]):  # in the second of the three
        damaged = bytearray(whole)
        damaged[place] ^= 0x20
        story.paths.journal.write_bytes(damaged)
        (problem,) = story.restart()
        (aside,) = story.asides()
        assert ("damaged" in problem, aside.name in problem) == (True, True)
        assert aside.name.startswith("nodespace.unreadable-")
        assert (story.count, aside.read_bytes()) == (1, damaged)
        assert (story.restart(), story.count) == ([], 1)
        story.edit()
        assert (story.restart(), story.count) == ([], 2)
        aside.unlink()


def test_a_journal_whose_beginning_is_damaged_is_set_aside(story: Story) -> None:
    story.edit()
    story.rewrite()
    story.edit()
    damaged = b"x" + story.paths.journal.read_bytes()
    story.paths.journal.write_bytes(damaged)
    (problem,) = story.restart()
    (aside,) = story.asides()
    assert "damaged" in problem
    assert (story.count, aside.read_bytes()) == (1, damaged)
    story.edit()
    assert (story.restart(), story.count) == ([], 2)


@pytest.mark.parametrize("fault", FAULTS)
def test_no_fault_while_it_is_opened_loses_what_was_damaged(
    test_nodes: ModuleType, tmp_path: Path, fault: Fault
) -> None:
    for number in itertools.count(1):
        folder = tmp_path / f"{number}"
        folder.mkdir()
        story, disk = Story(test_nodes, folder), Disk(fault, number)
        for _ in range(3):
            story.edit()
        damaged = story.paths.journal.read_bytes().replace(b'"n1"', b'"n?"')
        story.paths.journal.write_bytes(damaged)
        with contextlib.suppress(KilledError, OSError), failing(disk):
            story.restart()
        story.restart()
        assert story.count == 1
        assert damaged in [path.read_bytes() for path in story.folder.iterdir()]
        if not disk.struck:
            return


@pytest.mark.parametrize("torn", [b"", b'{"format": 1, "nod'])
@pytest.mark.parametrize("since", [False, True], ids=["at rest", "with a journal"])
def test_of_a_torn_document_nothing_is_lost(story: Story, torn: bytes, since: bool) -> None:
    """The one before it, the journal that led on from there, and the present one give all of it."""
    for _ in range(2):
        story.edit()
        story.rewrite()
    if since:
        story.edit()
    count = story.count
    story.paths.document.write_bytes(torn)
    (problem,) = story.restart()
    (aside,) = story.asides()
    assert (story.count, aside.read_bytes(), aside.name in problem) == (count, torn, True)
    assert "torn" in problem
    story.edit()
    assert (len(story.restart()), story.count) == (1, count + 1)  # the document is missing until it is rewritten
    story.rewrite()
    assert (story.restart(), story.count) == ([], count + 1)


def test_of_a_first_document_that_is_torn_nothing_is_lost(story: Story) -> None:
    story.edit()
    story.rewrite()
    story.edit()
    story.paths.document.write_bytes(b"{")
    assert (len(story.restart()), story.count) == (1, 2)


def test_a_missing_document_is_told(story: Story) -> None:
    for _ in range(2):
        story.edit()
        story.rewrite()
    story.edit()
    story.paths.document.unlink()
    (problem,) = story.restart()
    assert "missing" in problem
    assert story.count == 3


def test_when_all_is_torn_all_is_kept_and_the_graph_is_empty(story: Story) -> None:
    for _ in range(2):
        story.edit()
        story.rewrite()
    story.edit()
    for name in NAMES:
        (story.folder / name).write_bytes(b"torn\n")
    problems = story.restart()
    assert (len(problems), story.count) == (3, 0)
    assert len(story.asides()) == 3
    story.edit()
    assert (story.restart(), story.count) == ([], 1)


def test_a_document_that_the_graph_refuses_is_set_aside(story: Story) -> None:
    for _ in range(2):
        story.edit()
        story.rewrite()
    newer = story.paths.document.read_bytes().replace(b'"format": 1', b'"format": 99')
    story.paths.document.write_bytes(newer)
    (problem,) = story.restart()
    assert "Update the package" in problem
    assert story.count == 2
    assert [path.read_bytes() for path in story.asides()] == [newer]


@pytest.mark.parametrize("saved", [0, 1])
def test_a_journal_that_the_graph_refuses_is_set_aside(story: Story, saved: int) -> None:
    if saved:
        story.edit()
        story.rewrite()
    story.edit()
    journal = story.paths.journal.read_bytes()

    def restore(loaded: dict[str, Any]) -> list[str]:
        if len(loaded["nodes"]) > saved:
            raise AttributeError("no such thing")
        return []

    opened = GraphFiles(story.folder).open(restore)
    (problem,) = opened.problems
    assert "damaged" in problem
    assert len(opened.parts["nodes"]) == saved
    assert [path.read_bytes() for path in story.asides()] == [journal]


def test_a_journal_of_a_later_version_is_set_aside(story: Story) -> None:
    story.edit()
    story.rewrite()
    from funcnodes_jupyter.worker.journal import Journal

    Journal(story.paths.journal).start([json.dumps({"base": "none", "format": 99}).encode()])
    (problem,) = story.restart()
    assert "journal" in problem
    assert story.count == 1


# --- other people's files -----------------------------------------------------------------------------


@pytest.mark.parametrize("at_rest", [True, False])
def test_a_document_that_somebody_replaced_is_taken_as_it_is(story: Story, at_rest: bool) -> None:
    story.edit()
    story.rewrite()
    story.edit()
    if at_rest:
        story.rewrite()
    journal = story.paths.journal.read_bytes()
    story.paths.document.write_bytes(to_bytes(document("theirs")))
    (problem,) = story.restart()
    (aside,) = story.asides()
    assert list(story.space.nodes) == ["theirs"]
    assert "not the one that this worker wrote" in problem
    assert aside.name.startswith("nodespace.foreign-")
    assert (aside.read_bytes(), aside.name in problem) == (journal, True)
    story.edit()
    assert (story.restart(), story.count) == ([], 2)


def test_an_older_state_of_the_document_is_brought_up_to_date(story: Story) -> None:
    """It is one that the journal knows, as after a rename that the disk forgot."""
    story.edit()
    story.rewrite()
    older = story.paths.document.read_bytes()
    story.edit()
    story.rewrite()
    story.paths.document.write_bytes(older)
    assert (story.restart(), story.count) == ([], 2)


def test_a_document_without_a_journal_is_opened(story: Story) -> None:
    GraphFiles(story.folder).rewrite(parts_of(document("a", "b")))
    assert (story.restart(), story.count) == ([], 2)
    story.edit()
    assert (story.restart(), story.count) == ([], 3)


def test_the_one_before_is_kept(story: Story) -> None:
    story.edit()
    story.rewrite()
    before = story.paths.document.read_bytes()
    story.edit()
    story.rewrite()
    assert story.paths.previous.read_bytes() == before


def test_without_links_the_document_is_written_all_the_same(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: Any) -> None:
        raise OSError(95, "Operation not supported")

    monkeypatch.setattr(os, "link", refuse)
    for _ in range(2):
        story.edit()
        story.rewrite()
    assert not story.paths.previous.exists()
    assert (story.restart(), story.count) == ([], 2)


# --- read by others ---------------------------------------------------------------------------------


def contents(folder: Path) -> dict[str, tuple[bytes, int]]:
    return {path.name: (path.read_bytes(), path.stat().st_mtime_ns) for path in folder.iterdir()}


def test_others_read_what_a_worker_would_find_and_write_nothing(story: Story) -> None:
    assert read_graph(story.paths) is None
    for step in steps(story):
        step()
        before = contents(story.folder)
        read = read_graph(story.paths)
        assert read is not None
        assert to_bytes(read) == to_bytes(story.space.serialize())
        assert contents(story.folder) == before


@pytest.mark.parametrize(
    "harm",
    [
        lambda paths: paths.document.write_bytes(b'{"format": 1, "nod'),
        lambda paths: paths.document.unlink(),
        lambda paths: paths.journal.write_bytes(paths.journal.read_bytes()[:-5]),
        lambda paths: paths.journal.write_bytes(b"x" + paths.journal.read_bytes()),
        lambda paths: paths.previous.write_bytes(b"{"),
    ],
    ids=["torn", "missing", "torn journal", "damaged journal", "torn before"],
)
def test_others_leave_what_is_damaged_where_it_is(story: Story, harm: Callable[[GraphPaths], object]) -> None:
    for _ in range(2):
        story.edit()
        story.rewrite()
    story.edit()
    harm(story.paths)
    before = contents(story.folder)
    read = read_graph(story.paths)
    assert read is not None
    assert contents(story.folder) == before
    story.restart()
    assert to_bytes(read) == to_bytes(story.space.serialize())


def test_when_all_is_torn_others_are_told_why(story: Story) -> None:
    for _ in range(2):
        story.edit()
        story.rewrite()
    for name in NAMES:
        (story.folder / name).write_bytes(b"torn\n")
    before = contents(story.folder)
    with pytest.raises(DocumentError, match="torn"):
        read_graph(story.paths)
    assert contents(story.folder) == before


MOVES = ["e", "r", "er", "ere", "erere", "erererer"]


@pytest.mark.parametrize(
    ("before", "moves"),
    [(before, moves) for before in ("", *MOVES) for moves in MOVES if (before + moves).startswith("e")],
)
def test_others_read_while_it_is_written(
    test_nodes: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, before: str, moves: str
) -> None:
    """The worker edits (e) and rewrites (r) between any two files that are read: each reading gives a state of the graph
    that was on the disk since the reading began."""
    read_bytes = Path.read_bytes
    for number in itertools.count(1):
        folder = tmp_path / f"{number}"
        folder.mkdir()
        story = Story(test_nodes, folder)
        do = {"e": story.edit, "r": story.rewrite}
        for move in before:
            do[move]()
        reads, count = itertools.count(1), story.count

        def read(path: Path, *, reads: Iterator[int] = reads, do: dict[str, Callable[[], None]] = do) -> bytes:
            if next(reads) == number:  # noqa: B023 - called in this round alone
                for move in moves:
                    do[move]()
            return read_bytes(path)

        with monkeypatch.context() as patched:
            patched.setattr(Path, "read_bytes", read)
            graph = read_graph(story.paths)
        assert count <= (0 if graph is None else len(graph["nodes"])) <= story.count
        if next(reads) <= number:
            assert number > 2
            return
