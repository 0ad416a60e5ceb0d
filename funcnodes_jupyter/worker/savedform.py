"""The saved graph as bytes: one line a node and an edge, sorted, layout apart from logic.

Saving twice changes no byte, and moving one node changes one line. In between there are :data:`Parts`: the texts that
a file is put together from, by section and key.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, get_args

import msgspec

from funcnodes_jupyter.core.errors import DocumentError
from funcnodes_jupyter.core.parts import Section
from funcnodes_jupyter.wire.jsontext import json_bytes

Parts = dict[str, dict[str, bytes]]
"""JSON by section and key; see :mod:`funcnodes_jupyter.core.parts`. The key of an edge is its own text."""

SECTIONS: tuple[str, ...] = get_args(Section)
EDGES = ("edges", "feedback")
"""The sections whose parts are told by their keys alone."""
_LISTS = ("nodes", "edges")
_THERE = b"1"
"""What stands for an edge that is there."""


def to_bytes(document: Mapping[str, Any]) -> bytes:
    """The file for what :meth:`NodeSpace.serialize` gives."""
    return joined(parts_of(document))


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
    if not all(isinstance(document.get(key), list) for key in _LISTS) or not isinstance(document.get("view", {}), dict):
        raise DocumentError("The saved graph has no list of nodes and edges.")
    if not all(isinstance(node, dict) and {"id", "node_id"} <= set(node) for node in document["nodes"]):
        raise DocumentError("A node of the saved graph has no id.")
    return document


# --- parts ----------------------------------------------------------------------------------------


def no_parts() -> Parts:
    """The parts of a graph of which nothing is saved."""
    return {section: {} for section in SECTIONS}


def parts_of(document: Mapping[str, Any]) -> Parts:
    """What the file of a document is put together from."""
    parts = no_parts()
    parts["nodes"] = {node["id"]: text_of(node) for node in document["nodes"]}
    for section in EDGES:
        parts[section] = {text_of(edge).decode(): _THERE for edge in document.get(section) or ()}
    for section in ("view", "errors", "groups"):
        parts[section] = {key: text_of(value) for key, value in (document.get(section) or {}).items()}
    parts["rest"] = {key: text_of(value) for key, value in document.items() if key == "rest" or key not in SECTIONS}
    return parts


def part_of(section: str, value: Any) -> bytes:
    """The text of one part, as JSON can hold it."""
    return _THERE if section in EDGES else text_of(value)


def joined(parts: Parts) -> bytes:
    """The file that is put together from ``parts``."""
    entries = {**parts["rest"], "groups": as_object(parts["groups"])}
    if parts["errors"]:
        entries["errors"] = as_object(parts["errors"])
    if parts["feedback"]:
        entries["feedback"] = b"[" + b",".join(_edge_lines(parts["feedback"])) + b"]"
    nodes, view = parts["nodes"], parts["view"]
    blocks = [_entry(key, entries[key]) for key in sorted(entries)]
    blocks.append(_block("nodes", b"[]", (nodes[uuid] for uuid in sorted(nodes))))
    blocks.append(_block("edges", b"[]", _edge_lines(parts["edges"])))
    blocks.append(_block("view", b"{}", (_entry(uuid, view[uuid]) for uuid in sorted(view))))
    return b"{\n" + b",\n".join(blocks) + b"\n}\n"


def as_object(texts: Mapping[str, bytes]) -> bytes:
    """A JSON object of values that are texts already, sorted by its keys."""
    return b"{" + b",".join([text_of(key) + b":" + texts[key] for key in sorted(texts)]) + b"}"


def text_of(value: Any) -> bytes:
    """A value as JSON on one line, its keys sorted."""
    return json_bytes(value, _plain, "sorted")


def _edge_lines(edges: Mapping[str, bytes]) -> Iterable[bytes]:
    return (edge.encode() for edge in sorted(edges))


def _entry(key: str, text: bytes) -> bytes:
    return text_of(key) + b": " + text


def _block(name: str, brackets: bytes, lines: Iterable[bytes]) -> bytes:
    body = b",\n".join(lines)
    key = text_of(name) + b": "
    return key + brackets[:1] + b"\n" + body + b"\n" + brackets[1:] if body else key + brackets


def _plain(value: object) -> str | int | float | None:
    """Subclasses of JSON's types as what they are; what has no form is not worth losing the rest for."""
    for base in (str, int, float):
        if isinstance(value, base):
            return base(value)
    return None
