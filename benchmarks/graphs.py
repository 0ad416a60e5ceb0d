"""Shapes of graphs: their nodes, their edges, and the loop that a person would write instead."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from benchmarks.functions import Function, library
from funcnodes_jupyter.core.nodespace import NodeSpace

Loop = Callable[[Function, Function, float], float]
"""Calls (step, join) as the shape says, beginning with a value; returns the last result."""


@dataclass
class Shape:
    """Nodes as (uuid, "step" or "join") and edges as (source, target, input of the target)."""

    name: str
    loop: Loop
    nodes: list[tuple[str, str]] = field(default_factory=list)
    edges: list[tuple[str, str, str]] = field(default_factory=list)

    def step(self, source: str | None = None) -> str:
        """One more node that follows ``source``; returns its uuid."""
        uuid = self._node("step")
        if source is not None:
            self.edges.append((source, uuid, "value"))
        return uuid

    def steps(self, source: str, count: int) -> str:
        """So many nodes in a row after ``source``; returns the last one."""
        for _ in range(count):
            source = self.step(source)
        return source

    def join(self, a: str, b: str | None = None) -> str:
        """One more node that follows ``a`` and, if given, ``b``; returns its uuid."""
        uuid = self._node("join")
        self.edges.append((a, uuid, "a"))
        if b is not None:
            self.edges.append((b, uuid, "b"))
        return uuid

    def _node(self, kind: str) -> str:
        uuid = f"n{len(self.nodes)}"
        self.nodes.append((uuid, kind))
        return uuid

    @property
    def first(self) -> str:
        return self.nodes[0][0]

    @property
    def last(self) -> str:
        return self.nodes[-1][0]

    def __len__(self) -> int:
        return len(self.nodes)


def build(shape: Shape, step: Function, join: Function) -> NodeSpace:
    """A nodespace of that shape."""
    return fill(NodeSpace(library(step, join)), shape)


def fill(space: NodeSpace, shape: Shape) -> NodeSpace:
    """Add the nodes and edges of ``shape`` to ``space``; returns it."""
    for uuid, kind in shape.nodes:
        space.add_node_by_id(f"bench.{kind}", uuid=uuid)
    connect(space, shape.edges)
    return space


def connect(space: NodeSpace, edges: Iterable[tuple[str, str, str]]) -> None:
    """Have these edges of a shape."""
    for source, target, port in edges:
        space.connect(f"{source}.out", f"{target}.{port}")


# --- shapes ---------------------------------------------------------------------------------------


def chain(length: int) -> Shape:
    """``length`` nodes in a row."""

    def loop(step: Function, join: Function, value: float) -> float:
        for _ in range(length):
            value = step(value=value)
        return value

    shape = Shape(f"chain of {length:,}", loop)
    shape.steps(shape.step(), length - 1)
    return shape


def scattered_chain(length: int) -> Shape:
    """A chain whose edges come in an order without a pattern."""
    shape = chain(length)
    ordered = shape.edges
    # 7919 is prime, so that each edge comes once.
    shape.edges = [ordered[number * 7919 % len(ordered)] for number in range(len(ordered))]
    return shape


def fan_and_tree(width: int) -> Shape:
    """One node, ``width`` that follow it, and a binary tree that brings them together again."""

    def loop(step: Function, join: Function, value: float) -> float:
        root = step(value=value)
        level = [step(value=root) for _ in range(width)]
        while len(level) > 1:
            pairs = [join(a=level[n], b=level[n + 1]) for n in range(0, len(level) - 1, 2)]
            level = pairs + level[len(pairs) * 2 :]
        return level[0]

    shape = Shape(f"fan 1 → {width:,} → binary tree", loop)
    root = shape.step()
    level = [shape.step(root) for _ in range(width)]
    while len(level) > 1:
        pairs = [shape.join(level[n], level[n + 1]) for n in range(0, len(level) - 1, 2)]
        level = pairs + level[len(pairs) * 2 :]
    return shape


def diamonds(count: int, long_branch: int = 1) -> Shape:
    """``count`` times in a row: two branches, of one node and of ``long_branch``, that meet again."""

    def loop(step: Function, join: Function, value: float) -> float:
        value = step(value=value)
        for _ in range(count):
            right = value
            for _ in range(long_branch):
                right = step(value=right)
            value = join(a=step(value=value), b=right)
        return value

    branches = "" if long_branch == 1 else f", branches of 1 and {long_branch}"
    shape = Shape(f"{count} diamonds{branches}", loop)
    top = shape.step()
    for _ in range(count):
        top = shape.join(shape.step(top), shape.steps(top, long_branch))
    return shape


def chains(count: int, length: int) -> Shape:
    """One node and behind it ``count`` chains, each of ``length`` nodes that have an input without an edge."""

    def loop(step: Function, join: Function, value: float) -> float:
        root = step(value=value)
        for _ in range(count):
            end = root
            for _ in range(length):
                end = join(a=end, b=1.0)
        return end

    shape = Shape(f"{count} chains of {length}", loop)
    root = shape.step()
    for _ in range(count):
        end = root
        for _ in range(length):
            end = shape.join(end)
    return shape
