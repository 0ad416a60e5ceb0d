"""The graph that a cell is to be written of, as the writer looks at it."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from funcnodes_jupyter.core.encoding import NotEncodableError, encode_value
from funcnodes_jupyter.core.node import Node
from funcnodes_jupyter.core.nodespace import NodeSpace
from funcnodes_jupyter.core.values import NoValue

Port = tuple[str, str]
"""(uuid of a node, id of a port)"""


@dataclass(slots=True)
class LiveNode:
    """A node with what it gets.

    Attributes:
        key: By which its cell knows it; empty when it comes from none.
        values: What stands on its inputs, other than their defaults.
        wires: The inputs that receive, by where from; the first source of each.
        after: The nodes that order its runs.
    """

    node: Node
    key: str
    values: dict[str, Any] = field(default_factory=dict)
    wires: dict[str, Port] = field(default_factory=dict)
    after: list[str] = field(default_factory=list)

    @property
    def uuid(self) -> str:
        return self.node.uuid

    @property
    def node_id(self) -> str:
        """Its class; of one that is not installed, what it is called."""
        return str(getattr(self.node, "missing_node_id", self.node.node_id))


def live_nodes(space: NodeSpace) -> dict[str, LiveNode]:
    """The nodes by uuid, each behind all that it depends on. Called under the graph lock."""
    found = {uuid: _live(node) for uuid, node in space.nodes.items()}
    done: dict[str, LiveNode] = {}
    for start in found:
        waiting = [start]
        while waiting:
            uuid = waiting[-1]
            if uuid in done:
                waiting.pop()
                continue
            needed = [source for source, _ in found[uuid].wires.values()] + found[uuid].after
            missing = [source for source in needed if source in found and source not in done]
            if missing:
                waiting += missing[:1]
            else:
                done[uuid] = found[waiting.pop()]
    return done


def _live(node: Node) -> LiveNode:
    origin = node.get_property("cell")
    key = origin.get("key", "") if isinstance(origin, Mapping) else ""
    live = LiveNode(node, key if isinstance(key, str) else "")
    for port in node._ins:
        if port._sources:
            source = port._sources[0]
            live.wires[port.id] = (source.node.uuid, source.id)
        elif port.stored is not NoValue:
            live.values[port.id] = port.stored
    if node._trigger_in is not None:
        live.after = [source.node.uuid for source in node._trigger_in._sources]
    return live


def written(value: Any) -> str | None:
    """The value as Python; None when it has no form there."""
    try:
        encode_value(value)
    except (NotEncodableError, RecursionError):
        return None
    text = repr(value)
    try:
        return text if same_value(ast.literal_eval(text), value) else None
    except (ValueError, SyntaxError):
        return None


def same_value(a: Any, b: Any) -> bool:
    """Whether two values are saved alike."""
    try:
        return repr(encode_value(a)) == repr(encode_value(b))
    except (NotEncodableError, RecursionError):
        return False
