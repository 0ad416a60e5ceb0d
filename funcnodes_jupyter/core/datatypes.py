"""Port types: from an annotation to a JSON description, and what the description means.

A description is a type's name (``"int"``, ``"pandas.DataFrame"``) or an object such as
``{"anyOf": ["int", "None"]}``. Types of packages that are not imported are named by their text only.
"""

from __future__ import annotations

import collections.abc
import enum
import types
import typing
from collections.abc import Mapping
from typing import Any

from funcnodes_jupyter.core.typetext import any_of, array_of, choice_of, endless_tuple, read_type
from funcnodes_jupyter.core.values import DataEnum

TypeDescription = str | dict[str, Any]
ANY_TYPE = "Any"

_LISTS = frozenset(
    {
        list, collections.abc.Sequence, collections.abc.MutableSequence, collections.abc.Iterable,
        collections.abc.Collection, collections.abc.Container, collections.abc.Reversible,
    }
)  # fmt: skip
_SETS = frozenset({set, frozenset, collections.abc.Set, collections.abc.MutableSet})
_BARE: dict[type[Any], str] = {
    **dict.fromkeys(_LISTS, "list"),
    collections.abc.Set: "set",
    collections.abc.MutableSet: "set",
    collections.abc.Mapping: "dict",
    collections.abc.MutableMapping: "dict",
}
_KINDS = {
    "int": "number",
    "float": "number",
    "complex": "number",
    "number": "number",
    **dict.fromkeys(("float16", "float32", "float64", "longdouble", "floating", "integer"), "number"),
    **dict.fromkeys((f"{sign}int{bits}" for sign in ("", "u") for bits in (8, 16, 32, 64)), "number"),
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
    """The description of an annotation; a text is read as far as it is a type, and an empty one is ``"Any"``."""
    if annotation is None or annotation is type(None):
        return "None"
    if isinstance(annotation, str):
        description: TypeDescription = read_type(annotation)
        return description
    if isinstance(annotation, dict):
        return annotation
    if isinstance(annotation, typing.ForwardRef):
        return describe_type(annotation.__forward_arg__)
    origin = typing.get_origin(annotation)
    if origin is None:
        return _describe_plain(annotation)
    return _describe_generic(annotation, origin, typing.get_args(annotation))


def _describe_generic(annotation: Any, origin: Any, arguments: tuple[Any, ...]) -> TypeDescription:
    if origin in (typing.Annotated, typing.Final, typing.ClassVar):
        return describe_type(arguments[0])
    if origin is typing.Literal:
        return choice_of([_plain_choice(value) for value in arguments])
    if origin in (typing.Union, types.UnionType):
        if any(_is_private(argument) for argument in arguments):
            return ANY_TYPE  # numpy's ArrayLike and DTypeLike: protocols of its own that say nothing to a person
        union: TypeDescription = any_of([describe_type(argument) for argument in arguments])
        return union
    if origin is tuple:
        return _describe_tuple(annotation, arguments)
    if not arguments:
        return _describe_plain(origin)
    if origin in _LISTS or origin in _SETS:
        return array_of(describe_type(arguments[0]), unique=origin in _SETS)
    if isinstance(origin, type) and issubclass(origin, Mapping) and len(arguments) == 2:
        return {"type": "object", "keys": describe_type(arguments[0]), "values": describe_type(arguments[1])}
    if origin is type:
        return {"type": "type", "value": describe_type(arguments[0])}
    return _describe_plain(origin)


def _describe_tuple(annotation: Any, arguments: tuple[Any, ...]) -> TypeDescription:
    if not arguments and annotation is typing.Tuple:  # noqa: UP006
        return "tuple"
    if len(arguments) == 2 and arguments[1] is ...:
        return endless_tuple(describe_type(arguments[0]))
    # Python 3.10 has an empty tuple among the arguments of Tuple[()].
    return {"allOf": [describe_type(argument) for argument in arguments if not isinstance(argument, tuple)]}


def _plain_choice(value: Any) -> Any:
    return value.value if isinstance(value, enum.Enum) else value


def _is_private(annotation: Any) -> bool:
    kind = typing.get_origin(annotation) or annotation
    return getattr(kind, "__module__", "").startswith("numpy._typing")


def is_description(value: Any) -> bool:
    """Whether ``value``, found in a file, is a description that all of this package can read."""
    if not isinstance(value, dict):
        return isinstance(value, str)
    for several in ("anyOf", "allOf"):
        if several in value:
            return isinstance(value[several], list) and all(map(is_description, value[several]))
    if value.get("type") == "enum":
        values, keys = value.get("values"), value.get("keys")
        if not isinstance(values, list) or not isinstance(keys, list):
            return False
        return len(values) == len(keys) and all(isinstance(key, str) for key in keys)
    return all(is_description(value[part]) for part in ("items", "keys", "values") if part in value)


def enum_description(values: list[Any], keys: list[str], nullable: bool = False) -> TypeDescription:
    """The description of a choice among ``values``, shown as ``keys``."""
    return {"type": "enum", "values": values, "keys": keys, "nullable": nullable}


def _describe_plain(annotation: Any) -> TypeDescription:
    if annotation is Any:
        return ANY_TYPE
    if isinstance(annotation, type):
        return _describe_class(annotation)
    if isinstance(annotation, typing.TypeVar):
        return _describe_variable(annotation)
    # A NewType is its type by another name, and so is what ``type Name = …`` makes.
    meant = getattr(annotation, "__supertype__", None) or getattr(annotation, "__value__", None)
    if meant is not None:
        return describe_type(meant)
    return getattr(annotation, "__name__", None) or str(annotation)


def _describe_class(kind: type[Any]) -> TypeDescription:
    if issubclass(kind, DataEnum):
        return enum_description([member.name for member in kind], [member.label for member in kind])
    if issubclass(kind, enum.Enum):
        return enum_description([member.value for member in kind], [member.name for member in kind])
    if typing.is_typeddict(kind):
        return {"type": "object", "keys": "str", "values": ANY_TYPE}
    if kind in _BARE:
        return _BARE[kind]
    if kind.__module__ in ("builtins", "typing"):
        return kind.__name__
    package = kind.__module__.partition(".")[0]
    if package == "pandas" and kind.__name__ in _KINDS:
        return f"pandas.{kind.__name__}"  # older ones name the module in which the class happens to stand
    return f"{kind.__module__}.{kind.__qualname__}"


def _describe_variable(variable: typing.TypeVar) -> TypeDescription:
    if variable.__constraints__:
        options: TypeDescription = any_of([describe_type(option) for option in variable.__constraints__])
        return options
    return ANY_TYPE if variable.__bound__ is None else describe_type(variable.__bound__)


def type_text(description: TypeDescription) -> str:
    """The description in words for a person: ``int``, ``int or None``, ``list of str``, ``choice``."""
    if not isinstance(description, dict):
        return str(description).rsplit(".", 1)[-1]
    if isinstance(options := description.get("anyOf"), list):
        return " or ".join(type_text(option) for option in options)
    if isinstance(description.get("allOf"), list):
        return f"tuple of {', '.join(type_text(option) for option in description['allOf'])}"
    shape = description.get("type")
    if shape == "array":
        return f"{'tuple' if description.get('tuple') else 'list'} of {type_text(description.get('items', ANY_TYPE))}"
    if shape == "object":
        keys, values = description.get("keys", ANY_TYPE), description.get("values", ANY_TYPE)
        return f"dict of {type_text(keys)} to {type_text(values)}"
    if shape == "enum":
        return "choice"
    return str(shape or "value")


def named_options(options: list[TypeDescription]) -> list[TypeDescription]:
    """The options of a union that a sentence about it needs: a number is a whole number, too."""
    return [option for option in options if option != "int" or "float" not in options]


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
