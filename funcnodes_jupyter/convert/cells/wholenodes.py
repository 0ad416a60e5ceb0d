"""Nodes that Python cannot make, such as one of a class with state: in a cell each stands in a remark of its own."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any

from funcnodes_jupyter.convert.cells.constants import node_of_constant
from funcnodes_jupyter.convert.cells.live import LiveNode
from funcnodes_jupyter.convert.cells.records import CELL, PLACED
from funcnodes_jupyter.convert.errors import NotWritableError
from funcnodes_jupyter.core.encoding import NotEncodableError, encode_value
from funcnodes_jupyter.core.node import Node


def is_whole(live: LiveNode) -> bool:
    """Whether no call of a function makes such a node."""
    if live.node_id.startswith(("py.", "py:", "kernel.")) and not hasattr(live.node, "missing_node_id"):
        return False
    if is_constant(live):
        return False
    return called_name(live.node) is None or any(port.spec.added for port in live.node.made_ports)


def is_constant(live: LiveNode) -> bool:
    """Whether the node is what a literal makes."""
    if live.node_id == "basic.none":
        return True
    given = live.values.get("value")
    return "value" in live.values and live.node_id.startswith("basic.") and node_of_constant(given) == live.node_id


def called_name(node: Node) -> str | None:
    """Where the function is to be imported from that the node's class was made of; None when it is nowhere."""
    function = getattr(type(node), "o_func", None)
    if function is None:
        return None
    module = sys.modules.get(function.__module__)
    if getattr(module, function.__qualname__, None) is not type(node):
        return None
    return f"{function.__module__}.{function.__qualname__}"


def whole_record(live: LiveNode) -> dict[str, Any]:
    """The node as it is saved, without what only its own graph knows.

    Raises:
        NotWritableError: an input holds what has no saved form; the text names it.
    """
    for port, value in live.values.items():
        try:
            encode_value(value)
        except (NotEncodableError, RecursionError):
            raise NotWritableError(
                f"{live.node.name}.{port} holds a {type(value).__name__}, which cannot be written in a cell: "
                "save it to a file, and read it from there."
            ) from None
    saved = live.node.serialize()
    properties = {key: value for key, value in saved.pop("properties", {}).items() if key not in (CELL, PLACED)}
    kept = {key: value for key, value in saved.items() if key not in ("id", "node_name") and value not in ("", {})}
    return {**kept, **({"properties": properties} if properties else {})}


def whole_remark(live: LiveNode, takes: Mapping[str, str], gives: Mapping[str, str]) -> dict[str, Any]:
    """The remark that makes the node: its wires are named by the variables."""
    wires = {word: dict(names) for word, names in (("takes", takes), ("gives", gives)) if names}
    return {"node": whole_record(live), **wires}
