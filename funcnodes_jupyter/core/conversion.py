"""Strict conversion of what a person typed, or a client sent, to a port's type.

``"abc"`` for a float is an error; it never becomes 0 or stays a text, and neither does an item of a list.
What a type says nothing about (``Any``, types of other packages) takes a Python literal, else the text itself.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from funcnodes_jupyter.core.datatypes import ANY_TYPE, TypeDescription, named_options, type_text
from funcnodes_jupyter.core.errors import ValueConversionError, shown
from funcnodes_jupyter.core.literals import NoLiteralError, read_literal
from funcnodes_jupyter.core.scalars import IN_WORDS, scalar_name, scalar_of_text, scalar_of_value

_PATHS = frozenset({"Path", "PurePath", "PathLike"})

_BARE: dict[str, dict[str, Any]] = {
    "list": {"type": "array", "uniqueItems": False, "items": ANY_TYPE},
    "set": {"type": "array", "uniqueItems": True, "items": ANY_TYPE},
    "frozenset": {"type": "array", "uniqueItems": True, "items": ANY_TYPE},
    "tuple": {"type": "array", "uniqueItems": False, "items": ANY_TYPE, "tuple": True},
    "dict": {"type": "object", "keys": ANY_TYPE, "values": ANY_TYPE},
}
_BARE_IN_WORDS = {"list": "a list such as [1, 2]", "dict": "a dict such as {'a': 1}"}


def type_in_words(description: TypeDescription) -> str:
    """The type as an error message names it, with its article."""
    if isinstance(description, str):
        words = _BARE_IN_WORDS.get(description) or IN_WORDS.get(scalar_name(description) or "")
        return words or f"a {type_text(description)}"
    if "anyOf" in description:
        return " or ".join(type_in_words(option) for option in named_options(description["anyOf"]))
    if description.get("type") == "enum":
        return f"one of {', '.join(map(str, description['keys']))}"
    return f"a {type_text(description)}"


def convert_text(text: str, description: TypeDescription) -> Any:
    """The value that ``text``, typed by a person, means for a port of this type.

    A text in a union is a text only when nothing else fits; in quotes it is one for certain.

    Raises:
        ValueConversionError: the text means no value of this type.
    """
    if isinstance(description, dict):
        if "anyOf" in description:
            return _text_of_union(text, description["anyOf"])
        if description.get("type") == "enum":
            return _text_of_enum(text, description)
        if _is_container(description):
            return _contents(_literal(text, description), description)
        return _literal_or_text(text)
    name = scalar_name(description)
    if name is not None:
        return scalar_of_text(text, name)
    if description in _BARE:
        return _bare(_literal(text, description), description)
    if description.rsplit(".", 1)[-1] in _PATHS:
        return text
    return _literal_or_text(text)


def convert_value(value: Any, description: TypeDescription) -> Any:
    """``value``, sent by a client as JSON, as a value of this type: 3 is a float, 3.5 is no int.

    JSON's lists and dicts become what the type says: sets, tuples, dicts with keys that are numbers.

    Raises:
        ValueConversionError: the value is not of this type.
    """
    if isinstance(description, dict):
        if "anyOf" in description:
            return _value_of_union(value, description["anyOf"])
        if description.get("type") == "enum":
            return _value_of_enum(value, description)
        return _contents(value, description) if _is_container(description) else value
    name = scalar_name(description)
    if name is not None:
        return scalar_of_value(value, name)
    return _bare(value, description) if description in _BARE else value


def _literal_or_text(text: str) -> Any:
    try:
        return read_literal(text)
    except NoLiteralError:
        return text


def _literal(text: str, description: TypeDescription) -> Any:
    try:
        return read_literal(text)
    except NoLiteralError:
        raise ValueConversionError(text, type_in_words(description)) from None


# --- containers ---------------------------------------------------------------------------------


def _bare(value: Any, name: str) -> Any:
    if not isinstance(value, dict if name == "dict" else list | tuple | set | frozenset):
        raise ValueConversionError(value, type_in_words(name))
    made = _contents(value, _BARE[name])
    return frozenset(made) if name == "frozenset" else made


def _is_container(description: dict[str, Any]) -> bool:
    # Nothing that is typed or sent is a type, so it is refused like an item of the wrong kind.
    return "allOf" in description or description.get("type") in ("array", "object", "type")


def _contents(value: Any, description: dict[str, Any]) -> Any:
    """A container with all that it holds converted; the error of an item names its place."""
    if "allOf" in description:
        return _fixed_tuple(value, description)
    if description.get("type") == "array" and isinstance(value, list | tuple | set | frozenset):
        return _array(value, description)
    if description.get("type") == "object" and isinstance(value, dict):
        return _object(value, description)
    raise ValueConversionError(value, type_in_words(description))


def _array(value: Any, description: dict[str, Any]) -> Any:
    items = description.get("items", ANY_TYPE)
    made = [_item(item, items, f"[{position}]") for position, item in enumerate(value)]
    if description.get("tuple"):
        return tuple(made)
    if not description.get("uniqueItems"):
        return made
    try:
        return set(made)
    except TypeError:
        raise ValueConversionError(value, "a set of values that can stand in one") from None


def _fixed_tuple(value: Any, description: dict[str, Any]) -> tuple[Any, ...]:
    parts = description["allOf"]
    if not isinstance(value, list | tuple):
        raise ValueConversionError(value, type_in_words(description))
    if len(value) != len(parts):
        counted = f"{shown(value)} has {len(value)} of the {len(parts)} values of {type_in_words(description)}"
        raise ValueConversionError(value, type_in_words(description), reason=counted)
    return tuple(_item(item, part, f"[{place}]") for place, (item, part) in enumerate(zip(value, parts, strict=True)))


def _object(value: dict[Any, Any], description: dict[str, Any]) -> dict[Any, Any]:
    keys, values = description.get("keys", ANY_TYPE), description.get("values", ANY_TYPE)
    return {_key(key, keys): _item(item, values, f"[{shown(key)}]") for key, item in value.items()}


def _key(key: Any, description: TypeDescription) -> Any:
    try:
        made = convert_value(key, description)
    except ValueConversionError as error:
        if not isinstance(key, str):
            raise ValueConversionError(
                key, error.wanted, reason=f"the key {shown(key)} is not {error.wanted}"
            ) from None
        # The keys of JSON are texts, whatever they were.
        made = _text_key(key, description)
    try:
        hash(made)
    except TypeError:
        raise ValueConversionError(key, type_in_words(description)) from None
    return made


def _text_key(key: str, description: TypeDescription) -> Any:
    try:
        return convert_text(key, description)
    except ValueConversionError as error:
        raise ValueConversionError(key, error.wanted, reason=f"the key {shown(key)} is not {error.wanted}") from None


def _item(value: Any, description: TypeDescription, place: str) -> Any:
    try:
        return convert_value(value, description)
    except ValueConversionError as error:
        raise error.within(place) from None


# --- choices ------------------------------------------------------------------------------------


def _text_of_enum(text: str, description: dict[str, Any]) -> Any:
    members = list(zip(description["keys"], description["values"], strict=True))
    word = text.strip()
    for reads in (lambda key, member: key, lambda key, member: str(member), lambda key, member: repr(member)):
        for key, member in members:
            if reads(key, member) in (text, word):
                return member
    if description.get("nullable") and word in ("", "None"):
        return None
    raise ValueConversionError(text, type_in_words(description))


def _value_of_enum(value: Any, description: dict[str, Any]) -> Any:
    if value is None and description.get("nullable"):
        return None
    members = list(zip(description["keys"], description["values"], strict=True))
    for _, member in members:
        if type(value) is type(member) and value == member:
            return member
    for key, member in members:
        # JSON has one kind of number.
        numbers = {type(value), type(member)} == {int, float} and value == member
        if numbers or (isinstance(value, str) and value == key):
            return member
    raise ValueConversionError(value, type_in_words(description))


# --- unions -------------------------------------------------------------------------------------

_NO_LITERAL = object()
_LATE = {"bool": 2, "str": 3, "bytes": 4, ANY_TYPE: 5}
"""Options that would take what is meant for others are asked late: a typed 1 may be True, and any text a text."""


def _is_opaque(name: str) -> bool:
    return scalar_name(name) is None and name not in _BARE


def _text_of_union(text: str, options: list[TypeDescription]) -> Any:
    try:
        literal = read_literal(text)
    except NoLiteralError:
        literal = _NO_LITERAL
    if isinstance(literal, str) and "str" in options:
        return literal  # in quotes, so that "3" can be a text
    return _first_that_fits(text, literal, options, convert_text)


def _value_of_union(value: Any, options: list[TypeDescription]) -> Any:
    return _first_that_fits(value, value, options, convert_value)


def _first_that_fits(
    given: Any, literal: Any, options: list[TypeDescription], convert: Callable[[Any, TypeDescription], Any]
) -> Any:
    """What the first option makes of ``given``; those that ``literal`` is of as it stands are asked first."""

    def rank(option: TypeDescription) -> int:
        if _is_exactly(literal, option):
            return 0
        if not isinstance(option, str):
            return 1
        return _LATE[ANY_TYPE] if _is_opaque(option) else _LATE.get(option, 1)

    inside = []
    for option in sorted(options, key=rank):
        try:
            return convert(given, option)
        except ValueConversionError as error:
            if error.place:
                inside.append(error)
    # With one container among the options it is known what was meant.
    raise inside[0] if len(inside) == 1 else ValueConversionError(given, type_in_words({"anyOf": options}))


_PLAIN: dict[type[Any], str] = {
    bool: "bool", int: "int", float: "float", complex: "complex", str: "str", bytes: "bytes", type(None): "None",
    list: "list", tuple: "tuple", set: "set", dict: "dict",
}  # fmt: skip


def _is_exactly(value: Any, option: TypeDescription) -> bool:
    """Whether a value is of an option's type as it stands; of containers only the kind is compared."""
    name = _PLAIN.get(type(value))
    if isinstance(option, str):
        return name == option
    if "anyOf" in option:
        return any(_is_exactly(value, part) for part in option["anyOf"])
    if "allOf" in option:
        return name == "tuple"
    shape = option.get("type")
    if shape == "array":
        return name == ("set" if option.get("uniqueItems") else "tuple" if option.get("tuple") else "list")
    if shape == "enum":
        return any(type(value) is type(member) and value == member for member in option["values"])
    return shape == "object" and name == "dict"
