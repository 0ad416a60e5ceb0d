"""Annotations that stayed texts, because what they name is not imported: ``"pandas.DataFrame | None"``.

Nothing is imported or evaluated; only the shape is read, and names stay names.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

ANY = "Any"
_LISTS = frozenset(
    {"list", "List", "Sequence", "MutableSequence", "Iterable", "Collection", "Container", "Reversible"}
)  # fmt: skip
_SETS = frozenset({"set", "Set", "frozenset", "FrozenSet", "AbstractSet", "MutableSet"})
_DICTS = frozenset({"dict", "Dict", "Mapping", "MutableMapping", "OrderedDict", "DefaultDict", "defaultdict"})
_WRAPPERS = frozenset({"Annotated", "Final", "ClassVar", "Required", "NotRequired", "ReadOnly"})
_ALIASES = {"NDArray": "numpy.ndarray", "ArrayLike": ANY}
_TYPING = {"Any": ANY, "List": "list", "Dict": "dict", "Tuple": "tuple", "Set": "set", "Text": "str"}
_MOST_CHARACTERS = 2000


def read_type(text: str) -> Any:
    """The description that a text means; a name, or what cannot be read as a type, is the text itself."""
    text = text.strip()
    if not text:
        return ANY
    if text.startswith("typing.") and text.isascii() and text[7:].isidentifier():
        return _TYPING.get(text[7:], text)
    if len(text) > _MOST_CHARACTERS or not any(mark in text for mark in "[|'\""):
        return text
    try:
        return _of(ast.parse(text, mode="eval").body)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return text


def _of(found: ast.expr) -> Any:
    if isinstance(found, ast.Constant):
        if found.value is None:
            return "None"
        if isinstance(found.value, str):
            return read_type(found.value)
        if found.value is ...:
            return ANY
    if isinstance(found, ast.BinOp) and isinstance(found.op, ast.BitOr):
        return any_of([_of(found.left), _of(found.right)])
    if isinstance(found, ast.Subscript):
        inner = found.slice
        return _generic(_dotted(found.value), list(inner.elts) if isinstance(inner, ast.Tuple) else [inner])
    return _dotted(found)


def _dotted(found: ast.expr) -> str:
    if isinstance(found, ast.Name):
        return found.id
    if isinstance(found, ast.Attribute):
        return f"{_dotted(found.value)}.{found.attr}"
    raise ValueError("This is no type.")


def _generic(name: str, arguments: list[ast.expr]) -> Any:
    short = name.rsplit(".", 1)[-1]
    make = _GENERICS.get(short)
    if make is not None:
        return make(arguments)
    if short in _WRAPPERS:
        return _of(arguments[0])
    if short in _LISTS or short in _SETS:
        return array_of(_of(arguments[0]), unique=short in _SETS)
    if short in _DICTS and len(arguments) == 2:
        return {"type": "object", "keys": _of(arguments[0]), "values": _of(arguments[1])}
    # What stands in the brackets of a class of a package says nothing that a port could use.
    return _ALIASES.get(short, name)


def any_of(options: list[Any]) -> Any:
    """The description of a value that is one of several; options within options are laid flat, none is doubled."""
    flat: list[Any] = []
    for option in options:
        for part in option["anyOf"] if isinstance(option, dict) and "anyOf" in option else [option]:
            if part not in flat:
                flat.append(part)
    return flat[0] if len(flat) == 1 else {"anyOf": flat}


def array_of(items: Any, *, unique: bool = False) -> dict[str, Any]:
    """The description of a list, or of a set when no item comes twice."""
    return {"type": "array", "uniqueItems": unique, "items": items}


def endless_tuple(items: Any) -> dict[str, Any]:
    """The description of a tuple of any length, ``tuple[int, ...]``: an array that is handed on as a tuple."""
    return {**array_of(items), "tuple": True}


def choice_of(values: list[Any]) -> dict[str, Any]:
    """The description of a choice among plain values, each shown as its text."""
    return {"type": "enum", "values": values, "keys": [str(value) for value in values], "nullable": None in values}


def _tuple(arguments: list[ast.expr]) -> Any:
    if len(arguments) == 2 and isinstance(arguments[1], ast.Constant) and arguments[1].value is ...:
        return endless_tuple(_of(arguments[0]))
    return {"allOf": [_of(argument) for argument in arguments]}


_GENERICS: dict[str, Callable[[list[ast.expr]], Any]] = {
    "Optional": lambda arguments: any_of([_of(arguments[0]), "None"]),
    "Union": lambda arguments: any_of([_of(argument) for argument in arguments]),
    "Literal": lambda arguments: choice_of([ast.literal_eval(argument) for argument in arguments]),
    "tuple": _tuple,
    "Tuple": _tuple,
    "type": lambda arguments: {"type": "type", "value": _of(arguments[0])},
    "Type": lambda arguments: {"type": "type", "value": _of(arguments[0])},
}
