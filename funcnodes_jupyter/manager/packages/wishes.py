"""From what a person wants to what the installers are asked for. Nothing is changed, and nobody is asked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from packaging.requirements import Requirement

from funcnodes_jupyter import __version__
from funcnodes_jupyter.manager.furnishing import NAME
from funcnodes_jupyter.manager.packages.errors import (
    InvalidRequirementError,
    NoLockError,
    NotInstalledError,
    PackagesNeededError,
)
from funcnodes_jupyter.manager.packages.installed import INSTALLERS, OURS, VisiblePackages
from funcnodes_jupyter.manager.packages.installers import Wish
from funcnodes_jupyter.manager.packages.plans import Wanted
from funcnodes_jupyter.manager.packages.policy import PackagePolicy
from funcnodes_jupyter.manager.packages.project import Project
from funcnodes_jupyter.manager.packages.requirement import checked_requirement, is_version, key, key_of
from funcnodes_jupyter.worker.requirements import REQUIREMENTS

ALL = "*"


@dataclass(frozen=True)
class Intent:
    """What is to become of an environment.

    Attributes:
        asked: The requirements that it is asked to have afterwards.
        names: Those that somebody asks for now; an administrator may have a say.
        wish: What the installers are asked for; None: they need not be.
        removed: The keys of packages that go, whatever comes.
        keeps: The keys of those that stay; all others go. None: only ``removed`` go.
        spare: The keys of what is not there and need not come: where it cannot be had, the rest comes without it.
    """

    asked: tuple[str, ...]
    names: tuple[str, ...]
    wish: Wish | None
    removed: frozenset[str] = frozenset()
    keeps: frozenset[str] | None = None
    spare: frozenset[str] = frozenset()


def intent_of(
    wanted: Wanted, project: Project, packages: VisiblePackages, policy: PackagePolicy, *, shared: bool
) -> Intent:
    """What is to be done.

    Raises:
        InvalidRequirementError, NotInstalledError, PackagesNeededError, NoLockError: it cannot be.
        PackagesForbiddenError: the administrator does not allow it.
    """
    policy.check_changes()
    intent = _restored(project, policy) if wanted.restore else _changed(wanted, project, packages, shared=shared)
    policy.check(intent.names)
    return intent


def asked_now(project: Project, packages: VisiblePackages) -> tuple[str, ...]:
    """The requirements that stand written, and what somebody installed by hand: nobody needs it, and no lock knows it."""
    asked = {key_of(text): text for text in project.asked if key_of(text) != key(NAME)}
    known = {*asked, *OURS, *INSTALLERS, *(name for name, _ in project.pins)}
    strangers = [package for package in packages.own.values() if package.key not in known]
    needed = {key(one.name) for package in packages.own.values() for one in packages.needs(package)}
    asked |= {package.key: package.name for package in strangers if package.key not in needed}
    return tuple(text for _, text in sorted(asked.items()))


# --- changed --------------------------------------------------------------------------------------


def _changed(wanted: Wanted, project: Project, packages: VisiblePackages, *, shared: bool) -> Intent:
    asked = {key_of(text): text for text in asked_now(project, packages)}
    removed = _removed(wanted.remove, asked, packages)
    asked = {name: text for name, text in asked.items() if name not in removed}
    added = [_checked(text) for text in wanted.add]
    asked |= {key(one.name): str(one) for one in added}
    # Some may only have been written down, by a stranger maybe: by now they are asked for.
    absent = [name for name, text in asked.items() if name not in packages.own and not _is_behind(text, packages)]
    upgraded = _upgraded(wanted.upgrade, asked, packages)
    texts = tuple(text for _, text in sorted(asked.items()))
    free = {*upgraded, *(key(one.name) for one in added)}
    if not (added or upgraded):
        return Intent(texts, (), None, removed | _orphans(removed, texts, packages))
    requirements = [text for name, text in asked.items() if not (shared and _is_behind(text, packages))]
    requirements += [] if shared else REQUIREMENTS
    locked = {name: version for name, version in project.pins if name not in free | packages.own.keys()}
    rather = {**locked, **(_as_behind(packages, free) if shared else {})}
    wish = Wish(tuple(requirements), tuple(upgraded), {key(NAME): __version__}, rather)
    spare = frozenset(absent) - (frozenset() if wanted.partly else free)
    return Intent(texts, tuple(sorted({*free, *absent})), wish if requirements else None, removed, spare=spare)


def _checked(text: str) -> Requirement:
    requirement = checked_requirement(text)
    if key(requirement.name) == key(NAME):
        raise InvalidRequirementError(f"every worker has {NAME} in the version that its server has, {__version__}")
    return requirement


def _removed(names: Iterable[str], asked: dict[str, str], packages: VisiblePackages) -> frozenset[str]:
    removed = frozenset(key(name) for name in names)
    for name in sorted(removed):
        if name in OURS:
            raise PackagesNeededError(name, ["every worker"])
        if name not in packages.own and name not in asked:
            whose = "it is the server's, and stays" if name in packages.behind else "there is nothing to remove"
            raise NotInstalledError(f"{name} is not in the worker's own environment: {whose}")
        staying = [other for other in packages.needed_by(name) if key(other) not in removed]
        if staying and name not in packages.behind:
            raise PackagesNeededError(name, staying)
    return removed


def _orphans(removed: frozenset[str], asked: tuple[str, ...], packages: VisiblePackages) -> frozenset[str]:
    """What came with the removed ones, and is needed by nobody else."""
    came = packages.closure(removed & packages.keys())
    others = [package.name for package in packages.own.values() if package.key not in came]
    needed = packages.closure([*asked, *OURS, *INSTALLERS, *others])
    return frozenset((came & packages.own.keys()) - needed)


def _upgraded(names: Iterable[str], asked: dict[str, str], packages: VisiblePackages) -> list[str]:
    upgraded: list[str] = []
    for name in names:
        upgraded += [one for one in asked if one in packages.own] if name == ALL else [key(name)]
    for name in upgraded:
        _checked(name)
        if name not in packages.own:
            what = "it is the server's; add it" if name in packages.behind else "add it"
            raise NotInstalledError(f"{name} is not in the worker's own environment: {what} to have it there")
    return list(dict.fromkeys(upgraded))


def _is_behind(requirement: str, packages: VisiblePackages) -> bool:
    """Whether the server's own package does."""
    one = Requirement(requirement)
    name = key(one.name)
    if name in packages.own or name not in packages.behind or one.extras:
        return False
    return one.specifier.contains(packages.behind[name].version, prereleases=True)


def _as_behind(packages: VisiblePackages, free: set[str]) -> dict[str, str]:
    """The server's versions: what comes in these need not be installed a second time."""
    candidates = (package for package in packages.behind.values() if package.key not in free | packages.own.keys())
    return {package.key: package.version for package in candidates if is_version(package.version)}


# --- restored -------------------------------------------------------------------------------------


def _restored(project: Project, policy: PackagePolicy) -> Intent:
    if project.empty:
        raise NoLockError("no packages are written down for this worker: there is nothing to restore")
    pins = dict(project.pins)
    asked = project.asked or tuple(pins)
    requirements = {key_of(text): _pinned(text, pins) for text in asked}
    if policy.allowed is None:
        requirements = {**{name: f"{name}=={version}" for name, version in pins.items()}, **requirements}
    # Where there is a list of what is allowed, others come only as far as what is allowed needs them.
    keeps = frozenset({*pins, *requirements, *OURS, *INSTALLERS})
    wish = Wish(tuple(requirements.values()), (), {**pins, key(NAME): __version__})
    return Intent(asked, tuple(key_of(text) for text in asked), wish, keeps=keeps, spare=frozenset(requirements))


def _pinned(text: str, pins: dict[str, str]) -> str:
    requirement = Requirement(text)
    version = pins.get(key(requirement.name))
    if version is None:
        return text
    extras = f"[{','.join(sorted(requirement.extras))}]" if requirement.extras else ""
    marker = f"; {requirement.marker}" if requirement.marker else ""
    return f"{requirement.name}{extras}=={version}{marker}"
