"""What runs, how often and in what order: the counts that make a graph trustworthy."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import pytest

from funcnodes_jupyter.core.decorator import NodeDecorator
from funcnodes_jupyter.core.library import Library
from funcnodes_jupyter.core.node import Node
from funcnodes_jupyter.core.nodespace import NodeSpace
from funcnodes_jupyter.core.shelf import Shelf


class Recorder:
    """Node classes whose functions note each call, and an event that slow ones wait for."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, tuple[Any, ...]]] = []
        self.gate = asyncio.Event()
        self.started = asyncio.Event()

    def note(self, node: Node, *values: Any) -> None:
        self.calls.append((node.name, values))

    def count(self) -> Counter[str]:
        return Counter(name for name, _ in self.calls)

    def library(self) -> Library:
        def add(node: Node, a: int, b: int = 0) -> int:
            self.note(node, a, b)
            return a + b

        async def slow(node: Node, a: int) -> int:
            self.note(node, a)
            self.started.set()
            await self.gate.wait()
            return a * 10

        def threaded(node: Node, a: int) -> int:
            self.note(node, a)
            return a * 100

        def stream(node: Node, n: int) -> Iterator[int]:
            self.note(node, n)
            yield from range(n)

        def fail(node: Node, a: int) -> int:
            self.note(node, a)
            if a < 0:
                raise ValueError(f"{a} is negative")
            return a

        classes = [NodeDecorator(f"t.{function.__name__}")(function) for function in (add, slow, stream, fail)]
        classes.append(NodeDecorator("t.threaded", separate_thread=True)(threaded))
        return Library([Shelf("test", nodes=classes)])


def build(recorder: Recorder, nodes: str, edges: str) -> NodeSpace:
    """``"a:add b:slow"`` and ``"a.out>b.a"`` as a nodespace."""
    space = NodeSpace(recorder.library())
    for entry in nodes.split():
        name, kind = entry.split(":")
        space.add_node_by_id(f"t.{kind}", name=name, uuid=name)
    for edge in edges.split():
        space.connect(*edge.split(">"))
    return space


def run(story: Callable[[Recorder], Awaitable[None]]) -> None:
    async def main() -> None:
        await asyncio.wait_for(story(Recorder()), 10)

    asyncio.run(main())


CASES = [
    ("chain", "a:add b:add c:add", "a.out>b.a b.out>c.a", {"a": 1, "b": 1, "c": 1}, "c", 5),
    (
        "diamond",
        "a:add b:add c:add d:add",
        "a.out>b.a a.out>c.a b.out>d.a c.out>d.b",
        dict.fromkeys("abcd", 1),
        "d",
        10,
    ),
    (
        "one long branch",
        "a:add b:add c:add d:add e:add",
        "a.out>b.a b.out>c.a c.out>d.a a.out>e.a d.out>e.b",
        dict.fromkeys("abcde", 1),
        "e",
        10,
    ),
    (
        "slow and threaded branches",
        "a:add s:slow t:threaded d:add",
        "a.out>s.a a.out>t.a s.out>d.a t.out>d.b",
        dict.fromkeys("astd", 1),
        "d",
        550,
    ),
    ("twice into one node", "a:add b:add", "a.out>b.a a.out>b.b", {"a": 1, "b": 1}, "b", 10),
]


@pytest.mark.parametrize(("title", "nodes", "edges", "counts", "last", "value"), CASES, ids=[case[0] for case in CASES])
def test_every_node_runs_once_for_one_change(
    title: str, nodes: str, edges: str, counts: dict[str, int], last: str, value: int
) -> None:
    async def story(recorder: Recorder) -> None:
        recorder.gate.set()
        space = build(recorder, nodes, edges)
        space.find("a").inputs["a"] = 1
        await space.await_done()
        recorder.calls.clear()
        space.find("a").inputs["a"] = 5
        await space.await_done()
        assert recorder.count() == counts
        assert space.find(last).outputs["out"].value == value
        assert not any(node.stale for node in space.nodes.values())

    run(story)


def test_a_node_never_sees_old_and_new_together() -> None:
    """While one branch is slow, the join waits: it never runs with the fast branch's value alone."""

    async def story(recorder: Recorder) -> None:
        space = build(recorder, "a:add f:add s:slow d:add", "a.out>f.a a.out>s.a f.out>d.a s.out>d.b")
        fast_branch_done = asyncio.Event()
        space.find("f").once("triggerdone", lambda **_: fast_branch_done.set())
        space.find("a").inputs["a"] = 1
        await fast_branch_done.wait()
        await recorder.started.wait()
        assert recorder.count()["d"] == 0
        recorder.gate.set()
        await space.await_done()
        assert [values for name, values in recorder.calls if name == "d"] == [(1, 10)]

    run(story)


def test_a_value_that_comes_during_a_run_leads_to_one_further_run() -> None:
    async def story(recorder: Recorder) -> None:
        space = build(recorder, "s:slow d:add", "s.out>d.a")
        slow = space.find("s")
        slow.inputs["a"] = 1
        await recorder.started.wait()
        for value in (2, 3, 4):
            slow.inputs["a"] = value
        recorder.gate.set()
        await space.await_done()
        assert recorder.count()["s"] == 2
        assert space.find("d").outputs["out"].value == 40

    run(story)


def test_several_sets_before_a_run_make_one_run() -> None:
    async def story(recorder: Recorder) -> None:
        space = build(recorder, "a:add", "")
        for value in range(5):
            space.find("a").inputs["a"] = value
        await space.await_done()
        assert recorder.calls == [("a", (4, 0))]

    run(story)


def test_a_stream_passes_each_value_on_through_a_diamond_without_mixtures() -> None:
    async def story(recorder: Recorder) -> None:
        space = build(recorder, "g:stream b:add c:add d:add", "g.out>b.a g.out>c.a b.out>d.a c.out>d.b")
        space.find("g").inputs["n"] = 4
        await space.await_done()
        assert [values for name, values in recorder.calls if name == "d"] == [(0, 0), (1, 1), (2, 2), (3, 3)]

    run(story)


def test_an_error_keeps_outputs_and_stops_what_follows() -> None:
    async def story(recorder: Recorder) -> None:
        space = build(recorder, "f:fail d:add", "f.out>d.a")
        fail, follower = space.find("f"), space.find("d")
        fail.inputs["a"] = 1
        await space.await_done()
        fail.inputs["a"] = -1
        await space.await_done()
        assert (fail.state, follower.state, follower.stale) == ("error", "done", True)
        assert fail.outputs["out"].value == 1
        assert fail.error is not None
        assert fail.error.text == "ValueError: -1 is negative"
        assert fail.error.traceback.splitlines()[1].strip().startswith(f'File "{__file__}"')
        assert recorder.count()["d"] == 1

        follower.inputs["b"] = 7
        await space.await_done()
        assert recorder.count()["d"] == 1, "a node below a failure must not run with the old value"

        fail.inputs["a"] = 2
        await space.await_done()
        assert (fail.state, follower.outputs["out"].value, follower.stale) == ("done", 9, False)

    run(story)


def test_a_node_that_cannot_run_says_what_it_lacks() -> None:
    async def story(recorder: Recorder) -> None:
        space = build(recorder, "a:add b:add", "")
        assert space.find("a").state == "incomplete"
        assert space.find("a").missing() == ["a"]
        space.find("a").inputs["a"] = 1
        await space.await_done()
        space.connect("a.out", "b.a")
        await space.await_done()
        assert space.find("b").outputs["out"].value == 1
        space.disconnect("a.out", "b.a")
        await space.await_done()
        assert (space.find("b").state, space.find("b").stale, recorder.count()["b"]) == ("incomplete", True, 1)

    run(story)


def test_a_change_below_a_running_node_waits_for_it() -> None:
    async def story(recorder: Recorder) -> None:
        space = build(recorder, "s:slow d:add", "s.out>d.a")
        space.find("s").inputs["a"] = 1
        await recorder.started.wait()
        space.find("d").inputs["b"] = 5
        recorder.gate.set()
        await space.await_done()
        assert [values for name, values in recorder.calls if name == "d"] == [(10, 5)]

    run(story)


def test_edges_changed_during_a_run_keep_the_counts_right() -> None:
    async def story(recorder: Recorder) -> None:
        space = build(recorder, "s:slow d:add e:add", "s.out>d.a d.out>e.a")
        space.find("s").inputs["a"] = 1
        await recorder.started.wait()
        space.disconnect("s.out", "d.a")
        arrived = asyncio.Event()
        space.find("e").once("triggerdone", lambda **_: arrived.set())
        space.find("d").inputs["a"] = 3
        await arrived.wait()
        assert space.find("e").outputs["out"].value == 3
        space.connect("s.out", "d.a")
        recorder.gate.set()
        await space.await_done()
        assert space.find("e").outputs["out"].value == 10
        assert space.runner.idle

    run(story)


def test_removing_a_running_node_ends_its_run_and_leaves_the_rest_usable() -> None:
    async def story(recorder: Recorder) -> None:
        space = build(recorder, "s:slow d:add", "s.out>d.a")
        space.find("s").inputs["a"] = 1
        await recorder.started.wait()
        space.remove_node_by_id("s")
        await space.await_done()
        space.find("d").inputs["a"] = 2
        await space.await_done()
        assert space.find("d").outputs["out"].value == 2

    run(story)


def test_cancel_ends_a_coroutine_and_leaves_it_cancelled() -> None:
    async def story(recorder: Recorder) -> None:
        space = build(recorder, "s:slow d:add", "s.out>d.a")
        slow = space.find("s")
        slow.inputs["a"] = 1
        await recorder.started.wait()
        assert space.runner.cancel(slow) == [slow]
        await space.await_done()
        assert (slow.state, slow.stale, recorder.count()["d"]) == ("cancelled", True, 0)
        recorder.gate.set()
        space.run()
        await space.await_done()
        assert (slow.state, space.find("d").outputs["out"].value) == ("done", 10)

    run(story)


@pytest.mark.parametrize(
    ("scope", "start", "expected"),
    [
        ("stale", [], set()),
        ("all", [], set("abcd")),
        ("only", ["b"], set("bcd")),
        ("from", ["b"], set("bcd")),
        ("to", ["c"], set("cd")),
    ],
)
def test_run_scopes(scope: str, start: list[str], expected: set[str]) -> None:
    """A forced run sends new outputs on, so what follows runs too; what stands above does not."""

    async def story(recorder: Recorder) -> None:
        space = build(recorder, "a:add b:add c:add d:add", "a.out>b.a b.out>c.a c.out>d.a")
        space.find("a").inputs["a"] = 1
        await space.await_done()
        recorder.calls.clear()
        space.run([space.find(name) for name in start], scope)
        await space.await_done()
        assert set(recorder.count()) == expected
        assert all(count == 1 for count in recorder.count().values())

    run(story)
