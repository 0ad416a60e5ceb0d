"""The graph that a cell is to be written of, as the writer looks at it."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from funcnodes_jupyter.core.encoding import NotEncodableError, encode_value
from funcnodes_jupyter.core.node import Node
from funcnodes_jupyter.core.nodeio import NodeInput, NodeIO
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
        wires: The inputs that receive, by which output the value comes from; the first source of each.
        sources: All sources of each input that receives, also such as are inputs themselves, and those that order runs.
        feedback: The outputs that close a circle, by input.
        groups: The groups in which it stands, from the outside in, each with what is kept with it.
    """

    node: Node
    key: str
    values: dict[str, Any] = field(default_factory=dict)
    wires: dict[str, Port] = field(default_factory=dict)
    sources: dict[str, list[Port]] = field(default_factory=dict)
    feedback: dict[str, list[Port]] = field(default_factory=dict)
    groups: tuple[tuple[str, Mapping[str, Any]], ...] = ()

    @property
    def uuid(self) -> str:
        return self.node.uuid

    @property
    def node_id(self) -> str:
        """Its class; of one that is not installed, what it is called."""
        return str(getattr(self.node, "missing_node_id", self.node.node_id))


def live_nodes(space: NodeSpace) -> dict[str, LiveNode]:
    """The nodes by uuid, each behind all that it depends on. Called under the graph lock."""
    found = {uuid: _live(node, _groups_of(space, uuid)) for uuid, node in space.nodes.items()}
    done: dict[str, LiveNode] = {}
    for start in found:
        waiting = [start]
        while waiting:
            uuid = waiting[-1]
            if uuid in done:
                waiting.pop()
                continue
            needed = [source for sources in found[uuid].sources.values() for source, _ in sources]
            needed += [source for source, _ in found[uuid].wires.values()]
            missing = [source for source in needed if source in found and source not in done]
            if missing:
                waiting += missing[:1]
            else:
                done[uuid] = found[waiting.pop()]
    return done


def _groups_of(space: NodeSpace, uuid: str) -> tuple[tuple[str, Mapping[str, Any]], ...]:
    inner = space.groups.find_group_of_node(uuid)
    if inner is None:
        return ()
    around = [inner, *space.groups.get_group_ancestors(inner)]
    return tuple((group_id, space.groups[group_id]["meta"]) for group_id in reversed(around))


def _live(node: Node, groups: tuple[tuple[str, Mapping[str, Any]], ...]) -> LiveNode:
    origin = node.get_property("cell")
    key = origin.get("key", "") if isinstance(origin, Mapping) else ""
    live = LiveNode(node, key if isinstance(key, str) else "", groups=groups)
    for port in node._ins:
        origin_port = _origin(port)
        if not origin_port.is_input and origin_port.id != "_triggeroutput":
            live.wires[port.id] = (origin_port.node.uuid, origin_port.id)
        elif port.stored is not NoValue:
            live.values[port.id] = port.stored
    for port in (*node._ins, *([node._trigger_in] if node._trigger_in is not None else [])):
        if port._sources:
            live.sources[port.id] = [(source.node.uuid, source.id) for source in port._sources]
        if port.fed_back:
            live.feedback[port.id] = [(source.node.uuid, source.id) for source in port.fed_back]
    return live


def _origin(port: NodeIO) -> NodeIO:
    """Where a value comes from that goes through inputs on its way."""
    while isinstance(port, NodeInput) and port._sources:
        port = port._sources[0]
    return port


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
