"""A uv that does what it is told, and then does not end: whoever changes packages with it waits in the middle."""

from __future__ import annotations

import os
from pathlib import Path

from funcnodes_jupyter.manager.environmenttools import find_uv


class SlowUv:
    """A script in ``folder`` that stands for uv, and never ends after it installed something."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "uv"
        self._installed = folder / "uv-installed"
        os.mkfifo(self._installed)
        real = find_uv()
        assert real is not None, "it comes with the tests"
        self.path.write_text(
            f'#!/bin/sh\ncase "$*" in\n*--no-deps*) "{real}" "$@"; echo $$ > "{self._installed}"; exec sleep 1000;;\n'
            f'*) exec "{real}" "$@";;\nesac\n',
            encoding="utf-8",
        )
        self.path.chmod(0o755)

    def installed(self) -> int:
        """Wait until it installed something; gives its pid. Blocks."""
        return int(self._installed.read_text())
