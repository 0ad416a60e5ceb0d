"""What values are called in a cell that is written: each output has a name of its own, and no name means two things."""

from __future__ import annotations

import builtins
import keyword
import re
from collections.abc import Iterable

from funcnodes_jupyter.convert.cells.live import LiveNode, Port
from funcnodes_jupyter.convert.errors import NotWritableError


class Naming:
    """The names of a cell so far.

    Args:
        taken: Names that are not free, beside those of Python itself.
    """

    def __init__(self, taken: Iterable[str]) -> None:
        self._taken = {*keyword.kwlist, *dir(builtins), *taken}
        self.of_port: dict[Port, str] = {}
        """What is called how; changed by the statement that binds it."""

    def take(self, name: str) -> None:
        """Nothing else is called so from now on."""
        self._taken.add(name)

    def new(self, port: Port, wanted: str) -> str:
        """A name for the value of ``port`` that nothing else has, as near to ``wanted`` as can be."""
        base = re.sub(r"\W+", "_", wanted).strip("_").lower() if not wanted.isidentifier() else wanted
        base = base if base.isidentifier() else f"value_{base}".rstrip("_")
        name, number = base, 1
        while name in self._taken:
            number += 1
            name = f"{base}_{number}"
        self.take(name)
        self.of_port[port] = name
        return name

    def of(self, live: LiveNode, port: str, wire: Port) -> str:
        """What the value is called that comes along ``wire`` to an input.

        Raises:
            NotWritableError: it has no name.
        """
        name = self.of_port.get(wire)
        if name is None:
            raise NotWritableError(
                f"{live.node.name}.{port} follows something that has no name in Python, such as an input of another node: "
                "connect it with an output."
            )
        return name
