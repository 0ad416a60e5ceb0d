"""What a process that was killed left behind: which nodes ran. Written by :mod:`funcnodes_jupyter.worker.witness`."""

from __future__ import annotations

from pathlib import Path

SLOTS = 16
"""Nodes that can be written down at once; of more that run at once, the others are not known."""
SLOT_BYTES = 256
"""The length of a uuid, and the uuid."""


def last_words(path: Path) -> list[str]:
    """The uuids of the nodes that ran when the process of the file at ``path`` ended; none when it ended well."""
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return []
    slots = (data[start : start + SLOT_BYTES] for start in range(0, len(data), SLOT_BYTES))
    return [slot[1 : 1 + slot[0]].decode("utf-8", "replace") for slot in slots if slot[0]]
