"""What is installed in an environment, as its files say; nothing of it is imported. Blocking; call in threads."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from importlib import metadata
from pathlib import Path
from typing import Literal

from packaging.markers import UndefinedComparison, UndefinedEnvironmentName
from packaging.requirements import InvalidRequirement, Requirement

from funcnodes_jupyter.core.discovery import GROUP as PACKS
from funcnodes_jupyter.manager.environment import Environment
from funcnodes_jupyter.manager.furnishing import NAME
from funcnodes_jupyter.manager.packages.requirement import key, key_of
from funcnodes_jupyter.worker.requirements import REQUIREMENTS

Origin = Literal["environment", "server"]

OURS = frozenset({key(NAME), *map(key_of, REQUIREMENTS)})
"""What each worker's environment has to hold."""
INSTALLERS = frozenset({"pip", "setuptools", "wheel", "uv"})
"""What comes with an environment, and is nobody's wish."""


@dataclass(frozen=True)
class Installed:
    """A package that a worker sees. Its metadata is read when it is asked for: of most packages it never is.

    Attributes:
        key: See :func:`key`.
        description: The folder, or the file, with its metadata.
    """

    key: str
    version: str
    origin: Origin
    description: Path

    @classmethod
    def described(cls, path: Path, origin: Origin) -> Installed | None:
        """The package that the folder or file ``path`` describes, if it does."""
        if path.suffix == ".dist-info" and (path / "METADATA").exists():
            name, _, version = path.stem.rpartition("-")
        elif path.suffix == ".egg-info":  # of some systems' own packages
            told = metadata.Distribution.at(path)
            name, version = told.metadata["Name"] or "", told.version or ""
        else:
            return None
        # What an installer was interrupted in has a name that is none.
        return cls(key(name), version, origin, path) if name[:1].isalnum() else None

    @cached_property
    def distribution(self) -> metadata.Distribution:
        """Its metadata."""
        return metadata.Distribution.at(self.description)

    @property
    def name(self) -> str:
        """As its authors write it."""
        return self.distribution.metadata["Name"] or self.key

    @cached_property
    def requires(self) -> tuple[str, ...]:
        """Its requirements, as they stand in its metadata."""
        return tuple(self.distribution.requires or ())

    @property
    def summary(self) -> str:
        """A line about it; may be empty."""
        return " ".join((self.distribution.metadata["Summary"] or "").split())

    @property
    def brings_nodes(self) -> bool:
        """Whether it is a pack of nodes."""
        return any(entry.group == PACKS for entry in self.distribution.entry_points)

    @cached_property
    def modules(self) -> frozenset[str]:
        """The names under which its modules are imported, without those below them."""
        parts = (path.parts for path in self.distribution.files or () if ".." not in path.parts)
        tops = (path[0].partition(".")[0] for path in parts if not path[0].endswith((".dist-info", ".data", ".pth")))
        return frozenset(top for top in tops if top.isidentifier() and top != "__pycache__")


class VisiblePackages(Mapping[str, Installed]):
    """The packages that a worker sees, by their keys; its own hide those of the server behind them.

    Args:
        own: Those of its environment.
        behind: Those of the server, where it sees them.
        python: The version of its Python.
    """

    def __init__(self, own: Iterable[Installed], behind: Iterable[Installed], python: str) -> None:
        self.own = {package.key: package for package in own}
        self.behind = {package.key: package for package in behind}
        self.python = python
        self._seen = {**self.behind, **self.own}

    @classmethod
    def of_server(cls) -> VisiblePackages:
        """Those of the Python that runs here."""
        return cls((), _read(sys.path, "server"), ".".join(map(str, sys.version_info[:3])))

    @classmethod
    def within(cls, environment: Environment, *, shared: bool) -> VisiblePackages:
        """Those of a worker's own environment, and the server's behind them where it is shared.

        None are its own as long as it was not made.
        """
        facts = environment.facts()
        own = _read([str(environment.site_packages)], "environment") if facts is not None else ()
        behind = _read(sys.path, "server") if shared else ()
        return cls(own, behind, facts.version if facts is not None else "")

    def __getitem__(self, key: str) -> Installed:
        return self._seen[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._seen)

    def __len__(self) -> int:
        return len(self._seen)

    def wants(self, requirement: Requirement) -> bool:
        """Whether a requirement is one on this Python, going by its marker."""
        return self._applies(requirement, "")

    def needs(self, package: Installed, extras: Iterable[str] = ()) -> list[Requirement]:
        """What a package requires here, with the requirements of its ``extras``."""
        found = (_parsed(text) for text in package.requires)
        wanted = ("", *extras)
        return [one for one in found if one is not None and any(self._applies(one, extra) for extra in wanted)]

    def closure(self, requirements: Iterable[str]) -> set[str]:
        """The keys of all installed packages that these requirements need, one through the other."""
        waiting = [Requirement(text) for text in requirements]
        seen: set[tuple[str, frozenset[str]]] = set()
        while waiting:
            requirement = waiting.pop()
            here = (key(requirement.name), frozenset(requirement.extras))
            if here in seen or here[0] not in self:
                continue
            seen.add(here)
            waiting += self.needs(self[here[0]], requirement.extras)
        return {name for name, _ in seen}

    def needed_by(self, name: str) -> list[str]:
        """The names of those of the environment itself that need the package ``name``."""
        return sorted(
            package.name
            for package in self.own.values()
            if package.key != name and any(key(one.name) == name for one in self.needs(package))
        )

    def unmet(self) -> set[str]:
        """A sentence for each requirement of the environment's own packages that is not met."""
        return {
            f"{package.name} {package.version} needs {one}, and there is {self._version(one) or 'none'}"
            for package in self.own.values()
            for one in self.needs(package)
            if not one.specifier.contains(self._version(one) or "0a0", prereleases=True) or not self._version(one)
        }

    def _version(self, requirement: Requirement) -> str:
        package = self.get(key(requirement.name))
        return package.version if package is not None else ""

    def _applies(self, requirement: Requirement, extra: str) -> bool:
        if requirement.marker is None:
            return not extra
        environment = {"extra": extra}
        if self.python:
            environment |= {"python_full_version": self.python, "python_version": ".".join(self.python.split(".")[:2])}
        try:
            return requirement.marker.evaluate(environment)
        except UndefinedEnvironmentName:
            return False
        except UndefinedComparison:  # such as os_name ~= "x": uv passes over it, too
            return not extra


def _read(path: list[str], origin: Origin) -> list[Installed]:
    found: dict[str, Installed] = {}
    for folder in map(Path, path):
        for description in sorted(folder.iterdir()) if folder.is_dir() else ():
            package = Installed.described(description, origin)
            if package is not None:
                found.setdefault(package.key, package)  # Python takes the first one, too
    return list(found.values())


def _parsed(text: str) -> Requirement | None:
    try:
        return Requirement(text)
    except InvalidRequirement:  # of an old package
        return None
