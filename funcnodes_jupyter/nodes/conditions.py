"""Tests that a column's values pass or fail, as masks of True and False."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from funcnodes_jupyter.core.datatypes import TypeDescription, enum_description
from funcnodes_jupyter.nodes.columns import is_numeric, kind_of_values

if TYPE_CHECKING:
    import pandas

TESTS: Mapping[str, str] = MappingProxyType(
    {
        ">=": "≥",
        ">": ">",
        "==": "=",
        "!=": "≠",
        "<": "<",
        "<=": "≤",
        "contains": "contains",
        "is missing": "is missing",
        "is not missing": "is not missing",
    }
)
"""The tests, as they are stored, and as they are shown."""

_OPERATORS: Mapping[str, Callable[[Any, Any], Any]] = MappingProxyType(
    {
        ">=": operator.ge,
        ">": operator.gt,
        "==": operator.eq,
        "!=": operator.ne,
        "<": operator.lt,
        "<=": operator.le,
    }
)


def tests_type() -> TypeDescription:
    """The port type of a choice among the tests."""
    return enum_description(list(TESTS), list(TESTS.values()))


def passing(values: pandas.Series[Any], name: str, test: str, wanted: Any) -> pandas.Series[bool]:
    """Which values pass; a missing value passes no test but "is missing".

    Args:
        values: A column.
        name: What it is called, for messages.
        test: A test's stored or shown form.
        wanted: What is compared with; it is brought to the kind of the column.

    Raises:
        ValueError: no such test, or ``wanted`` does not fit the column.
    """
    chosen = next((known for known, shown in TESTS.items() if test in (known, shown)), None)
    if chosen is None:
        raise ValueError(f"There is no test {test!r}, only {', '.join(TESTS.values())}.")
    if chosen == "is missing":
        return values.isna()
    if chosen == "is not missing":
        return values.notna()
    if wanted is None or (isinstance(wanted, str) and wanted == "" and is_numeric(values)):
        raise ValueError(f"Give a value to compare {name!r} with; rows without a value are found by 'is missing'.")
    if chosen == "contains":
        return _contains(values, str(wanted))
    plain = _without_categories(values)
    result: pandas.Series[bool] = _OPERATORS[chosen](plain, _fitting(plain, name, wanted))
    return result.fillna(False).astype(bool) & plain.notna()


def _contains(values: pandas.Series[Any], wanted: str) -> pandas.Series[bool]:
    texts = values.astype("string").str
    return texts.contains(wanted, case=False, regex=False, na=False).astype(bool)


def _without_categories(values: pandas.Series[Any]) -> pandas.Series[Any]:
    """Categories compare by what they stand for: pandas refuses order among unordered ones."""
    categories = getattr(values.dtype, "categories", None)
    return values if categories is None else values.astype(categories.dtype)


def _fitting(values: pandas.Series[Any], name: str, wanted: Any) -> Any:
    """``wanted`` as a value of the column's kind."""
    from pandas.api import types

    dtype = values.dtype
    if types.is_bool_dtype(dtype):
        return _as_boolean(name, wanted)
    if types.is_numeric_dtype(dtype):
        return _as_number(name, wanted)
    if types.is_datetime64_any_dtype(dtype) or types.is_timedelta64_dtype(dtype):
        return _as_time(values, name, wanted)
    if kind_of_values(values) == "texts" and not isinstance(wanted, str):
        return str(wanted)
    return wanted


def _as_boolean(name: str, wanted: Any) -> bool:
    if isinstance(wanted, bool):
        return wanted
    word = str(wanted).strip().lower()
    if word in ("true", "false"):
        return word == "true"
    raise ValueError(f"The column {name!r} holds True and False, and {wanted!r} is neither.")


def _as_number(name: str, wanted: Any) -> Any:
    if isinstance(wanted, str):
        try:
            return float(wanted)
        except ValueError:
            raise ValueError(f"The column {name!r} holds numbers, and {wanted!r} is not a number.") from None
    if isinstance(wanted, bool) or not hasattr(wanted, "__float__"):
        raise ValueError(f"The column {name!r} holds numbers, and {wanted!r} is not a number.")
    return wanted


def _as_time(values: pandas.Series[Any], name: str, wanted: Any) -> Any:
    import pandas

    duration = pandas.api.types.is_timedelta64_dtype(values.dtype)
    try:
        moment = pandas.Timedelta(wanted) if duration else pandas.Timestamp(wanted)
    except (ValueError, TypeError):
        kind = "a duration such as 2 days" if duration else "a date such as 2024-05-01"
        raise ValueError(f"The column {name!r} holds {kind_of_values(values)}; {wanted!r} is not {kind}.") from None
    zone = getattr(values.dtype, "tz", None)
    if zone is not None and isinstance(moment, pandas.Timestamp) and moment.tzinfo is None:
        return moment.tz_localize(zone)
    return moment
