from __future__ import annotations

import csv
from pathlib import Path

import pytest

from funcnodes_jupyter.nodes.files import UPLOADS_VARIABLE, existing_file, sample_path


def test_a_sample() -> None:
    path = existing_file("sample:penguins.csv")
    assert path == sample_path("penguins.csv")
    with path.open(newline="") as file:
        assert sum(1 for _ in csv.DictReader(file)) == 344


def test_relative_paths_begin_at_the_working_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.csv").write_text("x\n1\n")
    monkeypatch.chdir(tmp_path)
    assert existing_file(" a.csv ").resolve() == tmp_path / "a.csv"


def test_uploaded_files_come_before_a_folder_of_that_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    uploads = tmp_path / "uploads"
    for folder in (uploads / "data", tmp_path / "files"):
        folder.mkdir(parents=True)
    (uploads / "data" / "a.csv").touch()
    (uploads / "b.csv").touch()
    (tmp_path / "files" / "b.csv").touch()
    (tmp_path / "files" / "c.csv").touch()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(UPLOADS_VARIABLE, str(uploads))
    assert existing_file("files/data/a.csv") == uploads / "data" / "a.csv"
    assert existing_file("files/b.csv") == uploads / "b.csv"
    assert existing_file("files/c.csv").resolve() == tmp_path / "files" / "c.csv"
    with pytest.raises(FileNotFoundError, match=r"no file files/d.csv, uploaded or other. Relative paths begin at"):
        existing_file("files/d.csv")
    with pytest.raises(FileNotFoundError, match=r"no file b.csv. Relative"):
        existing_file("b.csv")


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("", "path is empty"),
        ("nothing.csv", r"no file nothing.csv. Relative paths begin at .*work"),
        ("/nowhere/a.csv", r"^There is no file /nowhere/a.csv.$"),
        ("sample:seals.csv", r"no sample file 'seals.csv', only penguins.csv"),
        ("sample:../files.py", "no sample file"),
    ],
)
def test_what_is_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, path: str, text: str) -> None:
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")
    with pytest.raises(FileNotFoundError, match=text):
        existing_file(path)


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(IsADirectoryError, match="is a folder"):
        existing_file(str(tmp_path))
