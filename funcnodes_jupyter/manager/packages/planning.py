"""Asks the installers what would change, and says it as a plan."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from funcnodes_jupyter.manager.environment import Environment
from funcnodes_jupyter.manager.environmentremedies import NO_INDEX, remedy_for
from funcnodes_jupyter.manager.packages.errors import IndexUnreachableError, ResolverRefusedError
from funcnodes_jupyter.manager.packages.installed import INSTALLERS, OURS, VisiblePackages
from funcnodes_jupyter.manager.packages.installers import Installers, Wish
from funcnodes_jupyter.manager.packages.locking import still_due
from funcnodes_jupyter.manager.packages.obtaining import obtained
from funcnodes_jupyter.manager.packages.plans import Change, Plan, Unavailable, state_of
from funcnodes_jupyter.manager.packages.project import Project
from funcnodes_jupyter.manager.packages.requirement import key_of
from funcnodes_jupyter.manager.packages.wishes import Intent
from funcnodes_jupyter.manager.toolrun import Told, ToolFailedError

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
    told: Told,
) -> Plan:
    """What has to change for an intent; where not all can be had that is asked for, without that.

    Raises:
        ResolverRefusedError: the packages cannot be had so.
        IndexUnreachableError: nobody could be asked.
    """
    coming, unavailable = await _had(intent, packages, environment, installers, told)
    own = {name: package.version for name, package in packages.own.items()}
    going = own.keys() & _going(intent, own, whole=not unavailable)
    changes = [Change(name, own.get(name), version) for name, version in coming.items() if own.get(name) != version]
    changes += [Change(name, own[name], None) for name in going - coming.keys()]
    # What was never written down, and cannot be had, is not written down now: the graph says that it needs it.
    left_out = {one.name for one in unavailable} - set(map(key_of, project.asked))
    asked = tuple(text for text in intent.asked if key_of(text) not in left_out)
    touched = frozenset().union(*(packages[change.name].modules for change in changes if change.name in packages))
    return Plan(
        uuid=uuid,
        changes=tuple(sorted(changes, key=lambda change: change.name)),
        asked=asked,
        names=intent.names,
        state=state_of(packages, project),
        nothing=not changes and asked == project.asked,
        touched=touched,
        unavailable=unavailable,
        due=_due(intent, project, packages, {*own, *packages.behind, *coming} - going, whole=not unavailable),
    )


def _going(intent: Intent, own: Iterable[str], *, whole: bool) -> frozenset[str]:
    if intent.keeps is None:
        return intent.removed
    # What could not be brought back may need, in the version that is there, what is too much by the lock.
    return frozenset(own) - intent.keeps if whole else frozenset()


def _due(
    intent: Intent, project: Project, packages: VisiblePackages, there: set[str], *, whole: bool
) -> tuple[tuple[str, str], ...]:
    if intent.keeps is not None:
        return () if whole else project.pins  # it is what the next one brings back, too
    return still_due(intent.asked, project, packages, there)


async def _had(
    intent: Intent, packages: VisiblePackages, environment: Environment, installers: Installers, told: Told
) -> tuple[dict[str, str], tuple[Unavailable, ...]]:
    """The versions to install, and what of the intent cannot be had."""
    if intent.wish is None:
        return {}, ()

    async def resolve(wish: Wish) -> dict[str, str]:
        return await _coming(wish, packages, environment, installers)

    try:
        return await resolve(intent.wish), ()
    except ResolverRefusedError as error:
        if not intent.spare:
            raise
        # What was added stands among the requirements; what a lock does not name would else have gone.
        own = {} if intent.keeps is None else packages.own
        installed = {name: package.version for name, package in own.items() if name not in OURS | INSTALLERS}
        found = await obtained(intent.wish, intent.spare, error, installed, resolve, told)
        return found.coming, found.unavailable


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
