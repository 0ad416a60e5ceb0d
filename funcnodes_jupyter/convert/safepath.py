"""Paths that strangers give: in addresses, uploads and archives.

What is let through means the same file on every system, below the folder that it is looked for in.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from urllib.parse import unquote

from funcnodes_jupyter.convert.errors import InvalidPathError

MAX_PART_BYTES = 255
MAX_PATH_BYTES = 1024
MAX_DEPTH = 16

_JOINERS = "\u200c\u200d"
"""Characters without a width that Persian and emoji need; the others only hide what a name is."""
_DEVICES = frozenset(
    ("CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$", "CLOCK$", *(f"{port}{n}" for port in ("COM", "LPT") for n in range(10)))
)  # fmt: skip


def safe_parts(path: str) -> tuple[str, ...]:
    """The folders and the file that ``path``, relative and with slashes, names; at least one part.

    Raises:
        InvalidPathError: it is empty, absolute or too long, climbs, or has a part that some system takes for
            something else than a plain name.
    """
    for reason in _hindrances(path):
        raise InvalidPathError(path, reason)
    return tuple(path.split("/"))


def collision_key(path: str) -> str:
    """The same for paths that some system takes for one: those that differ in capitals or in how letters are made."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", path).casefold())


def _hindrances(path: str) -> Iterator[str]:
    """What is wrong with ``path``, the first thing first."""
    if not path:
        yield "it is empty"
    if any(_is_invisible(letter) for letter in path):
        yield "it holds control characters, or others that cannot be seen"
    elif len(path.encode()) > MAX_PATH_BYTES:
        yield f"it is longer than {MAX_PATH_BYTES} bytes"
    if "\\" in path:
        yield "it holds a backslash; folders are written with /"
    if ":" in path:
        yield "it holds a colon, which means a drive or a stream on some systems"
    if path.startswith("/"):
        yield "it is absolute"
    for meant in (unicodedata.normalize("NFKC", path), unquote(path)):
        if _shape(meant) != _shape(path):
            yield "it holds signs that can be taken for a slash or for dots"
    parts = path.split("/")
    if len(parts) > MAX_DEPTH:
        yield f"it is more than {MAX_DEPTH} folders deep"
    for part in parts:
        yield from _hindrances_of_part(part)


def _hindrances_of_part(part: str) -> Iterator[str]:
    if not part:
        yield "a part of it is empty"
    elif part in (".", ".."):
        yield f"{part!r} is no name"
    elif part != part.strip() or part.endswith("."):
        yield "a part of it begins with a space, or ends with a space or a dot"
    if len(part.encode()) > MAX_PART_BYTES:
        yield f"a part of it is longer than {MAX_PART_BYTES} bytes"
    stem = unicodedata.normalize("NFKC", part.split(".")[0]).strip().upper()
    if stem in _DEVICES:
        yield f"{stem} means a device on some systems"


def _is_invisible(letter: str) -> bool:
    return unicodedata.category(letter) in ("Cc", "Cf", "Cs", "Zl", "Zp") and letter not in _JOINERS


def _shape(path: str) -> list[str]:
    """Which parts a path has, as far as it matters for where it leads."""
    return [part if part.strip(" .") == "" else "name" for part in path.replace("\\", "/").split("/")]
