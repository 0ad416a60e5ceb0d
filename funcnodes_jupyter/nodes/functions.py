"""Functions that somebody wrote in a notebook, as nodes: ``nb:smooth`` calls the function ``smooth``.

The text stands in each node, so a saved graph needs nothing beside it. It is executed at the node's first run, and the
function is the last one that it defines; what stands before it is what that function needs.
"""

from __future__ import annotations

import ast
import inspect
import keyword
from collections.abc import Callable
from typing import Any

from funcnodes_jupyter.core.callports import SOURCE
from funcnodes_jupyter.core.errors import FuncNodesError
from funcnodes_jupyter.core.node import Node
from funcnodes_jupyter.core.nodeio import NodeInput
from funcnodes_jupyter.nodes.sourced import SourcedNode
from funcnodes_jupyter.nodes.trust import require_trust

PREFIX = "nb:"
KIND, ABOUT = "kind", "about"
"""Properties: how the function is to be run, and what it does, in words."""
KINDS = ("plain", "coroutine", "generator", "async generator", "thread", "thread steps")


class FunctionSourceError(FuncNodesError, ValueError):
    """A text is to be a function for nodes and cannot be; it says why."""


class FunctionNode(SourcedNode):
    """Calls the last function that its code defines."""

    __slots__ = ("_made",)

    code = NodeInput(
        SOURCE,
        name="code",
        type="str",
        description="Python: the function.",
        value_options={"multiline": True},
        hidden=True,
    )

    @property
    def run_kind(self) -> str:  # type: ignore[override]
        """What its text needs; it was looked at when the node was made."""
        kind = self.get_property(KIND)
        return kind if kind in KINDS else "plain"

    @property
    def description(self) -> str:  # type: ignore[override]
        """The docstring of the function."""
        return str(self.get_property(ABOUT, ""))

    def _function(self) -> Callable[..., Any]:
        return self._call

    def _call(self, /, **given: Any) -> Any:
        require_trust(self)
        function, takes_node = self._loaded(given.pop(SOURCE))
        return function(**given, node=self) if takes_node else function(**given)

    def _loaded(self, source: str) -> tuple[Callable[..., Any], bool]:
        known = getattr(self, "_made", None)
        if known is None or known[0] != source:
            self._show_in_tracebacks(source)
            function = function_in(source, self._file)
            self._made = known = (source, function, "node" in inspect.signature(function).parameters)
        return known[1], known[2]


class FunctionNodes:
    """Makes the classes of ``nb:…``; the same name gives the same class."""

    def __init__(self) -> None:
        self._classes: dict[str, type[Node]] = {}

    def __call__(self, node_id: str) -> type[Node] | None:
        """The class of ``node_id``; None when it names no function."""
        name = node_id.removeprefix(PREFIX)
        if not name.isidentifier() or keyword.iskeyword(name):
            return None
        if node_id not in self._classes:
            body = {"__slots__": (), "node_id": node_id, "node_name": name, "function_name": name}
            self._classes[node_id] = type(f"{name}_node", (FunctionNode,), body)
        return self._classes[node_id]


def last_function(source: str) -> ast.FunctionDef | ast.AsyncFunctionDef:
    """The definition of the function that ``source`` is about.

    Raises:
        FunctionSourceError: it is no Python, or defines none at its top level.
    """
    try:
        body = ast.parse(source).body
    except (SyntaxError, ValueError) as error:
        line = f" in line {error.lineno}" if isinstance(error, SyntaxError) else ""
        what = error.msg if isinstance(error, SyntaxError) else str(error)
        raise FunctionSourceError(f"This is no Python: {what}{line}.") from None
    found = [part for part in body if isinstance(part, (ast.FunctionDef, ast.AsyncFunctionDef))]
    if not found:
        raise FunctionSourceError("There is no function in it: write def name(…): at the beginning of a line.")
    return found[-1]


def function_in(source: str, file: str) -> Callable[..., Any]:
    """The last function of ``source``, which is executed for it; ``file`` is what tracebacks call it.

    Raises:
        FunctionSourceError: there is none.
        Exception: whatever the text raises.
    """
    name = last_function(source).name
    names: dict[str, Any] = {"__name__": "funcnodes_notebook"}
    exec(compile(source, file, "exec", dont_inherit=True), names)
    function: Callable[..., Any] = names[name]
    if not callable(function):
        raise FunctionSourceError(f"{name} is a {type(function).__name__} in the end, and cannot be called.")
    return function
