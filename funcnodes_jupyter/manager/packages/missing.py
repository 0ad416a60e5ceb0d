"""What a worker's graph or its lock needs, and its Python does not find. Nothing is imported. Blocking."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.machinery import PathFinder
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement

from funcnodes_jupyter.core.errors import DocumentError
from funcnodes_jupyter.manager.base import BaseFolder
from funcnodes_jupyter.manager.environment import Environment
from funcnodes_jupyter.manager.furnishing import NAME
from funcnodes_jupyter.manager.packages.installed import VisiblePackages
from funcnodes_jupyter.manager.packages.project import Project
from funcnodes_jupyter.manager.packages.requirement import MAX_NAME, is_name, key, key_of
from funcnodes_jupyter.manager.record import WorkerRecord
from funcnodes_jupyter.worker.home import WorkerHome
from funcnodes_jupyter.worker.needs import Needs, needs_of


@dataclass(frozen=True)
class MissingPackage:
    """What is not there.

    Attributes:
        name: Of the package; empty when it is not known which one brings the modules.
        requirement: To be asked for; empty without a name.
        modules: Those that the graph calls.
        nodes: How many of its nodes need it.
        reason: Why it could not be had when it was asked for last, in a line; empty: it was not asked for, or came.
    """

    name: str
    requirement: str
    modules: tuple[str, ...] = ()
    nodes: int = 0
    reason: str = ""

    def to_json(self) -> dict[str, Any]:
        """The form that travels to clients."""
        return {
            "name": self.name,
            "requirement": self.requirement,
            "modules": list(self.modules),
            "nodes": self.nodes,
            "reason": self.reason,
        }


def needs_on_disk(base: BaseFolder, uuid: str) -> Needs:
    """What the graph on the disk needs, as far as it says so."""
    try:
        document = WorkerHome(base.path, uuid).read_document() or {}
    except (DocumentError, OSError):
        return Needs()
    needs = needs_of(document)
    # What cannot be the name of a package cannot be asked for either, and would stand in the way of the others.
    packs = {name: nodes for name, nodes in needs.packs.items() if is_name(name)}
    modules = {name: nodes for name, nodes in needs.modules.items() if name.isidentifier() and len(name) <= MAX_NAME}
    return Needs(packs, modules, needs.unknown)


def missing(
    needs: Needs,
    project: Project,
    packages: VisiblePackages,
    record: WorkerRecord,
    environment: Environment,
    reasons: Mapping[str, str],
) -> list[MissingPackage]:
    """What is not there, by name; what nobody can tell the name of comes last.

    Args:
        reasons: Why packages could not be had, by their keys.
    """
    pins = dict(project.pins)
    asked = {key_of(text): text for text in project.asked}
    wanted = {**{name: f"{name}=={version}" for name, version in pins.items()}, **_with_pins(asked, pins)}
    absent = {name: text for name, text in wanted.items() if not _is_met(text, packages)}
    packs: dict[str, int] = {}
    for name, count in needs.packs.items():
        packs[key(name)] = packs.get(key(name), 0) + count
    absent |= {name: name for name in packs if name not in packages and name not in absent and name != key(NAME)}
    modules = {name: count for name, count in needs.modules.items() if not _is_found(name, record, environment)}
    by_package: dict[str, list[str]] = {}
    for module in modules:
        by_package.setdefault(key(module), []).append(module)
    found = [
        MissingPackage(
            name,
            text,
            tuple(sorted(by_package.get(name, ()))),
            packs.get(name, 0) + sum(modules[module] for module in by_package.get(name, ())),
            reasons.get(name, ""),
        )
        for name, text in sorted(absent.items())
    ]
    unknown = sorted(module for name, names in by_package.items() if name not in absent for module in names)
    return [*found, *(MissingPackage("", "", (module,), modules[module]) for module in unknown)]


def unclaimed(needs: Needs, packages: VisiblePackages) -> Mapping[str, int]:
    """The classes that nobody has, as far as that can be told of a worker that does not run: none, where there are packs
    that might have them."""
    if not needs.unknown or any(package.brings_nodes for package in packages.values()):
        return {}
    return needs.unknown


def _with_pins(asked: Mapping[str, str], pins: Mapping[str, str]) -> dict[str, str]:
    return {name: f"{name}=={pins[name]}" if name in pins else text for name, text in asked.items()}


def _is_met(text: str, packages: VisiblePackages) -> bool:
    requirement = Requirement(text)
    package = packages.get(key(requirement.name))
    if package is None:
        return not packages.wants(requirement)
    return requirement.specifier.contains(package.version, prereleases=True)


def _is_found(module: str, record: WorkerRecord, environment: Environment) -> bool:
    if module in sys.stdlib_module_names or module == NAME:
        return True
    folders = [record.cwd, *_own_folders(record, environment)]
    try:
        if PathFinder.find_spec(module, folders) is not None:
            return True
        return record.environment != "own" and importlib.util.find_spec(module) is not None
    except (ImportError, ValueError):  # ``__spec__`` is None: it is there all the same
        return True


def _own_folders(record: WorkerRecord, environment: Environment) -> Iterable[str]:
    if record.environment == "server" or environment.facts() is None:
        return ()
    packages = environment.site_packages
    return (str(packages), *(line for file in packages.glob("*.pth") for line in _paths_in(file)))


def _paths_in(file: Path) -> list[str]:
    """The folders that a ``.pth`` file adds, of a package that is installed from where it is worked on, say."""
    lines = file.read_text(encoding="utf-8", errors="replace").splitlines()
    return [line for line in lines if line.strip() and not line.startswith(("#", "import ", "import\t"))]
