"""``funcnodes worker export`` and ``import``, with a server and without."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from zips import BROKEN, Entry, archive_of


def only_row(done: Any) -> list[str]:
    assert done.returncode == 0, done.stderr
    (row,) = done.stdout.splitlines()[1:]
    return list(row.split())


def folders(base: Path) -> set[str]:
    return {path.name for path in (base / "workers").iterdir() if path.is_dir()}


@pytest.mark.parametrize("served", [False, True], ids=["alone", "with a server"])
def test_out_and_in_again(
    request: pytest.FixtureRequest, serve: Any, free_port: int, tmp_path: Path, served: bool
) -> None:
    funcnodes = request.getfixturevalue("funcnodes" if served else "terminal")
    if served:
        serve("--port", str(free_port))
    # Detached: it runs with a server and without.
    uuid = only_row(funcnodes("worker", "new", "demo", "--detached"))[4]
    files = tmp_path / "base" / "workers" / uuid / "files"
    (files / "a.csv").write_text("x")
    done = funcnodes("worker", "export", "demo", "taken.fnw")
    assert (done.returncode, done.stdout) == (0, f"Worker demo was exported to {tmp_path / 'taken.fnw'}.\n")
    with zipfile.ZipFile(tmp_path / "taken.fnw") as archive:
        assert archive.namelist() == ["config", "state", "files/a.csv"]
        assert json.loads(archive.read("config"))["name"] == "demo"
    assert funcnodes("worker", "export", uuid, "--no-files", "graph.fnw").returncode == 0
    with zipfile.ZipFile(tmp_path / "graph.fnw") as archive:
        assert archive.namelist() == ["config", "state"]

    again = only_row(funcnodes("worker", "import", "taken.fnw"))
    assert [*again[:3], again[4]] == ["demo", "2", "stopped", str(tmp_path)]
    assert (tmp_path / "base" / "workers" / again[3] / "files" / "a.csv").read_text() == "x"
    (tmp_path / "elsewhere").mkdir()
    named = only_row(funcnodes("worker", "import", "graph.fnw", "other", "--cwd", "elsewhere"))
    assert [*named[:2], named[3]] == ["other", "stopped", str(tmp_path / "elsewhere")]
    assert {line.split("  ")[0] for line in funcnodes("worker", "list").stdout.splitlines()[1:]} == {
        "demo",
        "demo 2",
        "other",
    }
    assert only_row(funcnodes("worker", "start", "other", "--detached"))[1] == "running,"
    for name in ("demo", "other"):
        assert funcnodes("worker", "stop", name).returncode == 0


@pytest.mark.parametrize(
    ("target", "said"),
    [("there.fnw", "is there already; choose another name"), ("no/folder.fnw", "cannot be written: No such file")],
)
def test_an_export_replaces_nothing(funcnodes: Any, tmp_path: Path, target: str, said: str) -> None:
    (tmp_path / "in.fnw").write_bytes(archive_of())
    (tmp_path / "there.fnw").write_text("mine")
    funcnodes("worker", "import", "in.fnw", "demo")
    done = funcnodes("worker", "export", "demo", target)
    assert done.returncode == 1
    assert done.stderr.startswith("funcnodes: worker 'demo' cannot be exported: ")
    assert said in done.stderr
    assert (tmp_path / "there.fnw").read_text() == "mine"


def test_an_export_that_fails_leaves_no_file(funcnodes: Any, tmp_path: Path) -> None:
    deep: Any = 1
    for _ in range(99):
        deep = [deep]
    nodes = [{"id": "a", "node_id": "basic.value", "name": "v", "io": {"value": {"value": deep}}}]
    (tmp_path / "in.fnw").write_bytes(archive_of())
    uuid = only_row(funcnodes("worker", "import", "in.fnw", "demo"))[2]
    saved = tmp_path / "base" / "workers" / uuid / "nodespace.json"
    saved.write_text(json.dumps({"format": 1, "nodes": nodes, "edges": [], "view": {}}))
    done = funcnodes("worker", "export", "demo", "out.fnw")
    assert done.returncode == 1
    assert "nested more than" in done.stderr
    assert not (tmp_path / "out.fnw").exists()


@pytest.mark.parametrize("what", [*BROKEN, "hostile", "missing"])
def test_what_does_not_come_in(funcnodes: Any, tmp_path: Path, what: str) -> None:
    if what != "missing":
        hostile = archive_of(Entry("files/../../../escaped", b"x"))
        (tmp_path / "in.fnw").write_bytes(hostile if what == "hostile" else BROKEN[what])
    done = funcnodes("worker", "import", "in.fnw")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("funcnodes: ")
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "base" / "workers").exists() or folders(tmp_path / "base") == set()
    assert not (tmp_path / "escaped").exists()


def test_a_name_or_folder_that_cannot_be_keeps_nothing(funcnodes: Any, tmp_path: Path) -> None:
    (tmp_path / "in.fnw").write_bytes(archive_of())
    for arguments in (("x" * 101,), ("--cwd", "nowhere")):
        assert funcnodes("worker", "import", "in.fnw", *arguments).returncode == 1
        assert not (tmp_path / "base" / "workers").exists() or folders(tmp_path / "base") == set()
