"""Small JSON files: written so that a reader never sees half of one, read without surprises."""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path
from typing import Any


def write_json(path: Path, content: dict[str, Any]) -> None:
    """Replace ``path`` atomically by ``content``; readable by this user alone (0600)."""
    handle, temporary = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            json.dump(content, stream, indent=2, ensure_ascii=False)
            stream.write("\n")
            stream.flush()
            os.fsync(stream.fileno())
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def read_json(path: Path) -> dict[str, Any]:
    """The JSON object in ``path``.

    Raises:
        OSError: the file is not there or cannot be read.
        ValueError: it holds something else than one JSON object.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except RecursionError:
        raise ValueError(f"{path.name} is nested too deep to be read") from None
    if not isinstance(content, dict):
        raise ValueError(f"{path.name} does not hold a JSON object")
    return content


def read_json_or_none(path: Path) -> dict[str, Any] | None:
    """Like :func:`read_json`, None when there is nothing usable."""
    try:
        return read_json(path)
    except (OSError, ValueError):
        return None


class JsonCache:
    """Reads JSON files again only when their stamp (time, size, inode) changed."""

    def __init__(self) -> None:
        self._known: dict[Path, tuple[tuple[int, int, int], dict[str, Any] | None]] = {}

    def read(self, path: Path) -> dict[str, Any] | None:
        """What :func:`read_json_or_none` gives; the result is shared, so do not change it."""
        try:
            stat = path.stat()
        except OSError:
            self._known.pop(path, None)
            return None
        stamp = (stat.st_mtime_ns, stat.st_size, stat.st_ino)
        known = self._known.get(path)
        if known is None or known[0] != stamp:
            known = self._known[path] = (stamp, read_json_or_none(path))
        return known[1]
