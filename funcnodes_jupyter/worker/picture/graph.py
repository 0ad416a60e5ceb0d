"""A graph as it is to be drawn: what its worker knows of it at one moment, or what a client saw of it last."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from funcnodes_jupyter.wire.events import GroupState, NodeState

Edge = tuple[str, str, str, str]


class Graph(Protocol):
    """Nodes by uuid, edges and groups. Nothing in it changes any more."""

    @property
    def nodes(self) -> Mapping[str, NodeState]: ...

    @property
    def edges(self) -> tuple[Edge, ...]: ...

    @property
    def feedback(self) -> frozenset[Edge]:
        """Those of the edges that close a circle."""
        ...

    @property
    def groups(self) -> Mapping[str, GroupState]: ...


@dataclass(frozen=True, slots=True)
class Snapshot:
    """See :class:`Graph`."""

    nodes: Mapping[str, NodeState]
    edges: tuple[Edge, ...]
    feedback: frozenset[Edge]
    groups: Mapping[str, GroupState]
