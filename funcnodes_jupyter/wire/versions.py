"""What the two ends of a connection run: where a value cannot be made of its pickle, it is mostly that these differ."""

from __future__ import annotations

import pickletools
import platform
import sys
from collections.abc import Iterable

_READ = 1024 * 1024
"""Bytes of a pickle that are read: what a value is made of is named where it begins."""


def versions_of(packages: Iterable[str]) -> dict[str, str]:
    """The version of Python, and those of the packages that are imported here and say theirs."""
    found = {"Python": platform.python_version()}
    for name in packages:
        version = getattr(sys.modules.get(name), "__version__", None)
        if isinstance(version, str):
            found[name] = version
    return found


def packages_in(pickle: bytes | memoryview) -> list[str]:
    """The packages whose classes and functions a pickle names; nothing of it is run."""
    strings: list[object] = []
    memo: list[object] = []
    found: set[str] = set()
    try:
        for operation, argument, _ in pickletools.genops(bytes(pickle[:_READ])):
            if "UNICODE" in operation.name:
                strings.append(argument)
            elif operation.name == "MEMOIZE":
                memo.append(strings[-1] if strings else None)
            elif operation.name in ("BINGET", "LONG_BINGET"):
                strings.append(memo[int(str(argument))])
            elif operation.name == "STACK_GLOBAL":
                found.add(str(strings[-2]).partition(".")[0])
    except (ValueError, IndexError, TypeError):
        pass  # what was found until there
    return sorted(found)
