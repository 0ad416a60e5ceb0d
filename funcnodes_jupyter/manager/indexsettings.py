"""From which index packages come: what a person set for pip holds for uv, which does not read that, too."""

from __future__ import annotations

import ast
import importlib.util
import os
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

from funcnodes_jupyter.manager.toolrun import ToolFailedError, run_tool

_INDEXES: Mapping[str, tuple[str, str]] = {
    "index-url": ("UV_DEFAULT_INDEX", " "),
    "extra-index-url": ("UV_INDEX", " "),
    "find-links": ("UV_FIND_LINKS", ","),
}
"""pip's options as uv's variables, and what stands between several values there."""
_OTHERS: Mapping[str, tuple[tuple[str, ...], str]] = {
    "constraint": (("UV_CONSTRAINT",), " "),
    "trusted-host": (("UV_INSECURE_HOST",), " "),
    "cert": (("SSL_CERT_FILE",), " "),
    "proxy": (("HTTPS_PROXY", "HTTP_PROXY"), " "),
}
_OWN_INDEXES = (
    "UV_DEFAULT_INDEX", "UV_INDEX", "UV_INDEX_URL", "UV_EXTRA_INDEX_URL", "UV_FIND_LINKS", "UV_CONFIG_FILE"
)  # fmt: skip


async def pip_settings(environ: Mapping[str, str], cwd: Path) -> dict[str, str]:
    """The options that are set for ``pip install``, by files or variables; only by variables where there is no pip."""
    if importlib.util.find_spec("pip") is None:
        return {_option(key[4:]): value for key, value in environ.items() if key.startswith("PIP_")}
    try:
        told: list[str] = []
        command = [sys.executable, "-m", "pip", "config", "list", "--disable-pip-version-check"]
        # A pip that is set to be quiet would print none of its settings.
        await run_tool(command, {**environ, "PIP_QUIET": "0"}, cwd, told.append, unmasked=True)
    except ToolFailedError:  # then it will not do as a fallback either
        return {}
    return parsed_settings(told)


def parsed_settings(lines: Iterable[str]) -> dict[str, str]:
    """What ``pip config list`` prints: lines such as ``global.index-url='…'``. Variables win over ``install``."""
    found: dict[str, dict[str, str]] = {}
    for line in lines:
        key, _, value = line.partition("=")
        section, _, option = key.rpartition(".")
        try:
            found.setdefault(section, {})[_option(option)] = str(ast.literal_eval(value))
        except (ValueError, SyntaxError):  # no setting: a warning
            continue
    return {**found.get("global", {}), **found.get("install", {}), **found.get(":env:", {})}


def uv_variables(pip: Mapping[str, str], environ: Mapping[str, str]) -> dict[str, str]:
    """pip's settings as uv's, as far as uv has none of its own."""
    given: dict[str, str] = {}
    if not _has_own_indexes(environ):
        given |= {
            variable: between.join(pip[option].split())
            for option, (variable, between) in _INDEXES.items()
            if pip.get(option, "").strip()
        }
        if "UV_INDEX" in given:
            # pip looks into all its indexes alike, and whoever set them counts on that.
            given["UV_INDEX_STRATEGY"] = "unsafe-best-match"
    for option, (variables, between) in _OTHERS.items():
        if pip.get(option, "").strip():
            given |= dict.fromkeys(variables, between.join(pip[option].split()))
    return {key: value for key, value in given.items() if key not in environ}


def without_index(pip: Mapping[str, str], environ: Mapping[str, str]) -> bool:
    """Whether only ``find-links`` is to be looked at."""
    return pip.get("no-index", "").lower() in ("1", "true", "yes", "on") and not _has_own_indexes(environ)


def _option(name: str) -> str:
    return name.lower().replace("_", "-")


def _has_own_indexes(environ: Mapping[str, str]) -> bool:
    return any(environ.get(key) for key in _OWN_INDEXES) or any(_names_an_index(file) for file in _uv_files(environ))


def _uv_files(environ: Mapping[str, str]) -> list[Path]:
    """The settings files of the person and of the machine; see uv's reference, "Configuration files"."""
    home = Path(environ.get("XDG_CONFIG_HOME") or Path.home() / ".config")
    machine = (environ.get("XDG_CONFIG_DIRS") or "/etc/xdg").split(os.pathsep)
    return [folder / "uv" / "uv.toml" for folder in (home, *map(Path, machine), Path("/etc"))]


def _names_an_index(file: Path) -> bool:
    try:
        text = file.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return False
    return "index" in text or "find-links" in text
