"""Archives: what goes in comes out, and what is not as it should be is refused."""

from __future__ import annotations

import io
import json
import struct
import zipfile
import zlib
from typing import Any

import pytest
from hostile import HARMLESS_PATHS, HOSTILE_PATHS
from zips import BOMBS, BROKEN, CONFIG, DEFLATED, FOLDER, HARMLESS_BOMB, STATE, Entry, archive_of, zip_of

from funcnodes_jupyter.convert.errors import ArchiveError
from funcnodes_jupyter.convert.fnw import MAX_NESTING, PIECE_BYTES, archive_pieces, is_nested_deeply, open_archive
from funcnodes_jupyter.core.document import Document

DOCUMENT: Document = {"format": 1, "nodes": [], "edges": [], "prop": {}, "groups": {}, "view": {}}


def made(document: Document = DOCUMENT, **files: bytes) -> bytes:
    contents = [(path, lambda data=data: io.BytesIO(data)) for path, data in files.items()]
    return b"".join(archive_pieces({"name": "demo"}, document, contents))


def read(data: bytes, limit: int = 0) -> tuple[dict[str, Any], Document, dict[str, bytes]]:
    with open_archive(io.BytesIO(data), limit) as archive:
        files = {file.path: b"".join(archive.pieces(file)) for file in archive.files}
        return archive.config, archive.document, files


# --- there and back -------------------------------------------------------------------------------


def test_what_goes_in_comes_out() -> None:
    files = {"a.csv": b"x\n1\n", "data/b.bin": bytes(range(256)) * 5000, "empty": b""}
    assert read(made(DOCUMENT, **files)) == ({"name": "demo"}, DOCUMENT, files)


@pytest.mark.parametrize("path", HARMLESS_PATHS, ids=ascii)
def test_every_harmless_name_comes_out(path: str) -> None:
    assert read(made(DOCUMENT, **{path: b"x"}))[2] == {path: b"x"}


def test_any_program_can_read_it() -> None:
    with zipfile.ZipFile(io.BytesIO(made(DOCUMENT, **{"a.csv": b"x" * 100}))) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == ["config", "state", "files/a.csv"]
        assert json.loads(archive.read("config")) == {"name": "demo"}


def test_it_is_made_in_pieces() -> None:
    content = b"x" * 20 * PIECE_BYTES
    pieces = list(archive_pieces({}, DOCUMENT, [("a", lambda: io.BytesIO(content))]))
    assert max(map(len, pieces)) < 2 * PIECE_BYTES
    assert read(b"".join(pieces))[2] == {"a": content}


def test_files_that_pack_well_are_no_bomb_when_they_come_back() -> None:
    content = b"\0" * 200 * 1024**2
    archive = made(DOCUMENT, zeros=content)
    with open_archive(io.BytesIO(archive)) as opened:
        assert [file.size for file in opened.files] == [len(content)]


def test_one_that_others_made_is_read() -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.mkdir("files") if hasattr(archive, "mkdir") else archive.writestr("files/", b"")
        archive.writestr("files/a b.csv", b"x,y\n" * 100)
        archive.writestr("state", json.dumps(STATE))
        archive.writestr("config", json.dumps(CONFIG))
        archive.writestr("README.md", b"not ours")
        archive.writestr("pyproject.toml", b"[project]\n")
        archive.comment = b"from elsewhere"
    config, document, files = read(stream.getvalue())
    assert (config, files) == (CONFIG, {"a b.csv": b"x,y\n" * 100})
    assert [node["name"] for node in document["nodes"]] == ["sum"]
    with open_archive(stream) as opened:
        assert opened.project == b"[project]\n"


def test_folders_and_what_is_unknown_mean_nothing() -> None:
    entries = [
        Entry("files/", mode=FOLDER),
        Entry("files/a/", mode=FOLDER),
        Entry("other", b"x"),
        Entry("more/b", b"x"),
    ]
    assert read(archive_of(*entries))[2] == {}


def test_an_archive_after_something_else_is_read_and_one_without_a_config_too() -> None:
    data = b"#!/bin/sh\n" + zip_of([Entry("state", json.dumps(STATE).encode())])
    assert read(data)[0] == {}


def test_a_graph_that_could_not_be_read_again_is_not_written() -> None:
    deep: list[Any] = []
    for _ in range(MAX_NESTING):
        deep = [deep]
    with pytest.raises(ArchiveError, match="nested"):
        made({**DOCUMENT, "prop": {"deep": deep}})
    with pytest.raises(ArchiveError, match="keep large values in files"):
        made({**DOCUMENT, "prop": {"large": "x" * 70 * 1024**2}})


@pytest.mark.parametrize(
    ("text", "deep"),
    [
        (b"", False),
        (b"{}", False),
        (b'{"a": ["[[[[", "\\"]]", {"b": []}]}', False),
        (b"[" * MAX_NESTING + b"]" * MAX_NESTING, False),
        (b"[" * (MAX_NESTING + 1) + b"]" * (MAX_NESTING + 1), True),
        (b'{"a":' * (MAX_NESTING + 1) + b"1" + b"}" * (MAX_NESTING + 1), True),
        (b'"' + b"[" * 500 + b'"', False),
        (b'["\\\\", ' + b"[" * 500 + b"]" * 500 + b"]", True),
    ],
)
def test_how_deep_json_is_nested(text: bytes, deep: bool) -> None:
    assert is_nested_deeply(text) is deep


# --- what is refused ------------------------------------------------------------------------------


@pytest.mark.parametrize("path", HOSTILE_PATHS, ids=ascii)
def test_hostile_names_are_refused(path: str) -> None:
    if path:
        with pytest.raises(ArchiveError):
            read(archive_of(Entry(f"files/{path}", b"x")))
    with pytest.raises(ArchiveError):
        read(archive_of(Entry(path, b"x")))


def test_a_second_name_of_an_entry_is_never_used() -> None:
    """Newer versions of zipfile take the name in the extra field for the right one, older ones do not know it."""
    second = b"../escaped"
    extra = struct.pack("<HHBL", 0x7075, 5 + len(second), 1, zlib.crc32(b"files/a")) + second
    try:
        names = list(read(archive_of(Entry("files/a", extra=extra)))[2])
    except ArchiveError:
        names = ["a"]
    assert names == ["a"]


@pytest.mark.parametrize("what", BROKEN)
def test_broken_archives_are_refused(what: str) -> None:
    with pytest.raises(ArchiveError):
        read(BROKEN[what])


@pytest.mark.parametrize("what", [what for what in BOMBS if what != HARMLESS_BOMB])
def test_bombs_are_refused(what: str) -> None:
    with pytest.raises(ArchiveError):
        read(BOMBS[what]())


def test_an_archive_among_the_files_is_left_as_it_is() -> None:
    assert list(read(BOMBS[HARMLESS_BOMB]())[2]) == ["a.zip"]


def test_more_than_is_allowed_is_refused() -> None:
    archive = archive_of(Entry("files/a", b"x" * 1000), Entry("files/b", b"x" * 1000, DEFLATED))
    assert len(read(archive, limit=5000)[2]) == 2
    with pytest.raises(ArchiveError, match="too much"):
        read(archive, limit=1999)
