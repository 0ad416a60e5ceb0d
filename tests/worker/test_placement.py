"""Places for new nodes."""

from __future__ import annotations

import pytest

from funcnodes_jupyter.core.decorator import NodeDecorator
from funcnodes_jupyter.core.node import Node
from funcnodes_jupyter.worker.nodestate import POS
from funcnodes_jupyter.worker.placement import NODE_WIDTH, ORIGIN, Box, Places, free_place

SIZE = (NODE_WIDTH, 150.0)


def placed(count: int, size: tuple[float, float] = SIZE, start: tuple[Box, ...] = ()) -> list[Box]:
    boxes = list(start)
    for _ in range(count):
        boxes.append(Box.at(free_place(size, boxes), size))
    return boxes


def test_the_first_has_a_margin() -> None:
    assert free_place(SIZE, []) == ORIGIN


def test_four_stand_in_a_row() -> None:
    boxes = placed(5)
    assert len({box.top for box in boxes[:4]}) == 1
    assert [box.left for box in boxes[:4]] == sorted(box.left for box in boxes[:4])
    assert (boxes[4].left, boxes[4].top > boxes[0].bottom) == (boxes[0].left, True)


@pytest.mark.parametrize(
    "start",
    [
        (),
        (Box(-500, -500, 3000, 10),),
        (Box(300, 0, 520, 900), Box(40, 40, 248, 190)),
        tuple(Box(x * 100.0, y * 90.0, x * 100.0 + 208, y * 90.0 + 200) for x in range(6) for y in range(6)),
    ],
)
def test_none_touches_another(start: tuple[Box, ...]) -> None:
    boxes = placed(30, start=start)
    for index, box in enumerate(boxes[len(start) :], len(start)):
        for other in boxes[:index]:
            apart = (
                box.left >= other.right or other.left >= box.right or box.top >= other.bottom or other.top >= box.bottom
            )
            assert apart


# --- kept from one question to the next -----------------------------------------------------------


@NodeDecorator("p.empty")
def empty() -> None:
    """Takes and gives nothing."""


class Graph:
    """Nodes with places, and how often one was asked for its own."""

    def __init__(self, count: int) -> None:
        self.asked: list[str] = []
        graph = self

        class Asked(empty):  # type: ignore[misc, valid-type]
            def get_property(self, key: str, default: object = None) -> object:
                if key == POS:
                    graph.asked.append(self.uuid)
                return super().get_property(key, default)

        self.make = Asked
        self.nodes: dict[str, Node] = {}
        for number in range(count):
            self.add(f"n{number}", [number * 300.0, 0.0])
        self.places = Places(self.nodes)

    def add(self, uuid: str, pos: list[float] | None) -> Node:
        node = self.nodes[uuid] = self.make(uuid=uuid, properties={POS: pos} if pos else {})
        return node


def test_only_what_changed_is_measured_again() -> None:
    graph = Graph(50)
    for number in range(5):
        new = graph.add(f"new{number}", None)
        graph.places.changed(new.uuid)
        new.set_property(POS, list(graph.places.for_node(new)))
        graph.places.changed(new.uuid)
        graph.asked, last = [], graph.asked
    assert last == ["new3", "new4"]


def test_moved_and_removed_nodes_are_followed() -> None:
    graph = Graph(2)
    new = graph.add("new", None)
    assert graph.places.for_node(new) == (300.0 + NODE_WIDTH + 64.0, 0.0)
    graph.nodes["n1"].set_property(POS, [100.0, 500.0])
    graph.places.changed("n1")
    assert graph.places.for_node(new) == (100.0 + NODE_WIDTH + 64.0, 500.0)
    del graph.nodes["n1"]
    graph.places.gone("n1")
    assert graph.places.for_node(new) == (NODE_WIDTH + 64.0, 0.0)
    graph.nodes.clear()
    graph.places.reset()
    assert graph.places.for_node(new) == ORIGIN
