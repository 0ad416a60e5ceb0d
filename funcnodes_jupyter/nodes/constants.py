"""Nodes that hold one value of each plain type, to be typed in once and used in several places."""

from __future__ import annotations

import copy
from typing import Any

from funcnodes_jupyter.core.decorator import NodeDecorator
from funcnodes_jupyter.core.shelf import Shelf
from funcnodes_jupyter.nodes.previews import SHOWS_OUT


@NodeDecorator("basic.number", name="Number")
def number(value: float = 0.0) -> float:
    """A number, with decimals if need be.

    Args:
        value: The number.
    """
    return value


@NodeDecorator("basic.whole_number", name="Whole number")
def whole_number(value: int = 0) -> int:
    """A whole number.

    Args:
        value: The number.
    """
    return value


@NodeDecorator("basic.text", name="Text", default_render_options=SHOWS_OUT)
def text(value: str = "") -> str:
    """A text.

    Args:
        value: The text.
    """
    return value


@NodeDecorator("basic.boolean", name="True or False")
def boolean(value: bool = False) -> bool:
    """A switch.

    Args:
        value: On is True, off is False.
    """
    return value


@NodeDecorator(
    "basic.list", name="List", default_io_options={"value": {"default": []}}, default_render_options=SHOWS_OUT
)
def list_value(value: list[Any]) -> list[Any]:
    """A list of values.

    Args:
        value: Written as in Python, such as [1, 2, 'three'].
    """
    return copy.deepcopy(list(value))  # a copy: what is changed further down must not change what stands here


@NodeDecorator(
    "basic.dict", name="Dictionary", default_io_options={"value": {"default": {}}}, default_render_options=SHOWS_OUT
)
def dict_value(value: dict[Any, Any]) -> dict[Any, Any]:
    """Values under keys.

    Args:
        value: Written as in Python, such as {'mass': 3750, 'sex': 'male'}.
    """
    return copy.deepcopy(dict(value))  # a copy, as above


@NodeDecorator("basic.none", name="None")
def none() -> Any:
    """Python's word for nothing."""
    return None


@NodeDecorator("basic.value", name="Python value", default_render_options=SHOWS_OUT)
def value_of_any_type(value: Any = None) -> Any:
    """Any value that can be written in one line.

    Args:
        value: A Python literal, such as (1, 2) or None; anything else is taken as a text.
    """
    return copy.deepcopy(value) if isinstance(value, (tuple, set, list, dict)) else value


def shelf() -> Shelf:
    """The nodes of this module."""
    nodes = (number, whole_number, text, boolean, list_value, dict_value, none, value_of_any_type)
    return Shelf("Values", "Values to type in.", nodes=nodes)
