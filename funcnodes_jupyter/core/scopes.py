"""Which nodes a person means who asks for a run."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from funcnodes_jupyter.core.placeholder import PlaceholderNode
from funcnodes_jupyter.core.traversal import ancestors, descendants

if TYPE_CHECKING:
    from funcnodes_jupyter.core.node import Node

RUN_SCOPES = ("stale", "all", "only", "to", "from")
"""``stale``: what is out of date or failed; ``all``: everything; ``only`` these nodes; ``to``: they and what is out of
date above them; ``from``: they and everything below."""


def nodes_to_run(everything: Iterable[Node], nodes: list[Node], scope: str) -> list[Node]:
    """The nodes that ``scope`` means and that can run. Called under the graph lock.

    Raises:
        ValueError: a scope that does not exist.
    """
    if scope not in RUN_SCOPES:
        raise ValueError(f"{scope!r} is no scope: {', '.join(RUN_SCOPES)}.")
    return [node for node in _meant(list(everything), nodes, scope) if can_run(node)]


def _meant(everything: list[Node], nodes: list[Node], scope: str) -> list[Node]:
    if scope == "only":
        return nodes
    if scope == "from":
        return [*nodes, *descendants(nodes)]
    if scope == "to":
        return [*filter(outdated, ancestors(nodes)), *nodes]
    return everything if scope == "all" else [*filter(outdated, everything)]


def can_run(node: Node) -> bool:
    """Whether asking for a run makes sense at all."""
    possible = node.mode not in ("disabled", "frozen") and not node.held_back
    return possible and not node.missing() and not isinstance(node, PlaceholderNode)


def outdated(node: Node) -> bool:
    """Whether a run would bring something new."""
    return node.stale or node.state in ("error", "cancelled", "idle")
