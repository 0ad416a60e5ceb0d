"""The ports of one side of a node, by id."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, TypeVar

from funcnodes_jupyter.core.errors import IONotFoundError
from funcnodes_jupyter.core.nodeio import NodeIO

if TYPE_CHECKING:
    pass

P = TypeVar("P", bound=NodeIO)


class Ports(dict[str, P]):
    """The ports of one side by id. ``inputs["a"] = 3`` sets the value of the port ``a``."""

    __slots__ = ("_owner",)

    def __init__(self, owner: Any, ports: Iterable[P]) -> None:
        super().__init__()
        self._owner = owner
        self.place(ports)

    def __missing__(self, key: str) -> P:
        raise IONotFoundError(f"{self._owner.name} has no port {key!r}, only {', '.join(self) or 'none'}.")

    def __setitem__(self, key: str, value: Any) -> None:
        port: Any = self[key]
        port.set_value(value)

    def place(self, ports: Iterable[P]) -> None:
        """Hold these ports, in this order, and no others."""
        self.clear()
        self.update((port.id, port) for port in ports)
