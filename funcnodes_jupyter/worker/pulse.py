"""How a worker is: what its supervisor asks every few seconds. Whoever gets no answer knows something, too."""

from __future__ import annotations

from msgspec import Struct


class Pulse(Struct, frozen=True):
    """The answer.

    Attributes:
        running: The names of some nodes that run.
        clients: How many are connected.
        idle_seconds: For how long nothing ran and nobody asked for anything.
    """

    uuid: str
    pid: int
    busy: bool
    running: list[str]
    clients: int
    idle_seconds: float
