"""Calling any callable with arguments by port: parameters by name, ``*args`` numbered, anything else as a keyword."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import count, islice
from typing import Any

from funcnodes_jupyter.core.callports import NO_NAME
from funcnodes_jupyter.core.node import Node

_KINDS = inspect.Parameter


def signature_of(function: Callable[..., Any]) -> inspect.Signature | None:
    """The signature of a callable; None when it tells none, as some of C do."""
    try:
        return inspect.signature(function)
    except (ValueError, TypeError):
        return None


def call(function: Callable[..., Any], given: Mapping[str, Any]) -> Any:
    """Call ``function`` with what its ports hold.

    A value that is the parameter's own default is left out: some functions warn of arguments that are given at all.

    Raises:
        Exception: whatever the function raises.
    """
    signature = signature_of(function)
    star = NO_NAME if signature is None else _star_of(signature)
    by_place = list(_numbered(given, NO_NAME))
    if (by_place and star != NO_NAME) or signature is None:
        numbered = {f"{NO_NAME}_{place}" for place in range(len(by_place))}
        return function(*by_place, **{name: value for name, value in given.items() if name not in numbered})
    positional, keywords = _arranged(signature, given)
    return function(*positional, **keywords)


def _star_of(signature: inspect.Signature) -> str | None:
    """What the callable calls its ``*args``."""
    return next((name for name, one in signature.parameters.items() if one.kind is _KINDS.VAR_POSITIONAL), None)


def _arranged(signature: inspect.Signature, given: Mapping[str, Any]) -> tuple[list[Any], dict[str, Any]]:
    keywords = dict(given)
    star = _star_of(signature)
    more = [] if star is None else list(_numbered(given, star))
    for place in range(len(more)):
        del keywords[f"{star}_{place}"]
    positional: list[Any] = []
    gap: list[inspect.Parameter] = []  # defaults of what was left out, to be written out if something comes behind
    for name, parameter in signature.parameters.items():
        by_place = parameter.kind is _KINDS.POSITIONAL_ONLY or (parameter.kind is _KINDS.POSITIONAL_OR_KEYWORD and more)
        if not by_place:
            if name in keywords and keywords[name] is parameter.default:
                del keywords[name]
        elif name in keywords and keywords[name] is not parameter.default:
            positional += [*_given(gap), keywords.pop(name)]
            gap = []
        else:
            keywords.pop(name, None)
            gap.append(parameter)
    if more:
        positional += [*_given(gap), *more]
    return positional, keywords


def _given(gap: Sequence[inspect.Parameter]) -> list[Any]:
    """The defaults of parameters that are passed by place because something comes behind them."""
    lacking = [parameter.name for parameter in gap if parameter.default is parameter.empty]
    if lacking:
        raise TypeError(f"missing a required argument: {', '.join(map(repr, lacking))}")
    return [parameter.default for parameter in gap]


def _numbered(given: Mapping[str, Any], name: str) -> Iterator[Any]:
    for place in count():
        if f"{name}_{place}" not in given:
            return
        yield given[f"{name}_{place}"]


def to_outputs(node: Node, result: Any) -> Any:
    """What the outputs of ``node`` get: the whole, and its parts where there are outputs for them.

    Raises:
        TypeError, ValueError: it cannot be taken apart into so many, in Python's own words.
    """
    parts = len(node._outs) - 1
    return result if parts < 1 else (result, *unpacked(result, parts))


def unpacked(value: Any, count: int) -> list[Any]:
    """The ``count`` parts of ``value``, as ``a, b = value`` takes it apart."""
    try:
        found = list(islice(iter(value), count + 1))
    except TypeError:
        raise TypeError(f"cannot unpack non-iterable {type(value).__name__} object") from None
    if len(found) < count:
        raise ValueError(f"not enough values to unpack (expected {count}, got {len(found)})")
    if len(found) > count:
        raise ValueError(f"too many values to unpack (expected {count})")
    return found
