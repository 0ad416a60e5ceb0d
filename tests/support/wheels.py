"""A package index of our own in a folder, with wheels made on the spot: installing from it needs no network."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType


def add_wheel(
    index: Path,
    name: str,
    version: str,
    requires: Sequence[str] = (),
    *,
    more: Mapping[str, str] = MappingProxyType({}),
) -> None:
    """Put the pure-Python package ``name`` into ``index``, a folder in the form of PEP 503; it knows its version.

    Args:
        requires: What it needs.
        more: Files that it brings besides, by their paths; ``{data}`` stands for what goes beside the libraries.
    """
    info = f"{name}-{version}.dist-info"
    needs = "".join(f"Requires-Dist: {one}\n" for one in requires)
    files = {
        f"{name}.py": f"def version() -> str:\n    return {version!r}\n",
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\nSummary: All about {name}\n{needs}",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    files |= {path.format(data=f"{name}-{version}.data/data"): text for path, text in more.items()}
    files[f"{info}/RECORD"] = "".join(f"{path},,\n" for path in [*files, f"{info}/RECORD"])
    folder = index / name.replace("_", "-")
    folder.mkdir(parents=True, exist_ok=True)
    wheel = f"{name}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(folder / wheel, "w") as archive:
        for path, text in files.items():
            archive.writestr(path, text)
    links = "".join(f'<a href="{path.name}">{path.name}</a>\n' for path in sorted(folder.glob("*.whl")))
    (folder / "index.html").write_text(f"<!DOCTYPE html><html><body>\n{links}</body></html>\n", encoding="utf-8")


def use_index(environ: dict[str, str], index: Path) -> None:
    """Have pip, and so uv, look there and nowhere else."""
    for key in [key for key in environ if key.startswith(("PIP_", "UV_"))]:
        del environ[key]
    environ |= {"PIP_CONFIG_FILE": "/dev/null", "PIP_INDEX_URL": index.as_uri()}
