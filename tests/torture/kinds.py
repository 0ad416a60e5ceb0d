"""Nodes of every kind that compute the same, and note how often they ran and whether old met new.

A value is ``(number, versions)``: ``versions`` says for each input that somebody set which of its values this
one was made from. A function whose arguments know different versions of one input has seen a mixture.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from typing import Any

from funcnodes_jupyter.core.decorator import NodeDecorator
from funcnodes_jupyter.core.library import Library
from funcnodes_jupyter.core.node import Node
from funcnodes_jupyter.core.nodeio import NodeInput, NodeOutput
from funcnodes_jupyter.core.shelf import Shelf
from funcnodes_jupyter.core.values import NoValue

MODULUS = 1009
STREAMS = ("stream", "drip", "teller")
"""Kinds that send several values in one run."""
KINDS = ("plain", "pair", "later", "thread", "picky", "quiet", "flaky", "source", *STREAMS)
OUTPUTS = {"pair": ("out", "more")}

Value = tuple[int, tuple[tuple[str, int], ...]]


class RefusedError(ValueError):
    """What picky and flaky nodes raise."""


def outputs_of(kind: str) -> tuple[str, ...]:
    """The outputs of a kind, in order."""
    return OUTPUTS.get(kind, ("out",))


def mixed(a: Any, b: Any) -> bool:
    """Whether the two arguments know different versions of the same input."""
    known = dict(_versions(a))
    return any(known.get(origin, version) != version for origin, version in _versions(b))


def combine(a: Any, b: Any) -> Value:
    """What every kind computes."""
    versions = {**dict(_versions(a)), **dict(_versions(b))}
    return (_number(a) * 3 + _number(b) * 5 + 1) % MODULUS, tuple(sorted(versions.items()))


def _number(value: Any) -> int:
    return value[0] if isinstance(value, tuple) else int(value)


def _versions(value: Any) -> tuple[tuple[str, int], ...]:
    return value[1] if isinstance(value, tuple) else ()


def results(kind: str, a: Any, b: Any, retries: int = 0) -> list[tuple[Any, ...]]:
    """What a run sends: one entry a time, each with a value for every output.

    Raises:
        RefusedError: a picky node does not like the result, or a flaky one was not tried often enough.
    """
    made = combine(a, b)
    number, versions = made
    if (kind == "picky" and number % 4 == 0) or (kind == "flaky" and number % 3 > retries):
        raise RefusedError(number)
    if kind == "pair":
        return [(made, ((number + 1) % MODULUS, versions))]
    if kind == "quiet" and number % 4 == 0:
        return [(NoValue,)]
    if kind in STREAMS:
        return [((number + more, versions),) for more in (2, 1, 0)]
    return [(made,)]


class Recorder:
    """The nodes, and what they note.

    Attributes:
        runs: How often the function of each node was called (for flaky ones: how often it came to an end).
        mixtures: Which nodes saw old beside new, with their arguments.
    """

    def __init__(self) -> None:
        self.runs: Counter[str] = Counter()
        self.mixtures: list[tuple[str, Any, Any]] = []
        self._attempts: Counter[str] = Counter()

    def _note(self, node: Node, a: Any, b: Any) -> None:
        self.runs[node.uuid] += 1
        if mixed(a, b):
            self.mixtures.append((node.uuid, a, b))

    def library(self) -> Library:
        """A class for each kind, called ``k.<kind>``."""
        note = self._note

        def plain(node: Node, a: Any, b: Any = 0) -> Any:
            note(node, a, b)
            return results("plain", a, b)[0][0]

        def pair(node: Node, a: Any, b: Any = 0) -> Any:
            note(node, a, b)
            return results("pair", a, b)[0]

        async def later(node: Node, a: Any, b: Any = 0) -> Any:
            note(node, a, b)
            for _ in range((_number(a) + _number(b)) % 5):
                await asyncio.sleep(0)
            return results("later", a, b)[0][0]

        def thread(node: Node, a: Any, b: Any = 0) -> Any:
            note(node, a, b)
            return results("thread", a, b)[0][0]

        def picky(node: Node, a: Any, b: Any = 0) -> Any:
            note(node, a, b)
            return results("picky", a, b)[0][0]

        def quiet(node: Node, a: Any, b: Any = 0) -> Any:
            note(node, a, b)
            return results("quiet", a, b)[0][0]

        def flaky(node: Node, a: Any, b: Any = 0) -> Any:
            return self._flaky(node, a, b)

        def source(node: Node, a: Any = 1, b: Any = 2) -> Any:
            note(node, a, b)
            return results("source", a, b)[0][0]

        def stream(node: Node, a: Any, b: Any = 0) -> Iterator[Any]:
            note(node, a, b)
            for (value,) in results("stream", a, b):
                yield value

        async def drip(node: Node, a: Any, b: Any = 0) -> AsyncIterator[Any]:
            note(node, a, b)
            for (value,) in results("drip", a, b):
                await asyncio.sleep(0)
                yield value

        functions = (plain, pair, later, thread, picky, quiet, flaky, source, stream, drip)
        classes = [
            NodeDecorator(
                f"k.{function.__name__}",
                separate_thread=function is thread,
                outputs=[{"name": name} for name in outputs_of(function.__name__)],
            )(function)
            for function in functions
        ]
        return Library([Shelf("kinds", nodes=[*classes, self._teller()])])

    def _teller(self) -> type[Node]:
        note = self._note

        class Teller(Node):
            """Sets its output by hand while it runs."""

            node_id = "k.teller"
            a = NodeInput()
            b = NodeInput(default=0)
            out = NodeOutput()

            async def func(self, a: Any, b: Any) -> None:
                note(self, a, b)
                for (value,) in results("teller", a, b):
                    self.outputs["out"].value = value
                    await asyncio.sleep(0)

        return Teller

    def _flaky(self, node: Node, a: Any, b: Any) -> Any:
        failed = self._attempts.pop(node.uuid, 0)
        if failed < min(node.retries, combine(a, b)[0] % 3):
            self._attempts[node.uuid] = failed + 1
            raise RefusedError("not yet")
        self._note(node, a, b)
        return results("flaky", a, b, failed)[0][0]
