"""Questions about the shape of a graph, as functions: who follows, who comes before, is there a circle."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from funcnodes_jupyter.core.node import Node
    from funcnodes_jupyter.core.nodeio import NodeIO


def receivers(port: NodeIO) -> list[NodeIO]:
    """Every input that gets what ``port`` holds: its targets and, through forwards, theirs."""
    found: list[NodeIO] = []
    for target in port._targets:
        found.append(target)
        if target._targets:
            found.extend(receivers(target))
    return found


def reached(target: NodeIO) -> list[Node]:
    """The nodes that get what arrives at ``target``: its own and, through forwards, theirs."""
    return [target.node, *(port.node for port in receivers(target))]


def successors(node: Node) -> tuple[Node, ...]:
    """The nodes that an edge of ``node`` leads to, one entry for each edge (through forwards, too).

    Feedback edges do not count, and what follows a frozen node does not depend on what happens to it.
    Kept with the node until an edge changes: every wave asks for it twice.
    """
    known = node.followers
    if known is None:
        known = node.followers = () if node.mode == "frozen" else tuple(followers_by_edges(node))
    return known


def followers_by_edges(node: Node) -> Iterator[Node]:
    """The same by the edges alone, whatever mode the node is in."""
    for output in node._outs:
        for port in receivers(output) if output._targets else ():
            yield port.node
    if node._trigger_out is not None:
        for port in receivers(node._trigger_out):
            yield port.node


def origins(port: NodeIO) -> list[Node]:
    """The nodes whose outputs feed ``port``: its own node for an output, through forwards for an input."""
    if not port.is_input:
        return [port.node]
    return [origin for source in getattr(port, "sources", ()) for origin in origins(source)]


def predecessors(node: Node) -> list[Node]:
    """The nodes that an input of ``node`` receives from, through forwards, one entry for each edge."""
    found: list[Node] = []
    inputs = node._ins if node._trigger_in is None else (*node._ins, node._trigger_in)
    for port in inputs:
        sources: list[NodeIO] = list(port._sources)
        while sources:
            source = sources.pop()
            if source.is_input:
                sources.extend(getattr(source, "_sources", ()))
            else:
                found.append(source.node)
    return found


def _closure(nodes: Iterable[Node], neighbours: Callable[[Node], Iterable[Node]]) -> list[Node]:
    found: dict[int, Node] = {}
    stack = list(nodes)
    while stack:
        for neighbour in neighbours(stack.pop()):
            if id(neighbour) not in found:
                found[id(neighbour)] = neighbour
                stack.append(neighbour)
    return list(found.values())


def descendants(nodes: Iterable[Node]) -> list[Node]:
    """Everything downstream of ``nodes``, each once, without them."""
    return _closure(nodes, successors)


def ancestors(nodes: Iterable[Node]) -> list[Node]:
    """Everything upstream of ``nodes``, each once, without them."""
    return _closure(nodes, predecessors)


def path_between(start: Node, end: Node) -> list[Node] | None:
    """A way along the edges from ``start`` to ``end``, both included; None when there is none.

    Also through frozen nodes: an edge that closes a circle there would be one as soon as they are not frozen any more.
    """
    if not _is_above(start, end):
        return None
    came_from: dict[int, Node | None] = {id(start): None}
    stack = [start]
    while stack:
        node = stack.pop()
        if node is end:
            return list(_walk_back(node, came_from))[::-1]
        for follower in _all_followers(node):
            if id(follower) not in came_from:
                came_from[id(follower)] = node
                stack.append(follower)
    return None


def _is_above(start: Node, end: Node) -> bool:
    """Whether a way leads from ``start`` to ``end``.

    Looked for from both ends in turns: where two parts of a graph meet, the smaller one is soon looked through, so
    that building a graph in any order stays quick.
    """
    below, above = {id(start)}, {id(end)}
    down, up = [start], [end]
    if start is end:
        return True
    while down and up:
        if _step(down, below, above, _all_followers) or _step(up, above, below, predecessors):
            return True
    return False


def _step(stack: list[Node], seen: set[int], other: set[int], neighbours: Callable[[Node], Iterable[Node]]) -> bool:
    """Look at the neighbours of one node; returns whether the other side has been at one of them."""
    for neighbour in neighbours(stack.pop()):
        if id(neighbour) in other:
            return True
        if id(neighbour) not in seen:
            seen.add(id(neighbour))
            stack.append(neighbour)
    return False


def _all_followers(node: Node) -> Iterable[Node]:
    return followers_by_edges(node) if node.mode == "frozen" else successors(node)


def _walk_back(node: Node, came_from: dict[int, Node | None]) -> Iterator[Node]:
    current: Node | None = node
    while current is not None:
        yield current
        current = came_from[id(current)]
