"""Where the numbers were taken."""

from __future__ import annotations

import os
import platform
from importlib import metadata
from pathlib import Path

PACKAGES = ("funcnodes_jupyter", "msgspec", "tornado", "psutil", "uv")


def describe() -> str:
    """Processor, system, Python and packages in two lines."""
    versions = ", ".join(f"{name} {_version(name)}" for name in PACKAGES)
    python = f"{platform.python_implementation()} {platform.python_version()}"
    return f"{_processor()} · {os.cpu_count()} cores · {platform.platform()}\n{python} · {versions}"


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    named = next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "")
    return named or platform.processor() or platform.machine()


def _version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return "not installed"
