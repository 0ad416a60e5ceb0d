"""A disk of its own for a test: small enough to be full soon, or one that only lets itself be read.

Linux's namespaces give it to one process and its children, without any rights of an administrator.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

PATIENCE = 120.0


def run_on_disk(script: str, folder: Path, size: str = "2m", *arguments: str) -> str:
    """Run a Python script for which ``folder`` is an empty disk of ``size``; returns what it prints.

    The folder is its first argument. A script may have the system mount it ``ro``.
    """
    folder.mkdir(exist_ok=True)
    mount = f'mount -t tmpfs -o size={size},mode=700 tmpfs "$1" && exec "$0" -c "$2" "$1" "$@"'
    command = [
        "unshare",
        "--user",
        "--map-root-user",
        "--mount",
        "sh",
        "-c",
        mount,
        sys.executable,
        str(folder),
        script,
    ]
    done = subprocess.run([*command, *arguments], capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


FILL = '''
def fill(folder):
    """Leave not a byte on the disk."""
    with open(folder / "filler", "wb", buffering=0) as file:
        for size in (65536, 4096, 1):
            try:
                while True:
                    file.write(b"x" * size)
            except OSError:
                pass
'''
