"""The nodes that need nothing but Python: inputs and the value expected of them."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pytest

from funcnodes_jupyter.core.nodespace import NodeSpace

Run = Callable[..., Any]

CASES: list[tuple[str, dict[str, Any], Any]] = [
    ("number", {}, 0.0),
    ("number", {"value": 2.5}, 2.5),
    ("whole_number", {"value": 3}, 3),
    ("text", {"value": "a"}, "a"),
    ("boolean", {"value": True}, True),
    ("list", {}, []),
    ("list", {"value": [1, "a"]}, [1, "a"]),
    ("dict", {}, {}),
    ("dict", {"value": {"a": 1}}, {"a": 1}),
    ("none", {}, None),
    ("value", {"value": (1, 2)}, (1, 2)),
    ("add", {"a": 1, "b": 2.5}, 3.5),
    ("subtract", {"a": 1, "b": 2}, -1),
    ("multiply", {"a": 3, "b": 4}, 12),
    ("divide", {"a": 7, "b": 2}, 3.5),
    ("floor_divide", {"a": 7, "b": 2}, 3),
    ("modulo", {"a": -7, "b": 2}, 1),
    ("power", {"base": 3}, 9),
    ("power", {"base": 9, "exponent": 0.5}, 3.0),
    ("square_root", {"value": 9}, 3.0),
    ("absolute", {"value": -2}, 2),
    ("negate", {"value": 2}, -2),
    ("round", {"value": 2.5}, 2),
    ("round", {"value": 2.345, "digits": 1}, 2.3),
    ("round", {"value": 1234, "digits": -2}, 1200),
    ("minimum", {"a": 1, "b": 2}, 1),
    ("maximum", {"a": 1, "b": 2}, 2),
    ("clamp", {"value": 5}, 1),
    ("clamp", {"value": -5, "low": -1, "high": 1}, -1),
    ("equal", {"a": 1, "b": 1.0}, True),
    ("equal", {"a": 1, "b": "1"}, False),
    ("not_equal", {"a": 1, "b": 2}, True),
    ("less", {"a": "a", "b": "b"}, True),
    ("less_or_equal", {"a": 2, "b": 2}, True),
    ("greater", {"a": 2, "b": 2}, False),
    ("greater_or_equal", {"a": 2, "b": 2}, True),
    ("between", {"value": 2, "low": 1, "high": 2}, True),
    ("is_none", {"value": None}, True),
    ("is_none", {"value": 0}, False),
    ("and", {"a": True, "b": False}, False),
    ("or", {"a": True, "b": False}, True),
    ("xor", {"a": True, "b": True}, False),
    ("not", {"value": True}, False),
    ("choose", {"condition": True, "if_true": 1, "if_false": 2}, 1),
    ("choose", {"condition": False, "if_true": 1}, None),
    ("format_text", {"template": "{a:.1f} g of {b}", "a": 2.25, "b": "salt"}, "2.2 g of salt"),
    ("concatenate_texts", {"a": "x", "b": "y", "separator": "-"}, "x-y"),
    ("split_text", {"text": " a  b "}, ["a", "b"]),
    ("split_text", {"text": "a,b", "separator": ","}, ["a", "b"]),
    ("join_texts", {"texts": [1, "b"]}, "1, b"),
    ("replace_text", {"text": "a b", "search": " ", "replacement": "_"}, "a_b"),
    ("change_case", {"text": "Ab", "case": "UPPER CASE"}, "AB"),
    ("strip_text", {"text": " a \n"}, "a"),
    ("part_of_text", {"text": "penguin", "start": 3}, "guin"),
    ("part_of_text", {"text": "penguin", "start": -3, "length": 2}, "ui"),
    ("text_length", {"text": "abc"}, 3),
    ("text_contains", {"text": "Penguin", "search": "pen", "match_case": False}, True),
    ("text_contains", {"text": "Penguin", "search": "pen"}, False),
    ("text_to_number", {"text": " 3 "}, 3),
    ("text_to_number", {"text": "1e-3"}, 0.001),
    ("to_text", {"value": [1]}, "[1]"),
    ("make_list", {"a": 1, "b": 2, "c": 3}, [1, 2, 3]),
    ("number_range", {"stop": 3}, [0, 1, 2]),
    ("number_range", {"start": 3, "stop": 0, "step": -1}, [3, 2, 1]),
    ("number_range", {"start": 0, "stop": 1, "step": 0.25}, [0, 0.25, 0.5, 0.75]),
    ("list_item", {"items": [1, 2], "index": -1}, 2),
    ("list_slice", {"items": [1, 2, 3, 4], "start": 1, "step": 2}, [2, 4]),
    ("list_length", {"items": [1, 2]}, 2),
    ("list_append", {"items": [1], "item": 2}, [1, 2]),
    ("list_concatenate", {"a": [1], "b": [2]}, [1, 2]),
    ("list_sort", {"items": [2, 3, 1], "descending": True}, [3, 2, 1]),
    ("list_reverse", {"items": [1, 2]}, [2, 1]),
    ("list_unique", {"items": [1, [2], 1, [2], 3]}, [1, [2], 3]),
    ("list_contains", {"items": [1, 2], "item": 2}, True),
    ("list_sum", {"items": []}, 0),
    ("list_mean", {"items": [1, 2]}, 1.5),
    ("dict_get", {"values": {"a": 1}, "key": "a"}, 1),
    ("dict_set", {"values": {"a": 1}, "key": "b", "value": 2}, {"a": 1, "b": 2}),
    ("dict_remove", {"values": {"a": 1}, "key": "a"}, {}),
    ("dict_keys", {"values": {"a": 1}}, ["a"]),
    ("dict_values", {"values": {"a": 1}}, [1]),
    ("dict_merge", {"a": {"x": 1}, "b": {"x": 2, "y": 3}}, {"x": 2, "y": 3}),
    ("dict_from_lists", {"keys": ["a"], "values": [1]}, {"a": 1}),
]

FAILURES: list[tuple[str, dict[str, Any], type[Exception], str]] = [
    ("divide", {"a": 1, "b": 0}, ZeroDivisionError, "zero"),
    ("square_root", {"value": -1}, ValueError, "-1 is negative"),
    ("clamp", {"value": 1, "low": 3, "high": 2}, ValueError, "lower limit 3"),
    ("format_text", {"template": "{d}"}, ValueError, r"asks for \{d\}"),
    ("format_text", {"template": "{}"}, ValueError, "asks for"),
    ("replace_text", {"text": "a", "search": ""}, ValueError, "is empty"),
    ("part_of_text", {"text": "a", "length": -1}, ValueError, "-1 characters"),
    ("text_to_number", {"text": "three"}, ValueError, "'three' is not a number"),
    ("number_range", {"step": 0}, ValueError, "step is 0"),
    ("number_range", {"stop": 1e12}, ValueError, "at most"),
    ("list_item", {"items": [1], "index": 5}, IndexError, "no item 5: the list has 1"),
    ("list_slice", {"items": [1], "step": 0}, ValueError, "step is 0"),
    ("list_sort", {"items": [1, "a"]}, TypeError, "int, str"),
    ("list_mean", {"items": []}, ValueError, "no mean"),
    ("dict_get", {"values": {"a": 1}, "key": "b"}, KeyError, "no key 'b', only 'a'"),
    ("dict_from_lists", {"keys": [1], "values": []}, ValueError, "1 keys and 0 values"),
]


@pytest.mark.parametrize(("name", "inputs", "expected"), CASES, ids=lambda case: str(case)[:32])
def test_value(run: Run, name: str, inputs: dict[str, Any], expected: Any) -> None:
    value = run(f"basic.{name}", **inputs)
    assert value == expected
    assert type(value) is type(expected)


@pytest.mark.parametrize(("name", "inputs", "error", "text"), FAILURES, ids=lambda case: str(case)[:32])
def test_failure(run: Run, name: str, inputs: dict[str, Any], error: type[Exception], text: str) -> None:
    with pytest.raises(error, match=text):
        run(f"basic.{name}", **inputs)


def test_every_basic_node_is_tried(library: Any) -> None:
    basic = {cls.node_id for cls in library if cls.node_id.startswith("basic.")}
    assert basic == {f"basic.{name}" for name, _, _ in CASES}


@pytest.mark.parametrize("node_id", ["basic.list", "basic.dict"])
def test_a_default_is_never_handed_out_itself(library: Any, node_id: str) -> None:
    node = NodeSpace(library).add_node_by_id(node_id)
    default = node.inputs["value"].value
    made = node.function(value=default)
    assert made == default
    assert made is not default


def test_the_square_root_is_a_float(run: Run) -> None:
    assert math.isclose(run("basic.square_root", value=2), math.sqrt(2))


def test_keys_are_offered(made: Run) -> None:
    node = made("basic.dict_get", values={"a": 1, 2: 3}, key="a")
    assert node.inputs["key"].value_options["options"] == ["a"]
