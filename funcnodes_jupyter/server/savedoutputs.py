"""Pictures of graphs in a notebook, renewed while it is saved: a graph may have gone on since its cell was run."""

from __future__ import annotations

import re
from collections.abc import Iterator, MutableMapping
from typing import Any

from funcnodes_jupyter.convert.notebooks.cells import MIMETYPE
from funcnodes_jupyter.server.pictures import Bundle, Pictures

MOST_BYTES = 4 * 1024 * 1024
"""Of pictures that one save reads; what is beyond them is left to the next one."""
_RENEWED = ("image/svg+xml", "application/pdf", MIMETYPE)
_TEXT = "text/plain"
_OUTLINE = "FuncNodes "
"""How the outline of a graph begins. A text that begins otherwise is somebody else's."""
_UUID = re.compile(r"[\w-]{1,64}")

Data = MutableMapping[str, Any]


class SavedOutputs:
    """Renews the outputs of one notebook after the other.

    Args:
        pictures: Those of the workers.
    """

    def __init__(self, pictures: Pictures) -> None:
        self._pictures = pictures

    def renew(self, notebook: Any) -> list[str]:
        """Put the newest pictures into the outputs that show graphs; nothing else in the notebook is touched.

        What an output does not have it does not get, and an output that was cleared stays so.

        Args:
            notebook: The content of a notebook as it is to be saved.

        Returns:
            What went wrong, a sentence each.
        """
        problems: dict[str, str] = {}
        pictures: dict[str, Bundle | None] = {}
        room = MOST_BYTES
        for data, uuid in _graphs_in(notebook):
            if uuid not in pictures:
                try:
                    pictures[uuid], read = self._pictures.newest(uuid, room)
                    room -= read
                except (OSError, ValueError) as error:
                    pictures[uuid] = None
                    problems[uuid] = f"The picture of the worker {uuid} cannot be read: {error}"
            picture = pictures[uuid]
            if picture is not None:
                _put(picture, data)
        return list(problems.values())


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


def _put(picture: Bundle, data: Data) -> None:
    for mime in _RENEWED:
        if mime in data:
            data[mime] = picture[mime]
    text = data.get(_TEXT)
    said = "".join(map(str, text)) if isinstance(text, list) else text
    if isinstance(said, str) and said.startswith(_OUTLINE):
        data[_TEXT] = picture[_TEXT]
