"""Nodes that work on lists. A list that comes in is never changed: a new one goes out."""

from __future__ import annotations

import math
from typing import Any

from funcnodes_jupyter.core.decorator import NodeDecorator
from funcnodes_jupyter.core.shelf import Shelf
from funcnodes_jupyter.nodes.previews import SHOWS_OUT

LONGEST_RANGE = 10_000_000


@NodeDecorator("basic.make_list", name="Make a list", default_render_options=SHOWS_OUT)
def make_list(a: Any, b: Any, c: Any) -> list[Any]:
    """The connected values, as a list.

    Args:
        a: First item.
        b: Second item.
        c: Third item.
    """
    return [a, b, c]


@NodeDecorator("basic.number_range", name="Range of numbers", default_render_options=SHOWS_OUT)
def number_range(start: int | float = 0, stop: int | float = 10, step: int | float = 1) -> list[int | float]:
    """Numbers at equal distances.

    Args:
        start: First number.
        stop: Where it ends; this number itself is left out.
        step: Distance, negative to count down, not 0.
    """
    if step == 0:
        raise ValueError("The step is 0, so the range would never end.")
    count = max(0, math.ceil((stop - start) / step))
    if count > LONGEST_RANGE:
        raise ValueError(f"That would be {count:,} numbers; at most {LONGEST_RANGE:,} are made.")
    return [start + step * place for place in range(count)]


@NodeDecorator("basic.list_item", name="Item of list", default_render_options=SHOWS_OUT)
def list_item(items: list[Any], index: int = 0) -> Any:
    """One item of a list.

    Args:
        items: List to take from.
        index: Its place, counted from 0; -1 is the last.
    """
    try:
        return items[index]
    except IndexError:
        raise IndexError(f"There is no item {index}: the list has {len(items)}.") from None


@NodeDecorator("basic.list_slice", name="Part of list", default_render_options=SHOWS_OUT)
def list_slice(items: list[Any], start: int = 0, stop: int | None = None, step: int = 1) -> list[Any]:
    """Some items of a list.

    Args:
        items: List to take from.
        start: First place, counted from 0; negative counts from the end.
        stop: Place before which it ends; None goes to the end.
        step: 2 takes every second item, not 0.
    """
    if step == 0:
        raise ValueError("The step is 0; 1 takes every item.")
    return list(items[start:stop:step])


@NodeDecorator("basic.list_length", name="Length of list")
def list_length(items: list[Any]) -> int:
    """How many items a list has.

    Args:
        items: List to count.
    """
    return len(items)


@NodeDecorator("basic.list_append", name="Append to list", default_render_options=SHOWS_OUT)
def list_append(items: list[Any], item: Any) -> list[Any]:
    """A list with one more item at its end.

    Args:
        items: List to begin with.
        item: What is added.
    """
    return [*items, item]


@NodeDecorator("basic.list_concatenate", name="Put lists together", default_render_options=SHOWS_OUT)
def list_concatenate(a: list[Any], b: list[Any]) -> list[Any]:
    """Two lists, one after the other.

    Args:
        a: First list.
        b: Second list.
    """
    return [*a, *b]


@NodeDecorator("basic.list_sort", name="Sort list", default_render_options=SHOWS_OUT)
def list_sort(items: list[Any], descending: bool = False) -> list[Any]:
    """A list in order.

    Args:
        items: Items of one kind, all numbers or all texts.
        descending: Largest first.
    """
    try:
        return sorted(items, reverse=descending)
    except TypeError:
        kinds = ", ".join(sorted({type(item).__name__ for item in items}))
        raise TypeError(f"These items have no common order: the list holds {kinds}.") from None


@NodeDecorator("basic.list_reverse", name="Reverse list", default_render_options=SHOWS_OUT)
def list_reverse(items: list[Any]) -> list[Any]:
    """A list from its end to its beginning.

    Args:
        items: List to turn round.
    """
    return list(reversed(items))


@NodeDecorator("basic.list_unique", name="Unique items", default_render_options=SHOWS_OUT)
def list_unique(items: list[Any]) -> list[Any]:
    """A list without repetitions; the first of equal items stays.

    Args:
        items: List to thin out.
    """
    kept: list[Any] = []
    seen: set[Any] = set()
    for item in items:
        try:
            known = item in seen
            seen.add(item)
        except TypeError:  # lists and dictionaries cannot stand in a set
            known = item in kept
        if not known:
            kept.append(item)
    return kept


@NodeDecorator("basic.list_contains", name="List contains")
def list_contains(items: list[Any], item: Any) -> bool:
    """Whether an item stands in a list.

    Args:
        items: List to look into.
        item: What to look for.
    """
    return item in items


@NodeDecorator("basic.list_sum", name="Sum of list")
def list_sum(items: list[Any]) -> int | float:
    """The sum of a list of numbers; 0 for an empty one.

    Args:
        items: Numbers.
    """
    total: int | float = sum(items)
    return total


@NodeDecorator("basic.list_mean", name="Mean of list")
def list_mean(items: list[Any]) -> float:
    """The arithmetic mean of a list of numbers. An empty list is an error.

    Args:
        items: Numbers.
    """
    if not items:
        raise ValueError("An empty list has no mean.")
    return math.fsum(items) / len(items)


def shelf() -> Shelf:
    """The nodes of this module."""
    return Shelf(
        "Lists",
        "Make lists and take from them.",
        nodes=(
            make_list, number_range, list_item, list_slice, list_length, list_append, list_concatenate, list_sort,
            list_reverse, list_unique, list_contains, list_sum, list_mean,
        ),
    )  # fmt: skip
