from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from funcnodes_jupyter.manager.trash import SYSTEM_TRASH, discard


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "worker"
    folder.mkdir()
    (folder / "mine.txt").write_text("mine")
    return folder


def test_without_a_trash_the_folder_is_kept_aside(folder: Path, tmp_path: Path) -> None:
    where = Path(discard(folder, "../../evil name", tmp_path / "aside"))
    assert where.parent == tmp_path / "aside"
    assert (where / "mine.txt").read_text() == "mine"
    assert not folder.exists()


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have one trash a user, not one a test")
def test_the_systems_trash_is_used_where_there_is_one(folder: Path, tmp_path: Path) -> None:
    # In a process of its own, because the library looks for the trash when it is imported.
    environment = {**os.environ, "XDG_DATA_HOME": str(tmp_path / "data")}
    code = f"""
from pathlib import Path
from funcnodes_jupyter.manager.trash import discard
print(discard(Path({str(folder)!r}), "demo", Path({str(tmp_path / "aside")!r})))
"""
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == SYSTEM_TRASH
    assert not folder.exists()
    assert not (tmp_path / "aside").exists()
