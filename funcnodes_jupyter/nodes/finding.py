"""What a dotted name such as ``pandas.read_csv`` stands for. Finding imports, and so runs the code of packages."""

from __future__ import annotations

import builtins
import difflib
import importlib
import pkgutil
import sys
from collections.abc import Callable
from types import ModuleType
from typing import Any

from funcnodes_jupyter.core.errors import FuncNodesError


class NotFoundError(FuncNodesError, LookupError):
    """A dotted name stands for nothing in this environment; the text names what is missing and what is close."""


def find(dotted: str) -> Any:
    """What ``dotted`` stands for: a module, or something in one.

    Raises:
        NotFoundError: there is no such thing.
        Exception: whatever importing raises, when a module is there and broken.
    """
    parts = dotted.split(".")
    if not all(part.isidentifier() for part in parts):
        raise NotFoundError(f"{dotted!r} is no name of Python: write it as module.function.")
    module, left = _module(parts)
    found: Any = module
    for place, part in enumerate(left):
        try:
            found = getattr(found, part)
        except AttributeError:
            above = ".".join(parts[: len(parts) - len(left) + place])
            close = difflib.get_close_matches(part, dir(found), n=3)
            hint = f" Did you mean {', '.join(close)}?" if close else ""
            raise NotFoundError(f"{above} has no {part!r}.{hint}") from None
    return found


def find_callable(dotted: str) -> Callable[..., Any]:
    """What ``dotted`` stands for, if it can be called.

    Raises:
        NotFoundError: there is no such thing, it cannot be called, or what brings it cannot be imported.
    """
    try:
        found: Callable[..., Any] = find(dotted)
    except NotFoundError:
        raise
    except Exception as error:
        raise NotFoundError(f"{dotted} cannot be imported: {type(error).__name__}: {error}") from error
    if not callable(found):
        raise NotFoundError(f"{dotted} is a {type(found).__name__} and cannot be called.")
    return found


def _module(parts: list[str]) -> tuple[ModuleType, list[str]]:
    """The longest module at the beginning of a name, and the rest of it."""
    module = _imported(parts[0])
    for place, part in enumerate(parts[1:], start=1):
        if hasattr(module, part) and not isinstance(getattr(module, part), ModuleType):
            return module, parts[place:]
        name = ".".join(parts[: place + 1])
        try:
            module = importlib.import_module(name)
        except ModuleNotFoundError as error:
            if error.name != name:  # it is there, and something that it needs is not
                raise
            return module, parts[place:]
    return module, []


def _imported(name: str) -> ModuleType:
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name != name:
            raise
        if hasattr(builtins, name):
            raise NotFoundError(f"{name!r} is no module: write builtins.{name}.") from None
        close = difflib.get_close_matches(name, _modules(), n=3)
        hint = f"did you mean {', '.join(close)}? Else install what brings it." if close else "install what brings it."
        raise NotFoundError(f"There is no module {name!r} in the worker's environment: {hint}") from None


def _modules() -> list[str]:
    """The names of the modules that could be meant: those of Python itself, and of what is installed."""
    names = [*sys.stdlib_module_names, *(found.name for found in pkgutil.iter_modules())]
    return [name for name in names if not name.startswith("_")]
