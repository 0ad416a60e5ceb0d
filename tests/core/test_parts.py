"""The parts of what is saved: all together they are the document."""

from __future__ import annotations

from typing import Any

from funcnodes_jupyter.core.decorator import NodeDecorator
from funcnodes_jupyter.core.facts import Fact, NodeChanged, OptionsChanged, SettingsChanged
from funcnodes_jupyter.core.library import Library
from funcnodes_jupyter.core.nodespace import NodeSpace
from funcnodes_jupyter.core.parts import encoded_part, marks_of_graph, marks_of_node, read_part
from funcnodes_jupyter.core.shelf import Shelf
from funcnodes_jupyter.core.values import NoValue


@NodeDecorator("parts.half")
def half(a: int, b: int = 1) -> float:
    return a / b


def some_graph() -> NodeSpace:
    space = NodeSpace(Library([Shelf("parts", nodes=[half])]))
    space.deserialize(
        {
            "nodes": [
                {"id": "a", "node_id": "parts.half", "io": {"a": {"value": 1}}, "properties": {"own": 1}},
                {"id": "b", "node_id": "parts.half", "mode": "disabled", "timeout": 3.0},
                {"id": "c", "node_id": "gone.node"},
            ],
            "edges": [["a", "out", "b", "a"], ["b", "out", "?", "a"], [1, {}]],
            "feedback": [["b", "out", "a", "a"], None],
            "view": {"a": {"pos": [1, 2]}},
            "errors": {"a": {"text": "ZeroDivisionError: no", "type": "ZeroDivisionError"}},
            "groups": {"g": {"node_ids": ["a"]}},
            "prop": {"said": 1},
            "mode": "paused",
            "type_check": "off",
            "later": None,
        }
    )
    return space


def test_all_parts_together_are_the_document() -> None:
    space = some_graph()
    found: dict[str, dict[Any, Any]] = {}
    marks = [*marks_of_graph(space), *(mark for uuid in space.nodes for mark in marks_of_node(space, uuid))]
    for section, key in marks:
        part = read_part(space, (section, key))
        if part is not NoValue:
            found.setdefault(section, {})[key] = encoded_part(section, part)
    document: dict[str, Any] = {**found.pop("rest"), **found}
    document["nodes"] = list(document["nodes"].values())
    for section in ("edges", "feedback"):
        edges = [list(edge) if isinstance(edge, tuple) else edge for edge in document[section].values()]
        document[section] = sorted(edges, key=str)
    assert document == space.serialize()


def test_what_is_not_there_is_no_part() -> None:
    space = some_graph()
    assert list(marks_of_node(space, "z")) == []
    edge = ("b", "out", "c", "x")
    for mark in (("nodes", "z"), ("view", "b"), ("view", "z"), ("errors", "b"), ("errors", "z"), ("groups", "h")):
        assert read_part(space, mark) is NoValue
    for mark in (("edges", edge), ("feedback", edge), ("edges", ("a", "out", "b", "b")), ("rest", "nothing")):
        assert read_part(space, mark) is NoValue


def test_whoever_saves_hears_of_what_is_saved() -> None:
    space = some_graph()
    heard: list[Fact] = []
    space.subscribe(heard.append)
    node = space.nodes["a"]

    def told() -> list[Any]:
        facts = [fact.fields if isinstance(fact, NodeChanged) else type(fact) for fact in heard]
        heard.clear()
        return facts

    node.set_property("own", 2)
    node.set_property("frontend:pos", [3, 4])
    assert told() == [("properties",), ("layout",)]
    node.inputs["b"].default = 3
    node.inputs["b"].default = NoValue
    node.inputs["b"].does_trigger = False
    node.inputs["b"].override(hidden=True)
    assert told() == [OptionsChanged] * 4
    space.set_property("said", 2)
    space.remove_property("said")
    assert told() == [SettingsChanged] * 2


async def test_that_an_error_is_over_is_told_when_the_next_run_begins() -> None:
    space = some_graph()
    node = space.nodes["a"]
    assert node.error is not None
    heard: list[Fact] = []
    space.subscribe(heard.append)
    space.run([node], "only")
    await space.await_done()
    assert node.error is None
    assert [fact for fact in heard if isinstance(fact, NodeChanged) and fact.fields == ("error",)] == [
        NodeChanged(node, ("error",))
    ]


def test_a_port_that_nobody_knows_yet_tells_nothing() -> None:
    space = some_graph()
    heard: list[Fact] = []
    space.subscribe(heard.append)
    node = half(engine=space.engine)
    node.inputs["b"].default = 3
    assert not [fact for fact in heard if isinstance(fact, OptionsChanged)]
