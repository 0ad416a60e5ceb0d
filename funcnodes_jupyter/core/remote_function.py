"""A function on its way into another process: by the name under which it can be imported, else by its source.

A decorated function does not pickle by name, for the name means the node class; so nothing of a function is
pickled.
"""

from __future__ import annotations

import ast
import importlib
import inspect
import linecache
import pickle
import sys
import textwrap
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any

from funcnodes_jupyter.core.errors import ProcessError

_PLAIN = (bool, int, float, complex, str, bytes, tuple, list, dict, set, frozenset, type(None))


@dataclass(frozen=True)
class Reference:
    """What stands under ``path`` in ``module``; an empty path means the module itself."""

    module: str
    path: tuple[str, ...] = ()

    def load(self) -> Any:
        """Import it."""
        found: Any = importlib.import_module(self.module)
        for name in self.path:
            found = getattr(found, name)
        return found


@dataclass(frozen=True)
class Source:
    """A function by its text, with what it uses from around it."""

    name: str
    filename: str
    line: int
    text: str
    uses: Mapping[str, Any] = field(default_factory=dict)

    def load(self) -> Any:
        """Define the function; its lines are found by tracebacks."""
        namespace: dict[str, Any] = {"__name__": "__funcnodes__"}
        for name, used in self.uses.items():
            namespace[name] = used.load() if isinstance(used, Reference | Source) else used
        # As many empty lines before it as in its file, so that line numbers are those that its author knows.
        text = "\n" * (self.line - 1) + self.text
        linecache.cache[self.filename] = (len(text), None, text.splitlines(keepends=True), self.filename)
        exec(compile(text, self.filename, "exec"), namespace)  # the user's own function
        return namespace[self.name]


RemoteFunction = Reference | Source


def remote_function(function: Callable[..., Any]) -> RemoteFunction:
    """How ``function`` travels.

    Raises:
        ProcessError: it can neither be imported nor sent as source; the text says why and what to do.
    """
    return _reference_to(function) or _source_of(function, ())


def _reference_to(target: Any) -> Reference | None:
    """Where ``target`` can be imported from, None when another process would not find it there."""
    module = sys.modules.get(getattr(target, "__module__", None) or "")
    qualname = getattr(target, "__qualname__", "")
    if module is None or module.__name__ == "__main__" or getattr(module, "__spec__", None) is None:
        return None
    path = tuple(qualname.split("."))
    if not qualname or "<locals>" in path:
        return None
    found: Any = module
    for name in path:
        found = getattr(found, name, None)
    if found is target:
        return Reference(module.__name__, path)
    if getattr(found, "o_func", None) is target:
        return Reference(module.__name__, (*path, "o_func"))
    return None


def _source_of(function: Callable[..., Any], inside: tuple[Any, ...]) -> Source:
    name = getattr(function, "__name__", repr(function))
    code = getattr(function, "__code__", None)
    if code is None:
        raise ProcessError(f"{name} cannot run in a process: it is no Python function. Wrap it in one.")
    if code.co_freevars:
        raise ProcessError(
            f"{name} cannot run in a process: it uses {', '.join(code.co_freevars)} from the function around it. "
            "Make these inputs, or define it at the top of a module."
        )
    try:
        lines, first = inspect.getsourcelines(function)
    except (OSError, TypeError):
        raise ProcessError(
            f"{name} cannot run in a process: its source is not to be found. Put it into a file."
        ) from None
    text, skipped = _without_decorators(textwrap.dedent("".join(lines)), name)
    uses = {
        used: _used(used, function, (*inside, function)) for used in _names_in(code) if used in function.__globals__
    }
    return Source(name, code.co_filename, first + skipped, text, uses)


def _without_decorators(text: str, name: str) -> tuple[str, int]:
    """(the text from ``def`` on, how many lines that leaves out)."""
    for statement in ast.parse(text).body:
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef):
            skipped = statement.lineno - 1
            return "from __future__ import annotations\n" + "\n".join(text.splitlines()[skipped:]) + "\n", skipped - 1
    raise ProcessError(f"{name} cannot run in a process: a lambda has no name there. Define it with def.")


def _names_in(code: Any) -> set[str]:
    """The global names that a function, and those inside it, may use."""
    inner = [constant for constant in code.co_consts if inspect.iscode(constant)]
    return set(code.co_names).union(*map(_names_in, inner))


def _used(name: str, function: Callable[..., Any], inside: tuple[Any, ...]) -> Any:
    value = function.__globals__[name]
    if isinstance(value, ModuleType):
        return Reference(value.__name__)
    reference = _reference_to(value)
    if reference is not None:
        return reference
    plain = getattr(value, "o_func", value)
    if inspect.isfunction(plain):
        if plain in inside:
            return None  # it defines itself
        return _source_of(plain, inside)
    if isinstance(value, _PLAIN):
        try:
            pickle.dumps(value)
        except Exception as error:
            raise ProcessError(
                f"{function.__name__} cannot run in a process: {name} cannot be sent: {error}"
            ) from error
        return value
    raise ProcessError(
        f"{function.__name__} cannot run in a process: it uses {name}, a {type(value).__name__} that is defined "
        "outside of every module. Make it an input, or put both into a file."
    )
