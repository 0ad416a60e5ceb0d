"""The newest pictures of graphs, as their workers keep them on disk; of workers that were deleted, their last ones.

No worker is asked for one, and few bytes are read: a save waits for it, and with it all other clients of the server.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from threading import Lock
from typing import Any, TypeVar

import msgspec

from funcnodes_jupyter.convert.notebooks.cells import MIMETYPE
from funcnodes_jupyter.manager.base import BaseFolder
from funcnodes_jupyter.manager.files import read_json_or_none
from funcnodes_jupyter.worker.picture.bundle import renamed_bundle

Bundle = Mapping[str, Any]
"""A mime bundle, see :func:`~funcnodes_jupyter.worker.picture.bundle.bundle_of`."""

MOST_KEPT = 16
"""Pictures that are remembered, of workers and of deleted ones each."""
MOST_BYTES = 16 * 1024 * 1024
"""A larger one is not remembered of a deleted worker."""

_Stamp = tuple[int, int, int]
_Key = TypeVar("_Key")
_Value = TypeVar("_Value")


class Pictures:
    """Reads a picture again only when it changed. May be used in several threads.

    Args:
        base: Where the workers are.
    """

    def __init__(self, base: BaseFolder) -> None:
        self._base = base
        self._known: dict[Path, tuple[_Stamp, Bundle]] = {}
        self._last: dict[str, Bundle] = {}
        self._remembering = Lock()

    def newest(self, uuid: str, room: int) -> tuple[Bundle | None, int]:
        """(the picture of a worker, None when there is none or no room for it; how many bytes were read).

        It bears the name that the worker has now: a worker does not draw again because of another name.

        Args:
            uuid: The worker. It names a file: nothing else than letters, digits, ``_`` and ``-`` may be in it.
            room: How many bytes may be read.

        Raises:
            OSError, ValueError: the picture cannot be read.
        """
        name = self._name(uuid)
        if name is None:
            return self._last.get(uuid), 0
        picture, read = self._drawn(uuid, room)
        return (picture and renamed_bundle(picture, name or picture[MIMETYPE]["name"])), read

    def _name(self, uuid: str) -> str | None:
        """What a worker is called, empty where its record does not say so; None: the Workermanager knows of none."""
        path = self._base.worker(uuid).record
        record = read_json_or_none(path)
        if record is None:
            return "" if path.exists() else None
        name = record.get("name")
        return name if isinstance(name, str) else ""

    def _drawn(self, uuid: str, room: int) -> tuple[Bundle | None, int]:
        path = self._base.worker(uuid).picture
        try:
            stat = path.stat()
        except FileNotFoundError:
            return None, 0
        stamp = (stat.st_mtime_ns, stat.st_size, stat.st_ino)
        known = self._known.get(path)
        if known is not None and known[0] == stamp:
            self._remember(self._known, path, known)
            return known[1], 0
        if stat.st_size > room:
            return None, 0
        picture = _bundle_in(path.read_bytes(), uuid)
        self._remember(self._known, path, (stamp, picture))
        return picture, stat.st_size

    def remember(self, uuid: str) -> None:
        """Keep the last picture of a worker whose files are about to go: open notebooks may still show it.

        Until the server ends, or as many others were deleted. One that cannot be read is not kept.
        """
        try:
            picture, _ = self.newest(uuid, MOST_BYTES)
        except (OSError, ValueError):
            return
        if picture is not None:
            self._remember(self._last, uuid, picture)

    def _remember(self, kept: dict[_Key, _Value], key: _Key, value: _Value) -> None:
        with self._remembering:
            kept.pop(key, None)  # the last one again
            kept[key] = value
            while len(kept) > MOST_KEPT:
                del kept[next(iter(kept))]


def _bundle_in(text: bytes, uuid: str) -> Bundle:
    """The mime bundle of that worker's graph in a file.

    Raises:
        ValueError: it is none.
    """
    try:
        found = msgspec.json.decode(text, type=dict[str, Any])
    except RecursionError:
        raise ValueError("it is nested too deeply") from None
    held = found.get(MIMETYPE)
    whole = isinstance(held, dict) and held.get("worker") == uuid and isinstance(held.get("name"), str)
    if not whole or not all(
        isinstance(found.get(mime), str) for mime in ("image/svg+xml", "application/pdf", "text/plain")
    ):
        raise ValueError("it is no picture of this worker's graph")
    return found
