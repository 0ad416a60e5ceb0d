"""What a person types becomes a value of the port's type, or an error that says what was wanted."""

from __future__ import annotations

import math
from typing import Any

import pytest

from funcnodes_jupyter.core.conversion import convert_text, convert_value
from funcnodes_jupyter.core.encoding import NotEncodableError, decode_value, encode_value
from funcnodes_jupyter.core.errors import ValueConversionError
from funcnodes_jupyter.core.values import NoValue

ENUM = {"type": "enum", "values": [1, 2], "keys": ["one", "two"], "nullable": False}
LIST = {"type": "array", "uniqueItems": False, "items": "int"}

TYPED = [
    ("3", "int", 3),
    (" 3 ", "int", 3),
    ("1e3", "int", 1000),
    ("3", "float", 3.0),
    ("inf", "float", math.inf),
    ("abc", "str", "abc"),
    ("3", "str", "3"),
    ("", "str", ""),
    ("True", "bool", True),
    ("no", "bool", False),
    ("", "None", None),
    ("3", {"anyOf": ["str", "int"]}, 3),
    ("None", {"anyOf": ["int", "None"]}, None),
    ("one", ENUM, 1),
    ("[1, 2]", LIST, [1, 2]),
    ("{'a': 1}", "dict", {"a": 1}),
    ("40", "Any", 40),
    ("'40'", "Any", "40"),
    ("Adelie", "Any", "Adelie"),
    ("[1, 'a']", "Any", [1, "a"]),
    ("pandas", "pandas.DataFrame", "pandas"),
]
REFUSED_TEXTS = [
    ("abc", "int", "a whole number"),
    ("3.5", "int", "a whole number"),
    ("inf", "int", "a whole number"),
    ("abc", "float", "a number"),
    ("", "float", "a number"),
    ("maybe", "bool", "True or False"),
    ("three", ENUM, "one of one, two"),
    ("[1,", LIST, "a list of int"),
    ("(1)", "list", r"a list such as \[1, 2\]"),
    ("abc", {"anyOf": ["int", "None"]}, "a whole number or None"),
    ("__import__('os')", "list", "a list"),
]


@pytest.mark.parametrize(("text", "description", "value"), TYPED)
def test_typed_texts(text: str, description: Any, value: Any) -> None:
    converted = convert_text(text, description)
    assert (converted, type(converted)) == (value, type(value))


@pytest.mark.parametrize(("text", "description", "wanted"), REFUSED_TEXTS)
def test_texts_that_mean_no_value_are_refused(text: str, description: Any, wanted: str) -> None:
    with pytest.raises(ValueConversionError, match=wanted):
        convert_text(text, description)


def test_nan_is_a_number() -> None:
    assert math.isnan(convert_text("nan", "float"))
    assert math.isnan(convert_text("nan", "Any"))


SENT = [(3, "float", 3.0), (3.0, "int", 3), (True, "bool", True), ("a", "str", "a"), (None, "None", None), (2, ENUM, 2),
        ([1], LIST, [1]), ({"a": 1}, "Any", {"a": 1}), (None, {"anyOf": ["int", "None"]}, None)]  # fmt: skip


@pytest.mark.parametrize(("sent", "description", "value"), SENT)
def test_sent_values(sent: Any, description: Any, value: Any) -> None:
    converted = convert_value(sent, description)
    assert (converted, type(converted)) == (value, type(value))


@pytest.mark.parametrize(
    ("sent", "description"),
    [("3", "int"), (3.5, "int"), (True, "int"), ("x", "float"), (True, "float"), (1, "bool"), (1, "str"), (3, ENUM),
     ("a", LIST)],
)  # fmt: skip
def test_sent_values_of_another_type_are_refused(sent: Any, description: Any) -> None:
    with pytest.raises(ValueConversionError):
        convert_value(sent, description)


VALUES = [None, True, 3, 2.5, "text", [1, [2]], {"a": {"b": 1}}, (1, 2), {1, 2}, b"\x00\xff", {1: "a", (2, 3): "b"},
          {"$type": "mine"}, math.inf, NoValue]  # fmt: skip


@pytest.mark.parametrize("value", VALUES, ids=repr)
def test_saved_values_come_back(value: Any) -> None:
    again = decode_value(encode_value(value))
    assert (again, type(again)) == (value, type(value))


def test_what_has_no_saved_form_says_so() -> None:
    with pytest.raises(NotEncodableError):
        encode_value([object()])
