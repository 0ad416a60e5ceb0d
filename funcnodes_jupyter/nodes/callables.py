"""Calls as nodes: ``py:pandas.read_csv`` is a call of that function; a function or an object on a wire is called, too.

What is called has its parameters as ports of each node by itself, saved with the graph: so opening one imports nothing.
"""

from __future__ import annotations

import keyword
from collections.abc import Callable
from typing import Any

from funcnodes_jupyter.core.node import Node
from funcnodes_jupyter.core.nodeio import NodeInput, NodeOutput
from funcnodes_jupyter.nodes.calling import call, to_outputs
from funcnodes_jupyter.nodes.finding import find
from funcnodes_jupyter.nodes.previews import SHOWS_OUT
from funcnodes_jupyter.nodes.trust import TrustedNode, require_trust

PREFIX = "py:"


class _CallableNode(TrustedNode):
    """Calls what the node id names; it is looked up at the first run."""

    __slots__ = ("_called",)

    default_render_options = SHOWS_OUT
    returns_outputs = True
    out = NodeOutput("out", description="What the call returns.")

    def func(self, /, **given: Any) -> Any:
        require_trust(self)
        called: Callable[..., Any] | None = getattr(self, "_called", None)
        if called is None:
            self._called = called = find(self.node_id.removeprefix(PREFIX))
        return to_outputs(self, call(called, given))


class Callables:
    """Makes the classes of ``py:…``; the same name gives the same class. Nothing is imported for that."""

    def __init__(self) -> None:
        self._classes: dict[str, type[Node]] = {}

    def __call__(self, node_id: str) -> type[Node] | None:
        """The class of ``node_id``; None when it names no callable."""
        dotted = node_id.removeprefix(PREFIX)
        if not all(part.isidentifier() and not keyword.iskeyword(part) for part in dotted.split(".")):
            return None
        if node_id not in self._classes:
            name = dotted.rpartition(".")[2]
            body = {
                "__slots__": (),
                "node_id": node_id,
                "node_name": name,
                "description": f"A call of {dotted}.",
                "function_name": dotted,
                "function_file": None,
            }
            self._classes[node_id] = type(f"{name}_call", (_CallableNode,), body)
        return self._classes[node_id]


class CallNode(TrustedNode):
    """Calls a function that comes on a wire."""

    __slots__ = ()

    node_id = "py.call"
    function_file = None  # what fails is what it calls
    node_name = "Call"
    default_render_options = SHOWS_OUT
    returns_outputs = True
    called = NodeInput("function", description="What is called.")
    out = NodeOutput("out", description="What the call returns.")

    def func(self, /, **given: Any) -> Any:
        require_trust(self)
        return to_outputs(self, call(given.pop("function"), given))


class MethodNode(TrustedNode):
    """Calls a method of what comes on a wire."""

    __slots__ = ()

    node_id = "py.method"
    function_file = None  # what fails is what it calls
    node_name = "Method"
    default_render_options = SHOWS_OUT
    returns_outputs = True
    object = NodeInput("object", description="What has the method.")
    method = NodeInput("method", type="str", description="The name of the method, such as upper or groupby.")
    out = NodeOutput("out", description="What the call returns.")

    def func(self, /, **given: Any) -> Any:
        require_trust(self)
        return to_outputs(self, call(getattr(given.pop("object"), given.pop("method")), given))


DIGEST = "digest"
"""The property of a node with a value of a kernel that tells that value from others."""


class KernelVariableNode(Node):
    """A value that a notebook sent."""

    __slots__ = ()

    node_id = "kernel.variable"
    node_name = "From the notebook"
    default_render_options = SHOWS_OUT
    returns_outputs = True
    value = NodeInput("value", description="Set by the notebook.")
    out = NodeOutput("out")

    def func(self, /, **given: Any) -> Any:
        return given["value"]
