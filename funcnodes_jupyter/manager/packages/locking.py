"""What is to be written down of an environment: all that is there, and what still has to come."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from packaging.requirements import Requirement

from funcnodes_jupyter.manager.furnishing import NAME
from funcnodes_jupyter.manager.packages.installed import INSTALLERS, OURS, VisiblePackages
from funcnodes_jupyter.manager.packages.project import Project
from funcnodes_jupyter.manager.packages.requirement import key, key_of


def project_of(asked: tuple[str, ...], packages: VisiblePackages, due: Iterable[tuple[str, str]] = ()) -> Project:
    """The environment's own packages, what they use of the server's, and what is ``due`` in which version."""
    passed_over = (OURS | INSTALLERS) - set(map(key_of, asked)) | {key(NAME)}
    names = {*packages.own, *packages.closure(asked)} - passed_over
    pins = {name: packages[name].version for name in names if name in packages} | dict(due)
    return Project(asked, tuple(sorted(pins.items())), ".".join(packages.python.split(".")[:2]))


def still_due(
    asked: tuple[str, ...], project: Project, packages: VisiblePackages, there: Collection[str]
) -> tuple[tuple[str, str], ...]:
    """The pins of what is not ``there``, as long as something that is asked for is not: nobody knows what that needs.

    Args:
        asked: The requirements that stand.
        project: What is written down so far.
        packages: Those of the environment, whose Python decides about markers.
        there: The keys of what there is, or will be.
    """
    wanted = {key_of(text) for text in asked if packages.wants(Requirement(text))}
    if wanted <= set(there):
        return ()
    dropped = set(map(key_of, project.asked)) - set(map(key_of, asked))
    return tuple((name, version) for name, version in project.pins if name not in there and name not in dropped)
