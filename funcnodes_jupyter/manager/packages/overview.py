"""A worker's packages, as a client is told of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import msgspec

from funcnodes_jupyter.manager.packages.errors import PackagesForbiddenError, PackagesUnchangeableError
from funcnodes_jupyter.manager.packages.installed import INSTALLERS, OURS, Installed, VisiblePackages
from funcnodes_jupyter.manager.packages.missing import MissingPackage
from funcnodes_jupyter.manager.packages.policy import PackagePolicy
from funcnodes_jupyter.manager.packages.project import Project
from funcnodes_jupyter.manager.packages.requirement import key_of
from funcnodes_jupyter.manager.packages.wishes import asked_now
from funcnodes_jupyter.manager.record import EnvironmentKind, WorkerRecord
from funcnodes_jupyter.wire.messages import UnknownClass

THE_SERVERS = (
    "it uses the packages of the server, which others use, too; give it an environment of its own: "
    "funcnodes worker configure NAME --environment own (or shared, to keep seeing the server's packages)"
)


@dataclass(frozen=True)
class Overview:
    """What a worker sees, misses, and may have changed.

    Attributes:
        unknown: The classes that its graph names and of which nobody says where they come from.
        outdated: What its process runs in another version than is installed.
        moved: Its process runs with the packages of another place.
    """

    kind: EnvironmentKind
    packages: VisiblePackages
    project: Project
    missing: list[MissingPackage]
    policy: PackagePolicy
    why_not: str
    changing: bool
    unknown: list[UnknownClass]
    outdated: list[str]
    moved: bool

    def to_json(self) -> dict[str, Any]:
        """The form that travels to clients."""
        return {
            "environment": self.kind,
            "python": self.packages.python,
            "packages": list(self._listed()),
            "missing": [one.to_json() for one in self.missing],
            "unknown": msgspec.to_builtins(self.unknown),
            "restorable": self._restorable,
            "needs_restart": self.moved or bool(self.outdated),
            "outdated": self.outdated,
            "may_change": not self.why_not,
            "why_not": self.why_not,
            "forbidden": not self.policy.changes,
            "allowed": None if self.policy.allowed is None else list(self.policy.allowed),
            "changing": self.changing,
        }

    def _listed(self) -> Iterator[dict[str, Any]]:
        asked = set(map(key_of, asked_now(self.project, self.packages)))
        for name, package in sorted(self.packages.items()):
            if package.origin == "server" or name in asked or name not in OURS | INSTALLERS:
                yield _one(package, name in asked)

    @property
    def _restorable(self) -> bool:
        own = {name: package.version for name, package in self.packages.own.items()}
        pins = dict(self.project.pins)
        seen = {name: package.version for name, package in self.packages.items()}
        extra = own.keys() - pins.keys() - OURS - INSTALLERS
        differs = any(seen.get(name) != version for name, version in pins.items())
        return not self.why_not and not self.project.empty and (differs or bool(extra))


def why_unchangeable(record: WorkerRecord, policy: PackagePolicy) -> str:
    """A sentence with a remedy; empty where the packages of a worker may be changed."""
    try:
        policy.check_changes()
    except PackagesForbiddenError as error:
        return str(error)
    return str(PackagesUnchangeableError(record.name, THE_SERVERS)) if record.environment == "server" else ""


def _one(package: Installed, asked: bool) -> dict[str, Any]:
    return {
        "name": package.name,
        "version": package.version,
        "asked": asked,
        "from": package.origin,
        "summary": package.summary,
    }
