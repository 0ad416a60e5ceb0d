"""What helps when an environment cannot be made, as far as what the tools said tells it."""

from __future__ import annotations

import re

NO_PYTHON = "there is no such Python here; install it, or name an interpreter by its path"
DISK_FULL = "the disk is full; make room and try again"
NO_INDEX = (
    "no package index can be reached: this machine is offline, or its proxy or its index settings (pip.conf, "
    "PIP_INDEX_URL, UV_DEFAULT_INDEX) are wrong; an environment of the server's own Python needs no index"
)
NO_SOLUTION = "the packages cannot be had in these versions; ask for others"
NO_VENV = "this Python lacks venv or pip; install uv, or the system's package python3-venv"

_SAID = {
    r"No interpreter found for|pyenv: ": NO_PYTHON,
    r"No space left|Disk quota": DISK_FULL,
    r"error sending request|dns error|Failed to fetch|tunnel error": NO_INDEX,
    r"ProxyError|NewConnectionError|Max retries|timed out|certificate verify": NO_INDEX,
    r"no solution|No matching distribution|ResolutionImpossible|unsatisfiable": NO_SOLUTION,
    r"ensurepip is not available|No module named '?(venv|ensurepip)": NO_VENV,
}
"""The first that fits counts: pip says that nothing matches, too, when it could reach nobody."""


def remedy_for(output: str) -> str:
    """A sentence for a person."""
    fitting = (remedy for said, remedy in _SAID.items() if re.search(said, output, re.IGNORECASE))
    return next(fitting, "the tools that make it failed")
