"""Node packs as an installer leaves them, for tests that need nodes of their own in real workers."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path


def install_pack(folder: Path, name: str, source: str, *, entries: str = "", version: str = "1.0") -> None:
    """Put a distribution with the module ``name`` into ``folder``; ``entries`` are those of funcnodes.module."""
    (folder / f"{name}.py").write_text(source, encoding="utf-8")
    info = folder / f"{name}-{version}.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n", encoding="utf-8")
    (info / "entry_points.txt").write_text(f"[funcnodes.module]\n{entries or f'module = {name}'}\n", encoding="utf-8")


def with_path(folder: Path, environment: Mapping[str, str] = os.environ) -> dict[str, str]:
    """``environment`` with ``folder`` where Python looks first."""
    path = os.pathsep.join(filter(None, [str(folder), environment.get("PYTHONPATH")]))
    return {**environment, "PYTHONPATH": path}


EXAMPLE = Path(__file__).parent.parent / "packs" / "signalpack"
"""A pack as its author keeps it: types, render options and browser code of its own."""


def install_folder(source: Path, target: Path) -> None:
    """Build the distribution in ``source`` and put it into ``target``, with nothing from the network."""
    command = [
        sys.executable, "-m", "pip", "install", "--quiet", "--no-index", "--no-deps", "--no-build-isolation",
        "--no-warn-conflicts", "--disable-pip-version-check", "--target", str(target), str(source),
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
