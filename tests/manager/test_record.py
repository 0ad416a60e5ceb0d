from __future__ import annotations

import json
from pathlib import Path

import pytest

from funcnodes_jupyter.manager.errors import InvalidWorkerError
from funcnodes_jupyter.manager.files import write_json
from funcnodes_jupyter.manager.record import (
    FORMAT,
    ForeignRecordError,
    WorkerRecord,
    checked_cwd,
    checked_name,
    default_name,
    free_name,
)

RECORD = {"format": FORMAT, "uuid": "u1", "name": "demo", "cwd": "/tmp", "created": "2026-01-01T00:00:00+00:00"}


def test_a_record_survives_the_disk_with_keys_it_does_not_know(tmp_path: Path) -> None:
    path = tmp_path / "worker_u1.json"
    kept = {
        "autostart": True,
        "detached": True,
        "idle_timeout": 60.0,
        "memory_limit": 10**9,
        "environment": "own",
        "python": "3.12",
    }
    write_json(path, {**RECORD, **kept, "later": {"a": 1}})
    record = WorkerRecord.load(path).renamed("other")
    write_json(path, record.to_json())
    assert json.loads(path.read_text()) == {**RECORD, **kept, "name": "other", "later": {"a": 1}}
    assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("idle", [-1, True, "60", None, []])
def test_settings_that_cannot_be_are_those_of_a_new_worker(idle: object) -> None:
    record = WorkerRecord.from_json(
        {**RECORD, "autostart": "yes", "detached": 1, "idle_timeout": idle, "memory_limit": idle}
    )
    assert (record.autostart, record.detached, record.idle_timeout) == (False, False, None)
    assert record.memory_limit is None


@pytest.mark.parametrize(
    "change",
    [{"format": None}, {"format": "funcnodes_jupyter/2"}, {"uuid": 3}, {"name": None}, {"cwd": []}],
)
def test_what_lacks_our_mark_or_a_field_is_foreign(change: dict[str, object]) -> None:
    with pytest.raises(ForeignRecordError):
        WorkerRecord.from_json({**RECORD, **change})


@pytest.mark.parametrize("name", ["", "   ", "a\nb", "x" * 101, "\x1b[31m"])
def test_names_that_cannot_be(name: str) -> None:
    with pytest.raises(InvalidWorkerError):
        checked_name(name)


@pytest.mark.parametrize("name", ["penguins", "Größe 2", "a/b", "日本"])
def test_names_that_can_be(name: str) -> None:
    assert checked_name(f"  {name} ") == name


def test_the_default_name_is_the_first_free_one() -> None:
    assert default_name(set()) == "worker-1"
    assert default_name({"worker-1", "worker-3"}) == "worker-2"


def test_a_working_directory_has_to_exist(tmp_path: Path) -> None:
    assert checked_cwd(tmp_path) == tmp_path
    with pytest.raises(InvalidWorkerError, match="nowhere"):
        checked_cwd(tmp_path / "nowhere")
    for strange in ("x" * 300, "~nobody-of-that-name/here"):
        with pytest.raises(InvalidWorkerError, match=f"{strange} cannot be used: "):
            checked_cwd(Path(strange))


def test_a_free_name_bears_a_number_when_it_must_and_is_never_too_long() -> None:
    assert free_name("demo", {"other"}) == "demo"
    assert free_name("demo", {"demo", "demo 2"}) == "demo 3"
    long = "x" * 100
    assert free_name(f"{long} copy", set()) == long
    assert free_name(long, {long, f"{'x' * 98} 2"}) == f"{'x' * 98} 3"
