"""What names mean at a point of a cell."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Mapping
from dataclasses import dataclass, field

from funcnodes_jupyter.convert.cells.draft import KernelName, Wire
from funcnodes_jupyter.convert.cells.inplace import FullName, base_of_import
from funcnodes_jupyter.convert.cells.names import changed_by_call, is_builtin, names_of


@dataclass(frozen=True, slots=True)
class Variable:
    """A value on a wire."""

    wire: Wire


@dataclass(frozen=True, slots=True)
class Imported:
    """A module or a part of one: its full name, and the statement that imports it alone."""

    dotted: str
    statement: str


@dataclass(slots=True)
class Function:
    """A function of the cell. Its names are looked up when it is called, so its node is made when it is used.

    Attributes:
        source: Its text, with its decorators.
        needs: The names that it reads and does not bind.
        changes: Those of which it changes the objects in place.
        signature: None when a decorator may have changed it.
        wire: Where it is; None before its first use.
        given: What its names meant then.
        is_made: Whether the text around it makes it, so that it needs no node of its own until its names mean others.
    """

    name: str
    source: str
    line: int
    needs: tuple[str, ...]
    changes: tuple[str, ...]
    signature: inspect.Signature | None
    wire: Wire | None = None
    given: Mapping[str, object] = field(default_factory=dict)
    is_made: bool = False


@dataclass(frozen=True, slots=True)
class FromKernel:
    """A value that only the kernel has."""

    name: str


@dataclass(frozen=True, slots=True)
class Builtin:
    """A name that Python itself knows."""

    name: str


Meaning = Variable | Imported | Function | FromKernel | Builtin


class Scope:
    """Names by what they mean.

    Args:
        kernel: What the kernel that the cell comes from knows.
    """

    def __init__(self, kernel: Mapping[str, KernelName]) -> None:
        self._kernel = kernel
        self._own: dict[str, Meaning] = {}

    def bind(self, name: str, meaning: Meaning) -> None:
        """From here on the name means this."""
        self._own[name] = meaning

    def find(self, name: str) -> Meaning | None:
        """What the name means here; None: nothing."""
        own = self._own.get(name)
        if own is not None:
            return own
        known = self._kernel.get(name)
        if known is not None:
            self._own[name] = found = _of_kernel(name, known, self.full_name)
            return found
        return Builtin(name) if is_builtin(name) else None

    def full_name(self, name: str) -> str | None:
        """What the name stands for in full, when it is imported or Python's own; else None."""
        known = self._kernel.get(name)
        if name not in self._own and known is not None and known.kind in ("function", "value"):
            return None  # nor are functions read for that: they may name each other
        meaning = self.find(name)
        if isinstance(meaning, Imported):
            return base_of_import(name, meaning.dotted, meaning.statement)
        return f"builtins.{meaning.name}" if isinstance(meaning, Builtin) else None

    def own(self) -> Mapping[str, Meaning]:
        """The names that the cell bound or asked the kernel for."""
        return self._own


def _of_kernel(name: str, known: KernelName, full_name: FullName) -> Meaning:
    if known.kind == "module":
        return Imported(known.text, f"import {known.text} as {name}")
    if known.kind == "callable":
        module, _, last = known.text.rpartition(".")
        return Imported(known.text, f"from {module} import {last} as {name}")
    if known.kind == "function":
        return function_of(ast.parse(known.text).body[0], known.text, 1, name, full_name)
    return FromKernel(name)


def function_of(statement: ast.stmt, source: str, line: int, name: str, full_name: FullName) -> Function:
    """The function that a ``def`` makes, among these full names."""
    assert isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef))
    needs = tuple(read for read in names_of(statement).read if read != statement.name)
    signature = None if statement.decorator_list else signature_of(statement.args)
    return Function(name, source, line, needs, changed_by_call(statement, full_name), signature)


def signature_of(arguments: ast.arguments) -> inspect.Signature:
    """The signature of a ``def``; of its defaults only that they are there."""
    kinds = inspect.Parameter
    plain = [
        *((argument, kinds.POSITIONAL_ONLY) for argument in arguments.posonlyargs),
        *((argument, kinds.POSITIONAL_OR_KEYWORD) for argument in arguments.args),
    ]
    first_default = len(plain) - len(arguments.defaults)
    found = [
        kinds(argument.arg, kind, default=... if place >= first_default else kinds.empty)
        for place, (argument, kind) in enumerate(plain)
    ]
    if arguments.vararg is not None:
        found.append(kinds(arguments.vararg.arg, kinds.VAR_POSITIONAL))
    for argument, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
        found.append(kinds(argument.arg, kinds.KEYWORD_ONLY, default=kinds.empty if default is None else ...))
    if arguments.kwarg is not None:
        found.append(kinds(arguments.kwarg.arg, kinds.VAR_KEYWORD))
    return inspect.Signature(found)
