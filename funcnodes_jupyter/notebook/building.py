"""Building a graph from cells that may run again: what is there already, as it is wanted, stays."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from funcnodes_jupyter.core.errors import NodeConnectionError
from funcnodes_jupyter.notebook.arguments import holds, input_argument, same, split_by_form
from funcnodes_jupyter.notebook.errors import InputConnectedError, NodeClashError, NotComputedError
from funcnodes_jupyter.notebook.graph import Graph, port_of
from funcnodes_jupyter.notebook.ports import fetch
from funcnodes_jupyter.notebook.remote import Remote
from funcnodes_jupyter.wire.events import NodeState

Place = tuple[float, float]
Ends = tuple[str, str, str, str]


def add_node(remote: Remote, node_id: str, name: str | None, pos: Place | None, inputs: Mapping[str, Any]) -> str:
    """Add a node, or set what differs of the one that bears the name; returns its uuid. See :meth:`Flow.add`."""
    wanted = name or re.split("[.:]", node_id)[-1]
    graph = remote.graph()
    node = graph.get(wanted)
    if node is None:
        return _new_node(remote, node_id, wanted, pos, inputs)
    if node.node_id != node_id:
        raise NodeClashError(wanted, node.node_id, node_id)
    for io, value in inputs.items():
        _set_if_different(remote, graph, node, io, value)
    return node.uuid


def add_edge(remote: Remote, source: str, target: str, *, replace: bool, feedback: bool) -> None:
    """Connect two ports. See :meth:`Flow.connect`."""
    ends = _ends(remote.graph(), source, target)
    remote.command("add_edge", {**_arguments(ends), "replace": replace, "feedback": feedback})


def remove_edge(remote: Remote, source: str, target: str) -> None:
    """Take the edge between two ports away, if there is one. See :meth:`Flow.disconnect`."""
    graph = remote.graph()
    ends = _ends(graph, source, target)
    if ends in graph.edges:
        remote.command("remove_edge", _arguments(ends))


def named_port(graph: Graph, text: str, *, is_input: bool) -> tuple[str, str]:
    """Node and port, by their ids, of what a person writes as ``"node.port"``.

    Raises:
        NodeConnectionError: it is not written so.
        NodeNotFoundError, IONotFoundError: there is no such node or port.
    """
    name, dot, io = text.rpartition(".")
    if not dot or not name:
        raise NodeConnectionError(f"{text!r} names no port: write it as 'node.port', such as 'read.out'.")
    node = graph.find(name)
    return node.uuid, port_of(node, io, is_input=is_input).id


def _new_node(remote: Remote, node_id: str, name: str, pos: Place | None, inputs: Mapping[str, Any]) -> str:
    at_once, later = split_by_form(inputs, name)
    kwargs: dict[str, Any] = {"node_id": node_id, "name": name, "inputs": at_once}
    if pos is not None:
        kwargs["frontend"] = {"pos": [float(pos[0]), float(pos[1])]}
    # What is imported takes as long as it takes.
    command, timeout = ("add_callable", remote.timeout) if node_id.startswith("py:") else ("add_node", None)
    uuid = str(remote.command(command, kwargs, timeout)["uuid"])
    for io, argument in later.items():
        remote.command("update_node", {"uuid": uuid, "io_id": io, **argument})
    return uuid


def _set_if_different(remote: Remote, graph: Graph, node: NodeState, io: str, value: Any) -> None:
    port = port_of(node, io, is_input=True)
    source = graph.source_of(node.uuid, io)
    if source is not None:
        raise InputConnectedError(f"{node.name}.{io}", source)
    known = holds(port, value)
    if known is None:
        known = _holds_whole(remote, node.uuid, io, value)
    if not known:
        argument = input_argument(value, f"{node.name}.{io}")
        remote.command("update_node", {"uuid": node.uuid, "io_id": io, **argument})


def _holds_whole(remote: Remote, uuid: str, io: str, value: Any) -> bool:
    try:
        return same(fetch(remote, uuid, io), value)
    except NotComputedError:
        return False


def _ends(graph: Graph, source: str, target: str) -> Ends:
    return *named_port(graph, source, is_input=False), *named_port(graph, target, is_input=True)


def _arguments(ends: Ends) -> dict[str, str]:
    return dict(zip(("src_uuid", "src_io", "dst_uuid", "dst_io"), ends, strict=True))
