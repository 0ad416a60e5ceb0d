"""Asks the installers what would change, and says it as a plan."""

from __future__ import annotations

from dataclasses import replace

from funcnodes_jupyter.manager.environment import Environment
from funcnodes_jupyter.manager.environmentremedies import NO_INDEX, remedy_for
from funcnodes_jupyter.manager.packages.errors import IndexUnreachableError, ResolverRefusedError
from funcnodes_jupyter.manager.packages.installed import VisiblePackages
from funcnodes_jupyter.manager.packages.installers import Installers, Wish
from funcnodes_jupyter.manager.packages.plans import Change, Plan, state_of
from funcnodes_jupyter.manager.packages.project import Project
from funcnodes_jupyter.manager.packages.wishes import Intent
from funcnodes_jupyter.manager.toolrun import ToolFailedError

UNREACHABLE = (
    "no package index can be reached, and nothing was changed: this machine is offline, or its proxy or its index "
    "settings (pip.conf, PIP_INDEX_URL, UV_DEFAULT_INDEX) are wrong"
)
_OTHERWISE = {NO_INDEX: UNREACHABLE, remedy_for(""): "the installer failed"}


async def planned(
    uuid: str,
    intent: Intent,
    project: Project,
    packages: VisiblePackages,
    environment: Environment,
    installers: Installers,
) -> Plan:
    """What has to change for an intent.

    Raises:
        ResolverRefusedError: the packages cannot be had so.
        IndexUnreachableError: nobody could be asked.
    """
    coming = await _coming(intent.wish, packages, environment, installers) if intent.wish is not None else {}
    own = {name: package.version for name, package in packages.own.items()}
    going = intent.removed & own.keys() if intent.keeps is None else own.keys() - intent.keeps
    changes = [Change(name, own.get(name), version) for name, version in coming.items() if own.get(name) != version]
    changes += [Change(name, own[name], None) for name in going - coming.keys()]
    touched = frozenset().union(*(packages[change.name].modules for change in changes if change.name in packages))
    return Plan(
        uuid=uuid,
        changes=tuple(sorted(changes, key=lambda change: change.name)),
        asked=intent.asked,
        names=intent.names,
        state=state_of(packages, project),
        nothing=not changes and intent.asked == project.asked,
        touched=touched,
    )


async def _coming(
    wish: Wish, packages: VisiblePackages, environment: Environment, installers: Installers
) -> dict[str, str]:
    """The versions to install, but for those that the server has, and the worker sees."""
    installed = {name: package.version for name, package in packages.own.items()}
    try:
        try:
            strict = replace(wish, exactly={**wish.rather, **wish.exactly})
            found = await installers.resolve(environment, strict, installed, _unheard)
        except ToolFailedError as error:
            if not wish.rather or remedy_for(error.output) == NO_INDEX:
                raise
            found = await installers.resolve(environment, wish, installed, _unheard)
    except ToolFailedError as error:
        refusal = IndexUnreachableError if why_of(error) == UNREACHABLE else ResolverRefusedError
        raise refusal(why_of(error), error.output) from error
    return {name: version for name, version in found.items() if not _has(packages, name, version)}


def why_of(error: ToolFailedError) -> str:
    """A sentence for a person about what an installer said last."""
    remedy = remedy_for(error.output)
    return _OTHERWISE.get(remedy, remedy)


def _has(packages: VisiblePackages, name: str, version: str) -> bool:
    return name not in packages.own and name in packages.behind and packages.behind[name].version == version


def _unheard(line: str) -> None:
    """What a resolver says is told when it refuses."""
