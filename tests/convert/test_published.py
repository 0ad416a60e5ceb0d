"""The published form of a graph: ours goes through it unharmed, and theirs is understood."""

from __future__ import annotations

import json
from typing import Any

import pytest

from funcnodes_jupyter.convert.published import OURS, from_published, plain, to_published
from funcnodes_jupyter.core.encoding import encode_value
from funcnodes_jupyter.core.errors import DocumentError
from funcnodes_jupyter.core.nodespace import NodeSpace
from funcnodes_jupyter.nodes.shelves import builtin_library


def through_json(value: Any) -> Any:
    return json.loads(json.dumps(value))


def without_ours(state: dict[str, Any]) -> dict[str, Any]:
    """As the published program leaves it: it knows nothing of our key."""
    return {key: value for key, value in state.items() if key != OURS}


@pytest.fixture
def space() -> NodeSpace:
    made = NodeSpace(builtin_library())
    made.edits.add_node("basic.number", uuid="one", name="one", properties={"frontend:pos": [10, 20]})
    total = made.edits.add_node(
        "basic.add", uuid="sum", name="total", properties={"frontend:collapsed": True, "mine": 1}
    )
    made.connect("one.out", "sum.a")
    made.edits.set_value(total.get_input("b"), 3)
    made.groups.add_group("g", ["one"], meta={"name": "G"})
    made.set_property("topic", "sums")
    return made


def test_the_form(space: NodeSpace) -> None:
    state = to_published(space.serialize())
    assert list(state) == ["backend", "view", "meta", "external_workers", OURS]
    backend = state["backend"]
    assert backend["edges"] == [["one", "out", "sum", "a"]]
    assert backend["prop"] == {"topic": "sums"}
    assert backend["groups"]["g"]["node_ids"] == ["one"]
    one, total = backend["nodes"]
    assert (one["id"], one["node_id"], one["name"]) == ("one", "basic.number", "one")
    assert one["properties"] == {"frontend:pos": [10, 20]}
    assert total["properties"] == {"frontend:collapsed": True, "mine": 1}
    assert total["io"]["b"] == {"is_input": True, "value": 3}


def test_ours_comes_back_as_it_was(space: NodeSpace) -> None:
    document = space.serialize()
    assert from_published(through_json(to_published(document))) == document


def test_theirs_is_the_same_graph(space: NodeSpace) -> None:
    document = space.serialize()
    read = NodeSpace(builtin_library())
    assert read.deserialize(from_published(without_ours(through_json(to_published(document))))) == []
    assert read.serialize() == document


def test_a_graph_that_the_published_program_saved() -> None:
    state = {
        "backend": {
            "nodes": [
                {
                    "id": "a1",
                    "node_id": "data.read_csv",
                    "node_name": "Read CSV",
                    "name": "people",
                    "error": None,
                    "io": {"path": {"is_input": True, "value": "files/a.csv"}, "out": {"is_input": False}},
                    "properties": {"frontend:pos": [1.5, -2], "frontend:size": [200, 100], "frontend:collapsed": False},
                    "render_options": {"data": {"type": "table"}},
                },
                {"id": "b2", "node_id": "gone.package", "name": "gone", "io": {"x": {"is_input": True, "value": None}}},
            ],
            "edges": [["a1", "out", "b2", "x"]],
            "prop": {"p": 1},
            "groups": {},
        },
        "view": {"renderoptions": {"typemap": {}}},
        "meta": {"version": "2.0"},
        "external_workers": {"w": [{"id": "x"}]},
    }
    space = NodeSpace(builtin_library())
    space.deserialize(from_published(state))
    assert space.runner.idle
    people, gone = space.get_node_by_id("a1"), space.get_node_by_id("b2")
    assert (people.name, people.inputs["path"].value) == ("people", "files/a.csv")
    assert people.get_property("frontend:pos") == [1.5, -2]
    assert gone.name == "gone"
    assert space.edges == [("a1", "out", "b2", "x")]
    again = without_ours(through_json(to_published(space.serialize())))
    for key in ("view", "meta", "external_workers"):
        assert again[key] == state[key]
    assert {"error", "render_options"} <= set(again["backend"]["nodes"][0])


@pytest.mark.parametrize(
    "state", [{}, {"backend": None}, {"backend": []}, {"backend": {"nodes": {}}}, {OURS: {"nodes": 3}}]
)
def test_what_is_no_graph_is_refused(state: dict[str, Any]) -> None:
    with pytest.raises(DocumentError):
        from_published(state)


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (3, 3),
        ("text", "text"),
        ([1, (2, (3,))], [1, [2, [3]]]),
        ({"a": (1,)}, {"a": [1]}),
        ({1: "x", (2,): "y", "z": {3: 4}}, {"1": "x", "[2]": "y", "z": {"3": 4}}),
        (float("nan"), None),
        (float("inf"), None),
        (frozenset([1]), [1]),
        (b"\0\1", "AAE="),
        (10**1000, hex(10**1000)),
        (2j, "2j"),
        ({"$type": "int"}, {"$type": "int"}),
    ],
)
def test_values_as_plain_json(value: Any, said: Any) -> None:
    assert through_json(plain(encode_value(value))) == said
