"""With which interpreter a worker starts, and which variables its process sees."""

from __future__ import annotations

import os
import site
import sys
from dataclasses import dataclass
from pathlib import Path

import funcnodes_jupyter
from funcnodes_jupyter.manager.base import WorkerPaths
from funcnodes_jupyter.manager.environment import Environment
from funcnodes_jupyter.manager.record import EnvironmentKind

_OTHER_PYTHONS = ("PYTHONHOME", "__PYVENV_LAUNCHER__", "CONDA_PREFIX", "CONDA_DEFAULT_ENV")
"""Say that another Python is meant."""


@dataclass(frozen=True)
class Seat:
    """Where a worker sits: the path of an interpreter, and the variables of its process."""

    python: str
    variables: dict[str, str]


def seat_of(paths: WorkerPaths, kind: EnvironmentKind) -> Seat:
    """The seat of a worker whose environment, if it has its own, is ready."""
    if kind == "server":
        return Seat(sys.executable, _importing_this_package())
    return _seat_within(Environment(paths.environment))


def _importing_this_package() -> dict[str, str]:
    """Our variables, able to import the very package that runs here."""
    variables = dict(os.environ)
    home = str(Path(funcnodes_jupyter.__file__).resolve().parent.parent)
    if home not in site.getsitepackages():
        # A worker has a working directory of its own, so a package found by ours would be lost.
        variables["PYTHONPATH"] = os.pathsep.join(filter(None, [home, variables.get("PYTHONPATH")]))
    return variables


def _seat_within(environment: Environment) -> Seat:
    """As if the environment had been activated: what a node starts, ``python`` say, is of this environment, too."""
    variables = {key: value for key, value in os.environ.items() if key not in _OTHER_PYTHONS}
    variables["VIRTUAL_ENV"] = str(environment.root)
    variables["PATH"] = os.pathsep.join(filter(None, [str(environment.python.parent), variables.get("PATH")]))
    return Seat(str(environment.python), variables)
