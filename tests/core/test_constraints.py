"""Bounds of values: from annotations into value options, and what is said of a value outside."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Annotated, Any, Optional

import pytest
from msgspec import Meta

from funcnodes_jupyter.core.constraints import check, metadata_of, options_from
from funcnodes_jupyter.core.decorator import InputMeta, NodeDecorator
from funcnodes_jupyter.core.errors import ValueConversionError
from funcnodes_jupyter.core.node import Node
from funcnodes_jupyter.core.nodeio import NodeInput


@dataclass(frozen=True)
class Ge:
    """As other packages have it: a bound in an attribute of its name."""

    ge: Any


@dataclass(frozen=True)
class Interval:
    ge: Any = None
    gt: Any = None
    le: Any = None
    lt: Any = None


@dataclass(frozen=True)
class MultipleOf:
    multiple_of: Any


@dataclass(frozen=True)
class Len:
    min_length: Any = 0
    max_length: Any = None


class Field:
    """A field that keeps its constraints in a list."""

    def __init__(self, *metadata: Any) -> None:
        self.metadata = list(metadata)


class Methods:
    """Bounds by name only: what a table has under it is a method."""

    def ge(self) -> None: ...


METADATA = [
    ((), {}),
    (("a text", 3, None, Methods()), {}),
    ((Ge(0),), {"min": 0}),
    ((Ge(0), Interval(le=10)), {"min": 0, "max": 10}),
    ((Interval(gt=0.0, lt=1.0),), {"exclusive_min": 0.0, "exclusive_max": 1.0}),
    ((MultipleOf(2),), {"step": 2, "multiple_of": 2}),
    ((Len(1, 3),), {"min_length": 1, "max_length": 3}),
    ((Len(),), {"min_length": 0}),
    ((Meta(ge=0, pattern=None),), {"min": 0}),
    ((Meta(pattern="^a"),), {"pattern": "^a"}),
    ((Interval(ge="a"),), {}),
    ((re.compile("^a"),), {"pattern": "^a"}),
    ((Field(Ge(1), Len(max_length=3)),), {"min": 1, "min_length": 0, "max_length": 3}),
]


@pytest.mark.parametrize(("metadata", "options"), METADATA, ids=str)
def test_constraints_become_value_options(metadata: tuple[Any, ...], options: dict[str, Any]) -> None:
    assert options_from(metadata) == options


@pytest.mark.parametrize(
    ("annotation", "metadata"),
    [
        (int, ()),
        (Annotated[int, Ge(0)], (Ge(0),)),
        (Optional[Annotated[int, Ge(0)]], (Ge(0),)),  # noqa: UP045
        (Annotated[Annotated[int, Ge(0)] | None, Len(1)], (Ge(0), Len(1))),
        (Annotated[int, Ge(0)] | Annotated[str, Len(1)], ()),
    ],
    ids=str,
)
def test_metadata_is_found(annotation: Any, metadata: tuple[Any, ...]) -> None:
    assert metadata_of(annotation) == metadata


def test_ports_take_bounds_from_annotations_and_input_meta_wins() -> None:
    @NodeDecorator("t.bounds")
    def bounds(
        n: Annotated[int, Ge(0), Interval(le=10)],
        even: Annotated[int, MultipleOf(2)] = 2,
        named: Annotated[int, Ge(0), InputMeta(name="N", value_options={"min": 1, "max": 9})] = 1,
        name: Annotated[str, Meta(min_length=1)] = "a",
    ) -> int:
        return n

    options = [dict(spec.value_options) for spec in bounds.input_specs]
    assert options == [
        {"step": 1, "min": 0, "max": 10},
        {"step": 2, "multiple_of": 2},
        {"step": 1, "min": 1, "max": 9},
        {"min_length": 1},
    ]


PASSES = [
    (5, {"min": 5, "max": 5}),
    (math.inf, {"min": 0}),
    (0.3, {"multiple_of": 0.1}),
    (4, {"multiple_of": 2}),
    (3, {"step": 2}),
    (3, {"multiple_of": 0}),
    (7, {"options": [1, 2]}),
    (None, {"min": 0, "min_length": 1}),
    (True, {"max": 0}),
    ("a", {"min": 5}),
    ([0], {"min": 5}),
    ("abc", {"min_length": 3, "max_length": 3}),
    (3, {"min": "7", "max": None, "exclusive_min": True}),
    (object(), {"min": 5}),
]
REFUSED = [
    (11, {"max": 10}, "n: 11 is more than 10.", "at most 10"),
    (-1, {"min": 0}, "n: -1 is less than 0.", "at least 0"),
    (0, {"exclusive_min": 0}, "n: 0 is not more than 0.", "more than 0"),
    (1.0, {"exclusive_max": 1}, "n: 1.0 is not less than 1.", "less than 1"),
    (3, {"multiple_of": 2}, "n: 3 is not a multiple of 2.", "a multiple of 2"),
    (math.inf, {"multiple_of": 0.5}, "n: inf is not a multiple of 0.5.", "a multiple of 0.5"),
    (math.nan, {"min": 0}, "n: nan is not at least 0.", "at least 0"),
    ("", {"min_length": 1}, "n: '' has fewer than 1 character.", "of at least 1 character"),
    ([1, 2], {"max_length": 1}, "n: [1, 2] has more than 1 item.", "of at most 1 item"),
    (b"", {"min_length": 2}, "n: b'' has fewer than 2 bytes.", "of at least 2 bytes"),
    (1 << 19931, {"max": 1}, "n: a whole number of 19932 bits is more than 1.", "at most 1"),
]


@pytest.mark.parametrize(("value", "options"), PASSES, ids=lambda value: str(value)[:30])
def test_values_within_bounds(value: Any, options: dict[str, Any]) -> None:
    check(value, options, "n")


@pytest.mark.parametrize(("value", "options", "message", "wanted"), REFUSED, ids=[case[2][:30] for case in REFUSED])
def test_values_outside(value: Any, options: dict[str, Any], message: str, wanted: str) -> None:
    with pytest.raises(ValueConversionError) as caught:
        check(value, options, "n")
    assert str(caught.value) == message
    assert (caught.value.wanted, caught.value.port) == (wanted, "n")


def test_a_port_in_a_class_body_has_the_limits_of_its_type() -> None:
    class Bins(Node):
        node_id = "c.bins"
        count = NodeInput(type=Annotated[int, Ge(1)], value_options={"max": 9})

        async def func(self, count: int) -> None:
            pass

    assert Bins(trigger_on_create=False).inputs["count"].value_options == {"step": 1, "min": 1, "max": 9}
