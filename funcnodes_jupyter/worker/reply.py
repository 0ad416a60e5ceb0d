"""What a command answers when it is not JSON."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class BinaryReply:
    """Bytes that travel in binary parts."""

    mime: str
    data: bytes
