"""The nodespace as its users meet it: names, edges, events, saving and loading."""

from __future__ import annotations

import asyncio
import copy
import json
import pickle
from typing import Any

import pytest

from funcnodes_jupyter.core import errors
from funcnodes_jupyter.core.decorator import NodeDecorator
from funcnodes_jupyter.core.facts import EdgeAdded, Fact, NodeAdded, NodeDone, NodeRemoved, ValueChanged
from funcnodes_jupyter.core.library import Library
from funcnodes_jupyter.core.node import Node
from funcnodes_jupyter.core.nodeio import NodeInput, NodeOutput
from funcnodes_jupyter.core.nodespace import NodeSpace
from funcnodes_jupyter.core.options import update_other_io_options
from funcnodes_jupyter.core.shelf import Shelf
from funcnodes_jupyter.core.values import NoValue


@NodeDecorator("t.add", name="Add")
def add(a: int, b: int = 1) -> int:
    return a + b


@NodeDecorator(
    "t.pick", default_io_options={"table": {"on": {"after_set_value": update_other_io_options("key", list)}}}
)
def pick(table: dict[str, int], key: str) -> int:
    return table[key]


@pytest.fixture
def space() -> NodeSpace:
    return NodeSpace(Library([Shelf("test", nodes=[add, pick])]))


def settle(space: NodeSpace) -> None:
    asyncio.run(space.await_done())


def test_setting_by_item_sets_the_value_everywhere(space: NodeSpace) -> None:
    node = space.add_node_by_id("t.add", name="sum")
    node["a"] = 1
    assert node.inputs["a"].value == 1
    node.inputs["a"] = 2
    assert node["a"].value == 2
    settle(space)
    assert node.outputs["out"].value == 3


def test_names_find_nodes_and_several_of_one_name_are_named(space: NodeSpace) -> None:
    first = space.add_node_by_id("t.add", name="sum", uuid="u1")
    assert space.find("sum") is first
    assert space.find("u1") is first
    space.add_node_by_id("t.add", name="sum", uuid="u2")
    with pytest.raises(errors.AmbiguousNameError, match=r"2 nodes are called 'sum'.*u1, u2"):
        space.find("sum")
    with pytest.raises(errors.NodeNotFoundError, match="No node is called 'other'"):
        space.find("other")


def two(space: NodeSpace) -> tuple[Node, Node]:
    return space.add_node_by_id("t.add", name="x"), space.add_node_by_id("t.add", name="y")


def test_connecting(space: NodeSpace) -> None:
    x, y = two(space)
    edge = space.connect("x.out", "y.a")
    assert edge == (x.uuid, "out", y.uuid, "a")
    assert space.connect("x.out", "y.a") is None
    assert space.edges == [edge]
    with pytest.raises(errors.MultipleConnectionsError, match=r"y\.a receives from x\.out already"):
        space.add_node_by_id("t.add", name="z")["out"].connect(y["a"])
    assert space.connect("z.out", "y.a", replace=True) is not None
    assert len(space.edges) == 1


@pytest.mark.parametrize(
    ("source", "target", "error", "message"),
    [
        ("x.out", "y.out", errors.NodeConnectionError, "both outputs"),
        ("x.a", "x.a", errors.NodeConnectionError, "itself"),
        ("x.out", "x.a", errors.CycleError, "circle"),
        ("y.out", "x.a", errors.CycleError, "circle: x → y → x"),
        ("x.nothing", "y.a", errors.IONotFoundError, "no port 'nothing'"),
        ("x", "y.a", errors.IONotFoundError, "write 'node.port'"),
    ],
)
def test_what_cannot_be_connected(
    space: NodeSpace, source: str, target: str, error: type[Exception], message: str
) -> None:
    two(space)
    space.connect("x.out", "y.b")
    with pytest.raises(error, match=message):
        space.connect(source, target)
    assert len(space.edges) == 1


def test_a_forwarded_input_follows(space: NodeSpace) -> None:
    x, y = two(space)
    space.connect("x.a", "y.a")
    x.inputs["a"] = 5
    settle(space)
    assert (y.inputs["a"].value, y.outputs["out"].value) == (5, 6)
    assert y.inputs["a"].forwards_from is x.inputs["a"]


def test_disconnecting_falls_back_to_the_default(space: NodeSpace) -> None:
    x, y = two(space)
    x.inputs["a"] = 5
    y.inputs["a"] = 0
    space.connect("x.out", "y.b")
    settle(space)
    assert y.inputs["b"].value == 6
    space.disconnect("x.out", "y.b")
    assert (y.inputs["b"].value, y.stale, y.state) == (1, True, "done")


def test_nodes_made_by_hand_connect_and_run_without_a_nodespace() -> None:
    async def story() -> tuple[Any, Any]:
        x, y = add(), add()
        x["out"] > y["a"]  # noqa: B015
        x["a"] = 1
        await y
        return x.engine is y.engine, y["out"].value

    assert asyncio.run(story()) == (True, 3)


def test_awaiting_a_failing_node_raises_with_its_cause() -> None:
    async def story() -> None:
        await_me = add(trigger_on_create=False)
        await_me["a"] = "text"
        await await_me

    with pytest.raises(errors.NodeTriggerError, match="TypeError") as caught:
        asyncio.run(story())
    assert isinstance(caught.value.__cause__, TypeError)


def test_one_port_offers_the_options_of_another(space: NodeSpace) -> None:
    node = space.add_node_by_id("t.pick")
    node["table"] = {"x": 1, "y": 2}
    assert node["key"].value_options["options"] == ["x", "y"]


def test_observers_are_told_facts(space: NodeSpace) -> None:
    facts: list[Fact] = []
    end = space.subscribe(facts.append)
    x, y = two(space)
    space.connect("x.out", "y.a")
    x.inputs["a"] = 1
    settle(space)
    space.remove_node_by_id(x.uuid)
    end()
    y.inputs["a"] = 3
    kinds = [type(fact) for fact in facts]
    assert kinds.count(NodeAdded) == 2
    assert kinds.count(EdgeAdded) == 1
    assert [fact.node for fact in facts if isinstance(fact, NodeDone)] == [x, y]
    assert [fact.uuid for fact in facts if isinstance(fact, NodeRemoved)] == [x.uuid]
    assert [fact.port.full_name for fact in facts if isinstance(fact, ValueChanged)][:3] == ["x.a", "x.out", "y.a"]


def test_events_reach_node_and_nodespace(space: NodeSpace) -> None:
    heard: list[tuple[str, dict[str, Any]]] = []
    node = space.add_node_by_id("t.add")
    node.on("after_set_value", lambda **data: heard.append(("node", data)))
    space.on("*", lambda event, **data: heard.append((event, data)))
    node["a"] = 3
    names = ["node", "after_set_value", "before_request_trigger", "after_request_trigger"]
    assert [name for name, _ in heard] == names
    assert (heard[0][1]["io"], heard[1][1]["node"], heard[1][1]["src"]) == ("a", node, node["a"])


def test_saving_and_loading_gives_the_same_document_and_runs_nothing(space: NodeSpace) -> None:
    x, y = two(space)
    x.inputs["a"] = 3
    x.set_property("frontend:pos", [10.0, 20.0])
    x.set_property("note", "mine")
    space.connect("x.out", "y.a")
    settle(space)
    document = json.loads(json.dumps(space.serialize()))

    other = NodeSpace(space.lib)
    assert other.deserialize(document) == []
    assert json.dumps(other.serialize()) == json.dumps(document)
    assert document["view"] == {x.uuid: {"pos": [10.0, 20.0]}}
    loaded = other.find("y")
    assert (loaded.outputs["out"].value, loaded.stale, other.runner.idle) == (NoValue, True, True)
    assert other.run() == 2
    settle(other)
    assert other.find("y").outputs["out"].value == y.outputs["out"].value == 5


def test_what_is_not_known_survives(space: NodeSpace) -> None:
    document = {
        "format": 1,
        "future": {"a": 1},
        "nodes": [
            {
                "id": "gone",
                "name": "old friend",
                "node_id": "missing.pack",
                "io": {"v": {"is_input": True, "value": 3}},
            },
            {"id": "here", "name": "", "node_id": "t.add", "io": {}},
        ],
        "edges": [["gone", "result", "here", "a"], ["here", "out", "nowhere", "x"]],
        "view": {"gone": {"pos": [1, 2]}},
    }
    problems = space.deserialize(document)
    assert len(problems) == 2
    assert "missing.pack" in problems[0]
    assert "nowhere" in problems[1]
    saved = space.serialize()
    assert saved["future"] == {"a": 1}
    assert sorted(saved["edges"]) == sorted(document["edges"])
    kept = next(record for record in saved["nodes"] if record["id"] == "gone")
    assert (kept["node_id"], kept["io"]["v"]["value"]) == ("missing.pack", 3)
    assert saved["view"]["gone"] == {"pos": [1, 2]}


@pytest.mark.parametrize("document", [{"format": 99, "nodes": []}, {"nodes": 3}, []])
def test_a_document_that_cannot_be_read_changes_nothing(space: NodeSpace, document: Any) -> None:
    two(space)
    with pytest.raises(errors.DocumentError):
        space.deserialize(document)
    assert len(space.nodes) == 2


def test_the_library_names_close_ids_and_refuses_a_second_class(space: NodeSpace) -> None:
    with pytest.raises(errors.NodeClassNotFoundError, match=r"'t\.ad'.*Did you mean t\.add"):
        space.add_node_by_id("t.ad")

    def other(a: int) -> int:
        return a

    with pytest.raises(errors.NodeIdAlreadyExistsError, match=r"t\.add"):
        space.lib.add_node(NodeDecorator("t.add")(other))


def test_shelves_merge_by_path() -> None:
    library = Library([Shelf("a", subshelves=[Shelf("b", nodes=[add])])])
    library.add_node(pick, ["a", "b"])
    assert library.find_nodeid("t.pick") == [["a", "b"]]
    assert len(library.shelves) == 1
    library.remove_shelf("a")
    assert not library.has_node_id("t.add")


def test_no_value_is_one_and_the_same() -> None:
    assert pickle.loads(pickle.dumps(NoValue)) is NoValue
    assert copy.deepcopy([NoValue])[0] is NoValue
    assert repr(NoValue) == "<NoValue>"
    assert bool(NoValue)


def test_defaults_made_on_reading() -> None:
    class Made(Node):
        node_id = "t.made"
        a = NodeInput(default=NodeInput.DefaultFactory(lambda io: [io.id]))
        out = NodeOutput()

    made = Made(trigger_on_create=False)
    assert made["a"].value == ["a"]
    made["a"].default = 3
    assert made["a"].value == 3
    made["a"].default = NoValue
    assert made["a"].value == ["a"]


def test_an_unknown_keyword_or_option_is_a_type_error(space: NodeSpace) -> None:
    with pytest.raises(TypeError):
        space.add_node_by_id("t.add", colour="red")
    with pytest.raises(TypeError, match="colour"):
        space.add_node_by_id("t.add", io_options={"a": {"colour": 1}})
    assert len(space.nodes) == 0
