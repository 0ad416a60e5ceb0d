"""An interpreter that never answers: whoever makes an environment of it waits until that is cancelled."""

from __future__ import annotations

import os
from pathlib import Path


class SlowPython:
    """A script in ``folder`` that stands for one."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "slow-python"
        self._began = folder / "slow-python-began"
        os.mkfifo(self._began)
        self.path.write_text(f'#!/bin/sh\necho $$ > "{self._began}"\nexec sleep 1000\n', encoding="utf-8")
        self.path.chmod(0o755)

    def began(self) -> int:
        """Wait until somebody runs it; gives its pid. Blocks."""
        return int(self._began.read_text())
