"""What importing the core costs over a bare interpreter, and what it pulls in."""

from __future__ import annotations

import subprocess
import sys

from benchmarks.measure import Effort, Row, check_row, limit_row

AT_MOST = 60
"""Milliseconds of CPU time."""
STARTS = 10
IMPORTS = "import funcnodes_jupyter.core, funcnodes_jupyter.core.nodespace"
TELL_TIME = "import time; print(time.process_time())"
TELL_FOREIGN = f"""
import sys
before = set(sys.modules)
{IMPORTS}
new = {{name.partition('.')[0] for name in set(sys.modules) - before}}
print(*sorted(new - set(sys.stdlib_module_names) - {{'funcnodes_jupyter'}}))
"""


async def rows(effort: Effort) -> list[Row]:
    """The time, and the check."""
    bare, full = [], []
    for _ in range(STARTS):
        bare.append(float(_printed(TELL_TIME)) * 1e3)
        full.append(float(_printed(f"{IMPORTS}; {TELL_TIME}")) * 1e3)
    foreign = _printed(TELL_FOREIGN).strip()
    more = min(full) - min(bare)
    return [
        limit_row("import funcnodes_jupyter.core", f"bare Python {min(bare):.1f} ms", more, "ms", AT_MOST),
        check_row("    what it imports", "", foreign or "standard library", not foreign),
    ]


def _printed(code: str) -> str:
    """What a fresh interpreter prints for ``code``."""
    return subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout
