"""Nodes, ports, classes and nodespaces as plain dicts; ports that come and go; waiting for several graphs."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

import pytest

from funcnodes_jupyter.core import errors
from funcnodes_jupyter.core.decorator import NodeDecorator
from funcnodes_jupyter.core.facts import Fact, NodeChanged
from funcnodes_jupyter.core.library import Library
from funcnodes_jupyter.core.node import Node
from funcnodes_jupyter.core.nodeio import NodeInput, NodeOutput
from funcnodes_jupyter.core.nodespace import NodeSpace
from funcnodes_jupyter.core.shelf import Shelf
from funcnodes_jupyter.core.values import NoValue
from funcnodes_jupyter.core.waiting import run_until_complete


@NodeDecorator(
    "described.add",
    name="Add",
    default_render_options={"data": {"src": "out"}},
    default_io_options={"b": {"default": NodeInput.DefaultFactory(lambda io: 7)}},
)
def add(a: int, b: int) -> int:
    """Adds."""
    return a + b


@pytest.fixture
def space() -> NodeSpace:
    return NodeSpace(Library([Shelf("test", nodes=[add])]))


def settle(space: NodeSpace) -> None:
    asyncio.run(space.await_done())


def test_what_is_saved_of_a_node_is_what_differs_from_its_class(space: NodeSpace) -> None:
    node = space.add_node_by_id("described.add", uuid="u", name="sum", properties={"note": "mine"})
    plain = {"id": "u", "node_id": "described.add", "node_name": "Add", "name": "sum", "properties": {"note": "mine"}}
    assert node.serialize() == {**plain, "io": {}}
    node["a"] = 3
    node["b"].update_value_options(max=9)
    assert node.serialize() == {
        **plain,
        "io": {"a": {"is_input": True, "value": 3}, "b": {"is_input": True, "value_options": {"step": 1, "max": 9}}},
    }
    assert node["a"].serialize() == {"is_input": True, "value": 3}
    assert node["out"].serialize() == {}
    assert space.serialize()["nodes"] == [node.serialize()]


def test_a_port_in_full(space: NodeSpace) -> None:
    node = space.add_node_by_id("described.add", uuid="u")
    common = {"node": "u", "description": "", "connected": False, "hidden": False, "emit_value_set": True}
    assert node["b"].full_serialize(with_value=True) == {
        **common, "id": "b", "full_id": "u__b", "name": "b", "type": "int", "is_input": True, "allow_multiple": False,
        "value_options": {"step": 1}, "render_options": {}, "required": True, "does_trigger": True,
        "default": NoValue, "value": NoValue,
    }  # fmt: skip
    assert node["out"].full_serialize() == {
        **common, "id": "out", "full_id": "u__out", "name": "out", "type": "int", "is_input": False,
        "allow_multiple": True, "value_options": {}, "render_options": {},
    }  # fmt: skip
    node.inputs["b"].default = 2
    assert (node["b"].full_serialize(with_value=True)["value"], node["b"].full_serialize()["default"]) == (2, 2)


def test_a_node_in_full(space: NodeSpace) -> None:
    node = space.add_node_by_id("described.add", uuid="u")
    node["a"] = 1
    settle(space)
    found = node.full_serialize(with_io_values=True)
    assert {key: value for key, value in found.items() if key not in ("io", "status")} == {
        "id": "u", "node_id": "described.add", "node_name": "Add", "name": "Add", "description": "Adds.",
        "error": None, "render_options": {"data": {"src": "out"}}, "reset_inputs_on_trigger": False, "properties": {},
    }  # fmt: skip
    ports = {port["id"]: port for port in found["io"]}
    assert list(ports) == ["a", "b", "_triggerinput", "out", "_triggeroutput"]
    assert (ports["out"]["value"], found["status"]) == (8, node.status())


STATUS: list[tuple[str, Callable[[Node], Any], dict[str, Any]]] = [
    ("new", lambda n: None, {"state": "incomplete", "ready": False, "missing": ["a"], "requests_trigger": False}),
    ("set", lambda n: n.inputs["a"].set_value(1), {"state": "queued", "ready": True, "missing": [], "requests_trigger": True}),
    ("not triggered", lambda n: n.inputs["a"].set_value(1, False), {"state": "idle", "ready": True, "stale": True}),
]  # fmt: skip


@pytest.mark.parametrize(("act", "expected"), [case[1:] for case in STATUS], ids=[case[0] for case in STATUS])
def test_status(space: NodeSpace, act: Callable[[Node], Any], expected: dict[str, Any]) -> None:
    node = space.add_node_by_id("described.add")
    act(node)
    status = node.status()
    assert {key: status[key] for key in expected} == expected
    ready = "a" not in node.missing()
    assert status["inputs"]["a"] == {"has_value": ready, "connected": False, "required": True, "ready": ready}
    assert status["outputs"]["out"] == {"has_value": False, "connected": False}
    assert status["in_trigger"] is False


def test_a_nodespace_in_full_keeps_its_secrets(space: NodeSpace) -> None:
    for uuid in "xy":
        space.add_node_by_id("described.add", uuid=uuid)
    space.connect("x.out", "y.a")
    space.groups.add_group("g", ["x"])
    space.set_property("token", "hush", secret=True)
    space.set_property("title", "mine")
    found = space.full_serialize()
    assert [node["id"] for node in found["nodes"]] == ["x", "y"]
    assert (found["edges"], found["prop"]) == ([["x", "out", "y", "a"]], {"title": "mine"})
    assert (found["groups"], found["lib"]) == (space.groups.serialize(), space.lib.full_serialize())
    assert "hush" not in repr(found)
    assert "hush" not in json.dumps(space.serialize())


@pytest.mark.parametrize("secrets", [(True, False), (False, True)])
def test_a_property_is_secret_or_not_as_it_was_set_last(space: NodeSpace, secrets: tuple[bool, bool]) -> None:
    for value, secret in enumerate(secrets):
        space.set_property("key", value, secret=secret)
    assert space.get_property("key") == 1
    assert space.serialize()["prop"] == ({} if secrets[-1] else {"key": 1})


def test_ports_come_and_go_with_their_edges(space: NodeSpace) -> None:
    x, y = (space.add_node_by_id("described.add", name=name) for name in "xy")
    y.add_input(NodeInput("extra", required=False))
    y.add_output(NodeOutput("more"))
    space.connect("x.out", "y.extra")
    facts: list[Fact] = []
    space.subscribe(facts.append)
    y.remove_input("extra")
    y.remove_output(y.outputs["more"])
    assert [fact.fields for fact in facts if isinstance(fact, NodeChanged) and "ports" in fact.fields] == [
        ("ports", "state")
    ] * 2
    assert (space.edges, list(y.inputs), list(y.outputs)) == (
        [],
        ["a", "b", "_triggerinput"],
        ["out", "_triggeroutput"],
    )
    for node, value in ((x, 1), (y, 2)):
        node.inputs["a"] = value
    settle(space)
    assert (x.outputs["out"].value, y.outputs["out"].value) == (8, 9)
    with pytest.raises(errors.IONotFoundError, match="no port 'extra'"):
        y["extra"]


@pytest.mark.parametrize(
    ("take", "error"),
    [
        (lambda node: node.remove_input("none"), errors.IONotFoundError),
        (lambda node: node.remove_input("out"), errors.IONotFoundError),
        (lambda node: node.remove_input("_triggerinput"), ValueError),
        (lambda node: node.remove_output("_triggeroutput"), ValueError),
    ],
)
def test_ports_that_cannot_be_taken_away(take: Callable[[Node], None], error: type[Exception]) -> None:
    node = add()
    with pytest.raises(error):
        take(node)
    assert list(node.inputs) == ["a", "b", "_triggerinput"]


def test_names_that_are_known_by_two_words() -> None:
    node = add(id="u")
    assert (node.id, node.uuid, node["a"].id, node["a"].uuid) == ("u", "u", "a", "a")
    assert add(uuid="u").id == "u"
    with pytest.raises(TypeError):
        add(nonsense=1)


def test_whether_an_input_triggers_can_be_changed(space: NodeSpace) -> None:
    node = space.add_node_by_id("described.add")
    node.inputs["a"].does_trigger = False
    node.inputs["a"] = 1
    assert (node.inputs["a"].does_trigger, node.state) == (False, "idle")


def test_waiting_for_nodes_of_several_graphs() -> None:
    async def story() -> list[Any]:
        nodes = [add(), add(), add()]
        for place, node in enumerate(nodes):
            node["a"] = place
        await run_until_complete(*nodes)
        await run_until_complete()
        return [node["out"].value for node in nodes]

    assert asyncio.run(story()) == [7, 8, 9]


ONCE: list[tuple[str, dict[str, Any], Any]] = [
    ("one output", {"a": 1, "b": 2}, 3),
    ("by id", {"a": 1, "return_dict": True}, {"out": 8}),
    ("with options", {"a": 1, "node_init_kwargs": {"io_options": {"b": {"default": 4}}}}, 5),
    ("not ready, and that is fine", {"raise_ready": False}, NoValue),
]


@pytest.mark.parametrize(("given", "expected"), [case[1:] for case in ONCE], ids=[case[0] for case in ONCE])
def test_a_class_is_used_like_a_function(given: dict[str, Any], expected: Any) -> None:
    assert asyncio.run(add.initialize_and_call(**given)) == expected


@pytest.mark.parametrize(
    ("given", "error"),
    [({}, errors.NodeReadyError), ({"c": 1}, errors.IONotFoundError), ({"a": "x"}, errors.NodeTriggerError)],
)
def test_a_class_used_like_a_function_fails_like_one(given: dict[str, Any], error: type[Exception]) -> None:
    with pytest.raises(error):
        asyncio.run(add.initialize_and_call(**given))


def test_a_shelf_goes_with_its_nodes(space: NodeSpace) -> None:
    shelf = Shelf("test", nodes=[add])
    space.add_node_by_id("described.add")
    space.remove_shelf(shelf, with_nodes=False)
    assert (len(space.nodes), space.lib.shelves) == (1, [])
    space.add_shelf(shelf)
    space.remove_shelf(shelf)
    assert (len(space.nodes), space.lib.shelves) == (0, [])
