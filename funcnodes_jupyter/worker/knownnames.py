"""Looks up what a notebook's cell names without importing anything: for a process that others depend on, too.

Who exports a notebook has not said that its code may run, and an import runs code: that of any module the notebook names,
perhaps of one that lies beside it. Nor would an import of what is installed be harmless, in the process of the Jupyter
server: there are modules that open windows, take a minute, or end the program. So only what is imported already is looked
at; of all else it is taken as given that it is there, and can be called.
"""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Iterable, Mapping
from types import ModuleType
from typing import Any

from funcnodes_jupyter.convert.cells.draft import Found
from funcnodes_jupyter.core.callports import NO_NAME
from funcnodes_jupyter.core.document import Document
from funcnodes_jupyter.nodes.callables import PREFIX
from funcnodes_jupyter.worker.finder import described

_NUMBERED = re.compile(rf"{NO_NAME}_\d+")


class KnownNames:
    """A finder that never imports.

    Args:
        documents: Saved graphs. The inputs of a call in one of them tell what the function takes, where it is not known.
    """

    def __init__(self, documents: Iterable[Document] = ()) -> None:
        self._signatures: dict[str, inspect.Signature] = {}
        for document in documents:
            for node in document.get("nodes") or ():
                if node["node_id"].startswith(PREFIX):
                    self._note(node["node_id"].removeprefix(PREFIX), node)

    def __call__(self, dotted: str) -> Found:
        """What the name stands for; never ``missing``."""
        found = loaded(dotted)
        if found is not None:
            return found
        return Found("callable", self._signatures.get(dotted))

    def _note(self, dotted: str, node: Mapping[str, Any]) -> None:
        ports = node.get("io") or {}
        names = [name for name in node.get("order") or ports if ports.get(name, {}).get("is_input")]
        if all(name.isidentifier() and not _NUMBERED.fullmatch(name) for name in names):
            # By name, all of them: which ones a caller may leave out is not known.
            kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
            self._signatures[dotted] = inspect.Signature(
                [inspect.Parameter(name, kind, default=None) for name in names]
            )


def loaded(dotted: str) -> Found | None:
    """What the name stands for, if what brings it is imported already; else None."""
    parts = dotted.split(".")
    owner, found = None, sys.modules.get(parts[0])
    for place, part in enumerate(parts[1:], start=2):
        owner, found = found, _part_of(found, part, ".".join(parts[:place]))
    if found is None:
        return None
    try:
        return described(found, owner if parts[-1] == "o_func" else None)
    except Exception:  # noqa: BLE001 - a signature is asked of whatever a package made
        return None


def _part_of(found: Any, name: str, dotted: str) -> Any:
    if isinstance(found, ModuleType):
        # Not by getattr: a module may import more when it is asked for what it does not have yet.
        return vars(found).get(name, sys.modules.get(dotted))
    return getattr(found, name, None) if isinstance(found, type) else None
