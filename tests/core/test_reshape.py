"""A node gets other ports: what still fits stays, in one step that can be undone."""

from __future__ import annotations

from typing import Any

import pytest

from funcnodes_jupyter.core.decorator import NodeDecorator
from funcnodes_jupyter.core.library import Library
from funcnodes_jupyter.core.node import Node
from funcnodes_jupyter.core.nodeio import NodeInput, NodeOutput
from funcnodes_jupyter.core.nodespace import NodeSpace
from funcnodes_jupyter.core.shelf import Shelf


@NodeDecorator("s.one")
def one(a: int = 1) -> int:
    return a


class Summing(Node):
    """Adds up what its inputs hold, whichever it has."""

    node_id = "s.sum"
    base = NodeInput("base", type="int", default=0)
    out = NodeOutput("out", type="int")

    def prepare(self) -> None:
        super().prepare()
        if self.get_property("broken"):
            raise RuntimeError("this one cannot be made")

    def func(self, **given: int) -> None:
        self.outputs["out"].value = sum(given.values())


def port(**said: Any) -> dict[str, Any]:
    return {"is_input": True, "added": {"default": 0}, **said}


@pytest.fixture
def space() -> NodeSpace:
    made = NodeSpace(Library([Shelf("S", nodes=[one, Summing])]))
    node = made.add_node_by_id("s.sum", uuid="sum")
    for name in ("x", "y"):
        node.add_input(NodeInput(name, type="int", default=0))
    for uuid in ("first", "last"):
        made.add_node_by_id("s.one", uuid=uuid)
    made.connect("first.out", "sum.x")
    made.connect("sum.out", "last.a")
    made.groups.group_together(["sum", "last"], [], "g")
    return made


def content(space: NodeSpace) -> tuple[Any, ...]:
    node = space.get_node_by_id("sum")
    return ([p.id for p in node._ins], sorted(space.edges), node["out"].stored, dict(space.groups["g"])["node_ids"])


async def test_what_still_fits_stays_and_undo_brings_the_rest_back(space: NodeSpace) -> None:
    space.nodes["sum"].inputs["y"].value = 10
    await space.await_done()
    before = content(space)
    assert before[2] == 11
    space.edits.reshape(space.nodes["sum"], {"z": port(), "x": port()}, {"kept": True}, "Change sum")
    await space.await_done()
    node = space.nodes["sum"]
    assert [p.id for p in node._ins] == ["base", "z", "x"]
    assert (node["out"].stored, space.nodes["last"]["out"].stored) == (1, 1)
    assert sorted(space.edges) == before[1]
    assert (node.get_property("kept"), space.groups["g"]["node_ids"]) == (True, before[3])
    assert space.history.undo_label == "Change sum"
    space.history.undo()
    await space.await_done()
    assert content(space) == before
    assert space.nodes["sum"].get_property("kept") is None
    space.history.redo()
    await space.await_done()
    assert [p.id for p in space.nodes["sum"]._ins] == ["base", "z", "x"]


async def test_an_edge_goes_with_its_port(space: NodeSpace) -> None:
    space.edits.reshape(space.nodes["sum"], {"y": port(value=4)}, {}, "Change sum")
    await space.await_done()
    assert space.edges == [("sum", "out", "last", "a")]
    assert space.nodes["last"]["out"].stored == 4
    space.history.undo()
    await space.await_done()
    assert ("first", "out", "sum", "x") in space.edges


async def test_the_order_of_ports_is_saved(space: NodeSpace) -> None:
    space.edits.reshape(space.nodes["sum"], {name: port() for name in ("z", "b", "m")}, {}, "Change sum")
    document = space.serialize()
    other = NodeSpace(space.lib)
    other.deserialize(document)
    assert [p.id for p in other.nodes["sum"]._ins] == ["base", "z", "b", "m"]
    assert other.serialize() == document


def test_a_shape_that_cannot_be_changes_nothing(space: NodeSpace) -> None:
    before = content(space)
    with pytest.raises(RuntimeError, match="cannot be made"):
        space.edits.reshape(space.nodes["sum"], {"z": port()}, {"broken": True}, "Change sum")
    assert space.history.undo_label == ""
    assert content(space) == before
