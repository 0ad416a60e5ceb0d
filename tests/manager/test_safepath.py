"""What strangers call files: what is taken stays in the folder, and what is refused leaves nothing behind."""

from __future__ import annotations

import contextlib
import os
import shutil
import threading
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from hostile import HARMLESS_PATHS, HOSTILE_PATHS

from funcnodes_jupyter.convert.errors import InvalidPathError
from funcnodes_jupyter.convert.safepath import safe_parts
from funcnodes_jupyter.manager.arrival import ARRIVING, FORGOTTEN_SECONDS, Arrival
from funcnodes_jupyter.manager.errors import (
    DiskFullError,
    FileTakenError,
    NoSuchFileError,
    PathBlockedError,
    TooLargeError,
)
from funcnodes_jupyter.manager.workerfiles import WorkerFiles

SECRET = "nobody is to read this"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A worker's folder, with things around it that are none of its files."""
    folder = tmp_path / "workers" / "w1"
    folder.mkdir(parents=True)
    (folder / "nodespace.json").write_text(SECRET)
    (tmp_path / "secret.txt").write_text(SECRET)
    return folder


@pytest.fixture
def files(home: Path) -> WorkerFiles:
    return WorkerFiles(home / "files")


@pytest.fixture
def put(home: Path, files: WorkerFiles) -> Callable[..., None]:
    def write(path: str, content: str = "x", overwrite: bool = False) -> None:
        arrival = Arrival(home, None, 0)
        try:
            arrival.write(content.encode())
            files.take(arrival, path, overwrite)
        finally:
            arrival.discard()

    return write


def everything(folder: Path) -> set[str]:
    """What there is below ``folder``, links not followed."""
    return {str(Path(top, name)) for top, folders, names in os.walk(folder) for name in (*folders, *names)}


def test_the_table_is_long_enough() -> None:
    assert len(set(HOSTILE_PATHS)) == len(HOSTILE_PATHS) >= 60


@pytest.mark.parametrize("path", HOSTILE_PATHS, ids=ascii)
def test_hostile_paths_are_refused_and_leave_nothing(
    tmp_path: Path, files: WorkerFiles, put: Callable[..., None], path: str
) -> None:
    before = everything(tmp_path)
    for attempt in (
        lambda: safe_parts(path),
        lambda: files.open(path),
        lambda: files.delete(path),
        lambda: files.check_free(path, overwrite=True),
        lambda: put(path, overwrite=True),
    ):
        with pytest.raises(InvalidPathError):
            attempt()
    assert everything(tmp_path) == before


@pytest.mark.parametrize("path", HARMLESS_PATHS)
def test_harmless_paths_are_taken(files: WorkerFiles, put: Callable[..., None], path: str) -> None:
    put(path, "content")
    assert [file.path for file in files.listed()] == [path]
    with files.open(path) as file:
        assert file.read() == b"content"
    files.delete(path)
    assert files.listed() == []


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("", "it is empty"),
        ("../a", "'..' is no name"),
        ("/a", "it is absolute"),
        ("a\\b", "folders are written with /"),
        ("a//b", "a part of it is empty"),
        ("con.txt", "CON means a device"),
        ("a" * 300, "longer than 255 bytes"),
    ],
)
def test_the_refusal_says_what_is_wrong(path: str, reason: str) -> None:
    with pytest.raises(InvalidPathError, match=reason.replace(".", r"\.")):
        safe_parts(path)


# --- links --------------------------------------------------------------------------------------


@pytest.fixture
def linked(tmp_path: Path, home: Path) -> Path:
    """Files with links among them that lead out."""
    folder = home / "files"
    (folder / "real").mkdir(parents=True)
    (folder / "real" / "a.txt").write_text("a")
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "secret.txt").write_text(SECRET)
    (folder / "file").symlink_to(tmp_path / "outside" / "secret.txt")
    (folder / "folder").symlink_to(tmp_path / "outside")
    (folder / "real" / "up").symlink_to("../../..")
    (folder / "nowhere").symlink_to(tmp_path / "outside" / "made.txt")
    os.mkfifo(folder / "pipe")
    return folder


@pytest.mark.parametrize(
    "path",
    [
        "file",
        "folder/secret.txt",
        "folder/new.txt",
        "real/up/w1/nodespace.json",
        "nowhere",
        "nowhere/a",
        "pipe",
        "real",
    ],
)
def test_links_are_never_followed(
    tmp_path: Path, linked: Path, files: WorkerFiles, put: Callable[..., None], path: str
) -> None:
    before = everything(tmp_path)
    for attempt in (
        lambda: files.open(path),
        lambda: files.delete(path),
        lambda: files.check_free(path, overwrite=True),
        lambda: put(path),
    ):
        with pytest.raises((PathBlockedError, FileTakenError)):
            attempt()
    assert everything(tmp_path) == before
    assert (tmp_path / "outside" / "secret.txt").read_text() == SECRET


def test_a_link_in_the_last_place_is_replaced_and_not_followed(
    tmp_path: Path, linked: Path, put: Callable[..., None]
) -> None:
    put("file", "mine", overwrite=True)
    assert (linked / "file").read_text() == "mine"
    assert not (linked / "file").is_symlink()
    assert (tmp_path / "outside" / "secret.txt").read_text() == SECRET


def test_only_what_can_be_asked_for_is_listed(linked: Path, files: WorkerFiles) -> None:
    (linked / "a:b").write_text("")
    assert [file.path for file in files.listed()] == ["real/a.txt"]
    assert files.unlisted() == ["a:b", "file", "folder", "nowhere", "pipe", "real/up"]


def test_files_that_are_a_link_themselves_are_no_files(tmp_path: Path, home: Path, files: WorkerFiles) -> None:
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "secret.txt").write_text(SECRET)
    (home / "files").symlink_to(tmp_path / "outside")
    assert files.listed() == []
    with pytest.raises(PathBlockedError):
        files.open("secret.txt")


class Swapper:
    """Somebody who turns ``folder`` into a link that leads out, and back, as fast as can be."""

    def __init__(self, folder: Path, outside: Path, spare: Path) -> None:
        self._folder, self._outside, self._spare = folder, outside, spare
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._run)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._done.is_set():
            with contextlib.suppress(FileNotFoundError):
                self._folder.rename(self._spare)
            with contextlib.suppress(FileExistsError):
                self._folder.symlink_to(self._outside)
            if self._folder.is_symlink():
                self._folder.unlink()
            with contextlib.suppress(OSError):  # the other one made a folder there meanwhile
                self._spare.rename(self._folder)
            while self._spare.exists():
                shutil.rmtree(self._spare, ignore_errors=True)


def test_a_link_that_is_swapped_in_wins_no_race(
    tmp_path: Path, home: Path, files: WorkerFiles, put: Callable[..., None]
) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "a.txt").write_text(SECRET)
    put("a/a.txt", "mine")

    def read() -> None:
        with files.open("a/a.txt") as file:
            assert file.read() == b"mine"

    seen: Counter[str] = Counter()
    with Swapper(home / "files" / "a", outside, home / "spare"):
        while min(seen[what] for what in ("read", "write", "blocked")) < 30:
            for what, attempt in (("read", read), ("write", lambda: put("a/a.txt", "mine", overwrite=True))):
                try:
                    attempt()
                    seen[what] += 1
                except PathBlockedError:
                    seen["blocked"] += 1
                except NoSuchFileError:
                    seen["nothing there"] += 1
            assert (outside / "a.txt").read_text() == SECRET
    assert everything(outside) == {str(outside / "a.txt")}


# --- taking and giving away ---------------------------------------------------------------------


def test_a_file_is_replaced_only_when_that_is_asked_for(files: WorkerFiles, put: Callable[..., None]) -> None:
    put("a.txt", "old")
    with pytest.raises(FileTakenError, match="overwrite=1"):
        put("a.txt", "new")
    with files.open("a.txt") as file:
        assert file.read() == b"old"
    put("a.txt", "new", overwrite=True)
    with files.open("a.txt") as file:
        assert file.read() == b"new"


def test_folders_that_become_empty_go_too(home: Path, files: WorkerFiles, put: Callable[..., None]) -> None:
    put("a/b/c.txt")
    put("a/d.txt")
    files.delete("a/b/c.txt")
    assert everything(home / "files") == {str(home / "files/a"), str(home / "files/a/d.txt")}
    files.delete("a/d.txt")
    assert everything(home / "files") == set()


def test_what_could_not_be_placed_leaves_no_folders(home: Path, put: Callable[..., None]) -> None:
    put("a.txt")
    with pytest.raises(PathBlockedError):
        put("a.txt/b/c.txt")
    assert everything(home) == {str(home / name) for name in ("files", "files/a.txt", "nodespace.json")}


def test_what_is_not_there_cannot_be_had(files: WorkerFiles) -> None:
    for attempt in (files.open, files.delete):
        with pytest.raises(NoSuchFileError, match=r"no file 'a\.txt'"):
            attempt("a.txt")


def test_too_much_is_refused_before_it_comes_and_while_it_comes(home: Path) -> None:
    with pytest.raises(TooLargeError, match="more than 10 bytes"):
        Arrival(home, 11, 10)
    arrival = Arrival(home, None, 10)
    arrival.write(b"12345")
    with pytest.raises(TooLargeError):
        arrival.write(b"678901")
    arrival.discard()
    assert everything(home) == {str(home / "nodespace.json")}


def test_more_than_the_disk_holds_is_refused_before_it_comes(home: Path) -> None:
    with pytest.raises(DiskFullError, match="disk of the Jupyter server is full"):
        Arrival(home, 2**60, 0)
    assert everything(home) == {str(home / "nodespace.json")}


def test_what_a_killed_server_left_behind_is_taken_away(home: Path) -> None:
    fresh, old, folder = (home / f"{ARRIVING}{name}" for name in ("fresh", "old", "folder"))
    fresh.touch()
    old.touch()
    (folder / "within").mkdir(parents=True)
    for left in (old, folder):
        os.utime(left, (0, left.stat().st_mtime - FORGOTTEN_SECONDS - 60))
    Arrival(home, None, 0).discard()
    assert everything(home) == {str(fresh), str(home / "nodespace.json")}
