"""Pictures of graphs in a notebook, renewed while it is saved: a graph may have gone on since its cell was run.

Each worker keeps the picture of its graph on disk. A save waits for what is done here, and with it all other clients of
the server, so that no worker is asked and few bytes are read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, MutableMapping
from pathlib import Path
from typing import Any

import msgspec

from funcnodes_jupyter.convert.notebooks.cells import MIMETYPE
from funcnodes_jupyter.manager.base import BaseFolder

MOST_BYTES = 4 * 1024 * 1024
"""Of pictures that one save reads; what is beyond them is left to the next one."""
_MOST_KNOWN = 16
_RENEWED = ("image/svg+xml", "application/pdf", MIMETYPE)
_TEXT = "text/plain"
_OUTLINE = "FuncNodes "
"""How the outline of a graph begins. A text that begins otherwise is somebody else's."""
_UUID = re.compile(r"[\w-]{1,64}")

Data = MutableMapping[str, Any]
Stamp = tuple[int, int, int]


class SavedOutputs:
    """Renews the outputs of one notebook after the other. Pictures are read again only when they changed.

    Args:
        base: Where the workers are.
    """

    def __init__(self, base: BaseFolder) -> None:
        self._base = base
        self._known: dict[Path, tuple[Stamp, dict[str, Any]]] = {}

    def renew(self, notebook: Any) -> list[str]:
        """Put the newest pictures into the outputs that show graphs; nothing else in the notebook is touched.

        What an output does not have it does not get, and an output that was cleared stays so.

        Args:
            notebook: The content of a notebook as it is to be saved.

        Returns:
            What went wrong, a sentence each.
        """
        problems: dict[str, str] = {}
        pictures: dict[str, dict[str, Any] | None] = {}
        room = MOST_BYTES
        for data, uuid in _graphs_in(notebook):
            if uuid not in pictures:
                try:
                    pictures[uuid], read = self._picture(uuid, room)
                    room -= read
                except (OSError, ValueError) as error:
                    pictures[uuid] = None
                    problems[uuid] = f"The picture of the worker {uuid} cannot be read: {error}"
            picture = pictures[uuid]
            if picture is not None:
                _put(picture, data)
        return list(problems.values())

    def _picture(self, uuid: str, room: int) -> tuple[dict[str, Any] | None, int]:
        """(the picture of a worker, None when there is none or no room for it; how many bytes were read)."""
        paths = self._base.worker(uuid)
        path = paths.picture
        try:
            stat = path.stat()
        except FileNotFoundError:
            return None, 0
        if not paths.record.exists():  # nobody of whom the Workermanager knows
            return None, 0
        stamp = (stat.st_mtime_ns, stat.st_size, stat.st_ino)
        known = self._known.pop(path, None)
        if known is not None and known[0] == stamp:
            self._known[path] = known  # the last one again
            return known[1], 0
        if stat.st_size > room:
            return None, 0
        picture = _bundle_in(path.read_bytes(), uuid)
        self._known[path] = stamp, picture
        while len(self._known) > _MOST_KNOWN:
            del self._known[next(iter(self._known))]
        return picture, stat.st_size


def _bundle_in(text: bytes, uuid: str) -> dict[str, Any]:
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
    if not whole or not all(isinstance(found.get(mime), str) for mime in ("image/svg+xml", "application/pdf", _TEXT)):
        raise ValueError("it is no picture of this worker's graph")
    return found


def _graphs_in(notebook: Any) -> Iterator[tuple[Data, str]]:
    """The data of each output that shows the graph of a worker, and the worker's uuid."""
    for cell in _list(notebook, "cells"):
        for output in _list(cell, "outputs"):
            data = output.get("data") if isinstance(output, MutableMapping) else None
            held = data.get(MIMETYPE) if isinstance(data, MutableMapping) else None
            uuid = held.get("worker") if isinstance(held, MutableMapping) else None
            # It names a file, and a notebook may come from anybody.
            if isinstance(data, MutableMapping) and isinstance(uuid, str) and _UUID.fullmatch(uuid):
                yield data, uuid


def _list(value: Any, key: str) -> list[Any]:
    found = value.get(key) if isinstance(value, MutableMapping) else None
    return found if isinstance(found, list) else []


def _put(picture: dict[str, Any], data: Data) -> None:
    for mime in _RENEWED:
        if mime in data:
            data[mime] = picture[mime]
    text = data.get(_TEXT)
    said = "".join(map(str, text)) if isinstance(text, list) else text
    if isinstance(said, str) and said.startswith(_OUTLINE):
        data[_TEXT] = picture[_TEXT]
