"""Code that came from elsewhere does not run before a person says so.

A node that holds code bears a mark when it was loaded from an archive, an upload, or a document. The mark is saved with
it; what was made here never bears one.
"""

from __future__ import annotations

from funcnodes_jupyter.core.errors import FuncNodesError
from funcnodes_jupyter.core.node import Node

UNTRUSTED = "untrusted"
"""The property that is the mark."""
_PREFIXES = ("py:", "py.", "nb:")


class UntrustedCodeError(FuncNodesError, PermissionError):
    """A node is to run code that came from elsewhere."""


def holds_code(node_id: str) -> bool:
    """Whether a node of that class runs what stands in the saved graph, and not only what is installed."""
    return node_id.startswith(_PREFIXES)


class TrustedNode(Node):
    """Base of the nodes that run code which stands in the graph: they wait for trust."""

    __slots__ = ()

    @property
    def held_back(self) -> bool:
        return not is_trusted(self)


def is_trusted(node: Node) -> bool:
    """Whether its code may run."""
    return not node.get_property(UNTRUSTED)


def require_trust(node: Node) -> None:
    """Called before code runs that stands in the graph.

    Raises:
        UntrustedCodeError: it came from elsewhere, and nobody has said that it may.
    """
    if not is_trusted(node):
        raise UntrustedCodeError(
            f"{node.name} holds code that came from elsewhere: look at it, and trust the graph if you want it to run."
        )
