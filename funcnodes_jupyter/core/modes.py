"""How a graph and each of its nodes take part in what changes.

A graph is *reactive*, or *paused*: then an edit marks what depends on it out of date, and nothing runs before
somebody asks. A node is *enabled*; *disabled*: it never runs, and what follows cannot be up to date;
*bypassed*: it hands its inputs on as they are; or *frozen*: it keeps its outputs, and what follows relies on them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal, get_args

if TYPE_CHECKING:
    from funcnodes_jupyter.core.node import Node
    from funcnodes_jupyter.core.nodeio import NodeInput, NodeOutput

GraphMode = Literal["reactive", "paused"]
NodeMode = Literal["enabled", "disabled", "bypassed", "frozen"]

TypeCheck = Literal["warn", "refuse", "off"]
"""What happens when two ports are connected whose types do not fit."""

GRAPH_MODES: tuple[GraphMode, ...] = get_args(GraphMode)
NODE_MODES: tuple[NodeMode, ...] = get_args(NodeMode)
TYPE_CHECKS: tuple[TypeCheck, ...] = get_args(TypeCheck)


def checked_node_mode(mode: str) -> NodeMode:
    """``mode``, if nodes have it.

    Raises:
        ValueError: it is none; the message names those that are.
    """
    if mode not in NODE_MODES:
        raise ValueError(f"{mode!r} is no mode of a node: {', '.join(NODE_MODES)}.")
    return mode


def checked_graph_mode(mode: str) -> GraphMode:
    """``mode``, if graphs have it; likewise."""
    if mode not in GRAPH_MODES:
        raise ValueError(f"{mode!r} is no mode of a graph: {', '.join(GRAPH_MODES)}.")
    return mode


def checked_type_check(check: str) -> TypeCheck:
    """``check``, if there is such a thing; likewise."""
    if check not in TYPE_CHECKS:
        raise ValueError(f"{check!r} is no way to check types: {', '.join(TYPE_CHECKS)}.")
    return check


def passed_on(node: Node) -> list[tuple[NodeInput, NodeOutput]]:
    """Which input each output of a bypassed node hands on: the first of its kind that no other output took."""
    free = list(node._ins)
    pairs = []
    for output in node._outs:
        chosen = next(_fitting(free, output), None)
        if chosen is not None:
            free.remove(chosen)
            pairs.append((chosen, output))
    return pairs


def _fitting(inputs: list[NodeInput], output: NodeOutput) -> Iterator[NodeInput]:
    """Inputs of the very same type first, then of the same kind, then those that one of both says nothing about."""
    yield from (port for port in inputs if port.type == output.type)
    kind = output.kind
    yield from (port for port in inputs if port.kind == kind)
    yield from (port for port in inputs if "any" in (port.kind, kind))
