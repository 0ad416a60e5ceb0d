"""Edges that close a circle: each value that comes round starts a new wave, once the wave before has settled.

A feedback edge is no part of the order of the graph: nobody waits for it and it makes nothing stale. What its
source sends is kept, the newest value only, until nothing from its target downwards runs or is to run. Then it
arrives like a value set by hand. A loop comes to rest when its function hands on NoValue, or the same value as before.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from funcnodes_jupyter.core.traversal import descendants
from funcnodes_jupyter.core.values import NoValue

if TYPE_CHECKING:
    from funcnodes_jupyter.core.node import Node
    from funcnodes_jupyter.core.nodeio import NodeInput, NodeIO

FEEDBACK_LIMIT = 1_000
"""How often a loop may go round before it is stopped as a runaway."""


class Feedback:
    """The feedback edges of one engine and what is on its way along them. Used under the graph lock.

    ``waiting`` holds, by target, the newest value that has not arrived.
    """

    __slots__ = ("_targets", "_waves", "waiting")

    def __init__(self) -> None:
        self._targets: dict[NodeIO, list[NodeInput]] = {}
        self._waves: dict[NodeInput, int] = {}
        self.waiting: dict[NodeInput, Any] = {}

    # --- edges ------------------------------------------------------------------------------------

    def add(self, source: NodeIO, target: NodeInput) -> None:
        """Have an edge from ``source`` to ``target``."""
        self._targets.setdefault(source, []).append(target)

    def remove(self, source: NodeIO, target: NodeInput) -> bool:
        """Take the edge away; returns whether a value was on its way along it."""
        targets = self._targets[source]
        targets.remove(target)
        if not targets:
            del self._targets[source]
        self._waves.pop(target, None)
        return self.waiting.pop(target, NoValue) is not NoValue

    def has(self, source: NodeIO, target: NodeIO) -> bool:
        return target in self._targets.get(source, ())

    def targets_of(self, source: NodeIO) -> list[NodeInput]:
        """The inputs that the output ``source`` feeds back to."""
        return list(self._targets.get(source, ()))

    def source_of(self, target: NodeIO) -> NodeIO | None:
        """The output that feeds back to the input ``target``."""
        return next((source for source, targets in self._targets.items() if target in targets), None)

    def edges(self) -> Iterator[tuple[NodeIO, NodeInput]]:
        """All feedback edges."""
        for source, targets in self._targets.items():
            for target in targets:
                yield source, target

    # --- values -----------------------------------------------------------------------------------

    def sent(self, source: NodeIO, value: Any) -> list[NodeInput]:
        """``source`` sent ``value``; returns the targets that had none and wait for one now."""
        targets = self._targets.get(source, ())
        if value is NoValue:
            return []
        fresh = [target for target in targets if target not in self.waiting]
        self.waiting.update((target, value) for target in targets)
        return fresh

    def awaited_by(self, node: Node) -> bool:
        """Whether a value is on its way to ``node``."""
        return any(target._node is node for target in self.waiting)

    def arriving(self) -> Iterator[tuple[NodeInput, Any]]:
        """The values whose time has come: nothing from their targets downwards runs or is to run."""
        for target, value in list(self.waiting.items()):
            node = target.node
            below = (node, *descendants((node,)))
            if not any(found.slot.requested or found.slot.running for found in below):
                del self.waiting[target]
                yield target, value

    def goes_round(self, target: NodeInput, limit: int) -> bool:
        """Count one more wave of the loop through ``target``; returns whether that is within ``limit``."""
        waves = self._waves[target] = self._waves.get(target, 0) + 1
        return waves <= limit

    def rested(self) -> None:
        """Nothing runs and nothing is on its way: the next wave is the first again."""
        self._waves.clear()

    def take_back(self) -> int:
        """Forget what is on its way; returns how many values that were."""
        count = len(self.waiting)
        self.waiting.clear()
        self._waves.clear()
        return count

    def absorb(self, other: Feedback) -> None:
        """Take over the edges of another engine and what is on its way along them."""
        self._targets.update(other._targets)
        self.waiting.update(other.waiting)
