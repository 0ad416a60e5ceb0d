"""uv, else pip, asked what would change in an environment, and told to change it."""

from __future__ import annotations

import importlib.util
import json
import re
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from packaging.requirements import Requirement

from funcnodes_jupyter.manager.environment import Environment
from funcnodes_jupyter.manager.environmentremedies import NO_INDEX, remedy_for
from funcnodes_jupyter.manager.environmenttools import UV_SAYS_NO, Tools
from funcnodes_jupyter.manager.indexsettings import uv_variables, without_index
from funcnodes_jupyter.manager.packages.pipsettings import PipSettings
from funcnodes_jupyter.manager.packages.requirement import key
from funcnodes_jupyter.manager.toolrun import Told, ToolFailedError, run_tool

CONNECT_SECONDS = "5"
"""So long an index may take to be reached."""
NO_INDEX_AT_ALL = "UV_NO_INDEX"
_WOULD_INSTALL = re.compile(r"\s*\+ (\S+?)==(\S+)")


@dataclass(frozen=True)
class Wish:
    """What an environment is to hold.

    Attributes:
        requirements: All that it is to have (PEP 508).
        newest: The keys of those that are to be as new as these allow; the others stay as they are, where they can.
        exactly: The versions that packages have to have if they come in, by their keys.
        rather: The versions that they should have if they come in, unless the wish cannot come true so.
    """

    requirements: tuple[str, ...]
    newest: tuple[str, ...] = ()
    exactly: Mapping[str, str] = field(default_factory=dict)
    rather: Mapping[str, str] = field(default_factory=dict)


class UvFailedError(ToolFailedError):
    """uv could not do its work, and had no answer either: pip may be able to. Something may be half done."""


@dataclass(frozen=True)
class Installers(Tools):
    """The tools, with what installing takes beside making an environment.

    Args:
        settings: pip's, which hold for uv, too.
    """

    settings: PipSettings = field(default_factory=PipSettings)

    async def indexes(self) -> dict[str, str]:
        """pip's and uv's settings about indexes, as variables of uv; see :func:`uv_variables`."""
        pip = await self.settings.read(self._environ, self.cwd)
        found = {**self._environ, **uv_variables(pip, self._environ)}
        return {**found, NO_INDEX_AT_ALL: "1"} if without_index(pip, self._environ) else found

    async def resolve(
        self, environment: Environment, wish: Wish, installed: Mapping[str, str], told: Told
    ) -> dict[str, str]:
        """The versions that would be installed so that the wish comes true, by their keys; nothing is changed.

        Args:
            installed: The versions of what the environment holds, by their keys.

        Raises:
            ToolFailedError: it cannot be had, or nobody could be asked.
        """
        if self.uv is None:
            return await self._resolve_with_pip(environment, wish, installed, told)
        try:
            return await self._resolve_with_uv(environment, wish, told)
        except UvFailedError as error:
            with after(error):
                return await self._resolve_with_pip(environment, wish, installed, told)

    async def install_exactly(self, environment: Environment, requirements: Sequence[str], told: Told) -> None:
        """Install exactly these, without what they need.

        Raises:
            UvFailedError: pip may be able to, from the beginning.
            ToolFailedError: something went wrong; some may be installed.
        """
        words = ["install", "--no-deps"]
        if self.uv is not None:
            await self._uv(environment, words, requirements, told)
        else:
            await self._pip(environment, [*words, "--progress-bar=off"], requirements, told)

    async def uninstall(self, environment: Environment, names: Sequence[str], told: Told) -> None:
        """Remove packages.

        Raises:
            UvFailedError: pip may be able to, from the beginning.
            ToolFailedError: something went wrong; some may be gone.
        """
        if self.uv is not None:
            await self._uv(environment, ["uninstall"], names, told)
        else:
            await self._pip(environment, ["uninstall", "--yes"], names, told)

    # --- uv -----------------------------------------------------------------------------------------

    async def _resolve_with_uv(self, environment: Environment, wish: Wish, told: Told) -> dict[str, str]:
        found: dict[str, str] = {}

        def heard(line: str) -> None:
            told(line)
            if would := _WOULD_INSTALL.match(line):
                found[key(would[1])] = would[2]

        newest = [f"--upgrade-package={name}" for name in wish.newest]
        await self._uv(environment, ["install", "--dry-run", *newest], wish.requirements, heard, wish.exactly)
        return found

    async def _uv(
        self,
        environment: Environment,
        words: Sequence[str],
        what: Sequence[str],
        told: Told,
        exactly: Mapping[str, str] | None = None,
    ) -> None:
        assert self.uv is not None, "whoever calls this has it"
        verb, *options = words
        pip = await self.settings.read(self._environ, self.cwd)
        if verb == "install":
            options += ["--no-index"] if without_index(pip, self._environ) else []
        variables = {**self._environ, **uv_variables(pip, self._environ)}
        variables.setdefault("UV_HTTP_CONNECT_TIMEOUT", CONNECT_SECONDS)
        command = [self.uv, "pip", verb, f"--python={environment.python}", "--color=never", *options, "--", *what]
        try:
            with _constrained(variables, "UV_CONSTRAINT", exactly) as constrained:
                await run_tool(command, constrained, self.cwd, told, self.held)
        except ToolFailedError as error:
            if error.code == UV_SAYS_NO or remedy_for(error.output) == NO_INDEX:
                raise
            raise UvFailedError(error.code, error.output) from error

    # --- pip ----------------------------------------------------------------------------------------

    async def _resolve_with_pip(
        self, environment: Environment, wish: Wish, installed: Mapping[str, str], told: Told
    ) -> dict[str, str]:
        # Of what is said twice pip tells a conflict, and not that there is no such version.
        pinned = {(key(one.name), str(one.specifier)) for one in map(Requirement, wish.requirements)}
        exactly = {name: version for name, version in wish.exactly.items() if (name, f"=={version}") not in pinned}
        upgrading: list[str] = []
        if wish.newest:
            # pip makes either all of them as new as it can, or none; those that are to stay are held.
            named = {key(Requirement(text).name) for text in wish.requirements} - set(wish.newest)
            exactly = {**{name: installed[name] for name in named & installed.keys()}, **exactly}
            upgrading = ["--upgrade"]
        with tempfile.TemporaryDirectory() as folder:
            report = Path(folder) / "report.json"
            words = ["install", "--dry-run", f"--report={report}", "--progress-bar=off", *upgrading]
            await self._pip(environment, words, wish.requirements, told, exactly)
            would = json.loads(report.read_text(encoding="utf-8"))["install"]
        found = {key(one["metadata"]["name"]): str(one["metadata"]["version"]) for one in would}
        return {name: version for name, version in found.items() if installed.get(name) != version}

    async def _pip(
        self,
        environment: Environment,
        words: Sequence[str],
        what: Sequence[str],
        told: Told,
        exactly: Mapping[str, str] | None = None,
    ) -> None:
        if importlib.util.find_spec("pip") is None:
            raise ToolFailedError(None, "neither uv nor pip is to be had here; install uv")
        variables = self._environ
        pip = [sys.executable, "-m", "pip", f"--python={environment.python}", "--disable-pip-version-check"]
        settings = await self.settings.read(variables, self.cwd)
        if "constraint" in settings:
            variables["PIP_CONSTRAINT"] = settings["constraint"]
        with _constrained(variables, "PIP_CONSTRAINT", exactly) as constrained:
            await run_tool([*pip, *words, "--", *what], constrained, self.cwd, told, self.held)


@contextmanager
def after(failure: UvFailedError) -> Iterator[None]:
    """What uv said stands before what pip says."""
    try:
        yield
    except ToolFailedError as error:
        raise ToolFailedError(error.code, f"{failure.output}\n{error.output}".strip()) from error


@contextmanager
def _constrained(
    variables: Mapping[str, str], variable: str, exactly: Mapping[str, str] | None
) -> Iterator[Mapping[str, str]]:
    """``variables`` with a file of constraints beside those that are set."""
    if not exactly:
        yield variables
        return
    with tempfile.NamedTemporaryFile("w", prefix="constraints-", suffix=".txt", encoding="utf-8") as file:
        file.writelines(f"{name}=={version}\n" for name, version in sorted(exactly.items()))
        file.flush()
        yield {**variables, variable: " ".join(filter(None, [variables.get(variable), file.name]))}
