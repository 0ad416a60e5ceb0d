"""Whether a value of one type may be a value of another, and the clause that says why not."""

from __future__ import annotations

import subprocess
import sys
from enum import Enum
from pathlib import Path
from typing import Any, Literal, Optional

import numpy as np
import numpy.typing as npt
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from funcnodes_jupyter.core.compatibility import why_not
from funcnodes_jupyter.core.datatypes import describe_type


class Animal:
    pass


class Dog(Animal):
    pass


class Stone:
    pass


class Measured:
    def __float__(self) -> float:
        return 1.0


class Table(pd.DataFrame):  # type: ignore[misc]
    pass


class Colour(Enum):
    RED = "r"
    BLUE = "b"


FITS = [
    (int, int),
    (int, float),
    (int, complex),
    (float, complex),
    (bool, int),
    (bool, float),
    (int, bool),
    (Any, int),
    (pd.DataFrame, Any),
    (Optional[int], int),  # noqa: UP045
    (int, Optional[int]),  # noqa: UP045
    (int | str, float),
    (None, int | None),
    (Literal["a", "b"], str),
    (str, Literal["a", "b"]),
    (Literal[1, 2], float),
    (Colour, str),
    (str, Path),
    (Path, str),
    (Path, "os.PathLike"),
    (list[int], list[float]),
    (list[int], list),
    (list, list[int]),
    (list[int], tuple[int, int]),
    (tuple[int, int], list[int]),
    (tuple[int, ...], list[float]),
    (tuple[int, str], tuple),
    (set[int], list[int]),
    (list[int | None], list[int]),
    (dict[str, int], dict[str, float]),
    (dict, dict[str, int]),
    (type[int], type[Any]),
    (pd.DataFrame, "polars.DataFrame"),
    ("pandas.core.frame.DataFrame", pd.DataFrame),
    (Table, pd.DataFrame),
    (np.float64, float),
    (np.int64, float),
    (int, np.float64),
    (npt.NDArray[np.float64], list[float]),
    (float, np.ndarray),
    (pd.Series, np.ndarray),
    (pd.Series, list[float]),
    (Dog, Animal),
    (Animal, Dog),
    (Measured, float),
    ("not.imported.Class", float),
    (float, "not.imported.Class"),
    ("Unknown", "Other"),
    (Dog, "collections.abc.Callable"),
    ("trigger", "trigger"),
    ("Any", "trigger"),
]

MISFITS = [
    (str, int, "a text does not fit a whole number"),
    (float, int, "a number does not fit a whole number"),
    (complex, float, "a complex number does not fit a number"),
    (np.float64, int, "a float64 does not fit a whole number"),
    (pd.DataFrame, float, "a table does not fit a number"),
    (float, pd.DataFrame, "a number does not fit a table"),
    (pd.DataFrame, pd.Series, "a table does not fit a Series"),
    (pd.Series, pd.DataFrame, "a Series does not fit a table"),
    (Table, float, "a Table does not fit a number"),
    (list[int], float, "a list of int does not fit a number"),
    (str, list[str], "a text does not fit a list of str"),
    (list[int], list[str], "a list of int does not fit a list of str"),
    (list[float], tuple[int, ...], "a list of float does not fit a tuple of int"),
    (tuple[int, str], list[int], "a tuple of int, str does not fit a list of int"),
    (tuple[int, int], tuple[int, int, int], "a tuple of int, int does not fit a tuple of int, int, int"),
    (dict[str, int], dict[str, str], "a dict of str to int does not fit a dict of str to str"),
    (dict, list, "a dict does not fit a list"),
    (pd.DataFrame, int | str, "a table does not fit a whole number or a text"),
    (int | None, str, "a whole number or None does not fit a text"),
    (None, int, "None does not fit a whole number"),
    (Literal["a"], int, "a choice does not fit a whole number"),
    (str, Literal[1, 2], "a text does not fit a choice"),
    (Literal[1], Literal["a"], None),
    (npt.NDArray[np.float64], str, "an array does not fit a text"),
    ("matplotlib.figure.Figure", pd.DataFrame, "a Figure does not fit a table"),
    (Dog, Stone, "a Dog does not fit a Stone"),
    (Stone, float, "a Stone does not fit a number"),
    (int, Stone, "a whole number does not fit a Stone"),
    ("trigger", int, "a trigger does not fit a whole number"),
    (int, "trigger", "a whole number does not fit a trigger"),
]


def descriptions_of(*annotations: Any) -> list[Any]:
    return [describe_type(annotation) for annotation in annotations]


@pytest.mark.parametrize(("source", "target"), FITS, ids=str)
def test_types_that_fit(source: Any, target: Any) -> None:
    assert why_not(*descriptions_of(source, target)) is None


@pytest.mark.parametrize(("source", "target", "clause"), MISFITS, ids=str)
def test_types_that_do_not_fit(source: Any, target: Any, clause: str | None) -> None:
    found = why_not(*descriptions_of(source, target))
    assert found is not None
    assert clause is None or found == clause
    assert not found.endswith(".")


def test_two_types_that_are_called_the_same_are_told_apart() -> None:
    reason = why_not(*descriptions_of(Literal[1], Literal["a"]))
    assert reason is not None
    assert "'values': [1]" in reason


def test_nothing_is_imported_to_compare() -> None:
    code = (
        "import sys\n"
        "from funcnodes_jupyter.core.compatibility import why_not\n"
        "assert why_not('xml.dom.minidom.Document', 'int') is None\n"
        "assert 'xml' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


NAMES = st.sampled_from(
    ["int", "float", "complex", "bool", "str", "bytes", "None", "Any", "list", "dict", "tuple", "set", "trigger",
     "pandas.DataFrame", "pandas.Series", "numpy.ndarray", "matplotlib.figure.Figure", "pathlib.Path",
     "datetime.datetime", "collections.abc.Callable", "builtins.int", "a.b.C", "", ".", "pandas.", "sys.modules.x"]
)  # fmt: skip
DESCRIPTIONS: st.SearchStrategy[Any] = st.recursive(
    NAMES | st.lists(st.none() | st.integers() | st.text(max_size=3), max_size=3).map(lambda v: describe_type(
        {"type": "enum", "values": v, "keys": [str(i) for i in v], "nullable": False})),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda options: {"anyOf": options}),
        st.lists(inner, max_size=3).map(lambda parts: {"allOf": parts}),
        st.tuples(inner, st.booleans()).map(lambda p: {"type": "array", "uniqueItems": p[1], "items": p[0]}),
        st.tuples(inner, inner).map(lambda p: {"type": "object", "keys": p[0], "values": p[1]}),
        inner.map(lambda value: {"type": "type", "value": value}),
    ),
    max_leaves=8,
)  # fmt: skip
JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["type", "anyOf", "allOf", "items", "keys", "values", "nullable", "x"]), inner, max_size=4
        )
    ),
    max_leaves=8,
)


@given(DESCRIPTIONS)
def test_every_type_fits_itself_and_any(description: Any) -> None:
    assert why_not(description, description) is None
    assert why_not(description, "Any") is None
    assert why_not("Any", description) is None


@given(DESCRIPTIONS, DESCRIPTIONS)
def test_any_pair_gets_an_answer(source: Any, target: Any) -> None:
    reason = why_not(source, target)
    assert reason is None or reason


@given(NAMES, st.lists(DESCRIPTIONS, min_size=1, max_size=3))
def test_one_option_that_fits_is_enough(source: Any, options: list[Any]) -> None:
    fits = any(why_not(source, option) is None for option in options)
    assert (why_not(source, {"anyOf": options}) is None) == fits


@given(JSON, JSON)
def test_descriptions_of_no_known_form_are_no_error(source: Any, target: Any) -> None:
    why_not(source, target)
