"""Methods of an object as nodes: their ids, their state, what triggers them, and how long the object lives."""

from __future__ import annotations

import asyncio
import gc
import weakref
from typing import Any

import pytest

from funcnodes_jupyter.core import errors
from funcnodes_jupyter.core.library import Library
from funcnodes_jupyter.core.nodespace import NodeSpace
from funcnodes_jupyter.core.objectnodes import NodeClassMixin, instance_nodefunction


class Lamp(NodeClassMixin):
    """A lamp."""

    NODECLASSID = "objects.lamp"

    def __init__(self) -> None:
        self.level = 1

    @instance_nodefunction()
    def brightness(self, factor: int = 1) -> int:
        """How bright it is."""
        return self.level * factor

    @instance_nodefunction(name="Slowly", outputs=[{"name": "level"}])
    async def slow_level(self) -> int:
        await asyncio.sleep(0)
        return self.level

    @brightness.triggers
    def set_level(self, level: int) -> str:
        self.level = level
        return "set"

    @brightness.triggers
    async def set_slowly(self, level: int) -> str:
        await asyncio.sleep(0)
        self.level = level
        return "set slowly"

    @brightness.triggers
    @instance_nodefunction()
    def brighter(self, by: int) -> int:
        self.level += by
        return self.level

    @instance_nodefunction(trigger_on_call=True)
    def peek(self) -> int:
        return self.level


class Better(Lamp):
    @instance_nodefunction()
    def extra(self) -> int:
        return 0

    def peek(self) -> int:
        return -1


@pytest.fixture
def lamp() -> Lamp:
    made = Lamp()
    made.uuid = "l1"
    return made


@pytest.fixture
def space(lamp: Lamp) -> NodeSpace:
    made = NodeSpace(Library())
    made.lib.add_external_shelf(lamp.node_shelf())
    return made


def settle(space: NodeSpace) -> None:
    asyncio.run(space.await_done())


def test_classes(lamp: Lamp) -> None:
    classes = {name: lamp.get_nodeclass(name) for _, name in lamp.get_all_nodefunctions()}
    assert list(classes) == ["brightness", "slow_level", "brighter", "peek"]
    assert {cls.node_id for cls in classes.values()} == {f"objects.lamp.l1.{name}" for name in classes}
    assert lamp.get_all_nodeclasses() == list(classes.values())
    described = classes["brightness"].serialize_cls()
    assert [(port["uuid"], port["type"], port["default"]) for port in described["inputs"]] == [("factor", "int", 1)]
    assert (described["description"], described["node_name"]) == ("How bright it is.", "Brightness")
    slowly = classes["slow_level"]
    assert (slowly.node_name, [port.id for port in slowly.output_specs]) == ("Slowly", ["level"])
    with pytest.raises(errors.NodeClassNotFoundError):
        lamp.get_nodeclass("set_level")


def test_identity(lamp: Lamp) -> None:
    assert (lamp.name, lamp.node_shelf().name, lamp.node_shelf().description) == ("Lamp(l1)", "Lamp(l1)", "A lamp.")
    with pytest.raises(ValueError, match="uuid already"):
        lamp.uuid = "l2"
    one, two = Lamp(), Lamp()
    assert one.uuid == one.uuid != two.uuid
    assert one.get_nodeclass("peek").node_id != two.get_nodeclass("peek").node_id
    with pytest.raises(ValueError, match="no NODECLASSID"):
        NodeClassMixin().get_all_nodeclasses()


def test_a_subclass_adds_and_takes_away() -> None:
    assert [name for _, name in Better.get_all_nodefunctions()] == ["brightness", "slow_level", "brighter", "extra"]


def test_methods_stay_methods(lamp: Lamp) -> None:
    assert (lamp.brightness(factor=3), lamp.set_level(4), lamp.brightness()) == (3, "set", 4)
    assert asyncio.run(lamp.set_slowly(5)) == "set slowly"
    assert (asyncio.run(lamp.slow_level()), lamp.brighter(1)) == (5, 6)


def test_nodes_share_the_state_of_their_object(space: NodeSpace, lamp: Lamp) -> None:
    node = space.add_node_by_id("objects.lamp.l1.brightness", io_options={"factor": {"default": 2}})
    slowly = space.add_node_by_id("objects.lamp.l1.slow_level")
    settle(space)
    assert (node["out"].value, slowly["level"].value) == (2, 1)
    assert (lamp.get_nodes("brightness"), set(lamp.get_all_nodes())) == ([node], {node, slowly})


TRIGGERS: list[tuple[str, Any, int]] = [
    ("a method", lambda lamp, space: lamp.set_level(7), 7),
    ("a coroutine", lambda lamp, space: asyncio.run(lamp.set_slowly(7)), 7),
    ("a node function called by hand", lambda lamp, space: lamp.brighter(6), 7),
    ("a node", lambda lamp, space: space.find("more").inputs["by"].set_value(6), 7),
    ("what triggers nothing", lambda lamp, space: setattr(lamp, "level", 7), 1),
]


@pytest.mark.parametrize(("act", "expected"), [case[1:] for case in TRIGGERS], ids=[case[0] for case in TRIGGERS])
def test_triggers(space: NodeSpace, lamp: Lamp, act: Any, expected: int) -> None:
    node = space.add_node_by_id("objects.lamp.l1.brightness")
    space.add_node_by_id("objects.lamp.l1.brighter", name="more")
    settle(space)
    assert node["out"].value == 1
    act(lamp, space)
    settle(space)
    assert node["out"].value == expected


def test_calling_by_hand_triggers_if_it_was_asked_for(space: NodeSpace, lamp: Lamp) -> None:
    node = space.add_node_by_id("objects.lamp.l1.peek")
    settle(space)
    lamp.level = 3
    assert (lamp.peek(), node.state) == (3, "queued")
    settle(space)
    assert node["out"].value == 3
    space.remove_node_instance(node)
    lamp.peek()
    assert (lamp.get_nodes("peek"), node.state) == ([], "done")


def test_the_object_goes_when_nobody_holds_it() -> None:
    space = NodeSpace(Library())
    lamp = Lamp()
    space.lib.add_external_shelf(lamp.node_shelf())
    cls = lamp.get_nodeclass("brightness")
    node = space.add_node_by_id(cls.node_id)
    settle(space)
    gone = weakref.ref(lamp)
    del lamp
    gc.collect()
    assert gone() is not None, "its node holds it"
    space.remove_node_instance(node)
    del node
    gc.collect()
    assert gone() is None
    assert (space.lib.shelves, space.lib.has_node_id(cls.node_id)) == ([], False)
    with pytest.raises(errors.ObjectGoneError, match="exists no more"):
        cls()
