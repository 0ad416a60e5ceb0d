"""The files of a worker: how they look, and what becomes of broken ones."""

from __future__ import annotations

import json
import stat
from pathlib import Path
from typing import Any

import pytest

from funcnodes_jupyter.core.encoding import decode_value, encode_value
from funcnodes_jupyter.core.errors import DocumentError
from funcnodes_jupyter.wire.messages import Preview
from funcnodes_jupyter.worker import home as home_module
from funcnodes_jupyter.worker import savedform
from funcnodes_jupyter.worker.atomic import write_atomically
from funcnodes_jupyter.worker.errors import WorkerRunsError
from funcnodes_jupyter.worker.home import WorkerHome


def document(*uuids: str, **extra: Any) -> dict[str, Any]:
    nodes = [{"id": uuid, "name": "", "node_id": "t.add", "io": {}} for uuid in uuids]
    view = {uuid: {"pos": [1.0, 2.0]} for uuid in uuids}
    return {"format": 1, "nodes": nodes, "edges": [], "prop": {}, "groups": {}, "view": view, **extra}


@pytest.fixture
def home(tmp_path: Path) -> WorkerHome:
    made = WorkerHome(tmp_path / "base", "w1")
    made.prepare()
    return made


def restored(home: WorkerHome) -> tuple[list[dict[str, Any]], list[str]]:
    found: list[dict[str, Any]] = []

    def restore(loaded: dict[str, Any]) -> list[str]:
        found.append(loaded)
        return []

    return found, home.load_document(restore)


# --- how it looks -------------------------------------------------------------------------------


def test_one_line_a_node_and_an_edge() -> None:
    saved = savedform.to_bytes(document("a", "b", edges=[["a", "out", "b", "a"]])).decode()
    lines = saved.splitlines()
    assert sum('"node_id":"t.add"' in line for line in lines) == 2
    assert '["a","out","b","a"]' in lines
    assert '"a": {"pos":[1.0,2.0]},' in lines
    assert json.loads(saved) == document("a", "b", edges=[["a", "out", "b", "a"]])


def test_moving_a_node_changes_one_line() -> None:
    before = savedform.to_bytes(document("a", "b")).splitlines()
    moved = document("a", "b")
    moved["view"]["b"]["pos"] = [3.0, 4.0]
    after = savedform.to_bytes(moved).splitlines()
    assert len([1 for old, new in zip(before, after, strict=True) if old != new]) == 1


def test_unknown_keys_survive() -> None:
    saved = document("a", later={"x": [1]}, kept_edges=[["?", "out", "a", "a"]])
    assert savedform.from_bytes(savedform.to_bytes(saved)) == saved


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"[]",
        b"{}",
        b'{"format": "other/1", "nodes": [], "edges": []}',
        b'{"format": 1}',
        b'{"format": 1, "nodes": [3], "edges": []}',
        b'{"format": 1, "nodes": [{"id": "a"}], "edges": []}',
        b'{"backend": {"nodes": [], "edges": []}, "view": {}}',
        b"\xff\xfe",
    ],
)
def test_what_is_no_graph_of_ours_is_refused(data: bytes) -> None:
    with pytest.raises(DocumentError):
        savedform.from_bytes(data)


def test_what_has_no_form_does_not_lose_the_rest() -> None:
    strange = document("a")
    strange["prop"] = {"what": object(), "text": type("Text", (str,), {})("x")}
    assert savedform.from_bytes(savedform.to_bytes(strange))["prop"] == {"what": None, "text": "x"}


# --- saving and loading ---------------------------------------------------------------------------


def test_text_that_is_no_unicode_does_not_lose_the_rest() -> None:
    error = {"text": "no file caf\udce9.csv"}
    document = {"format": 1, "nodes": [], "edges": [], "errors": {"a": error}, "view": {}}
    assert savedform.from_bytes(savedform.to_bytes(document))["errors"] == {"a": {"text": "no file caf\\udce9.csv"}}


@pytest.mark.parametrize(
    "value", [2**63, -(2**70), 10**5000, -(10**5000)], ids=lambda value: f"{value.bit_length()} bits"
)
def test_whole_numbers_of_any_length_come_back(value: int) -> None:
    record = {"id": "a", "node_id": "x", "io": {"n": {"value": encode_value(value)}}}
    saved = savedform.from_bytes(savedform.to_bytes({"format": 1, "nodes": [record], "edges": [], "view": {}}))
    assert decode_value(saved["nodes"][0]["io"]["n"]["value"]) == value


def test_saving_twice_writes_once(home: WorkerHome) -> None:
    assert home.save_document(document("a")) is True
    first = home.nodespace.stat().st_mtime_ns
    assert home.save_document(document("a")) is False
    assert home.nodespace.stat().st_mtime_ns == first


def test_a_new_worker_has_no_graph(home: WorkerHome) -> None:
    assert restored(home) == ([], [])


def test_what_was_saved_is_loaded(home: WorkerHome) -> None:
    home.save_document(document("a"))
    home.save_document(document("a", "b"))
    assert restored(home) == ([document("a", "b")], [])
    assert stat.S_IMODE(home.nodespace.stat().st_mode) == 0o600


def test_a_torn_file_is_set_aside_and_the_one_before_is_taken(home: WorkerHome) -> None:
    home.save_document(document("a"))
    home.save_document(document("a", "b"))
    home.nodespace.write_bytes(b'{"format": 1, "nod')
    found, problems = restored(home)
    assert found == [document("a")]
    (aside,) = home.folder.glob("nodespace.unreadable-*.json")
    assert aside.read_bytes() == b'{"format": 1, "nod'
    assert aside.name in problems[0]
    assert "torn" in problems[0]


def test_what_the_graph_refuses_is_set_aside_too(home: WorkerHome) -> None:
    home.save_document(document("a"))

    def refuse(loaded: dict[str, Any]) -> list[str]:
        raise AttributeError("no such thing")

    (problem,) = home.load_document(refuse)
    assert "damaged" in problem
    assert not home.nodespace.exists()


def test_others_read_the_last_good_graph_and_change_nothing(home: WorkerHome) -> None:
    assert home.read_document() is None
    home.save_document(document("a"))
    home.save_document(document("a", "b"))
    assert home.read_document() == document("a", "b")
    home.nodespace.write_bytes(b'{"format": 1, "nod')
    before = sorted(home.folder.iterdir())
    assert home.read_document() == document("a")
    home.previous.unlink()
    with pytest.raises(DocumentError, match="torn"):
        home.read_document()
    assert sorted(home.folder.iterdir()) == [path for path in before if path != home.previous]


def test_a_failed_write_leaves_the_old_file(home: WorkerHome, monkeypatch: pytest.MonkeyPatch) -> None:
    home.save_document(document("a"))
    before = home.nodespace.read_bytes()

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("funcnodes_jupyter.worker.atomic.os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        home.save_document(document("b"))
    assert home.nodespace.read_bytes() == before
    assert not list(home.folder.glob("*.tmp"))


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
