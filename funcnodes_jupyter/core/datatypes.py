"""Port types: from an annotation to a JSON description, and what the description means.

A description is a type's name (``"int"``, ``"pandas.DataFrame"``) or an object such as
``{"anyOf": ["int", "None"]}``. Types of packages that are not imported are named by their text only.
"""

from __future__ import annotations

import enum
import types
import typing
from collections.abc import Mapping
from typing import Any

from funcnodes_jupyter.core.values import DataEnum

TypeDescription = str | dict[str, Any]
ANY_TYPE = "Any"

_SEQUENCES = {list, set, frozenset}
_KINDS = {
    "int": "number",
    "float": "number",
    "complex": "number",
    "number": "number",
    "str": "text",
    "Path": "text",
    "PathLike": "text",
    "bool": "boolean",
    "DataFrame": "table",
    "Series": "table",
    "ndarray": "array",
    "Figure": "figure",
    "Axes": "figure",
    "Image": "image",
}


def describe_type(annotation: Any) -> TypeDescription:
    """The description of an annotation; a text stands for itself and an empty one is ``"Any"``."""
    if annotation is None or annotation is type(None):
        return "None"
    if isinstance(annotation, str):
        return annotation.strip() or ANY_TYPE
    if isinstance(annotation, dict):
        return annotation
    origin = typing.get_origin(annotation)
    if origin is None:
        return _describe_plain(annotation)
    arguments = typing.get_args(annotation)
    if origin is typing.Annotated:
        return describe_type(arguments[0])
    if origin is typing.Literal:
        return enum_description(list(arguments), [str(value) for value in arguments])
    if origin in (typing.Union, types.UnionType):
        return {"anyOf": [describe_type(argument) for argument in arguments]}
    if origin is tuple:
        return {"allOf": [describe_type(argument) for argument in arguments if argument is not ...]}
    if origin in _SEQUENCES:
        return {"type": "array", "uniqueItems": origin is not list, "items": describe_type(arguments[0])}
    if origin is dict or (isinstance(origin, type) and issubclass(origin, Mapping)):
        return {"type": "object", "keys": describe_type(arguments[0]), "values": describe_type(arguments[1])}
    if origin is type:
        return {"type": "type", "value": describe_type(arguments[0])}
    return _describe_plain(origin)


def enum_description(values: list[Any], keys: list[str], nullable: bool = False) -> TypeDescription:
    """The description of a choice among ``values``, shown as ``keys``."""
    return {"type": "enum", "values": values, "keys": keys, "nullable": nullable}


def _describe_plain(annotation: Any) -> TypeDescription:
    if annotation is Any:
        return ANY_TYPE
    if isinstance(annotation, type):
        if issubclass(annotation, DataEnum):
            return enum_description([member.name for member in annotation], [member.label for member in annotation])
        if issubclass(annotation, enum.Enum):
            names = [member.name for member in annotation]
            return enum_description([member.value for member in annotation], names)
        if annotation.__module__ in ("builtins", "typing"):
            return annotation.__name__
        return f"{annotation.__module__}.{annotation.__qualname__}"
    return getattr(annotation, "__name__", None) or str(annotation)


def type_text(description: TypeDescription) -> str:
    """The description in words for a person: ``int``, ``int or None``, ``list of str``, ``choice``."""
    if isinstance(description, str):
        return description.rsplit(".", 1)[-1]
    if "anyOf" in description:
        return " or ".join(type_text(option) for option in description["anyOf"])
    if "allOf" in description:
        return f"tuple of {', '.join(type_text(option) for option in description['allOf'])}"
    shape = description.get("type")
    if shape == "array":
        return f"list of {type_text(description['items'])}"
    if shape == "object":
        return f"dict of {type_text(description['keys'])} to {type_text(description['values'])}"
    if shape == "enum":
        return "choice"
    return str(shape)


def kind_of(description: TypeDescription) -> str:
    """The broad type that colour and form of a port are drawn from; ``"any"`` when in doubt."""
    if isinstance(description, str):
        return _KINDS.get(description.rsplit(".", 1)[-1], "any")
    if "anyOf" in description:
        kinds = {kind_of(option) for option in description["anyOf"] if option != "None"}
        return kinds.pop() if len(kinds) == 1 else "any"
    if description.get("type") == "enum":
        values = [value for value in description["values"] if value is not None]
        if values and all(isinstance(value, bool) for value in values):
            return "boolean"
        numeric = values and all(isinstance(value, int | float) for value in values)
        return "number" if numeric else "text"
    return "any"


def default_value_options(description: TypeDescription) -> dict[str, Any]:
    """What a type by itself says about its values: whole steps for int, the choices of an enum."""
    if description == "int":
        return {"step": 1}
    if isinstance(description, dict) and description.get("type") == "enum":
        keys, values = description["keys"], description["values"]
        if [str(value) for value in values] == keys:
            return {"options": list(values)}
        return {"options": dict(zip(keys, values, strict=True))}
    return {}
