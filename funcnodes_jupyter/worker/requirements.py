"""What a worker's environment needs beside Python, this package and its standard library."""

from __future__ import annotations

REQUIREMENTS = ("msgspec>=0.18.6", "regex>=2022.1", "tornado>=6.3")
"""All that the floors up to this one import from others, as in ``pyproject.toml``. Nodes may need more: pandas, say."""
