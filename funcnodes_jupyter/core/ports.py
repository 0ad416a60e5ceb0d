"""The ports of one side of a node, by id."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from funcnodes_jupyter.core.errors import IONotFoundError
from funcnodes_jupyter.core.nodeio import NodeIO

if TYPE_CHECKING:
    from funcnodes_jupyter.core.node import Node

P = TypeVar("P", bound=NodeIO)


class Ports(dict[str, P]):
    """The ports of one side by id. ``inputs["a"] = 3`` sets the value of the port ``a``."""

    __slots__ = ("_owner",)

    def __init__(self, owner: Node) -> None:
        super().__init__()
        self._owner = owner

    def __missing__(self, key: str) -> P:
        raise IONotFoundError(f"{self._owner.name} has no port {key!r}, only {', '.join(self) or 'none'}.")

    def __setitem__(self, key: str, value: Any) -> None:
        port: Any = self[key]
        port.set_value(value)

    def take(self, port_id: str) -> P:
        """Take the port of that id away and return it."""
        port = self[port_id]
        del self[port_id]
        return port

    def place(self, port: P) -> None:
        """Put the port itself under its id."""
        super().__setitem__(port.id, port)
