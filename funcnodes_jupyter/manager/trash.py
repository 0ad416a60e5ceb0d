"""Deleting a worker's folder so that a person can get it back."""

from __future__ import annotations

import shutil
from datetime import datetime
from pathlib import Path

from send2trash import send2trash

SYSTEM_TRASH = "the system's trash"


def discard(folder: Path, name: str, fallback: Path) -> str:
    """Move ``folder`` to the system's trash, else (containers, network drives) into ``fallback``.

    Args:
        folder: what to delete.
        name: how the folder is called in ``fallback``, followed by the time.
        fallback: a folder that is made when it is needed.

    Returns:
        Where it went, in words for a person.

    Raises:
        OSError: it could not be moved to either place; it is still where it was.
    """
    try:
        send2trash(str(folder))
        return SYSTEM_TRASH
    except OSError:
        fallback.mkdir(mode=0o700, parents=True, exist_ok=True)
        stamp = datetime.now().strftime("%Y-%m-%dT%H-%M-%S.%f")
        target = fallback / f"{_file_name(name)}-{stamp}"
        shutil.move(str(folder), target)
        return str(target)


def _file_name(name: str) -> str:
    kept = "".join(letter if letter.isalnum() or letter in "-_ " else "_" for letter in name)
    return kept.strip()[:60] or "worker"
