"""Nodes that work on dictionaries. One that comes in is never changed: a new one goes out."""

from __future__ import annotations

from typing import Any

from funcnodes_jupyter.core.decorator import NodeDecorator
from funcnodes_jupyter.core.options import update_other_io_options
from funcnodes_jupyter.core.shelf import Shelf
from funcnodes_jupyter.nodes.previews import SHOWS_OUT


def _text_keys(values: dict[Any, Any]) -> list[str]:
    return [key for key in values if isinstance(key, str)]


_OFFERS_KEYS = {"values": {"on": {"after_set_value": update_other_io_options("key", _text_keys)}}}


@NodeDecorator("basic.dict_get", name="Value of key", default_io_options=_OFFERS_KEYS, default_render_options=SHOWS_OUT)
def dict_get(values: dict[Any, Any], key: Any) -> Any:
    """The value under a key. A key that is not there is an error that names those that are.

    Args:
        values: Dictionary to take from.
        key: Key to look for.
    """
    try:
        return values[key]
    except KeyError:
        raise KeyError(f"There is no key {key!r}, only {_listed(values)}.") from None


@NodeDecorator("basic.dict_set", name="Set a key", default_io_options=_OFFERS_KEYS, default_render_options=SHOWS_OUT)
def dict_set(values: dict[Any, Any], key: Any, value: Any) -> dict[Any, Any]:
    """A dictionary with one more value, or another one under a known key.

    Args:
        values: Dictionary to begin with.
        key: Key to set.
        value: What stands under it.
    """
    return {**values, key: value}


@NodeDecorator(
    "basic.dict_remove", name="Remove a key", default_io_options=_OFFERS_KEYS, default_render_options=SHOWS_OUT
)
def dict_remove(values: dict[Any, Any], key: Any) -> dict[Any, Any]:
    """A dictionary without one of its keys; a key that is not there changes nothing.

    Args:
        values: Dictionary to begin with.
        key: Key to leave out.
    """
    return {known: value for known, value in values.items() if known != key}


@NodeDecorator("basic.dict_keys", name="Keys", default_render_options=SHOWS_OUT)
def dict_keys(values: dict[Any, Any]) -> list[Any]:
    """The keys of a dictionary.

    Args:
        values: Dictionary to read.
    """
    return list(values)


@NodeDecorator("basic.dict_values", name="Values of dictionary", default_render_options=SHOWS_OUT)
def dict_values(values: dict[Any, Any]) -> list[Any]:
    """The values of a dictionary, in the order of its keys.

    Args:
        values: Dictionary to read.
    """
    return list(values.values())


@NodeDecorator("basic.dict_merge", name="Merge dictionaries", default_render_options=SHOWS_OUT)
def dict_merge(a: dict[Any, Any], b: dict[Any, Any]) -> dict[Any, Any]:
    """Two dictionaries in one; under a key of both stands the value of the second.

    Args:
        a: First dictionary.
        b: Second dictionary.
    """
    return {**a, **b}


@NodeDecorator("basic.dict_from_lists", name="Dictionary from lists", default_render_options=SHOWS_OUT)
def dict_from_lists(keys: list[Any], values: list[Any]) -> dict[Any, Any]:
    """A dictionary of two lists of the same length.

    Args:
        keys: The keys.
        values: A value for each key, in the same order.
    """
    if len(keys) != len(values):
        raise ValueError(f"{len(keys)} keys and {len(values)} values do not go together.")
    return dict(zip(keys, values, strict=True))


def _listed(values: dict[Any, Any]) -> str:
    shown = [repr(key) for key in list(values)[:12]]
    rest = len(values) - len(shown)
    return ", ".join(shown) + (f" and {rest} more" if rest > 0 else "") if shown else "none at all"


def shelf() -> Shelf:
    """The nodes of this module."""
    return Shelf(
        "Dictionaries",
        "Keep values under keys.",
        nodes=(dict_get, dict_set, dict_remove, dict_keys, dict_values, dict_merge, dict_from_lists),
    )
