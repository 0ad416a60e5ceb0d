"""Who makes environments and installs into them: uv where it is to be had, else Python's own venv and pip."""

from __future__ import annotations

import importlib
import os
import re
import shutil
import sys
from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from funcnodes_jupyter.manager.environment import Environment
from funcnodes_jupyter.manager.indexsettings import pip_settings, uv_variables, without_index
from funcnodes_jupyter.manager.threadstep import to_its_end
from funcnodes_jupyter.manager.toolrun import Told, ToolFailedError, run_tool

UV_SAYS_NO = 1
"""uv's exit code for an answer, such as that requirements do not fit together; 2 is for what went wrong on the way."""
_NOBODY_THERE = re.compile("dns error|tcp connect error|network is unreachable|timed out", re.IGNORECASE)
"""What uv says when an index cannot be reached. A certificate is not among that: pip knows the system's own."""
_REDIRECTIONS = ("UV_SYSTEM_PYTHON", "UV_PYTHON", "PIP_TARGET", "PIP_PREFIX", "PIP_REQUIRE_VIRTUALENV", "PIP_PYTHON")
"""Would have something else be changed than the environment that is meant."""


@dataclass(frozen=True)
class Tools:
    """The tools of one machine.

    Args:
        cwd: Where they run: a folder that holds no settings of strangers, for uv reads those of projects there.
        uv: uv's binary; None: there is none.
        environ: The variables that they see; those of people for pip, uv, proxies and certificates count.
        held: Descriptors that their processes hold, too.
    """

    cwd: Path
    uv: str | None
    environ: Mapping[str, str] = field(default_factory=lambda: os.environ)
    held: tuple[int, ...] = ()

    @classmethod
    def found(cls, cwd: Path, *held: int) -> Tools:
        """uv from its package, which this package can bring (the extra ``env``), else from the PATH."""
        return cls(cwd, find_uv(), held=held)

    async def make(self, environment: Environment, python: str, told: Told) -> None:
        """Make a bare environment where there is none.

        Args:
            python: A version such as 3.12, the path of an interpreter, or empty for the one that runs here.

        Raises:
            ToolFailedError: it cannot be made; something of it may be there.
        """

        def heard(line: str) -> None:
            if not line.startswith("Activate with"):  # a worker does without
                told(line)

        command = ["venv", "--no-project", f"--python={python or sys.executable}", "--", str(environment.root)]
        try:
            await self._run_uv(command, {}, heard)
        except ToolFailedError as error:
            await self._instead_of_uv(error, self._make_with_venv(environment, python, told), told)

    async def install(self, environment: Environment, requirements: Sequence[str], told: Told) -> None:
        """Install ``requirements`` (see PEP 508) into an environment, with what they need in turn.

        Raises:
            ToolFailedError: they cannot be installed.
        """
        pip = await pip_settings(self._environ, self.cwd)
        command = ["pip", "install", f"--python={environment.python}"]
        command += ["--no-index"] if without_index(pip, self._environ) else []
        try:
            await self._run_uv([*command, "--", *requirements], uv_variables(pip, self._environ), told)
        except ToolFailedError as error:
            if error.code == UV_SAYS_NO or _NOBODY_THERE.search(error.output):
                raise
            await self._instead_of_uv(error, self._install_with_pip(environment, requirements, told), told)

    @property
    def _environ(self) -> dict[str, str]:
        kept = {key: value for key, value in self.environ.items() if key not in _REDIRECTIONS}
        # Whoever is offline is to hear that at once, not after many tries.
        return {"UV_HTTP_RETRIES": "1", "PIP_RETRIES": "1", "PIP_NO_INPUT": "1", **kept, "PIP_USER": "0"}

    async def _run_uv(self, command: Sequence[str], variables: Mapping[str, str], told: Told) -> None:
        if self.uv is None:
            raise ToolFailedError(None, "")
        await run_tool([self.uv, *command], {**self._environ, **variables}, self.cwd, told, self.held)

    async def _instead_of_uv(self, failed: ToolFailedError, doing: Awaitable[None], told: Told) -> None:
        """What uv could not do; should that fail, too, both are told."""
        if self.uv is not None:
            told("uv could not do it: venv and pip are tried instead.")
        try:
            await doing
        except ToolFailedError as error:
            raise ToolFailedError(error.code, f"{failed.output}\n{error.output}".strip()) from error

    async def _make_with_venv(self, environment: Environment, python: str, told: Told) -> None:
        await to_its_end(environment.remove)
        command = [find_python(python), "-m", "venv", "--without-pip", str(environment.root)]
        told(f"Creating a virtual environment with {command[0]} -m venv")
        await run_tool(command, self._environ, self.cwd, told, self.held)

    async def _install_with_pip(self, environment: Environment, requirements: Sequence[str], told: Told) -> None:
        python = str(environment.python)
        try:
            await run_tool([python, "-m", "pip", "--version"], self._environ, self.cwd, told, self.held)
        except ToolFailedError:
            await run_tool([python, "-m", "ensurepip"], self._environ, self.cwd, told, self.held)
        pip = [python, "-m", "pip", "install", "--disable-pip-version-check", "--progress-bar=off"]
        await run_tool([*pip, "--", *requirements], self._environ, self.cwd, told, self.held)


def find_uv() -> str | None:
    """uv's binary, or None."""
    try:
        binary = importlib.import_module("uv").find_uv_bin()
        return str(binary)
    except (ImportError, AttributeError, FileNotFoundError):
        return shutil.which("uv")


def find_python(python: str) -> str:
    """The interpreter that ``python`` names, see :meth:`Tools.make`.

    Raises:
        ToolFailedError: there is none.
    """
    if not python:
        return sys.executable
    names = [f"python{python}", python] if python[0].isdigit() else [python]
    for name in names:
        if found := shutil.which(name):
            return found
    raise ToolFailedError(None, f"No interpreter found for {python}")
