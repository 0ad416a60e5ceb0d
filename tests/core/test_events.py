"""The named events: which come, in which order, with which keywords, and who repeats them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from funcnodes_jupyter.core import errors
from funcnodes_jupyter.core.decorator import NodeDecorator
from funcnodes_jupyter.core.library import Library
from funcnodes_jupyter.core.node import Node
from funcnodes_jupyter.core.nodeio import NodeInput, NodeOutput
from funcnodes_jupyter.core.nodespace import NodeSpace
from funcnodes_jupyter.core.shelf import Shelf

Heard = list[tuple[str, dict[str, Any]]]


@NodeDecorator("events.half")
def half(a: float, b: float = 1.0) -> float:
    return 1 / a


@NodeDecorator("events.slow")
def slow(a: float, node: Node) -> Iterator[float]:
    for step in node.progress([1.0, 2.0], desc="walk"):
        yield a * step


class Quiet(Node):
    node_id = "events.quiet"
    loud = NodeInput(required=False)
    quiet = NodeInput(required=False, emit_value_set=False)
    out = NodeOutput(emit_value_set=False)

    async def func(self, loud: Any = None, quiet: Any = None) -> None:
        self["out"] = quiet


@pytest.fixture
def space() -> NodeSpace:
    return NodeSpace(Library([Shelf("test", nodes=[half, slow, Quiet])]))


def listening(emitter: Any) -> Heard:
    heard: Heard = []
    emitter.on("*", lambda event, **data: heard.append((event, data)))
    return heard


def settle(space: NodeSpace) -> None:
    asyncio.run(space.await_done())


def pair(space: NodeSpace) -> tuple[Node, Node]:
    return space.add_node_by_id("events.half", name="x"), space.add_node_by_id("events.half", name="y")


Act = Callable[[NodeSpace], Any]

RUN = ["before_request_trigger", "after_request_trigger"]

STORIES: list[tuple[str, Act, list[str]]] = [
    ("a node comes", lambda s: s.add_node_by_id("events.half"), ["node_added"]),
    ("a node goes", lambda s: s.remove_node_by_id(s.find("x").uuid), ["node_removed", "cleanup"]),
    ("connect", lambda s: s.connect("x.out", "y.a"), ["before_connect", "after_connect"]),
    ("forward", lambda s: s.connect("x.b", "y.b"), ["before_forward", "after_forward"]),
    (
        "disconnect",
        lambda s: [s.connect("x.out", "y.a"), s.disconnect("x.out", "y.a")],
        ["before_connect", "after_connect", "before_disconnect", "after_set_value", "after_disconnect"],
    ),
    ("options", lambda s: s.find("x")["a"].update_value_options(max=3), ["after_update_value_options"]),
    ("the same options", lambda s: s.find("x")["a"].update_value_options(), []),
    ("a value", lambda s: s.find("x").inputs["a"].set_value(1.0), ["after_set_value", *RUN]),
    ("a value that triggers nothing", lambda s: s.find("x").inputs["a"].set_value(1.0, False), ["after_set_value"]),
    ("a request", lambda s: s.find("x").request_trigger(), RUN),
    (
        "a run",
        lambda s: [s.find("x").inputs["a"].set_value(2.0), settle(s)],
        ["after_set_value", *RUN, "before_trigger", "triggerstart", "after_set_value", "triggerdone", "triggerfast", "after_trigger"],
    ),
    (
        "a run that fails",
        lambda s: [s.find("x").inputs["a"].set_value(0.0), settle(s)],
        ["after_set_value", *RUN, "before_trigger", "triggerstart", "node_trigger_error", "node_error", "after_trigger"],
    ),
]  # fmt: skip


@pytest.mark.parametrize(("act", "expected"), [story[1:] for story in STORIES], ids=[story[0] for story in STORIES])
def test_what_a_nodespace_tells(space: NodeSpace, act: Act, expected: list[str]) -> None:
    pair(space)
    heard = listening(space)
    act(space)
    assert [name for name, _ in heard] == expected
    assert all("src" in data for _, data in heard)


def test_keywords(space: NodeSpace) -> None:
    x, y = pair(space)
    heard = listening(space)
    edge = space.connect("x.out", "y.a")
    x.inputs["a"] = 0.0
    settle(space)
    told = dict(heard)
    ports = {"src": x["out"], "io": "out", "node": x}
    assert told["before_connect"] == {**ports, "other": y["a"]}
    assert told["after_connect"] == {**ports, "result": edge}
    assert told["after_set_value"] == {"src": x["a"], "io": "a", "node": x, "result": 0.0}
    assert told["triggerstart"] == {"src": x, "node": x}
    assert set(told["node_error"]) == {"src", "node", "error"}
    assert isinstance(told["node_error"]["error"], ZeroDivisionError)


def test_a_node_repeats_its_ports_and_a_nodespace_its_nodes(space: NodeSpace) -> None:
    x, _ = pair(space)
    heard = {"port": listening(x["a"]), "node": listening(x), "space": listening(space)}
    x.inputs["a"].set_value(1.0, does_trigger=False)
    value = {"result": 1.0, "src": x["a"]}
    assert heard == {
        "port": [("after_set_value", value)],
        "node": [("after_set_value", {**value, "io": "a"})],
        "space": [("after_set_value", {**value, "io": "a", "node": x})],
    }


def test_progress_is_told(space: NodeSpace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("funcnodes_jupyter.core.progress.REPORT_SECONDS", 0.0)
    node = space.add_node_by_id("events.slow")
    told: list[dict[str, Any]] = []
    node.on("progress", lambda info, **_: told.append(info))
    node.inputs["a"] = 1.0
    settle(space)
    assert [(info["n"], info["total"], info["desc"]) for info in told] == [
        (0, 2, "walk"),
        (1, 2, "walk"),
        (2, 2, "walk"),
        (2, 2, "walk"),
    ]


def test_ports_that_are_not_to_tell_their_values(space: NodeSpace) -> None:
    node = space.add_node_by_id("events.quiet")
    told: list[str] = []
    node.on("after_set_value", lambda io, **_: told.append(io))
    node["quiet"] = 1
    node["loud"] = 2
    settle(space)
    assert (told, node["out"].value) == (["loud"], 1)


def test_once_and_off(space: NodeSpace) -> None:
    x, _ = pair(space)
    told: list[str] = []
    x.once("after_set_value", lambda **_: told.append("once"))
    end = x.on("after_set_value", lambda **_: told.append("on"))
    x["a"] = 1.0
    x["a"] = 2.0
    end()
    x["a"] = 3.0
    assert told == ["once", "on", "on"]


def test_who_listens_for_errors_gets_them_and_awaiting_raises_none() -> None:
    async def story(listen: bool) -> list[str]:
        told: list[str] = []
        node = half(trigger_on_create=False)
        if listen:
            node.on_error(lambda src, error: told.append(f"{src.name} {type(error).__name__}"))
        node["a"] = 0.0
        await node
        return told

    assert asyncio.run(story(listen=True)) == ["half ZeroDivisionError"]
    with pytest.raises(errors.NodeTriggerError, match="division"):
        asyncio.run(story(listen=False))


def test_nothing_is_built_when_nobody_listens(space: NodeSpace) -> None:
    """The engine does not even ask who would hear: a listener that it was not told of hears nothing."""
    told: list[str] = []
    x, _ = pair(space)
    x._listeners = {"after_set_value": [lambda **_: told.append("heard")]}
    x["a"] = 1.0
    assert told == []
    space.on("node_added", lambda **_: None)
    x["a"] = 1.5
    assert told == []
    space.on("after_set_value", lambda **_: None)
    x["a"] = 2.0
    assert told == ["heard"]
