"""Python code as a node: the names it reads are inputs, those that it binds are outputs.

An output is known by its label, for its id must differ from those of the inputs.
"""

from __future__ import annotations

import ast
import builtins
import copy
import inspect
from types import CodeType, FunctionType
from typing import Any

from funcnodes_jupyter.core.callports import FUNCTIONS, SHOWN, SOURCE, gives_value, with_shown
from funcnodes_jupyter.core.nodeio import NodeInput
from funcnodes_jupyter.core.values import NoValue
from funcnodes_jupyter.nodes.sourced import SourcedNode
from funcnodes_jupyter.nodes.trust import require_trust

IMPORTS, MUTATES = "imports", "mutates"
"""Properties: statements that are executed before the code, and the names whose objects it changes in place."""
_COPIED = frozenset({"list", "dict", "set", "bytearray", "ndarray", "DataFrame", "Series"})
"""Types of which the state before a change is kept: a copy of them is another one, and tells no lies."""


class _CodeBase(SourcedNode):
    """What plain and asynchronous code have in common."""

    __slots__ = ("_code", "_kept")

    code = NodeInput(
        SOURCE,
        name="code",
        type="str",
        description="Python: an expression, or statements whose names are the outputs.",
        value_options={"multiline": True},
    )

    def _compiled(self, source: str) -> tuple[CodeType, bool]:
        """The code, and whether its value is asked for: then it has to be an expression."""
        require_trust(self)
        names = tuple(port._spec.label for port in self._outs)
        shown = self.get_property(SHOWN) or ""
        known = getattr(self, "_code", None)
        if known is not None and known[0] == (source, names, shown):
            return known[1], known[2]
        is_value = gives_value(source, names, self.get_property(MUTATES) or ())
        name = self._file
        flags = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
        text = source.strip() if is_value else source
        code = compile(
            with_shown(ast.parse(text, name), shown) if shown and not is_value else text,
            name,
            "eval" if is_value else "exec",
            flags=flags,
            dont_inherit=True,
        )
        self._show_in_tracebacks(text)
        self._code = ((source, names, shown), code, is_value)
        return code, is_value

    def _names(self, given: dict[str, Any]) -> dict[str, Any]:
        """The names around the code: what it needs of modules, and what came in."""
        names: dict[str, Any] = {"__builtins__": builtins, "__name__": "funcnodes_cell"}
        for statement in self.get_property(IMPORTS) or ():
            exec(statement, names)
        names |= given | self._unchanged(given)
        for name in self.get_property(FUNCTIONS) or ():
            names[name] = _seeing(names.get(name), names)
        return names

    def _unchanged(self, given: dict[str, Any]) -> dict[str, Any]:
        """Of what the code changes in place and got once already: copies of what that was before."""
        kept: dict[str, tuple[Any, Any]] = getattr(self, "_kept", {})
        again: dict[str, tuple[Any, Any]] = {}
        fresh: dict[str, Any] = {}
        for name in self.get_property(MUTATES) or ():
            value = given.get(name, NoValue)
            if type(value).__name__ not in _COPIED:
                continue
            known = kept.get(name)
            try:
                if known is not None and known[0] is value:
                    again[name], fresh[name] = known, copy.deepcopy(known[1])
                else:
                    again[name] = (value, copy.deepcopy(value))
            except Exception:  # noqa: BLE001 - what stands in a list may raise anything; then it is changed as it is
                continue
        self._kept = again
        return fresh

    def _outcome(self, names: dict[str, Any]) -> Any:
        values = tuple(names.get(port._spec.label, NoValue) for port in self._outs)
        return values[0] if len(values) == 1 else values


def _seeing(function: Any, names: dict[str, Any]) -> Any:
    """The function, with these names around it."""
    if not isinstance(function, FunctionType):
        return function
    made = FunctionType(function.__code__, names, function.__name__, function.__defaults__, function.__closure__)
    made.__kwdefaults__ = function.__kwdefaults__
    return made


class CodeNode(_CodeBase):
    """Python code."""

    __slots__ = ()

    node_id = "py.code"
    node_name = "Code"

    def func(self, /, **given: Any) -> Any:
        code, is_expression = self._compiled(given.pop(SOURCE))
        names = self._names(given)
        if is_expression:
            return eval(code, names)
        exec(code, names)
        return self._outcome(names)


class AsyncCodeNode(_CodeBase):
    """Python code that awaits something."""

    __slots__ = ()

    node_id = "py.async_code"
    node_name = "Asynchronous code"

    async def func(self, /, **given: Any) -> Any:
        code, is_expression = self._compiled(given.pop(SOURCE))
        names = self._names(given)
        result = eval(code, names)
        if code.co_flags & inspect.CO_COROUTINE:
            result = await result
        return result if is_expression else self._outcome(names)
