"""Classes by their names, among those that are imported already."""

from __future__ import annotations

import builtins
import sys
from abc import ABCMeta
from types import ModuleType
from typing import Any


def class_named(name: Any) -> type[Any] | None:
    """The class that ``"package.module.Name"`` names, None when it is not imported or no class.

    Only what stands in the modules' and classes' own dictionaries is looked at, so no code runs.
    """
    if not isinstance(name, str):
        return None
    if name.isidentifier():
        found = vars(builtins).get(name)
        return found if isinstance(found, type) else None
    parts = name.split(".")
    for cut in range(len(parts) - 1, 0, -1):
        module = sys.modules.get(".".join(parts[:cut]))
        if isinstance(module, ModuleType):
            return _inside(module, parts[cut:])
    return None


def _inside(module: ModuleType, path: list[str]) -> type[Any] | None:
    found: Any = module
    for part in path:
        if not isinstance(found, ModuleType | type):
            return None
        found = vars(found).get(part)
    return found if isinstance(found, type) else None


def is_abstract(kind: type[Any]) -> bool:
    """Whether other classes may count as this one without deriving from it: abstract ones and protocols."""
    return isinstance(kind, ABCMeta) or kind is object
