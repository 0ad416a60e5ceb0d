"""How a worker's environment comes to be, and what is looked at before each start in it."""

from __future__ import annotations

import asyncio
import json
import shutil
import sysconfig
from collections.abc import Sequence
from pathlib import Path

from funcnodes_jupyter.manager.environment import Environment, EnvironmentFacts
from funcnodes_jupyter.manager.environmenttools import Tools
from funcnodes_jupyter.manager.furnishing import furnish
from funcnodes_jupyter.manager.threadstep import to_its_end
from funcnodes_jupyter.manager.toolrun import Told, run_tool

OLDEST = (3, 10)
"""The first Python that workers run on, as in ``pyproject.toml``."""
_TELL = "import json, platform, sysconfig; print(json.dumps([platform.python_version(), sysconfig.get_config_var('SOABI') or '']))"


class UnusableEnvironmentError(Exception):
    """An environment that is there, or could be made, does not do; the text says why, and what helps."""


async def build(
    environment: Environment, tools: Tools, *, shared: bool, python: str, requirements: Sequence[str], told: Told
) -> None:
    """Make an environment in which a worker can start. What was there of it before is removed first.

    Whatever ends this early, a cancel included, leaves nothing behind.

    Args:
        shared: This process's packages are visible in it, behind its own.
        python: See :meth:`Tools.make`.
        requirements: Installed into it, too.
        told: Hears what the tools say.

    Raises:
        ToolFailedError, UnusableEnvironmentError, OSError: it cannot be made.
    """
    try:
        await to_its_end(environment.remove)
        await tools.make(environment, python, told)
        facts = await interpreter_facts(environment.python, tools)
        await _furnish(environment, facts, tools, shared=shared, requirements=requirements, told=told)
        await to_its_end(environment.write_facts, facts)
    except BaseException:
        await to_its_end(shutil.rmtree, environment.root, True)
        raise


async def refresh(environment: Environment, facts: EnvironmentFacts, tools: Tools, *, shared: bool, told: Told) -> None:
    """Have a whole environment import the package that runs now: that may be another version, or elsewhere.

    Raises:
        ToolFailedError, UnusableEnvironmentError, OSError: it does not do as it is; it stays.
    """
    if not await asyncio.to_thread(environment.python.exists):
        raise UnusableEnvironmentError(
            f"the Python {facts.version} that it was made with is gone; install it again, or remove {environment.root} "
            "to have it made anew, without what was installed in it"
        )
    await _furnish(environment, facts, tools, shared=shared, requirements=(), told=told)


async def interpreter_facts(python: Path, tools: Tools) -> EnvironmentFacts:
    """What an interpreter says of itself.

    Raises:
        ToolFailedError, UnusableEnvironmentError: it does not run, or is too old.
    """
    said = await run_tool([str(python), "-I", "-c", _TELL], tools.environ, tools.cwd, lambda line: None)
    try:
        facts = EnvironmentFacts(*json.loads(said.splitlines()[-1]))
        minor = facts.minor
    except (ValueError, TypeError, IndexError):
        raise UnusableEnvironmentError(f"its Python does not say which version it is, but {said!r}") from None
    if minor < OLDEST:
        raise UnusableEnvironmentError(f"Python {facts.version} is too old: workers need 3.10 or newer")
    return facts


async def _furnish(
    environment: Environment,
    facts: EnvironmentFacts,
    tools: Tools,
    *,
    shared: bool,
    requirements: Sequence[str],
    told: Told,
) -> None:
    same_abi = bool(facts.abi) and facts.abi == (sysconfig.get_config_var("SOABI") or "")
    if shared and not same_abi:
        raise UnusableEnvironmentError(
            f"it is of Python {facts.version} and cannot use the server's packages, which are for Python "
            f"{sysconfig.get_python_version()}; start it from a server of its Python, or give it an environment of its own"
        )
    missing = await to_its_end(furnish, environment, shared=shared, same_abi=same_abi)
    wanted = [*missing, *requirements]
    if wanted:
        told(f"Installing {', '.join(wanted)}")
        await tools.install(environment, wanted, told)
