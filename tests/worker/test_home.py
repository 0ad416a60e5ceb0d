"""The files of a worker: who may read them, and what becomes of broken ones."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest

from funcnodes_jupyter.wire.messages import Preview
from funcnodes_jupyter.worker import home as home_module
from funcnodes_jupyter.worker.atomic import write_atomically
from funcnodes_jupyter.worker.errors import WorkerRunsError
from funcnodes_jupyter.worker.home import WorkerHome


@pytest.fixture
def home(tmp_path: Path) -> WorkerHome:
    made = WorkerHome(tmp_path / "base", "w1")
    made.prepare()
    return made


# --- files ------------------------------------------------------------------------------------------


def test_secrets_are_private_from_the_first_moment(tmp_path: Path) -> None:
    path = tmp_path / "secret"
    path.write_text("old")
    path.chmod(0o644)
    write_atomically(path, b"new")
    assert (stat.S_IMODE(path.stat().st_mode), path.read_bytes()) == (0o600, b"new")


def test_only_one_holds_a_worker(home: WorkerHome) -> None:
    with home.held(), pytest.raises(WorkerRunsError), home.held():
        pass
    with home.held():
        pass


def test_a_graph_is_given_and_read(home: WorkerHome) -> None:
    assert home.read_document() is None
    nodes = [{"id": "a", "node_id": "t.add", "io": {}}]
    graph = {"format": 1, "nodes": nodes, "edges": [], "prop": {}, "groups": {}, "view": {"a": {"pos": [1.0, 2.0]}}}
    home.write_document(graph)
    assert home.read_document() == graph
    (saved,) = (path for path in home.folder.iterdir() if path != home.files)
    assert (saved.name, stat.S_IMODE(saved.stat().st_mode)) == ("nodespace.json", 0o600)


# --- previews -----------------------------------------------------------------------------------


def test_previews_come_back_stale(home: WorkerHome) -> None:
    home.save_previews([Preview("a", "out", {"text/plain": "1"}), Preview("b", "out", {"text/plain": "2"})])
    assert [(preview.node, preview.stale) for preview in home.load_previews()] == [("a", True), ("b", True)]


def test_the_oldest_previews_fall_out(home: WorkerHome, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(home_module, "MAX_PREVIEW_BYTES", 1000)
    monkeypatch.setattr(home_module, "MAX_PREVIEWS_BYTES", 1500)
    sizes = {"a": 600, "b": 600, "huge": 5000, "c": 600}
    home.save_previews([Preview(name, "out", {"text/plain": "x" * size}) for name, size in sizes.items()])
    assert [preview.node for preview in home.load_previews()] == ["b", "c"]


@pytest.mark.parametrize("data", [b"", b"[", b"{}", b'[{"node": 3}]', b"\xff"])
def test_torn_previews_are_made_anew(home: WorkerHome, data: bytes) -> None:
    home.previews.write_bytes(data)
    assert home.load_previews() == []


@pytest.mark.parametrize(
    ("record", "name"), [('{"name": "penguins"}', "penguins"), ("{", "w1"), ("[]", "w1"), (None, "w1")]
)
def test_the_name(home: WorkerHome, record: str | None, name: str) -> None:
    if record is not None:
        home.record.write_text(record)
    assert home.read_name() == name


@pytest.mark.parametrize(
    ("record", "sizes"),
    [
        ({}, (32, None)),
        ({"threads": 3, "processes": 2}, (3, 2)),
        ({"threads": 0, "processes": "many"}, (32, None)),
        ({"threads": True}, (32, None)),
    ],
)
def test_the_record_says_how_many_functions_run_at_once(
    home: WorkerHome, record: dict[str, object], sizes: tuple[int, int | None]
) -> None:
    home.record.write_text(json.dumps(record))
    pools = home.read_pools()
    assert (pools.threads, pools.processes) == sizes
