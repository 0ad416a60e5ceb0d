"""Paused graphs; nodes that are disabled, bypassed or frozen."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import Any

import pytest

from funcnodes_jupyter.core.decorator import NodeDecorator
from funcnodes_jupyter.core.library import Library
from funcnodes_jupyter.core.node import Node
from funcnodes_jupyter.core.nodespace import NodeSpace
from funcnodes_jupyter.core.shelf import Shelf
from funcnodes_jupyter.core.values import NoValue


class Graph:
    """``a → b → c`` and ``d`` (fed by ``b`` too), each adding ``more``; counts the runs."""

    def __init__(self) -> None:
        self.runs: Counter[str] = Counter()

        @NodeDecorator("m.add")
        def add(node: Node, value: int, more: int = 1) -> int:
            self.runs[node.name] += 1
            return value + more

        @NodeDecorator("m.two", outputs=[{"name": "low"}, {"name": "text"}])
        def two(node: Node, number: int, text: str, other: int = 0) -> tuple[int, str]:
            self.runs[node.name] += 1
            return number - 1, text.lower()

        self.space = NodeSpace(Library([Shelf("m", nodes=[add, two])]))
        for name in "abcd":
            self.space.add_node_by_id("m.add", uuid=name, name=name)
        for source, target in ("ab", "bc", "bd"):
            self.space.connect(f"{source}.out", f"{target}.value")

    def __getitem__(self, name: str) -> Any:
        return self.space.find(name)

    async def settle(self) -> dict[str, int]:
        """Wait for the graph; returns how often each node ran since the last time."""
        await self.space.await_done()
        runs, self.runs = dict(self.runs), Counter()
        return runs

    def values(self) -> list[Any]:
        return [self[name]["out"].value for name in "abcd"]

    def stale(self) -> str:
        return "".join(name for name in "abcd" if self[name].stale)


@pytest.fixture
def graph() -> Graph:
    made = Graph()
    made["a"]["value"] = 0
    assert asyncio.run(made.settle()) == {"a": 1, "b": 1, "c": 1, "d": 1}
    return made


# --- the graph ------------------------------------------------------------------------------------


async def test_a_paused_graph_marks_and_does_not_run(graph: Graph) -> None:
    graph.space.set_mode("paused")
    graph["a"]["value"] = 10
    assert await graph.settle() == {}
    assert graph.stale() == "abcd"
    assert graph.values() == [1, 2, 3, 3]


@pytest.mark.parametrize(
    ("scope", "nodes", "ran", "stale"),
    [
        ("stale", "", "abcd", ""),
        ("to", "c", "abc", "d"),
        ("only", "a", "a", "bcd"),
        ("from", "a", "abcd", ""),
        ("all", "", "abcd", ""),
        ("to", "b", "ab", "cd"),
    ],
)
async def test_what_is_asked_for_runs_in_a_paused_graph(
    graph: Graph, scope: str, nodes: str, ran: str, stale: str
) -> None:
    graph.space.set_mode("paused")
    graph["a"]["value"] = 10
    graph.space.run([graph[name] for name in nodes], scope)
    assert await graph.settle() == dict.fromkeys(ran, 1)
    assert graph.stale() == stale


async def test_what_runs_alone_stays_stale_while_what_it_depends_on_is(graph: Graph) -> None:
    graph.space.set_mode("paused")
    graph["a"]["value"] = 10
    graph.space.run([graph["c"]], "only")
    assert await graph.settle() == {"c": 1}
    assert graph["c"]["out"].value == 3
    assert graph.stale() == "abcd"


async def test_being_reactive_again_runs_nothing_by_itself(graph: Graph) -> None:
    graph.space.set_mode("paused")
    graph["a"]["value"] = 10
    graph.space.set_mode("reactive")
    assert await graph.settle() == {}
    graph["a"]["value"] = 20
    assert await graph.settle() == dict.fromkeys("abcd", 1)
    assert graph.values() == [21, 22, 23, 23]


async def test_a_new_node_does_not_run_in_a_paused_graph(graph: Graph) -> None:
    graph.space.set_mode("paused")
    node = graph.space.add_node_by_id("m.add", name="e", io_options={"value": {"default": 1}})
    assert await graph.settle() == {}
    assert (node.state, node.stale) == ("idle", True)


def test_a_mode_that_does_not_exist_is_refused(graph: Graph) -> None:
    with pytest.raises(ValueError, match="'lazy' is no mode of a graph: reactive, paused"):
        graph.space.set_mode("lazy")
    with pytest.raises(ValueError, match="'muted' is no mode of a node: enabled, disabled, bypassed, frozen"):
        graph["a"].set_mode("muted")


async def test_the_mode_is_saved(graph: Graph) -> None:
    graph.space.set_mode("paused")
    other = NodeSpace(graph.space.lib)
    other.deserialize(graph.space.serialize())
    assert other.mode == "paused"


# --- disabled -------------------------------------------------------------------------------------


async def test_a_disabled_node_does_not_run_and_what_follows_is_stale_and_blames_it(graph: Graph) -> None:
    graph["b"].set_mode("disabled")
    assert await graph.settle() == {}
    assert graph.stale() == "bcd"
    graph["a"]["value"] = 10
    assert await graph.settle() == {"a": 1}
    graph["c"].request_trigger()
    assert await graph.settle() == {}
    assert graph["c"].slot.blame is graph["b"]
    graph["b"].set_mode("enabled")
    assert await graph.settle() == {"b": 1, "c": 1, "d": 1}
    assert graph.values() == [11, 12, 13, 13]


# --- frozen ---------------------------------------------------------------------------------------


async def test_a_frozen_node_keeps_its_output_and_what_follows_is_up_to_date(graph: Graph) -> None:
    graph["b"].set_mode("frozen")
    graph["a"]["value"] = 10
    assert await graph.settle() == {"a": 1}
    assert graph.stale() == ""
    graph["c"]["more"] = 5
    assert await graph.settle() == {"c": 1}
    assert graph.values() == [11, 2, 7, 3]


async def test_thawing_runs_what_was_missed_and_nothing_else(graph: Graph) -> None:
    graph["b"].set_mode("frozen")
    graph["b"].set_mode("enabled")
    assert await graph.settle() == {}
    graph["b"].set_mode("frozen")
    graph["a"]["value"] = 10
    await graph.settle()
    graph["b"].set_mode("enabled")
    assert await graph.settle() == {"b": 1, "c": 1, "d": 1}
    assert graph.values() == [11, 12, 13, 13]


async def test_freezing_a_stale_node_lets_what_follows_rely_on_it(graph: Graph) -> None:
    graph["b"].set_mode("disabled")
    graph["a"]["value"] = 10
    await graph.settle()
    graph["b"].set_mode("frozen")
    assert await graph.settle() == {"c": 1, "d": 1}
    assert graph.stale() == ""


async def test_what_a_frozen_node_holds_is_saved_with_it(graph: Graph) -> None:
    graph["b"].set_mode("frozen")
    other = NodeSpace(graph.space.lib)
    assert other.deserialize(graph.space.serialize()) == []
    assert other.find("b").mode == "frozen"
    assert other.find("b")["out"].value == 2
    other.run([other.find("c")], "to")
    await other.await_done()
    assert other.find("c")["out"].value == 3


async def test_what_a_frozen_node_held_and_cannot_be_saved_is_told_by_output(graph: Graph) -> None:
    class Table:
        pass

    @NodeDecorator("m.halves")
    def halves(value: int) -> tuple[Any, int]:
        return Table(), value

    graph.space.lib.add_node(halves)
    node = graph.space.add_node_by_id("m.halves", name="h")
    node["value"] = 1
    await graph.settle()
    node.set_mode("frozen")
    other = NodeSpace(graph.space.lib)
    assert other.deserialize(graph.space.serialize()) == [
        "h is frozen, but what it held in out0 (Table) could not be saved: unfreeze it to compute it again."
    ]
    assert other.find("h")["out1"].value == 1
    other.find("h").set_mode("enabled")
    assert "lost" not in str(other.serialize())


async def test_a_value_that_holds_itself_does_not_keep_the_graph_from_being_saved(graph: Graph) -> None:
    itself: list[Any] = []
    itself.append(itself)
    for name in "ab":
        graph[name].set_mode("frozen")
    graph["a"]["out"].value = itself
    other = NodeSpace(graph.space.lib)
    assert other.deserialize(graph.space.serialize()) == [
        "a is frozen, but what it held in out (list) could not be saved: unfreeze it to compute it again."
    ]
    assert other.find("b")["out"].value == 2


def test_a_frozen_node_that_never_ran_is_said_to_hold_nothing(graph: Graph) -> None:
    graph.space.add_node_by_id("m.two", name="e", mode="frozen")
    other = NodeSpace(graph.space.lib)
    assert other.deserialize(graph.space.serialize()) == ["e is frozen and holds nothing: unfreeze it to compute it."]


# --- bypassed -------------------------------------------------------------------------------------


async def test_a_bypassed_node_hands_its_input_on(graph: Graph) -> None:
    graph["b"].set_mode("bypassed")
    assert await graph.settle() == {"c": 1, "d": 1}
    assert graph.values() == [1, 1, 2, 2]
    graph["b"].set_mode("enabled")
    assert await graph.settle() == {"b": 1, "c": 1, "d": 1}
    assert graph.values() == [1, 2, 3, 3]


async def test_each_output_gets_the_first_input_of_its_type(graph: Graph) -> None:
    node = graph.space.add_node_by_id("m.two", name="e", mode="bypassed")
    node["text"] = "LOUD"
    node["number"] = 7
    assert await graph.settle() == {}
    assert (node["low"].value, node["text"].value) == (7, "LOUD")
    assert node.state == "done"


async def test_a_bypassed_node_runs_though_inputs_are_missing_that_it_does_not_hand_on(graph: Graph) -> None:
    @NodeDecorator("m.needs", outputs=[{"name": "out", "type": int}])
    def needs(value: int, text: str) -> int:
        raise AssertionError("it is bypassed")

    graph.space.lib.add_node(needs)
    node = graph.space.add_node_by_id("m.needs", mode="bypassed")
    assert node.missing() == ["value"]
    node["value"] = 3
    await graph.settle()
    assert node["out"].value == 3


async def test_a_class_of_its_own_is_bypassed_too(graph: Graph) -> None:
    from funcnodes_jupyter.core.nodeio import NodeInput, NodeOutput

    class Doubling(Node):
        node_id = "m.doubling"
        value = NodeInput(type=int)
        double = NodeOutput(type=int)

        async def func(self, value: int) -> None:
            self.outputs["double"].value = 2 * value

    graph.space.lib.add_node(Doubling)
    node = graph.space.add_node_by_id("m.doubling")
    node["value"] = 4
    await graph.settle()
    assert node["double"].value == 8
    node.set_mode("bypassed")
    await graph.settle()
    assert node["double"].value == 4


@pytest.mark.parametrize("mode", ["disabled", "bypassed", "frozen"])
async def test_modes_of_nodes_are_saved(graph: Graph, mode: str) -> None:
    graph["b"].set_mode(mode)
    other = NodeSpace(graph.space.lib)
    other.deserialize(graph.space.serialize())
    assert other.find("b").mode == mode
    assert other.find("a").mode == "enabled"


async def test_freezing_ends_a_run_that_would_change_the_output() -> None:
    begun = asyncio.Event()

    @NodeDecorator("m.slow")
    async def slow(value: int) -> int:
        begun.set()
        await asyncio.Event().wait()
        return value

    space = NodeSpace(Library([Shelf("m", nodes=[slow])]))
    node = space.add_node_by_id("m.slow")
    node["value"] = 1
    await begun.wait()
    node.set_mode("frozen")
    await space.await_done()
    assert node["out"].value is NoValue
