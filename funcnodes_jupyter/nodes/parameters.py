"""The ports that a callable's node has, made from its signature and docstring."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

from funcnodes_jupyter.core.callports import NO_NAME, is_taken
from funcnodes_jupyter.core.datatypes import describe_type
from funcnodes_jupyter.core.docstrings import split_docstring
from funcnodes_jupyter.nodes.calling import signature_of

MOST_SHOWN = 6
"""Of a function with more parameters, those with defaults are hidden in the node."""
_STARRED = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
_PLAIN = (bool, int, float, str, type(None))


def ports_of(function: Callable[..., Any]) -> dict[str, dict[str, Any]]:
    """The inputs by parameter, as a saved graph declares them.

    A parameter whose default is no plain value has none here: the function knows it.
    """
    signature = signature_of(function)
    if signature is None:
        return {}
    _, texts = split_docstring(inspect.getdoc(function))
    named = {name: one for name, one in signature.parameters.items() if one.kind not in _STARRED and not is_taken(name)}
    return {name: _port(one, texts.get(name, ""), len(named)) for name, one in named.items()}


def spare_ports(function: Callable[..., Any]) -> dict[str, dict[str, Any]]:
    """Two inputs for the arguments of a callable that takes any number of them, for who adds it by hand."""
    signature = signature_of(function)
    if signature is None:
        star: str | None = NO_NAME
    else:
        star = next((name for name, one in signature.parameters.items() if one.kind is one.VAR_POSITIONAL), None)
    return {} if star is None else {f"{star}_0": {}, f"{star}_1": {"required": False}}


def _port(parameter: inspect.Parameter, text: str, count: int) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if parameter.annotation is not parameter.empty:
        found["type"] = describe_type(parameter.annotation)
    if text:
        found["description"] = text
    if parameter.default is not parameter.empty:
        if type(parameter.default) in _PLAIN:
            found["default"] = parameter.default
        found["required"] = False
        if count > MOST_SHOWN:
            found["hidden"] = True
    return found
