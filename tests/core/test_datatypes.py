"""Which description an annotation has: what the editor, the conversion and the check of edges go by."""

from __future__ import annotations

import collections
import enum
import json
from collections.abc import Callable, Iterable, Mapping, MutableMapping, Sequence
from typing import (  # noqa: UP035
    Annotated,
    Any,
    ForwardRef,
    List,
    Literal,
    NewType,
    Optional,
    Tuple,
    TypedDict,
    TypeVar,
    Union,
)

import numpy as np
import numpy.typing as npt
import pandas as pd
import pytest

from funcnodes_jupyter.core.datatypes import describe_type, kind_of, type_text


class Level(enum.IntEnum):
    LOW = 1
    HIGH = 2


class Movie(TypedDict):
    name: str
    year: int


UserId = NewType("UserId", int)
Free = TypeVar("Free")
Bound = TypeVar("Bound", bound=int)
Either = TypeVar("Either", int, str)


def array(items: Any, unique: bool = False) -> dict[str, Any]:
    return {"type": "array", "uniqueItems": unique, "items": items}


ANNOTATIONS = [
    (Literal["a", None], {"type": "enum", "values": ["a", None], "keys": ["a", "None"], "nullable": True}),
    (Literal[Level.LOW], {"type": "enum", "values": [1], "keys": ["1"], "nullable": False}),
    (Level, {"type": "enum", "values": [1, 2], "keys": ["LOW", "HIGH"], "nullable": False}),
    (Sequence[int], array("int")),
    (Iterable[str], array("str")),
    (collections.deque[int], "collections.deque"),
    (frozenset[str], array("str", unique=True)),
    (collections.abc.Set[str], array("str", unique=True)),
    (Mapping[str, int], {"type": "object", "keys": "str", "values": "int"}),
    (MutableMapping[str, Any], {"type": "object", "keys": "str", "values": "Any"}),
    (collections.Counter[str], "collections.Counter"),
    (Sequence, "list"),
    (Mapping, "dict"),
    (List, "list"),  # noqa: UP006
    (Tuple, "tuple"),  # noqa: UP006
    (tuple, "tuple"),
    (tuple[()], {"allOf": []}),
    (tuple[int, ...], {**array("int"), "tuple": True}),
    (Tuple[int, str], {"allOf": ["int", "str"]}),  # noqa: UP006
    (UserId, "int"),
    (Free, "Any"),
    (Bound, "int"),
    (Either, {"anyOf": ["int", "str"]}),
    (list[Free], array("Any")),  # type: ignore[valid-type]
    (Movie, {"type": "object", "keys": "str", "values": "Any"}),
    (Annotated[int, "anything"], "int"),
    (Optional[Annotated[int, "anything"]], {"anyOf": ["int", "None"]}),  # noqa: UP045
    (Callable[[int], int], "collections.abc.Callable"),
    (ForwardRef("pandas.DataFrame"), "pandas.DataFrame"),
    (List["pandas.DataFrame"], array("pandas.DataFrame")),  # type: ignore[name-defined] # noqa: F821, UP006
    (npt.NDArray[np.float64], "numpy.ndarray"),
    (np.ndarray, "numpy.ndarray"),
    (np.float64, "numpy.float64"),
    (npt.ArrayLike, "Any"),
    (pd.DataFrame, "pandas.DataFrame"),
    (pd.Series, "pandas.Series"),
]

TEXTS = [
    ("", "Any"),
    (" int ", "int"),
    ("trigger", "trigger"),
    ("typing.Any", "Any"),
    ("typing.List", "list"),
    ("typing.Callable", "typing.Callable"),
    ("pandas.DataFrame", "pandas.DataFrame"),
    ("pandas.DataFrame | None", {"anyOf": ["pandas.DataFrame", "None"]}),
    ("int | str | None", {"anyOf": ["int", "str", "None"]}),
    ("Optional[int]", {"anyOf": ["int", "None"]}),
    ("typing.Union[int, None]", {"anyOf": ["int", "None"]}),
    ("list['pandas.Series']", array("pandas.Series")),
    ("Set[int]", array("int", unique=True)),
    ("dict[str, list[int]]", {"type": "object", "keys": "str", "values": array("int")}),
    ("tuple[int, ...]", {**array("int"), "tuple": True}),
    ("tuple[int, str]", {"allOf": ["int", "str"]}),
    ("Literal['a', None]", {"type": "enum", "values": ["a", None], "keys": ["a", "None"], "nullable": True}),
    ("Annotated[int, Meta(ge=0)]", "int"),
    ("type[int]", {"type": "type", "value": "int"}),
    ("pandas.Series[Any]", "pandas.Series"),
    ("npt.NDArray[np.float64]", "numpy.ndarray"),
    ("dict[str]", "dict"),
    ("this | is no type[", "this | is no type["),
    ("f(x)[1]", "f(x)[1]"),
    ("[" * 1000, "[" * 1000),
]


@pytest.mark.parametrize(("annotation", "description"), ANNOTATIONS, ids=str)
def test_annotations(annotation: Any, description: Any) -> None:
    assert describe_type(annotation) == description


@pytest.mark.parametrize(("text", "description"), TEXTS, ids=lambda value: str(value)[:30])
def test_annotations_that_stayed_texts(text: str, description: Any) -> None:
    assert describe_type(text) == description


@pytest.mark.parametrize("annotation", [annotation for annotation, _ in ANNOTATIONS], ids=str)
def test_a_description_travels_as_json_and_describes_itself(annotation: Any) -> None:
    description = describe_type(annotation)
    again = json.loads(json.dumps(description))
    assert again == description == describe_type(description)
    assert type_text(description)
    assert kind_of(description)


@pytest.mark.parametrize(
    ("annotation", "kind", "words"),
    [
        (Union[int, None], "number", "int or None"),  # noqa: UP007
        (np.float64, "number", "float64"),
        (npt.NDArray[np.float64], "array", "ndarray"),
        (pd.Series, "table", "Series"),
        (tuple[int, ...], "any", "tuple of int"),
        (Literal["a", None], "text", "choice"),
        (Level, "number", "choice"),
    ],
    ids=str,
)
def test_kinds_and_words(annotation: Any, kind: str, words: str) -> None:
    assert (kind_of(describe_type(annotation)), type_text(describe_type(annotation))) == (kind, words)
