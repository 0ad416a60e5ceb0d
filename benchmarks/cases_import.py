"""What importing the core costs over a bare interpreter, and what it pulls in."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile

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
    with tempfile.TemporaryDirectory(prefix="funcnodes-bench-") as folder:
        # Compiled once, as after an installation, whatever the surroundings say of writing compiled files.
        surroundings = {**os.environ, "PYTHONPYCACHEPREFIX": folder, "PYTHONDONTWRITEBYTECODE": ""}

        def printed(code: str) -> str:
            """What a fresh interpreter prints for ``code``."""
            command = [sys.executable, "-c", code]
            return subprocess.run(command, env=surroundings, check=True, capture_output=True, text=True).stdout

        foreign = printed(TELL_FOREIGN).strip()
        bare, full = [], []
        for _ in range(STARTS):
            bare.append(float(printed(TELL_TIME)) * 1e3)
            full.append(float(printed(f"{IMPORTS}; {TELL_TIME}")) * 1e3)
    more = min(full) - min(bare)
    return [
        limit_row("import funcnodes_jupyter.core", f"bare Python {min(bare):.1f} ms", more, "ms", AT_MOST),
        check_row("    what it imports", "", foreign or "standard library", not foreign),
    ]
