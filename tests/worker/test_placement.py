"""Places for new nodes."""

from __future__ import annotations

import pytest

from funcnodes_jupyter.worker.placement import NODE_WIDTH, ORIGIN, Box, free_place

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
