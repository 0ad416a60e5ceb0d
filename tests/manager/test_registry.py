from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any

import pytest

from funcnodes_jupyter.manager.base import BaseFolder
from funcnodes_jupyter.manager.connection import read_connection
from funcnodes_jupyter.manager.files import write_json
from funcnodes_jupyter.manager.process_id import ProcessId
from funcnodes_jupyter.manager.record import FORMAT
from funcnodes_jupyter.manager.registry import Registry

RECORD = {"format": FORMAT, "uuid": "u1", "name": "demo", "cwd": "/tmp", "created": "2026-01-01T00:00:00+00:00"}


@pytest.mark.parametrize(
    ("alive", "said", "connected", "state"),
    [
        (True, "starting", False, "starting"),
        (True, "starting", True, "running"),
        (True, "running", True, "running"),
        (True, "stopping", True, "stopping"),
        (True, None, True, "running"),
        (False, None, False, "stopped"),
        (False, "stopped", False, "stopped"),
        (False, "crashed", False, "crashed"),
        (False, "running", True, "crashed"),  # it could not tidy up
        (False, "running", False, "stopped"),  # its launcher vanished, it saved and left
        (False, "stopping", True, "stopped"),
    ],
)
def test_the_state_follows_from_the_files(
    base: BaseFolder, stranger: ProcessId, alive: bool, said: str | None, connected: bool, state: str
) -> None:
    paths = base.worker("u1")
    write_json(paths.record, RECORD)
    process = stranger if alive else ProcessId(stranger.pid, stranger.start_time - 3600)
    write_json(paths.process, {**process.to_json(), "owner": None})
    if said:
        write_json(paths.runstate, {"state": said, "detail": ""})
    if connected:
        write_json(paths.connection, {})
    entry = Registry(base).entry("u1")
    assert entry is not None
    assert entry.status.state == state
    assert entry.status.pid == (stranger.pid if alive else None)


def test_a_pid_that_belongs_to_a_stranger_now_is_no_worker(stranger: ProcessId) -> None:
    assert stranger.alive()
    assert not ProcessId(stranger.pid, stranger.start_time - 60).alive()


@pytest.mark.parametrize(
    ("content", "name"),
    [
        ('{"uuid": "u1", "name": "theirs", "pid": 1}', "theirs"),
        ('{"uuid": "u1", "name": "newer", "format": "funcnodes_jupyter/9"}', "newer"),
        ("not json", "u1"),
        ("[1, 2]", "u1"),
        ('{"a":' * 100_000 + "1" + "}" * 100_000, "u1"),
    ],
)
def test_records_of_others_are_shown_as_foreign(base: BaseFolder, content: str, name: str) -> None:
    base.worker("u1").record.write_text(content)
    (entry,) = Registry(base).scan().values()
    assert entry.record is None
    assert (entry.status.state, entry.status.name, entry.status.pid) == ("foreign", name, None)


def test_a_record_under_a_wrong_file_name_is_not_ours_to_run(base: BaseFolder) -> None:
    write_json(base.worker("u2").record, RECORD)
    (entry,) = Registry(base).scan().values()
    assert entry.status.state == "foreign"


def test_connection_files_are_no_records(base: BaseFolder) -> None:
    write_json(base.worker("u1").connection, {"port": 1})
    assert Registry(base).scan() == {}


@pytest.mark.parametrize("which", ["record", "process", "runstate", "connection"])
@pytest.mark.parametrize("protocol", [None, 0, 5])
def test_what_stands_in_a_file_is_never_run(base: BaseFolder, tmp_path: Path, which: str, protocol: int | None) -> None:
    paths, canary = base.worker("u1"), tmp_path / "canary"
    write_json(paths.record, RECORD)
    text = f"__import__('pathlib').Path({str(canary)!r}).touch()".encode()
    file: Path = getattr(paths, which)
    file.write_bytes(text if protocol is None else pickle.dumps(Touching(canary), protocol))
    (entry,) = Registry(base).scan().values()
    assert read_connection(paths.connection) is None
    assert entry.status.state in ("foreign", "stopped", "crashed")
    assert not canary.exists()


class Touching:
    """Unpickling it makes a file."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Any, ...]:
        return Path.touch, (self.path,)


def test_a_change_on_disk_is_seen(base: BaseFolder) -> None:
    registry = Registry(base)
    write_json(base.worker("u1").record, RECORD)
    assert [entry.status.name for entry in registry.scan().values()] == ["demo"]
    write_json(base.worker("u1").record, {**RECORD, "name": "other"})
    assert [entry.status.name for entry in registry.scan().values()] == ["other"]
    base.worker("u1").record.unlink()
    assert registry.scan() == {}
