"""Whether a value of one port's type may be a value of another's: what an edge warns of.

There is no false alarm: what cannot be told from the descriptions alone fits. Classes are looked up among
those that are imported already; nothing is imported, and no code of theirs runs.
"""

from __future__ import annotations

from typing import Any

from funcnodes_jupyter.core.classnames import class_named, is_abstract
from funcnodes_jupyter.core.datatypes import ANY_TYPE, TypeDescription, named_options, type_text
from funcnodes_jupyter.core.typefamilies import family_of, rank_of

_TRIGGER = "trigger"
_DEEPEST = 20

_APART: dict[str, frozenset[str]] = {
    "number": frozenset({"text", "bytes", "list", "dict", "table", "column", "figure", "image", "type", "none"}),
    "truth": frozenset({"text", "bytes", "list", "dict", "table", "column", "figure", "image", "type", "none"}),
    "text": frozenset({"bytes", "list", "dict", "table", "column", "array", "figure", "image", "type", "none"}),
    "bytes": frozenset({"dict", "table", "column", "figure", "type", "none"}),
    "list": frozenset({"dict", "table", "figure", "image", "type", "none"}),
    "dict": frozenset({"table", "column", "array", "figure", "image", "type", "none"}),
    "table": frozenset({"column", "figure", "image", "type", "none"}),
    "column": frozenset({"figure", "image", "type", "none"}),
    "array": frozenset({"figure", "type", "none"}),
    "figure": frozenset({"image", "type", "none"}),
    "image": frozenset({"type", "none"}),
    "type": frozenset({"none"}),
    "none": frozenset(),
}
"""Pairs of families of which no value belongs to both; each pair stands once."""

_CONVERTS = {
    "number": ("__float__", "__int__", "__index__", "__complex__"),
    "text": ("__fspath__",),
    "bytes": ("__bytes__", "__buffer__"),
    "list": ("__iter__", "__getitem__"),
    "dict": ("keys",),
    "array": ("__array__", "__array_interface__", "__iter__"),
    "table": ("__dataframe__", "__arrow_c_stream__"),
    "column": ("__array__", "__iter__"),
}
"""What a class of a package has that lets it pass for a value of a family."""

_NOUNS = {
    "int": "a whole number",
    "float": "a number",
    "complex": "a complex number",
    "str": "a text",
    "bool": "True or False",
    "None": "None",
    "Any": "any value",
    "list": "a list",
    "tuple": "a tuple",
    "set": "a set",
    "dict": "a dict",
    "bytes": "bytes",
    "DataFrame": "a table",
    "ndarray": "an array",
    "trigger": "a trigger",
}


def why_not(source: TypeDescription, target: TypeDescription) -> str | None:
    """Why a value of the type ``source`` does not fit ``target``: one clause for a person; None when it may fit."""
    if source in (target, ANY_TYPE) or target == ANY_TYPE or _fits(source, target, 0):
        return None
    given, wanted = in_words(source), in_words(target)
    if given == wanted:
        given, wanted = str(source), str(target)
    return f"{given} does not fit {wanted}"


def in_words(description: TypeDescription) -> str:
    """The type with its article, as a sentence names it: ``a number``, ``a list of int``, ``an array or None``."""
    if isinstance(description, dict):
        if isinstance(options := description.get("anyOf"), list):
            return " or ".join(in_words(option) for option in named_options(options))
        return _with_article(type_text(description))
    name = str(description).rsplit(".", 1)[-1]
    return _NOUNS.get(name) or _with_article(name)


def _with_article(noun: str) -> str:
    return f"{'an' if noun[:1].lower() in 'aeio' else 'a'} {noun}"


def _fits(source: Any, target: Any, depth: int) -> bool:
    if source in (target, ANY_TYPE) or target == ANY_TYPE or depth > _DEEPEST:
        return True
    options = _options(source)
    if options is not None:
        return not options or any(_fits(option, target, depth + 1) for option in options)
    options = _options(target)
    if options is not None:
        return not options or any(_fits(source, option, depth + 1) for option in options)
    if _TRIGGER in (source, target):
        return False
    if isinstance(source, dict) and isinstance(target, dict):
        inside = _parts_fit(source, target, depth + 1)
        if inside is not None:
            return inside
    return _names_fit(source, target)


def _options(description: Any) -> list[Any] | None:
    """The types of which one is enough: a union's, or those of an enum's values; None for other types."""
    if not isinstance(description, dict):
        return None
    union = description.get("anyOf")
    if isinstance(union, list):
        return union
    values = description.get("values")
    if description.get("type") != "enum" or not isinstance(values, list):
        return None
    # What a list of choices holds beside plain values is not known here.
    names = {_SCALARS.get(type(value), ANY_TYPE) for value in values}
    return sorted(names | {"None"} if description.get("nullable") is True else names)


_SCALARS: dict[type[Any], str] = {bool: "bool", int: "int", float: "float", str: "str", type(None): "None"}


def _parts_fit(source: dict[str, Any], target: dict[str, Any], depth: int) -> bool | None:
    """Whether what two containers hold fits; None when they are not of one kind or do not say."""
    given, wanted = source.get("allOf"), target.get("allOf")
    if isinstance(given, list) and isinstance(wanted, list):
        return len(given) == len(wanted) and all(
            _fits(one, other, depth) for one, other in zip(given, wanted, strict=True)
        )
    if isinstance(given, list) and target.get("type") == "array":
        return all(_fits(one, target.get("items", ANY_TYPE), depth) for one in given)
    if isinstance(wanted, list) and source.get("type") == "array":
        return all(_fits(source.get("items", ANY_TYPE), other, depth) for other in wanted)
    inside = {"array": ("items",), "object": ("keys", "values"), "type": ()}.get(str(source.get("type")))
    if inside is None or source.get("type") != target.get("type"):
        return None
    return all(_fits(source.get(part, ANY_TYPE), target.get(part, ANY_TYPE), depth) for part in inside)


def _names_fit(source: Any, target: Any) -> bool:
    if isinstance(source, str) and isinstance(target, str) and _last(source) == _last(target):
        return True
    given, wanted = _family(source), _family(target)
    if given is None or wanted is None:
        return _classes_fit(source, target, wanted)
    if given != wanted:
        return wanted not in _APART[given] and given not in _APART[wanted]
    ranks = rank_of(source), rank_of(target)
    return ranks[0] is None or ranks[1] is None or ranks[0] <= ranks[1]


def _family(description: Any) -> str | None:
    """The family of a type, also of a class that derives from one of a family."""
    known = family_of(description)
    if known is not None:
        return known
    kind = class_named(description)
    families = (family_of(base.__name__) for base in kind.__mro__[1:]) if kind is not None else ()
    return next((family for family in families if family is not None), None)


def _classes_fit(source: Any, target: Any, wanted: str | None) -> bool:
    """Whether two types fit of which one is of no family, by what is known of their classes."""
    given = class_named(source)
    if given is None or is_abstract(given):
        return True
    if wanted is not None:
        methods = _CONVERTS.get(wanted)
        return methods is None or any(name in vars(base) for base in given.__mro__[:-1] for name in methods)
    other = class_named(target)
    return other is None or is_abstract(other) or other in given.__mro__ or given in other.__mro__


def _last(name: str) -> str:
    return name.rsplit(".", 1)[-1]
