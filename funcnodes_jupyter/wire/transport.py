"""The seam between two sides: something that carries frames, in order, both ways."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Protocol

from funcnodes_jupyter.wire.codec import Frame


class Transport(Protocol):
    """Carries text frames (``str``) and binary frames (``bytes``)."""

    async def send(self, data: Frame) -> None:
        """Hand one frame over; returns when there is room for more.

        Raises:
            TransportClosedError: the connection is closed.
        """

    async def receive(self) -> Frame:
        """The next frame.

        Raises:
            TransportClosedError: the connection is closed and every frame was received.
        """

    async def close(self) -> None:
        """End the connection; both sides notice. Closing twice is fine."""


Connect = Callable[[], Awaitable[Transport]]
"""Opens a transport; called again after a break. Raises TransportClosedError when nobody answers."""
