"""Strict conversion of what a person typed, or a client sent, to a port's type.

``"abc"`` for a float is an error; it never becomes 0 or stays a text. What a type says nothing about
(``Any``, types of other packages) takes a Python literal, else the text itself.
"""

from __future__ import annotations

import ast
import math
from collections.abc import Callable
from typing import Any

from funcnodes_jupyter.core.datatypes import TypeDescription, type_text
from funcnodes_jupyter.core.errors import ValueConversionError

_TRUE = {"true", "yes", "on", "1"}
_FALSE = {"false", "no", "off", "0"}
_LITERAL_TYPES: dict[str, type] = {"list": list, "dict": dict, "tuple": tuple, "set": set}
_IN_WORDS = {
    "int": "a whole number",
    "float": "a number",
    "bool": "True or False",
    "str": "a text",
    "None": "None",
    "list": "a list such as [1, 2]",
    "dict": "a dict such as {'a': 1}",
}


def type_in_words(description: TypeDescription) -> str:
    """The type as an error message names it, with its article."""
    if isinstance(description, str):
        return _IN_WORDS.get(description, f"a {type_text(description)}")
    if "anyOf" in description:
        return " or ".join(type_in_words(option) for option in description["anyOf"])
    if description.get("type") == "enum":
        return f"one of {', '.join(description['keys'])}"
    return f"a {type_text(description)}"


def convert_text(text: str, description: TypeDescription) -> Any:
    """The value that ``text``, typed by a person, means for a port of this type.

    Raises:
        ValueConversionError: the text means no value of this type.
    """
    if isinstance(description, dict):
        if "anyOf" in description:
            return _convert_any_of(text, description["anyOf"], convert_text)
        if description.get("type") == "enum":
            return _convert_enum(text, description)
        return _checked_literal(text, description)
    reader = _TEXT_READERS.get(description)
    if reader is not None:
        return reader(text)
    return _literal_or_text(text)


def convert_value(value: Any, description: TypeDescription) -> Any:
    """``value``, sent by a client as JSON, as a value of this type: 3 is a float, 3.5 is no int.

    Raises:
        ValueConversionError: the value is not of this type.
    """
    if isinstance(description, dict):
        if "anyOf" in description:
            return _convert_any_of(value, description["anyOf"], convert_value)
        if description.get("type") == "enum":
            return _convert_enum(value, description)
        return _checked_container(value, description)
    if description == "float" and isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    if description == "int" and not isinstance(value, bool):
        if isinstance(value, int):
            return value
        if isinstance(value, float) and value.is_integer():
            return int(value)
    expected: type | None = {"bool": bool, "str": str, "list": list, "dict": dict}.get(description)
    if expected is not None and isinstance(value, expected):
        return value
    if description == "None" and value is None:
        return value
    if expected is not None or description in ("int", "float", "None"):
        raise ValueConversionError(value, type_in_words(description))
    return value


def _convert_any_of(value: Any, options: list[TypeDescription], convert: Callable[[Any, TypeDescription], Any]) -> Any:
    # A text option takes anything, so it is asked last.
    for option in sorted(options, key=lambda option: option in ("str", "Any")):
        try:
            return convert(value, option)
        except ValueConversionError:
            continue
    raise ValueConversionError(value, type_in_words({"anyOf": options}))


def _convert_enum(value: Any, description: dict[str, Any]) -> Any:
    if value is None and description.get("nullable"):
        return None
    for key, member in zip(description["keys"], description["values"], strict=True):
        if (value == member and type(value) is type(member)) or value == key:
            return member
    raise ValueConversionError(value, type_in_words(description))


def _literal(text: str, wanted: str) -> Any:
    try:
        return ast.literal_eval(text.strip())
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        raise ValueConversionError(text, wanted) from None


def _checked_literal(text: str, description: dict[str, Any]) -> Any:
    return _checked_container(_literal(text, type_in_words(description)), description)


def _checked_container(value: Any, description: dict[str, Any]) -> Any:
    expected: tuple[type, ...] = (object,)
    if description.get("type") == "array":
        expected = (list, set, tuple)
    elif description.get("type") == "object":
        expected = (dict,)
    elif "allOf" in description:
        expected = (tuple, list)
    if not isinstance(value, expected):
        raise ValueConversionError(value, type_in_words(description))
    return value


def _read_int(text: str) -> int:
    try:
        return int(text.strip())
    except ValueError:
        pass
    number = _read_float(text, "int")
    if not math.isfinite(number) or not number.is_integer():
        raise ValueConversionError(text, type_in_words("int"))
    return int(number)


def _read_float(text: str, wanted: str = "float") -> float:
    try:
        return float(text.strip())
    except ValueError:
        raise ValueConversionError(text, type_in_words(wanted)) from None


def _read_bool(text: str) -> bool:
    word = text.strip().lower()
    if word in _TRUE or word in _FALSE:
        return word in _TRUE
    raise ValueConversionError(text, type_in_words("bool"))


def _read_none(text: str) -> None:
    if text.strip() not in ("", "None"):
        raise ValueConversionError(text, "None")


def _read_container(name: str) -> Callable[[str], Any]:
    def read(text: str) -> Any:
        value = _literal(text, type_in_words(name))
        if not isinstance(value, _LITERAL_TYPES[name]):
            raise ValueConversionError(text, type_in_words(name))
        return value

    return read


def _literal_or_text(text: str) -> Any:
    word = text.strip()
    if word in ("nan", "inf", "-inf"):
        return float(word)
    try:
        return ast.literal_eval(word)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return text


_TEXT_READERS: dict[str, Callable[[str], Any]] = {
    "int": _read_int,
    "float": _read_float,
    "bool": _read_bool,
    "str": str,
    "None": _read_none,
    **{name: _read_container(name) for name in _LITERAL_TYPES},
}
