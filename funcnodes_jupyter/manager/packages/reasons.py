"""Why packages could not be had when they were asked for last, so that whoever looks later is told. Blocking."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from funcnodes_jupyter.manager.packages.plans import Unavailable
from funcnodes_jupyter.worker.atomic import PRIVATE, write_atomically

REASONS = "unavailable.json"
"""Beside the worker's graph. It stays at home: what a resolver says may name an index."""
MAX_BYTES = 1024**2


def note_reasons(folder: Path, unavailable: Iterable[Unavailable]) -> None:
    """Write them down in place of those of the last time.

    Raises:
        OSError: the disk refuses.
    """
    reasons = {one.name: one.reason for one in unavailable}
    if reasons:
        write_atomically(folder / REASONS, json.dumps(reasons).encode(), PRIVATE)
    else:
        (folder / REASONS).unlink(missing_ok=True)


def noted_reasons(folder: Path) -> dict[str, str]:
    """Reasons by the keys of packages; what cannot be read counts as nothing."""
    try:
        with (folder / REASONS).open("rb") as file:
            reasons = json.loads(file.read(MAX_BYTES))
    except (OSError, ValueError, RecursionError):
        return {}
    found = reasons if isinstance(reasons, dict) else {}
    return {name: reason for name, reason in found.items() if isinstance(reason, str)}
