"""The saved graph as bytes: one line a node and an edge, sorted, layout apart from logic.

Saving twice changes no byte, and moving one node changes one line.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from funcnodes_jupyter.core.errors import DocumentError
from funcnodes_jupyter.wire.jsontext import json_bytes

_LISTS = ("nodes", "edges")
_LAST = "view"


def to_bytes(document: Mapping[str, Any]) -> bytes:
    """The file for what :meth:`NodeSpace.serialize` gives."""
    parts = [_entry(key, document[key]) for key in sorted(document) if key not in (*_LISTS, _LAST)]
    parts += [_block(key, "[]", map(_line, document[key])) for key in _LISTS]
    view = document.get(_LAST) or {}
    parts.append(_block(_LAST, "{}", (_entry(uuid, view[uuid]) for uuid in sorted(view))))
    return ("{\n" + ",\n".join(parts) + "\n}\n").encode()


def from_bytes(data: bytes) -> dict[str, Any]:
    """The document in a file.

    Raises:
        DocumentError: torn, or not one of ours.
    """
    try:
        document = msgspec.json.decode(data)
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        raise DocumentError(f"The saved graph is torn: {error}") from None
    if not isinstance(document, dict) or type(document.get("format")) is not int:
        raise DocumentError("This file is no graph that this program saved.")
    if not all(isinstance(document.get(key), list) for key in _LISTS) or not isinstance(document.get(_LAST, {}), dict):
        raise DocumentError("The saved graph has no list of nodes and edges.")
    if not all(isinstance(node, dict) and {"id", "node_id"} <= set(node) for node in document["nodes"]):
        raise DocumentError("A node of the saved graph has no id.")
    return document


def _entry(key: str, value: Any) -> str:
    return f"{_line(key)}: {_line(value)}"


def _block(name: str, brackets: str, lines: Iterable[str]) -> str:
    body = ",\n".join(lines)
    return f'"{name}": {brackets[0]}\n{body}\n{brackets[1]}' if body else f'"{name}": {brackets}'


def _line(value: Any) -> str:
    return json_bytes(value, _plain, "sorted").decode()


def _plain(value: object) -> str | int | float | None:
    """Subclasses of JSON's types as what they are; what has no form is not worth losing the rest for."""
    for base in (str, int, float):
        if isinstance(value, base):
            return base(value)
    return None
