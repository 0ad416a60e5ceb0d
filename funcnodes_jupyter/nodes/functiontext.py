"""What a function's text says of its node: ports, kind, description. Looking runs the text."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from typing import Any

from funcnodes_jupyter.core.callports import SOURCE
from funcnodes_jupyter.core.decorator import NodeDecorator
from funcnodes_jupyter.core.encoding import NotEncodableError, encode_value
from funcnodes_jupyter.core.portspec import PortSpec
from funcnodes_jupyter.core.savedport import declaration
from funcnodes_jupyter.core.values import NoValue
from funcnodes_jupyter.nodes.functions import ABOUT, KIND, PREFIX, FunctionSourceError, function_in, last_function

Template = dict[str, Any]
"""A node in its saved form, without an id: what a library keeps of a function."""
_FILE = "<function>"


def template_of(source: str, name: str = "", *, in_thread: bool = False) -> Template:
    """The node of the last function in ``source``, which is executed for it.

    Args:
        source: Python; what stands before the function is what it needs.
        name: What a person reads; the function's own name when left out.
        in_thread: It is to run in a thread, beside other nodes.

    Raises:
        FunctionSourceError: it cannot be a node; the text says why.
    """
    defined = last_function(source)
    made = _class_of(source, defined, in_thread)
    ports = [*made.input_specs, *made.output_specs]
    _refuse_double_ids(defined.name, [spec.id for spec in made.input_specs], [spec.id for spec in made.output_specs])
    return {
        "node_id": PREFIX + defined.name,
        "name": name or defined.name,
        "io": {SOURCE: {"is_input": True, "value": source}, **{spec.id: _port(spec) for spec in ports}},
        "order": [spec.id for spec in ports],
        "properties": {KIND: made.run_kind, ABOUT: made.description},
    }


def _class_of(source: str, defined: ast.FunctionDef | ast.AsyncFunctionDef, in_thread: bool) -> Any:
    try:
        function = function_in(source, _FILE)
    except FunctionSourceError:
        raise
    except Exception as error:
        raise FunctionSourceError(f"{defined.name} cannot be made: {type(error).__name__}: {error}") from error
    _say_what_it_returns(function, defined)
    try:
        return NodeDecorator(PREFIX + defined.name, separate_thread=in_thread)(function)
    except (TypeError, ValueError) as error:
        raise FunctionSourceError(f"{defined.name} cannot be a node: {error}") from error


def _refuse_double_ids(name: str, inputs: list[str], outputs: list[str]) -> None:
    double = [port_id for port_id in (SOURCE, *outputs) if port_id in inputs]
    if double:
        raise FunctionSourceError(
            f"{name} cannot be a node: its output is called {double[0]!r}, and so is a parameter. Rename the parameter."
        )


def _say_what_it_returns(function: Callable[..., Any], defined: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
    """Who writes no annotation wants an output all the same, if there is something to give."""
    notes = getattr(function, "__annotations__", None)
    if isinstance(notes, dict) and "return" not in notes and any(_gives(part) for part in _own_parts(defined)):
        notes["return"] = Any


def _gives(part: ast.AST) -> bool:
    return isinstance(part, (ast.Yield, ast.YieldFrom)) or (isinstance(part, ast.Return) and part.value is not None)


def _own_parts(node: ast.AST) -> Iterator[ast.AST]:
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)):
            yield child
            yield from _own_parts(child)


def _port(spec: PortSpec) -> dict[str, Any]:
    """A port as a saved graph declares it. A default that has no form there is left to the function itself."""
    found = declaration(spec)
    default = found.pop("default", NoValue)
    if default is not NoValue:
        found["required"] = False
    saved: dict[str, Any] = {}
    for key, value in {**found, "default": default}.items():
        if value is NoValue:
            continue
        try:
            saved[key] = encode_value(value)
        except (NotEncodableError, RecursionError):
            continue
    return {"is_input": spec.is_input, "added": saved}
