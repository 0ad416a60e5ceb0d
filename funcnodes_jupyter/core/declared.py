"""What a class body says of a node: its ports, and how its function is to be run."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from funcnodes_jupyter.core.nodeio import NodeIO
from funcnodes_jupyter.core.portspec import PortSpec

if TYPE_CHECKING:
    from funcnodes_jupyter.core.node import Node


def declared_ports(cls: type[Node]) -> list[PortSpec]:
    """The ports of a class and its bases, in order of declaration; they are taken off the class."""
    found = {spec.id: spec for spec in (*cls.input_specs, *cls.output_specs)}
    for attribute, value in list(cls.__dict__.items()):
        if isinstance(value, NodeIO):
            spec = value.spec
            if not spec.id:
                spec = replace(spec, id=attribute)
            found[spec.id] = spec
            delattr(cls, attribute)
    return list(found.values())


def describe_function(cls: type[Node]) -> None:
    """Note how ``func`` is to be run and where its source is."""
    function = cls.__dict__["func"]
    plain = getattr(function, "__func__", function)
    if cls.__dict__.get("separate_process"):
        raise TypeError(f"{cls.__name__} cannot run in a process of its own: only nodes made of a function can.")
    cls.run_kind = run_kind_of(plain, bool(cls.__dict__.get("separate_thread")))
    if "function_name" not in cls.__dict__:
        cls.function_name = getattr(plain, "__qualname__", cls.__name__)
    code = getattr(plain, "__code__", None)
    says_itself = inspect.isdatadescriptor(getattr(cls, "function_file", None))
    if "function_file" not in cls.__dict__ and not says_itself:
        cls.function_file = code.co_filename if code is not None else None


def run_kind_of(function: Callable[..., Any], in_thread: bool) -> str:
    """plain, coroutine, generator or async generator; in a thread of its own thread, or thread steps for the others."""
    kind = _kind_of(function)
    if in_thread:
        return "thread" if kind == "plain" else "thread steps"
    return kind


def _kind_of(function: Callable[..., Any]) -> str:
    if inspect.iscoroutinefunction(function):
        return "coroutine"
    if inspect.isasyncgenfunction(function):
        return "async generator"
    return "generator" if inspect.isgeneratorfunction(function) else "plain"
