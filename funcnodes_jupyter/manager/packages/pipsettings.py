"""pip's settings, asked for again only when one of the files or variables that they come from changed."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path

from funcnodes_jupyter.manager.indexsettings import pip_settings

_Stamp = tuple[object, ...]


class PipSettings:
    """Remembers what pip said last: asking it takes longer than many an installation."""

    def __init__(self) -> None:
        self._known: tuple[_Stamp, dict[str, str]] | None = None

    async def read(self, environ: Mapping[str, str], cwd: Path) -> dict[str, str]:
        """See :func:`pip_settings`."""
        stamp = _stamp(environ)
        if self._known is None or self._known[0] != stamp:
            self._known = (stamp, await pip_settings(environ, cwd))
        return self._known[1]


def _stamp(environ: Mapping[str, str]) -> _Stamp:
    variables = tuple(sorted((key, value) for key, value in environ.items() if key.startswith("PIP_")))
    return (variables, *map(_file_stamp, _files(environ)))


def _files(environ: Mapping[str, str]) -> list[Path]:
    """Where pip's settings may stand; see "Configuration" in its user guide."""
    home = Path.home()
    machine = (environ.get("XDG_CONFIG_DIRS") or "/etc/xdg").split(os.pathsep)
    folders = [Path("/etc"), *(Path(folder) / "pip" for folder in machine), home / ".pip"]
    folders += [Path(environ.get("XDG_CONFIG_HOME") or home / ".config") / "pip", Path(sys.prefix)]
    folders += [Path("/Library/Application Support/pip"), home / "Library" / "Application Support" / "pip"]
    files = [folder / "pip.conf" for folder in folders]
    return [*files, Path(environ["PIP_CONFIG_FILE"])] if environ.get("PIP_CONFIG_FILE") else files


def _file_stamp(path: Path) -> tuple[int, int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino
