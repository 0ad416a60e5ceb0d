"""Undo and redo: every edit can be taken back, and done again, as one step."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from funcnodes_jupyter.core.decorator import NodeDecorator
from funcnodes_jupyter.core.errors import CycleError, DocumentError, HistoryError, MultipleConnectionsError
from funcnodes_jupyter.core.facts import HistoryChanged
from funcnodes_jupyter.core.library import Library
from funcnodes_jupyter.core.node import Node
from funcnodes_jupyter.core.nodeio import NodeInput
from funcnodes_jupyter.core.nodespace import NodeSpace
from funcnodes_jupyter.core.shelf import Shelf


class Graph:
    """``a → b`` with some of everything; counts the runs."""

    def __init__(self) -> None:
        self.runs: Counter[str] = Counter()

        @NodeDecorator("h.add")
        def add(node: Node, value: Any, more: int = 1) -> Any:
            self.runs[node.uuid] += 1
            return value + more

        self.space = NodeSpace(Library([Shelf("h", nodes=[add])]))
        self.edits = self.space.edits
        for name in "ab":
            self.edits.add_node("h.add", uuid=name, name=name)
        self.edits.connect(self["a"]["out"], self["b"]["value"])
        self.edits.set_value(self.input("a", "value"), 1)
        self.space.history.clear()

    def __getitem__(self, uuid: str) -> Node:
        return self.space.get_node_by_id(uuid)

    def input(self, uuid: str, io: str) -> NodeInput:
        return self[uuid].get_input(io)

    def saved(self) -> str:
        return json.dumps(self.space.serialize(), sort_keys=True)

    def settle(self) -> dict[str, int]:
        async def wait() -> None:
            await self.space.await_done()

        asyncio.run(wait())
        runs, self.runs = dict(self.runs), Counter()
        return runs


@pytest.fixture
def graph() -> Graph:
    made = Graph()
    made.settle()
    return made


OTHER: dict[str, Any] = {
    "format": 1,
    "nodes": [{"id": "z", "node_id": "h.add", "name": "z", "io": {"value": {"is_input": True, "value": 7}}}],
    "edges": [],
    "groups": {"g": {"node_ids": ["z"], "meta": {"name": "G"}}},
    "prop": {"of the other": 1},
    "mode": "paused",
    "type_check": "off",
}

EDITS: dict[str, tuple[str, Callable[[Graph], Any]]] = {
    "add": ("Add c", lambda g: g.edits.add_node("h.add", uuid="c", name="c")),
    "remove": ("Delete a", lambda g: g.edits.remove_node(g["a"])),
    "remove the end": ("Delete b", lambda g: g.edits.remove_node(g["b"])),
    "set": ("Set a.value", lambda g: g.edits.set_value(g.input("a", "value"), 5)),
    "reset": ("Reset a.value", lambda g: g.edits.reset_value(g.input("a", "value"))),
    "rename": ("Rename a", lambda g: g.edits.rename(g["a"], "first")),
    "move": ("Move a", lambda g: g.edits.set_properties(g["a"], {"frontend:pos": [1, 2]}, "Move")),
    "connect": ("Connect a.out with b.more", lambda g: g.edits.connect(g["a"]["out"], g["b"]["more"])),
    "connect backwards": ("Connect b.out with a.more", lambda g: g.edits.connect(g["a"]["more"], g["b"]["out"], feedback=True)),
    "forward": ("Connect a.more with b.more", lambda g: g.edits.connect(g["a"]["more"], g["b"]["more"])),
    "chain": (
        "Connect a._triggeroutput with b._triggerinput",
        lambda g: g.edits.connect(g["a"]["_triggeroutput"], g["b"]["_triggerinput"]),
    ),
    "disconnect": ("Disconnect b.value", lambda g: g.edits.disconnect(g["a"]["out"], g["b"]["value"])),
    "disable": ("Disable a", lambda g: g.edits.set_mode(g["a"], "disabled")),
    "freeze": ("Freeze a", lambda g: g.edits.set_mode(g["a"], "frozen")),
    "bypass": ("Bypass a", lambda g: g.edits.set_mode(g["a"], "bypassed")),
    "limits": ("Change limits of a", lambda g: g.edits.set_limits(g["a"], 2.0, 1)),
    "group": ("Group both", lambda g: g.edits.group("ab", name="both", group_id="g")),
    "load": ("Load a graph", lambda g: g.edits.load(OTHER)),
    "clear": ("Clear", lambda g: g.edits.clear()),
}  # fmt: skip


@pytest.mark.parametrize("name", EDITS)
def test_every_edit_is_taken_back_to_the_byte_and_done_again(graph: Graph, name: str) -> None:
    label, edit = EDITS[name]
    before = graph.saved()
    edit(graph)
    graph.settle()
    after = graph.saved()
    assert after != before
    assert graph.space.history.undo_label == label
    for _ in range(2):
        assert graph.space.undo() == label
        graph.settle()
        assert graph.saved() == before
        assert (graph.space.history.undo_label, graph.space.history.redo_label) == ("", label)
        assert graph["b"]["out"].value == 3  # type: ignore[attr-defined]
        assert not any(node.stale for node in graph.space.nodes.values())
        assert graph.space.redo() == label
        graph.settle()
        assert graph.saved() == after


def test_a_removed_node_comes_back_with_its_result_and_runs_nothing_again(graph: Graph) -> None:
    graph.edits.remove_node(graph["b"])
    graph.settle()
    graph.space.undo()
    assert graph.settle() == {}
    assert (graph["b"].state, graph["b"].stale) == ("done", False)


def test_it_runs_again_when_what_it_depends_on_changed_meanwhile(graph: Graph) -> None:
    graph.edits.remove_node(graph["b"])
    graph.input("a", "value").set_value(10)  # by a running function, say: nobody's edit
    graph.settle()
    graph.space.undo()
    assert graph.settle() == {"b": 1}
    assert graph["b"]["out"].value == 12  # type: ignore[attr-defined]


def test_what_follows_a_node_that_came_back_runs_again(graph: Graph) -> None:
    graph.edits.remove_node(graph["a"])
    graph.settle()
    graph.space.undo()
    assert graph.settle() == {"b": 1}


def test_clearing_is_taken_back_without_a_run(graph: Graph) -> None:
    graph.edits.clear()
    graph.settle()
    assert not graph.space.nodes
    graph.space.undo()
    assert graph.settle() == {}
    assert [node.state for node in graph.space.nodes.values()] == ["done", "done"]


@pytest.mark.parametrize("undone", ["remove", "clear"])
@pytest.mark.parametrize("settled", [False, True])
async def test_a_run_that_removing_its_node_ended_begins_again(undone: str, settled: bool) -> None:
    begun, go_on = asyncio.Event(), asyncio.Event()

    @NodeDecorator("h.slow")
    async def slow(value: int) -> int:
        begun.set()
        await go_on.wait()
        return value

    space = NodeSpace(Library([Shelf("h", nodes=[slow])]))
    node = space.edits.add_node("h.slow", uuid="s")
    if settled:
        go_on.set()
        space.edits.set_value(node.get_input("value"), 1)
        await space.await_done()
        begun.clear()
        go_on.clear()
    space.edits.set_value(node.get_input("value"), 2)
    await begun.wait()
    if undone == "remove":
        space.edits.remove_node(node)
    else:
        space.edits.clear()
    space.undo()
    back = space.get_node_by_id("s")
    assert (back.state, back.stale) == ("queued", True)
    go_on.set()
    await space.await_done()
    assert (back.state, back.stale, back["out"].value) == ("done", False, 2)


def test_values_that_cannot_be_saved_come_back_as_they_were(graph: Graph) -> None:
    class Table:
        def __add__(self, other: int) -> Table:
            return self

    table = Table()
    graph.edits.set_value(graph.input("a", "value"), table)
    graph.edits.remove_node(graph["a"])
    graph.space.undo()
    assert graph.input("a", "value").value is table
    graph.space.undo()
    assert graph.input("a", "value").value == 1


def test_replacing_an_edge_is_one_step(graph: Graph) -> None:
    graph.edits.add_node("h.add", uuid="c", name="c")
    with pytest.raises(MultipleConnectionsError):
        graph.edits.connect(graph["c"]["out"], graph["b"]["value"])
    graph.edits.connect(graph["c"]["out"], graph["b"]["value"], replace=True)
    assert graph.space.edges == [("c", "out", "b", "value")]
    graph.space.undo()
    assert graph.space.edges == [("a", "out", "b", "value")]


def test_a_value_that_an_edge_covered_comes_back(graph: Graph) -> None:
    graph.edits.set_value(graph.input("b", "more"), 7)
    graph.edits.connect(graph["a"]["out"], graph["b"]["more"])
    graph.space.undo()
    assert graph.input("b", "more").value == 7


# --- steps ----------------------------------------------------------------------------------------


def test_what_belongs_together_is_one_step(graph: Graph) -> None:
    before = graph.saved()
    with graph.space.history.step(""):
        graph.edits.rename(graph["a"], "x")
        graph.edits.set_value(graph.input("a", "value"), 3)
        graph.edits.remove_node(graph["b"])
    assert graph.space.history.undo_label == "Rename a and 2 more"
    graph.space.undo()
    graph.settle()
    assert graph.saved() == before


def test_a_step_that_fails_is_taken_back_as_a_whole(graph: Graph) -> None:
    before = graph.saved()

    def fail() -> None:
        with graph.space.history.step("Try"):
            graph.edits.rename(graph["a"], "x")
            graph.edits.connect(graph["b"]["out"], graph["a"]["value"], replace=True)

    with pytest.raises(CycleError):
        fail()
    graph.settle()
    assert graph.saved() == before
    assert graph.space.history.undo_label == ""


def test_a_part_that_fails_is_taken_back_and_the_rest_stands(graph: Graph) -> None:

    def fail() -> None:
        with graph.space.history.step("Inner"):
            graph.edits.rename(graph["b"], "y")
            raise ZeroDivisionError

    with graph.space.history.step("Both"):
        graph.edits.rename(graph["a"], "x")
        with pytest.raises(ZeroDivisionError):
            fail()
    assert (graph["a"].name, graph["b"].name) == ("x", "b")
    graph.space.undo()
    assert graph["a"].name == "a"


@pytest.mark.parametrize("name", ["set", "rename", "freeze", "limits", "move"])
def test_what_changes_nothing_is_no_step(graph: Graph, name: str) -> None:
    _, edit = EDITS[name]
    edit(graph)
    edit(graph)
    assert len(graph.space.history) == 1


def test_a_new_edit_ends_what_could_be_redone(graph: Graph) -> None:
    graph.edits.rename(graph["a"], "x")
    graph.space.undo()
    graph.edits.rename(graph["a"], "y")
    assert graph.space.history.redo_label == ""
    with pytest.raises(HistoryError, match="nothing to redo"):
        graph.space.redo()


def test_there_is_a_limit(graph: Graph) -> None:
    graph.space.history.limit = 3
    for number in range(10):
        graph.edits.set_value(graph.input("a", "value"), 100 + number)
    for _ in range(3):
        graph.space.undo()
    assert graph.input("a", "value").value == 106
    with pytest.raises(HistoryError, match="nothing to undo"):
        graph.space.undo()


def test_what_cannot_be_undone_any_more_is_said_and_changes_nothing(graph: Graph) -> None:
    with graph.space.history.step("Two"):
        graph.edits.rename(graph["b"], "x")
        graph.edits.rename(graph["a"], "y")
    graph.space.remove_node_by_id("b")  # behind its back
    before = graph.saved()
    with pytest.raises(HistoryError, match="Cannot undo “Two” any more: There is no node 'b'"):
        graph.space.undo()
    assert graph.saved() == before
    assert graph.space.history.undo_label == ""


class Instrument(Node):
    """Cannot be made while it is switched off."""

    node_id = "h.instrument"
    node_name = "Instrument"
    off = False

    def __init__(self, **options: Any) -> None:
        if self.off:
            raise ConnectionError("it is switched off")
        super().__init__(**options)

    def func(self) -> None:
        pass


@pytest.mark.parametrize("verb", ["undo", "redo"])
def test_what_fails_in_a_class_changes_nothing_and_can_be_tried_again(
    graph: Graph, verb: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    graph.space.lib.add_node(Instrument)
    with graph.space.history.step("Set up"):
        graph.edits.add_node("h.add", uuid="c")
        graph.edits.add_node("h.instrument", uuid="i")
    if verb == "undo":
        graph.edits.clear()
    else:
        graph.space.undo()
    before, turn = graph.saved(), getattr(graph.space, verb)
    label = "Clear" if verb == "undo" else "Set up"
    monkeypatch.setattr(Instrument, "off", True)
    with pytest.raises(HistoryError, match=f"^Cannot {verb} “{label}” now: ConnectionError: it is switched off$"):
        turn()
    assert graph.saved() == before
    monkeypatch.setattr(Instrument, "off", False)
    assert turn() == label
    assert list(graph.space.nodes) == ["a", "b", "c", "i"]


def test_a_cleanup_that_fails_is_told_and_the_removal_can_be_taken_back(
    graph: Graph, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(node: Node) -> None:
        raise ConnectionError(f"{node.uuid} does not answer")

    graph.space.lib.add_node(Instrument)
    monkeypatch.setattr(Instrument, "cleanup", fail)
    for uuid in "ij":
        graph.edits.add_node("h.instrument", uuid=uuid)
    graph.edits.remove_node(graph["i"])
    graph.edits.clear()
    assert [record.message for record in caplog.records] == ["The cleanup of Instrument failed"] * 2
    assert not graph.space.nodes
    graph.space.undo()
    graph.space.undo()
    assert list(graph.space.nodes) == ["a", "b", "j", "i"]


def test_running_functions_and_values_set_directly_are_no_edits(graph: Graph) -> None:
    graph.input("a", "value").set_value(4)
    graph.settle()
    assert graph.space.history.undo_label == ""
    assert graph["b"]["out"].value == 6  # type: ignore[attr-defined]


def test_loading_another_graph_begins_a_new_history(graph: Graph) -> None:
    graph.edits.rename(graph["a"], "x")
    graph.space.deserialize(graph.space.serialize())
    assert graph.space.history.undo_label == ""


def test_a_graph_that_cannot_be_restored_leaves_this_one(graph: Graph) -> None:
    deep: list[Any] = []
    for _ in range(2000):
        deep = [deep]
    node = {"id": "z", "node_id": "h.add", "io": {"value": {"is_input": True, "value": deep}}}
    before = graph.saved()
    with pytest.raises(DocumentError, match="nothing is changed"):
        graph.edits.load({**OTHER, "nodes": [*OTHER["nodes"], {**node, "id": "y"}]})
    with pytest.raises(DocumentError, match="no id or no class"):
        graph.edits.load({**OTHER, "nodes": [{}]})
    assert graph.saved() == before
    assert graph.settle() == {}
    assert graph.space.history.undo_label == ""


def test_observers_hear_what_can_be_undone(graph: Graph) -> None:
    heard: list[tuple[str, str]] = []
    graph.space.subscribe(
        lambda fact: heard.append((fact.undo, fact.redo)) if isinstance(fact, HistoryChanged) else None
    )
    graph.edits.rename(graph["a"], "x")
    graph.space.undo()
    graph.space.redo()
    assert list(dict.fromkeys(heard)) == [("Rename a", ""), ("", "Rename a")]
    assert heard[-1] == ("Rename a", "")
