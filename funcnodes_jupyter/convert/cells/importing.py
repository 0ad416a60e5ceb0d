"""What a cell that is written imports, and how what is imported is called in it."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from funcnodes_jupyter.convert.cells.live import LiveNode
from funcnodes_jupyter.convert.cells.naming import Naming
from funcnodes_jupyter.convert.cells.wholenodes import called_name


class Importing:
    """The imports of a cell so far.

    Args:
        known: Those of the cell that the graph came from: name, what it stands for, statement.
        naming: Is told of the names that they bind.
    """

    def __init__(self, known: Sequence[tuple[str, str, str]], naming: Naming) -> None:
        self._known = known
        self._naming = naming
        self._statements: dict[str, None] = {}

    def statements(self) -> list[str]:
        """What stands at the head of the cell."""
        return sorted(self._statements)

    def called(self, dotted: str) -> str:
        """How ``dotted`` is called here; its module is imported."""
        parts = dotted.split(".")
        if parts[0] == "builtins":
            return ".".join(parts[1:])
        for name, whole, statement in self._known:
            if dotted == whole or dotted.startswith(f"{whole}."):
                self._statements[statement] = None
                self._naming.take(name)
                is_plain = statement == f"import {whole}"
                return dotted if is_plain else name + dotted.removeprefix(whole)
        module = next(
            (".".join(parts[:n]) for n in range(len(parts) - 1, 0, -1) if ".".join(parts[:n]) in sys.modules), parts[0]
        )
        self._statements[f"import {module}"] = None
        self._naming.take(parts[0])
        return dotted

    def for_code(self, live: LiveNode) -> None:
        """Import what the text of a node of code needs."""
        for statement in live.node.get_property("imports") or ():
            self._statements[statement] = None
            self._naming.take(statement.split()[-1].partition(".")[0])


def modules_of(live: LiveNode) -> set[str]:
    """The names of modules that a node's statement may need, which no variable before it may take."""
    statements = live.node.get_property("imports") or ()
    dotted = called_name(live.node) or live.node_id.removeprefix("py:")
    return {dotted.partition(".")[0], *(statement.split()[-1].partition(".")[0] for statement in statements)}
