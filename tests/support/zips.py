"""Zip archives byte by byte: also those that no program writes by mistake."""

from __future__ import annotations

import functools
import json
import struct
import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

STORED, DEFLATED = 0, 8
UTF8 = 0x800
FILE, FOLDER, LINK, DEVICE = 0o100600, 0o040700, 0o120777, 0o060600

STATE: dict[str, Any] = {
    "backend": {
        "nodes": [{"id": "n", "node_id": "basic.add", "name": "sum", "io": {"a": {"is_input": True, "value": 1}}}],
        "edges": [],
        "prop": {},
        "groups": {},
    },
    "view": {},
    "meta": {},
    "external_workers": {},
}
CONFIG = {"name": "travelled"}


@dataclass
class Entry:
    """One entry. What is left out is as it should be; ``said_size`` and ``over`` are how to lie."""

    name: str | bytes
    data: bytes = b""
    method: int = STORED
    mode: int = FILE
    flags: int = UTF8
    said_size: int | None = None
    crc: int | None = None
    over: str | None = None
    """The entry whose data is taken for this one's."""
    extra: bytes = b""

    packed: bytes = field(init=False)

    def __post_init__(self) -> None:
        self.packed = _deflated(self.data) if self.method == DEFLATED else self.data

    @property
    def raw_name(self) -> bytes:
        return self.name if isinstance(self.name, bytes) else self.name.encode("utf-8", "surrogatepass")

    def common(self) -> bytes:
        size = len(self.data) if self.said_size is None else self.said_size
        crc = zlib.crc32(self.data) if self.crc is None else self.crc
        sizes = struct.pack("<LLLHH", crc, len(self.packed), size, len(self.raw_name), len(self.extra))
        return struct.pack("<HHHHH", 20, self.flags, self.method, 0, 0x21) + sizes


@functools.cache
def _deflated(data: bytes) -> bytes:
    return zlib.compress(data, 1)[2:-4]


def zip_of(entries: Iterable[Entry], table_entries: int | None = None) -> bytes:
    """The archive of these entries."""
    entries = list(entries)
    body, table, offsets = bytearray(), bytearray(), {}
    for entry in entries:
        if entry.over is None:
            offset = offsets[entry.name] = len(body)
            body += b"PK\3\4" + entry.common() + entry.raw_name + entry.extra + entry.packed
        else:
            offset = offsets[entry.over]
        tail = struct.pack("<HHHLL", 0, 0, 0, entry.mode << 16, offset)
        table += b"PK\1\2" + struct.pack("<H", 0x314) + entry.common() + tail + entry.raw_name + entry.extra
    count = len(entries) if table_entries is None else table_entries
    return bytes(body + table) + b"PK\5\6" + struct.pack("<HHHHLLH", 0, 0, count, count, len(table), len(body), 0)


def archive_of(*entries: Entry, config: Any = CONFIG, state: Any = STATE) -> bytes:
    """An archive of a worker with these entries beside ``config`` and ``state``."""
    own = [Entry("config", json.dumps(config).encode(), DEFLATED), Entry("state", json.dumps(state).encode(), DEFLATED)]
    return zip_of([*own, *entries])


MEGABYTE = 1024**2
_ZEROS = b"\0" * (100 * MEGABYTE)


_DEEP = b"[" * 50_000 + b"]" * 50_000

BOMBS: dict[str, Callable[[], bytes]] = {
    "one file that is all zeros": lambda: archive_of(Entry("files/a", _ZEROS, DEFLATED)),
    "many files that are all zeros": lambda: archive_of(
        *(Entry(f"files/{n}", _ZEROS[: 10 * MEGABYTE], DEFLATED) for n in range(20))
    ),
    "a file that says it is small": lambda: archive_of(Entry("files/a", _ZEROS, DEFLATED, said_size=10)),
    "a file that says it is large": lambda: archive_of(Entry("files/a", b"x", said_size=10)),
    "a file that says it is enormous": lambda: archive_of(Entry("files/a", b"x", said_size=2**32 - 2)),
    "files that share their bytes": lambda: archive_of(
        Entry("files/0", b"x" * MEGABYTE, DEFLATED),
        *(Entry(f"files/{n}", b"x" * MEGABYTE, DEFLATED, over="files/0") for n in range(1, 50)),
    ),
    "a state that is all zeros": lambda: archive_of(state="\0" * 15 * MEGABYTE),
    "more entries than anybody has": lambda: archive_of(*(Entry(f"files/{n}") for n in range(10_001))),
    "an endless table of contents": lambda: archive_of(
        *(Entry(f"files/{n}", extra=b"\xff\xff" + struct.pack("<H", 60_000) + b"x" * 60_000) for n in range(300))
    ),
    "a table of contents that lies": lambda: zip_of([Entry("config", b"{}")], table_entries=60_000),
    "an archive in itself": lambda: archive_of(Entry("files/a.zip", archive_of(Entry("files/a", _ZEROS, DEFLATED)))),
    "a state that is nested deeply": lambda: zip_of([Entry("state", b'{"backend": ' + _DEEP + b"}")]),
    "a config that is nested deeply": lambda: zip_of(
        [Entry("config", _DEEP), Entry("state", json.dumps(STATE).encode())]
    ),
    "a number without end": lambda: zip_of([Entry("state", b'{"backend": ' + b"9" * 1_000_000 + b"}")]),
}
"""Archives that would fill a disk or the memory, or hang whoever reads them, by what they do; made when called."""

HARMLESS_BOMB = "an archive in itself"
"""It is one file among others: nobody unpacks it."""


_STATE = json.dumps(STATE).encode()
_WHOLE = archive_of(Entry("files/a", b"x" * 1000))
_UNPACKABLE = Entry("files/a", b"\xff" * 100, DEFLATED)

BROKEN: dict[str, bytes] = {
    "nothing": b"",
    "text": b"hello",
    "half of one": _WHOLE[: len(_WHOLE) // 2],
    "without its end": _WHOLE[:-10],
    "without a state": zip_of([Entry("config", b"{}"), Entry("files/a", b"x")]),
    "state is no JSON": zip_of([Entry("state", b"{")]),
    "state is no text": zip_of([Entry("state", b"\xff\xfe")]),
    "state is a list": archive_of(state=[]),
    "state has no backend": archive_of(state={"view": {}}),
    "config is a list": archive_of(config=[]),
    "nodes are a number": archive_of(state={"backend": {"nodes": 3, "edges": []}}),
    "a node has no class": archive_of(state={"backend": {"nodes": [{"id": "n"}], "edges": []}}),
    "two nodes of one id": archive_of(state={"backend": {"nodes": STATE["backend"]["nodes"] * 2}}),
    "a graph of a later version": archive_of(state={"funcnodes_jupyter": {"format": 999, "nodes": []}}),
    "a file is damaged": archive_of(Entry("files/a", b"x" * 100, crc=1)),
    "a file cannot be unpacked": archive_of(_UNPACKABLE).replace(_UNPACKABLE.packed, b"\xff" * len(_UNPACKABLE.packed)),
    "state is damaged": zip_of([Entry("state", _STATE, crc=1)]),
    "encrypted": archive_of(Entry("files/a", b"x", flags=UTF8 | 1)),
    "encrypted through and through": archive_of(Entry("files/a", b"x", flags=UTF8 | 0x2041)),
    "patched": archive_of(Entry("files/a", b"x", flags=UTF8 | 0x20)),
    "packed with bzip2": archive_of(Entry("files/a", b"x", method=12)),
    "packed with lzma": archive_of(Entry("files/a", b"x", method=14)),
    "packed in no known way": archive_of(Entry("files/a", b"x", method=77)),
    "a link": archive_of(Entry("files/a", b"/etc/passwd", mode=LINK)),
    "a link for a state": zip_of([Entry("state", _STATE, mode=LINK)]),
    "a device": archive_of(Entry("files/a", mode=DEVICE)),
    "a pipe": archive_of(Entry("files/a", mode=0o010600)),
    "a folder that is a file": archive_of(Entry("files/a/", mode=FILE)),
    "a file that is a folder": archive_of(Entry("files/a", mode=FOLDER)),
    "a folder with content": archive_of(Entry("files/a/", b"x", mode=FOLDER)),
    "one name twice": archive_of(Entry("files/a", b"1"), Entry("files/a", b"2")),
    "two states": zip_of([Entry("state", _STATE), Entry("state", b"{}")]),
    "names that differ in capitals": archive_of(Entry("files/a"), Entry("files/A")),
    "names that differ in how letters are made": archive_of(Entry("files/\u00e9"), Entry("files/e\u0301")),
    "names that differ in width": archive_of(Entry("files/a"), Entry("files/\uff41")),
    "a file as a folder": archive_of(Entry("files/a", b"x"), Entry("files/a/b", b"x")),
    "a file as a folder in capitals": archive_of(Entry("files/a/b", b"x"), Entry("files/A", b"x")),
    "a name that is no text": archive_of(Entry(b"files/\xff\xfe")),
    "another name before the data": archive_of(Entry("files/a", b"x")).replace(b"files/a", b"files/b", 1),
}
"""Archives that are none, or not what they should be, by what is wrong."""
