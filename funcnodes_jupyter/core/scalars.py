"""Single values of the plain types: from what a person typed, and from what a client sent."""

from __future__ import annotations

import datetime
import decimal
import math
from collections.abc import Callable
from typing import Any

from funcnodes_jupyter.core.errors import ValueConversionError
from funcnodes_jupyter.core.literals import NoLiteralError, read_literal
from funcnodes_jupyter.core.typefamilies import rank_of

_TRUE = {"true", "yes", "on", "1"}
_FALSE = {"false", "no", "off", "0"}
_MOST_DIGITS = 4000
"""Of a whole number written as 1e9; Python itself refuses to read longer ones."""

IN_WORDS = {
    "int": "a whole number",
    "float": "a number",
    "complex": "a complex number such as 1+2j",
    "bool": "True or False",
    "str": "a text",
    "None": "None",
    "bytes": "bytes such as b'abc'",
    "datetime": "a date with a time such as 2024-12-31 18:30",
    "date": "a date such as 2024-12-31",
}
"""The types of this module by the last part of their names, as an error message says them."""

_MODULES = frozenset({"", "builtins", "datetime"})


def scalar_name(description: str) -> str | None:
    """Which of the plain types a name means, None when it is none: ``"datetime.date"`` is ``"date"``.

    numpy's numbers are Python's here: numpy takes them as well.
    """
    module, _, name = description.rpartition(".")
    if module == "numpy":
        rank = rank_of(name)
        return None if rank is None else ("bool", "int", "float", "complex")[rank]
    return name if name in IN_WORDS and module in _MODULES else None


def scalar_of_text(text: str, name: str) -> Any:
    """The value of a plain type that a typed text means.

    Raises:
        ValueConversionError: it means none.
    """
    return _TEXT_READERS[name](text)


def scalar_of_value(value: Any, name: str) -> Any:
    """The value of a plain type that was sent: 3 is a float, 3.0 an int, "2024-12-31" a date; "3" is no int.

    Raises:
        ValueConversionError: it is not of this type.
    """
    return _VALUE_READERS[name](value)


def _refused(value: Any, name: str) -> ValueConversionError:
    return ValueConversionError(value, IN_WORDS[name])


# --- typed ----------------------------------------------------------------------------------------


def _read_int(text: str) -> int:
    word = text.strip()
    try:
        return int(word)
    except ValueError:
        pass
    try:
        # Not by way of a float, which holds no more than 17 digits: 1e23 is meant exactly.
        number = decimal.Decimal(word)
    except decimal.InvalidOperation:
        raise _refused(text, "int") from None
    if not number.is_finite() or number.adjusted() > _MOST_DIGITS or number != number.to_integral_value():
        raise _refused(text, "int")
    return int(number)


def _read_float(text: str) -> float:
    try:
        return float(text.strip())
    except ValueError:
        raise _refused(text, "float") from None


def _read_complex(text: str) -> complex:
    try:
        return complex(text.strip().replace(" ", ""))
    except ValueError:
        raise _refused(text, "complex") from None


def _read_bool(text: str) -> bool:
    word = text.strip().lower()
    if word in _TRUE or word in _FALSE:
        return word in _TRUE
    raise _refused(text, "bool")


def _read_none(text: str) -> None:
    if text.strip() not in ("", "None"):
        raise _refused(text, "None")


def _read_bytes(text: str) -> bytes:
    """A bytes literal; another text stands for its UTF-8."""
    if text.strip().lower().startswith(("b'", 'b"', "rb", "br")):
        try:
            value = read_literal(text)
        except NoLiteralError:
            value = text
        if isinstance(value, bytes):
            return value
    try:
        return text.encode()
    except UnicodeEncodeError:
        raise _refused(text, "bytes") from None


def _read_datetime(text: str) -> datetime.datetime:
    word = text.strip()
    try:
        # Python 3.10 does not know that Z is UTC.
        return datetime.datetime.fromisoformat(f"{word[:-1]}+00:00" if word.endswith("Z") else word)
    except ValueError:
        raise _refused(text, "datetime") from None


def _read_date(text: str) -> datetime.date:
    try:
        return datetime.date.fromisoformat(text.strip())
    except ValueError:
        raise _refused(text, "date") from None


_TEXT_READERS: dict[str, Callable[[str], Any]] = {
    "int": _read_int,
    "float": _read_float,
    "complex": _read_complex,
    "bool": _read_bool,
    "str": str,
    "None": _read_none,
    "bytes": _read_bytes,
    "datetime": _read_datetime,
    "date": _read_date,
}


# --- sent -----------------------------------------------------------------------------------------


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _sent_int(value: Any) -> int:
    if isinstance(value, float) and math.isfinite(value) and value.is_integer():
        return int(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    raise _refused(value, "int")


def _sent_float(value: Any) -> float:
    if not _is_number(value):
        raise _refused(value, "float")
    try:
        return float(value)
    except OverflowError:
        raise _refused(value, "float") from None


def _sent_complex(value: Any) -> complex:
    if isinstance(value, complex):
        return value
    return _read_complex(value) if isinstance(value, str) else complex(_sent_float(value))


def _of_kind(kind: type[Any], name: str, read: Callable[[str], Any] | None = None) -> Callable[[Any], Any]:
    def sent(value: Any) -> Any:
        if isinstance(value, kind):
            return value
        if read is not None and isinstance(value, str):
            return read(value)
        raise _refused(value, name)

    return sent


_VALUE_READERS: dict[str, Callable[[Any], Any]] = {
    "int": _sent_int,
    "float": _sent_float,
    "complex": _sent_complex,
    "bool": _of_kind(bool, "bool"),
    "str": _of_kind(str, "str"),
    "None": _of_kind(type(None), "None"),
    "bytes": _of_kind(bytes, "bytes", _read_bytes),
    "datetime": _of_kind(datetime.datetime, "datetime", _read_datetime),
    "date": _of_kind(datetime.date, "date", _read_date),
}
