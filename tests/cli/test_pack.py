"""``funcnodes pack new``: what it writes installs, passes its own test, and is in the library of a real worker."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from packs import install_folder, with_path

Command = Callable[..., "subprocess.CompletedProcess[str]"]

GRAPH = {
    "format": 1,
    "nodes": [{"id": "r", "node_id": "my_nodes.repeat", "name": "r", "io": {"times": {"is_input": True, "value": 3}}}],
    "edges": [],
}


def test_a_new_pack_is_whole(terminal: Command, environment: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "src").mkdir()
    done = terminal("pack", "new", "My-Nodes", "--dir", "src")
    assert done.returncode == 0, done.stderr
    folder, site = tmp_path / "src" / "My-Nodes", tmp_path / "site"
    written = sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())
    assert written == ["README.md", "my_nodes/__init__.py", "pyproject.toml", "tests/test_nodes.py"]
    assert "$" not in "".join((folder / name).read_text() for name in written)

    install_folder(folder, site)
    environment.update(with_path(site, environment))
    own = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(folder / "tests")]
    tested = subprocess.run(own, env=environment, cwd=folder, capture_output=True, text=True, check=False)
    assert "2 passed" in tested.stdout, tested.stdout + tested.stderr

    (tmp_path / "graph.json").write_text(json.dumps(GRAPH))
    ran = terminal("run", "graph.json", "--trust", "--output", "r.out=out.json")
    assert ran.returncode == 0, ran.stderr
    assert json.loads((tmp_path / "out.json").read_text()) == "echo echo echo"


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("two words", "is no name for a pack"),
        ("../up", "is no name for a pack"),
        ("a--b", "is no name for a pack"),
        ("1st", "is no name for a pack"),
        ("$module", "is no name for a pack"),
        ("json", "is part of Python"),
        ("lambda", "is part of Python"),
        ("funcnodes-jupyter", "of this package"),
        ("taken", "is there already"),
    ],
)
def test_a_name_that_cannot_be_is_refused(funcnodes: Command, tmp_path: Path, name: str, why: str) -> None:
    (tmp_path / "taken").mkdir()
    before = sorted(tmp_path.rglob("*"))
    done = funcnodes("pack", "new", name)
    assert done.returncode == 1
    assert why in done.stderr
    assert sorted(tmp_path.rglob("*")) == before
