"""What a person types becomes a value of the port's type, or an error that says what was wanted."""

from __future__ import annotations

import datetime
import math
from typing import Any, Literal, Optional, Union

import pytest
from hypothesis import given
from hypothesis import strategies as st

from funcnodes_jupyter.core.conversion import convert_text, convert_value
from funcnodes_jupyter.core.datatypes import describe_type
from funcnodes_jupyter.core.encoding import NotEncodableError, decode_value, encode_value
from funcnodes_jupyter.core.errors import ValueConversionError
from funcnodes_jupyter.core.values import NoValue

FLOATS = {"type": "array", "uniqueItems": False, "items": "float"}
SET = {"type": "array", "uniqueItems": True, "items": "int"}
PAIR = {"allOf": ["int", "str"]}
INTS = {"type": "array", "uniqueItems": False, "items": "int", "tuple": True}
COUNTS = {"type": "object", "keys": "str", "values": "int"}
BY_NUMBER = {"type": "object", "keys": "int", "values": FLOATS}
MIXED = {"type": "enum", "values": [1, "1", 2.5, None, True], "keys": ["1", "1", "2.5", "None", "True"],
         "nullable": True}  # fmt: skip
MAYBE = {"type": "enum", "values": ["a"], "keys": ["A"], "nullable": True}
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
    # numbers
    ("1e23", "int", 10**23),
    ("9007199254740993.0", "int", 9007199254740993),
    ("1_000", "int", 1000),
    ("1+2j", "complex", 1 + 2j),
    ("1 + 2j", "complex", 1 + 2j),
    ("3", "numpy.int64", 3),
    ("3", "numpy.float64", 3.0),
    # other plain types
    ("b'a\\x00'", "bytes", b"a\x00"),
    ("abc", "bytes", b"abc"),
    ("2024-12-31", "datetime.date", datetime.date(2024, 12, 31)),
    ("2024-12-31", "datetime.datetime", datetime.datetime(2024, 12, 31)),
    ("2024-12-31 18:30", "datetime.datetime", datetime.datetime(2024, 12, 31, 18, 30)),
    (
        "2024-12-31T18:30:00Z",
        "datetime.datetime",
        datetime.datetime(2024, 12, 31, 18, 30, tzinfo=datetime.timezone.utc),
    ),
    ("12", "pathlib.Path", "12"),
    # containers
    ("[1, 2]", FLOATS, [1.0, 2.0]),
    ("1, 2", LIST, [1, 2]),
    ("[inf, -inf]", FLOATS, [math.inf, -math.inf]),
    ("[true, null]", "list", [True, None]),
    ("[1, 2, 2]", SET, {1, 2}),
    ("{1, 2}", "set", {1, 2}),
    ("set()", SET, set()),
    ("[1]", "frozenset", frozenset({1})),
    ("(1, 'a')", PAIR, (1, "a")),
    ("[1, 'a']", PAIR, (1, "a")),
    ("[1, 2]", INTS, (1, 2)),
    ("[1, 2]", "tuple", (1, 2)),
    ("()", {"allOf": []}, ()),
    ("{'a': 1.0}", COUNTS, {"a": 1}),
    ("{1: [2], '3': []}", BY_NUMBER, {1: [2.0], 3: []}),
    # choices
    ("1", MIXED, 1),
    ("'1'", MIXED, "1"),
    ("2.5", MIXED, 2.5),
    ("None", MIXED, None),
    ("True", MIXED, True),
    (" one ", ENUM, 1),
    ("2", ENUM, 2),
    ("", MAYBE, None),
    ("'a'", MAYBE, "a"),
    # unions
    ("3", {"anyOf": ["int", "str"]}, 3),
    ("'3'", {"anyOf": ["int", "str"]}, "3"),
    ('"3"', {"anyOf": ["int", "str"]}, "3"),
    ("abc", {"anyOf": ["int", "str"]}, "abc"),
    ("3", {"anyOf": ["float", "int"]}, 3),
    ("3.0", {"anyOf": ["int", "float"]}, 3.0),
    ("3", {"anyOf": ["str", "float"]}, 3.0),
    ("1e3", {"anyOf": ["int", "str"]}, 1000),
    ("1", {"anyOf": ["bool", "float"]}, 1.0),
    ("yes", {"anyOf": ["bool", "str"]}, True),
    ("True", {"anyOf": ["int", "bool"]}, True),
    ("1e3", {"anyOf": ["pandas.DataFrame", "int"]}, 1000),
    ("2024-01-01", {"anyOf": ["str", "datetime.date"]}, datetime.date(2024, 1, 1)),
    ("'2024-01-01'", {"anyOf": ["str", "datetime.date"]}, "2024-01-01"),
    ("(1, 2)", {"anyOf": [LIST, INTS]}, (1, 2)),
    ("['a']", {"anyOf": [LIST, {**LIST, "items": "str"}]}, ["a"]),
    ("", {"anyOf": ["str", "None"]}, None),
    ("''", {"anyOf": ["str", "None"]}, ""),
    ("one", {"anyOf": [ENUM, "None"]}, 1),
    ("5", {"type": "of another kind"}, 5),
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
    ("True", "int", "a whole number"),
    ("1e99999", "int", "a whole number"),
    ("1e999999999", "int", "a whole number"),
    ("9" * 5000, "int", "a whole number"),
    ("[" + "9" * 5000 + "]", LIST, "a list of int"),
    ("[" * 5000, LIST, "a list of int"),
    ("[" * 150 + "]" * 150, LIST, "a whole number"),
    ("-" * 50000 + "1", LIST, "a list of int"),
    ("1+" * 50000 + "1", LIST, "a list of int"),
    ("{" * 100 + "1", "dict", "a dict"),
    ("\0", LIST, "a list of int"),
    ("1+", "complex", "a complex number"),
    ("tomorrow", "datetime.datetime", "a date with a time"),
    ("2024-13-01", "datetime.date", "a date such as"),
    ("\ud800", "bytes", "bytes"),
    ("[1, 'a']", LIST, r"^\[1\]: 'a' is not a whole number\.$"),
    ("[[1.5]]", {**LIST, "items": LIST}, r"^\[0\]\[0\]: 1\.5 is not a whole number\.$"),
    ("[1, None]", LIST, r"^\[1\]: None is not a whole number\.$"),
    ("[True]", LIST, r"^\[0\]: True is not a whole number\.$"),
    ("(1, 2)", PAIR, r"^\[1\]: 2 is not a text\.$"),
    ("(1,)", PAIR, r"^\(1,\) has 1 of the 2 values of a tuple of int, str\.$"),
    ("{'a': 'b'}", COUNTS, r"^\['a'\]: 'b' is not a whole number\.$"),
    ("{1: 1}", COUNTS, r"^the key 1 is not a text\.$"),
    ("{'x': []}", BY_NUMBER, r"^the key 'x' is not a whole number\.$"),
    ("{1: ['x']}", BY_NUMBER, r"^\[1\]\[0\]: 'x' is not a number\.$"),
    ("{'a': 1}", LIST, "a list of int"),
    ("'ab'", LIST, "a list of int"),
    ("[[1]]", {**SET, "items": "Any"}, "a set of values that can stand in one"),
    ("int", {"type": "type", "value": "int"}, "a type"),
    ("4", {"anyOf": [ENUM, "None"]}, "one of one, two or None"),
    ("[1, 'a']", {"anyOf": [LIST, "None"]}, r"^\[1\]: 'a' is not a whole number\.$"),
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
        ([1], LIST, [1]), ({"a": 1}, "Any", {"a": 1}), (None, {"anyOf": ["int", "None"]}, None),
        ([1, 2], FLOATS, [1.0, 2.0]), ([1, 1], SET, {1}), ([1, "a"], PAIR, (1, "a")), ([1], INTS, (1,)),
        ([1], "tuple", (1,)), ([1], "set", {1}), ({"1": [2]}, BY_NUMBER, {1: [2.0]}), ({"a": 1}, "dict", {"a": 1}),
        (3, {"anyOf": ["float", "int"]}, 3), (3.0, {"anyOf": ["int", "float"]}, 3.0), (3, {"anyOf": ["str", "float"]}, 3.0),
        ("3", {"anyOf": ["int", "str"]}, "3"), (True, {"anyOf": ["int", "bool"]}, True), (1, {"anyOf": ["bool", "int"]}, 1),
        ([1], {"anyOf": ["None", FLOATS]}, [1.0]), ("2024-01-01", {"anyOf": ["datetime.date", "str"]}, "2024-01-01"),
        ("2024-01-01", "datetime.date", datetime.date(2024, 1, 1)), ("1+2j", "complex", 1 + 2j), (1, "complex", 1 + 0j),
        ("ab", "bytes", b"ab"), ("one", ENUM, 1), (2.0, ENUM, 2), (None, MAYBE, None), ("1", MIXED, "1"),
        (True, MIXED, True), (3, {"type": "of another kind"}, 3), (10**400, "int", 10**400)]  # fmt: skip


@pytest.mark.parametrize(("sent", "description", "value"), SENT)
def test_sent_values(sent: Any, description: Any, value: Any) -> None:
    converted = convert_value(sent, description)
    assert (converted, type(converted)) == (value, type(value))


@pytest.mark.parametrize(
    ("sent", "description"),
    [("3", "int"), (3.5, "int"), (True, "int"), ("x", "float"), (True, "float"), (1, "bool"), (1, "str"), (3, ENUM),
     ("a", LIST), (10**400, "float"), (True, ENUM), (None, ENUM), (None, LIST), ([1, "a"], LIST),
     ([True], LIST), ([1.5], LIST), ([1], PAIR), ("ab", PAIR), ({"a": "b"}, COUNTS), ({"a": []}, BY_NUMBER),
     ("1", {"anyOf": ["int", "float"]}), (math.inf, "int"), (math.nan, "int"), ("int", {"type": "type", "value": "int"}),
     (5, "bytes"), (5, "datetime.date")],
)  # fmt: skip
def test_sent_values_of_another_type_are_refused(sent: Any, description: Any) -> None:
    with pytest.raises(ValueConversionError):
        convert_value(sent, description)


def test_an_error_carries_what_and_where() -> None:
    with pytest.raises(ValueConversionError) as caught:
        convert_text("[[1], ['a']]", {**LIST, "items": LIST})
    error = caught.value.at("n.values")
    assert str(error) == "n.values[1][0]: 'a' is not a whole number."
    assert (error.value, error.wanted, error.port, error.place) == ("a", "a whole number", "n.values", "[1][0]")


def test_a_long_value_is_shortened_in_the_message() -> None:
    with pytest.raises(ValueConversionError) as caught:
        convert_text("x" * 10_000, "int")
    assert len(str(caught.value)) < 200


def test_a_number_that_python_does_not_write_down_can_be_told_of() -> None:
    with pytest.raises(ValueConversionError, match="a whole number of 19932 bits is not a text"):
        convert_value(1 << 19931, "str")


# --- what Python writes down, it reads again ----------------------------------------------------

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
NUMBER = st.floats(allow_nan=False)
ROUND_TRIPS: list[tuple[Any, st.SearchStrategy[Any]]] = [
    (int, st.integers()),
    (float, NUMBER),
    (complex, st.complex_numbers(allow_nan=False, allow_infinity=False)),
    (bool, st.booleans()),
    (bytes, st.binary(max_size=8)),
    (Optional[str], st.none() | TEXT),  # noqa: UP045
    (Union[int, str], st.integers() | TEXT),  # noqa: UP007
    (float | int | bool | None, NUMBER | st.integers() | st.booleans() | st.none()),
    (list[int], st.lists(st.integers(), max_size=4)),
    (list[str | float], st.lists(TEXT | NUMBER, max_size=4)),
    (set[int], st.sets(st.integers(), max_size=4)),
    (tuple[int, str], st.tuples(st.integers(), TEXT)),
    (tuple[float, ...], st.lists(NUMBER, max_size=4).map(tuple)),
    (dict[str, list[int]], st.dictionaries(TEXT, st.lists(st.integers(), max_size=2), max_size=3)),
    (dict[int, bool], st.dictionaries(st.integers(), st.booleans(), max_size=3)),
    (Literal["a", 1, None, True], st.sampled_from(["a", 1, None, True])),
    (list[tuple[int, bytes] | None], st.lists(st.none() | st.tuples(st.integers(), st.binary(max_size=3)), max_size=3)),
]


@pytest.mark.parametrize(("annotation", "values"), ROUND_TRIPS, ids=lambda value: str(value)[:40])
@given(data=st.data())
def test_what_python_writes_is_read_again(annotation: Any, values: Any, data: st.DataObject) -> None:
    value = data.draw(values)
    description = describe_type(annotation)
    for converted in (convert_text(repr(value), description), convert_value(value, description)):
        assert (converted, type(converted)) == (value, type(value))


@given(
    st.text(max_size=20) | st.text("[](){}'\"-+1.,:jeE b", max_size=20), st.sampled_from([ty for ty, _ in ROUND_TRIPS])
)
def test_any_text_is_a_value_of_the_type_or_refused(text: str, annotation: Any) -> None:
    description = describe_type(annotation)
    made = outcome(text, description)
    # nan equals itself only inside of something.
    assert isinstance(made, ValueConversionError) or [convert_value(made, description)] == [made]


def outcome(text: str, description: Any) -> Any:
    try:
        return convert_text(text, description)
    except ValueConversionError as error:
        return error


VALUES = [None, True, 3, 2.5, 1 + 2j, datetime.date(2024, 1, 2), datetime.datetime(2024, 1, 2, 3, 4, 5, 6),
          datetime.datetime(2024, 1, 2, tzinfo=datetime.timezone.utc), "text", [1, [2]], {"a": {"b": 1}}, (1, 2), {1, 2}, b"\x00\xff", {1: "a", (2, 3): "b"},
          {"$type": "mine"}, math.inf, NoValue, "caf\udce9.csv", "café"]  # fmt: skip


@pytest.mark.parametrize("value", VALUES, ids=repr)
def test_saved_values_come_back(value: Any) -> None:
    again = decode_value(encode_value(value))
    assert (again, type(again)) == (value, type(value))


def test_what_has_no_saved_form_says_so() -> None:
    with pytest.raises(NotEncodableError):
        encode_value([object()])
