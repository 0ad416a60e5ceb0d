"""The ``.fnw`` archive: a worker to take along. A zip with ``config`` and ``state`` (JSON), ``files/…``, and what
says which packages it needs.

An archive is a stranger's: before anything of it is used its whole table of contents is looked at, and what does not
look like an archive of a worker is refused. Nothing here writes to the disk, and nothing in an archive is run.
"""

from __future__ import annotations

import io
import json
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, BinaryIO

from funcnodes_jupyter.convert.errors import ArchiveError, InvalidPathError
from funcnodes_jupyter.convert.published import from_published, to_published
from funcnodes_jupyter.convert.safepath import collision_key, safe_parts
from funcnodes_jupyter.core.document import Document
from funcnodes_jupyter.core.errors import DocumentError

SUFFIX = ".fnw"
CONFIG, STATE, PROJECT, LOCK = "config", "state", "pyproject.toml", "requirements.lock"
FILES = "files/"

MAX_ENTRIES = 10_000
MAX_TABLE_BYTES = 16 * 1024**2
"""Of the table of contents, which is read whole."""
MAX_TEXT_BYTES = 64 * 1024**2
"""Of each part that is read whole: ``config``, ``state``, ``pyproject.toml`` and ``requirements.lock``."""
MAX_NESTING = 100
"""Of lists and objects in one another; what reads them takes a frame or more of Python's stack for each."""
MAX_RATIO = 100
"""How many times its own size an archive may become. Files are put in as they are, so ours become no larger at all."""
ALWAYS_BYTES = 80 * 1024**2
"""So much any archive may become: a long ``state`` may well be packed tighter than :data:`MAX_RATIO`."""
PIECE_BYTES = 1024**2

_USUAL_FLAGS = 0x80E
"""How well it is packed, sizes after the data, names in UTF-8. The others mean encryption, or nothing good."""
_UTF8 = 0x800
_HEADER_BYTES = 30
"""Before the name of an entry and its data."""
_STRINGS = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"', re.DOTALL)
_NO_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))
_DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    NotImplementedError,
    RuntimeError,
    ValueError,
    OverflowError,
)
"""What reading a damaged archive may raise; json's and Unicode's errors are ValueErrors."""


# --- writing --------------------------------------------------------------------------------------


def archive_pieces(
    config: Mapping[str, Any],
    document: Document,
    files: Iterable[tuple[str, Callable[[], BinaryIO]]],
    project: Mapping[str, bytes] = MappingProxyType({}),
) -> Iterator[bytes]:
    """An archive, made while it is read; no piece is much larger than a megabyte, but for the graph's.

    Args:
        config: what the worker is called, and the like; no paths, ports or secrets.
        document: its saved graph.
        files: the path of each of its files, and what opens it.
        project: its ``pyproject.toml`` and ``requirements.lock``, by these names.

    Raises:
        ArchiveError: the graph is too large, or nested too deeply, to be read again.
        OSError: a file cannot be read.
    """
    state = json.dumps(to_published(document)).encode()
    if len(state) > MAX_TEXT_BYTES:
        raise ArchiveError(f"the graph has more than {MAX_TEXT_BYTES // 1024**2} MiB; keep large values in files")
    if is_nested_deeply(state):
        raise ArchiveError(f"a value in the graph is nested more than {MAX_NESTING} deep")
    outlet = _Outlet()
    with zipfile.ZipFile(outlet, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(CONFIG, json.dumps(dict(config)))
        archive.writestr(STATE, state)
        for name, text in project.items():
            archive.writestr(name, text)
        yield outlet.take()
        for path, open_file in files:
            # As it is: what is packed well here would look like a bomb when it is read.
            entry = zipfile.ZipInfo(FILES + path)
            with open_file() as source, archive.open(entry, "w", force_zip64=True) as target:
                while piece := source.read(PIECE_BYTES):
                    target.write(piece)
                    yield outlet.take()
    yield outlet.take()


class _Outlet(io.RawIOBase):
    """Where zipfile writes to, and what it wrote is taken from; it cannot go back."""

    def __init__(self) -> None:
        self._held = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._held += data
        return len(data)

    def take(self) -> bytes:
        """What was written since the last time."""
        held, self._held = self._held, bytearray()
        return bytes(held)


# --- reading --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ArchivedFile:
    """A file in an archive: its ``path`` below ``files/``, which :func:`safe_parts` takes, and its size in bytes."""

    path: str
    size: int


class Archive:
    """An archive that was looked at and is not refused; see :func:`open_archive`.

    Attributes:
        config: what is said of the worker; anything may stand in it.
        document: its saved graph.
        project: its ``pyproject.toml`` as it stands there; None when it has none.
        lock: its ``requirements.lock``, likewise.
        files: what comes along.
    """

    def __init__(self, archive: zipfile.ZipFile, entries: Mapping[str, zipfile.ZipInfo]) -> None:
        self._archive = archive
        self._entries = entries
        self.config = _json_object(CONFIG, self._text(CONFIG)) if CONFIG in entries else {}
        if STATE not in entries:
            raise ArchiveError("this is no archive of a worker: it has no 'state'")
        try:
            self.document: Document = from_published(_json_object(STATE, self._text(STATE)))
        except DocumentError as error:
            raise ArchiveError(f"the graph in the archive cannot be read: {error}") from None
        self.project = self._text(PROJECT) if PROJECT in entries else None
        self.lock = self._text(LOCK) if LOCK in entries else None
        self.files = tuple(
            ArchivedFile(name.removeprefix(FILES), entry.file_size)
            for name, entry in entries.items()
            if name.startswith(FILES)
        )

    def pieces(self, file: ArchivedFile) -> Iterator[bytes]:
        """The content of ``file``, unpacked while it is read.

        Raises:
            ArchiveError: it is damaged, or more than its table of contents says.
        """
        yield from self._pieces(FILES + file.path)

    def _text(self, name: str) -> bytes:
        if self._entries[name].file_size > MAX_TEXT_BYTES:
            raise ArchiveError(f"{name!r} in the archive has more than {MAX_TEXT_BYTES // 1024**2} MiB")
        return b"".join(self._pieces(name))

    def _pieces(self, name: str) -> Iterator[bytes]:
        entry, left = self._entries[name], self._entries[name].file_size
        try:
            with self._archive.open(entry) as source:
                while piece := source.read(PIECE_BYTES):
                    left -= len(piece)
                    if left < 0:
                        raise ArchiveError(f"{name!r} in the archive is larger than it says")
                    yield piece
        except ArchiveError:
            raise
        except _DAMAGE as error:
            raise ArchiveError(f"{name!r} in the archive is damaged: {error}") from None
        if left:
            raise ArchiveError(f"{name!r} in the archive is shorter than it says")


@contextmanager
def open_archive(stream: BinaryIO, limit: int = 0) -> Iterator[Archive]:
    """Look at an archive; nothing is unpacked but its texts.

    Args:
        stream: the archive; it can go back.
        limit: how many bytes it may become, all files together; 0: as many as its size allows.

    Raises:
        ArchiveError: it is damaged, or does not look like an archive of a worker.
    """
    size = stream.seek(0, io.SEEK_END)
    try:
        archive = zipfile.ZipFile(_ShortReads(stream))
    except ArchiveError:
        raise
    except _DAMAGE as error:
        raise ArchiveError(f"this is no zip archive, or a damaged one: {error}") from None
    with archive:
        yield Archive(archive, _checked_entries(archive.infolist(), size, limit))


class _ShortReads:
    """Reads of a file, none of them large: zipfile reads a table of contents of any size whole."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self.seek, self.tell, self.seekable = stream.seek, stream.tell, stream.seekable

    def read(self, size: int = -1) -> bytes:
        piece = self._stream.read(MAX_TABLE_BYTES + 1 if size < 0 else min(size, MAX_TABLE_BYTES + 1))
        if len(piece) > MAX_TABLE_BYTES:
            raise ArchiveError("the archive's table of contents is too large")
        return piece


def _checked_entries(entries: Sequence[zipfile.ZipInfo], size: int, limit: int) -> dict[str, zipfile.ZipInfo]:
    """The entries that mean something, by name; folders mean nothing, and what is unknown is passed over.

    Raises:
        ArchiveError: one of them is not what an archive of a worker holds, or all of them become too much.
    """
    if len(entries) > MAX_ENTRIES:
        raise ArchiveError(f"the archive has more than {MAX_ENTRIES:,} entries")
    total = sum(entry.file_size for entry in entries)
    if (limit and total > limit) or total > max(ALWAYS_BYTES, MAX_RATIO * size):
        raise ArchiveError(f"the archive of {size:,} bytes would become {total:,} bytes, which is too much")
    found: dict[str, zipfile.ZipInfo] = {}
    keys: dict[str, str] = {}
    for entry in entries:
        name = _checked_name(entry)
        _check_kind(entry)
        key = collision_key(name)
        if key in keys:
            raise ArchiveError(f"the archive holds {keys[key]!r} and {name!r}, which some systems take for one")
        keys[key] = name
        if not entry.is_dir():
            found[name] = entry
    _refuse_files_as_folders(found, keys)
    _refuse_overlaps(entries)
    return {
        name: entry for name, entry in found.items() if name in (CONFIG, STATE, PROJECT, LOCK) or name.startswith(FILES)
    }


def _checked_name(entry: zipfile.ZipInfo) -> str:
    """The name of an entry, the slash at the end of a folder's left out."""
    if entry.filename != entry.orig_filename:
        raise ArchiveError(f"an entry of the archive has two names: {entry.orig_filename!r} and {entry.filename!r}")
    name = entry.filename.removesuffix("/")
    try:
        safe_parts(name.removeprefix(FILES))
    except InvalidPathError as error:
        raise ArchiveError(f"the archive is not opened. {error}") from None
    return name


def _check_kind(entry: zipfile.ZipInfo) -> None:
    name = entry.filename
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if kind not in (0, stat.S_IFDIR if entry.is_dir() else stat.S_IFREG):
        raise ArchiveError(f"{name!r} in the archive is a link or a device, not a file")
    if entry.flag_bits & ~_USUAL_FLAGS:
        raise ArchiveError(f"{name!r} in the archive is encrypted, or packed in a way that is not read here")
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise ArchiveError(f"{name!r} in the archive is packed in a way that is not read here")
    if entry.is_dir() and entry.file_size:
        raise ArchiveError(f"{name!r} in the archive is a folder and a file")


def _refuse_files_as_folders(files: Iterable[str], keys: Mapping[str, str]) -> None:
    for name in keys.values():
        above = name.rpartition("/")[0]
        while above:
            taken = keys.get(collision_key(above), above)
            if taken in files:
                raise ArchiveError(f"the archive holds {taken!r} as a file and as a folder")
            above = above.rpartition("/")[0]


def _refuse_overlaps(entries: Iterable[zipfile.ZipInfo]) -> None:
    """Bytes that belong to several entries are how a small archive becomes a large one."""
    end = 0
    for entry in sorted(entries, key=lambda entry: entry.header_offset):
        if entry.header_offset < end:
            raise ArchiveError(f"{entry.filename!r} in the archive lies over another entry")
        name = entry.filename.encode("utf-8" if entry.flag_bits & _UTF8 else "cp437")
        end = entry.header_offset + _HEADER_BYTES + len(name) + entry.compress_size


def is_nested_deeply(text: bytes) -> bool:
    """Whether JSON nests more than :data:`MAX_NESTING` lists and objects in one another."""
    brackets = _STRINGS.sub(b"", text).translate(None, _NO_BRACKETS)
    for _ in range(MAX_NESTING):
        brackets = brackets.replace(b"[]", b"").replace(b"{}", b"")
        if not brackets:
            return False
    return True


def _json_object(name: str, text: bytes) -> dict[str, Any]:
    if is_nested_deeply(text):
        raise ArchiveError(f"{name!r} in the archive is nested more than {MAX_NESTING} deep, or no JSON")
    try:
        # What JSON has no word for is nothing, as everywhere else.
        content = json.loads(text, parse_constant=lambda _: None)
    except (ValueError, RecursionError) as error:
        raise ArchiveError(f"{name!r} in the archive is no JSON: {error}") from None
    if not isinstance(content, dict):
        raise ArchiveError(f"{name!r} in the archive is no JSON object")
    return content
