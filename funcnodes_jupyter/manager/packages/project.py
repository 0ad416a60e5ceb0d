"""What was asked for and what exactly is installed, written down in the worker's folder, and so in its archives.

``pyproject.toml`` holds the requirements, and ``requirements.lock`` a line ``name==version`` for each package. The
lock names no index and no file: it holds wherever the packages are to be had, and no address of an index leaves the
machine with it. pip and uv read both.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from packaging.requirements import InvalidRequirement, Requirement

from funcnodes_jupyter.manager.furnishing import NAME
from funcnodes_jupyter.manager.packages.requirement import is_name, is_version, key
from funcnodes_jupyter.worker.atomic import PRIVATE, write_atomically

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

PROJECT, LOCK = "pyproject.toml", "requirements.lock"
MAX_BYTES = 1024**2
"""Of each of them; what is longer is not read."""
MAX_PACKAGES = 2000
"""More than an environment holds; of a list that names more nothing is taken, for everything would choke on it."""
_PIN = re.compile(r"([A-Za-z0-9][A-Za-z0-9._-]*)==([A-Za-z0-9.!+_-]+)\s*(?:[;#\\].*)?")


@dataclass(frozen=True)
class Project:
    """What a worker asks of its environment.

    Attributes:
        asked: The requirements (PEP 508) that a person gave, by name.
        pins: The exact version of each package, by its key.
        python: The version of Python that this holds for, such as 3.12; empty: not known.
    """

    asked: tuple[str, ...] = ()
    pins: tuple[tuple[str, str], ...] = ()
    python: str = ""

    @classmethod
    def read(cls, folder: Path) -> Project:
        """What stands in the worker's folder; what cannot be read counts as nothing."""
        texts = [_bounded(folder / name) for name in (PROJECT, LOCK)]
        return cls.parsed(*texts)

    @classmethod
    def parsed(cls, project: bytes, lock: bytes) -> Project:
        """What the two files say, a stranger's maybe: only names and versions are taken from them."""
        table = _table(project if len(project) <= MAX_BYTES else b"")
        dependencies = table.get("dependencies")
        texts = dependencies if isinstance(dependencies, list) else []
        texts = texts if len(texts) <= MAX_PACKAGES else []
        asked = {key(one.name): str(one) for one in map(_requirement, texts) if one is not None}
        python = re.fullmatch(r"==(\d+\.\d+)\.\*", str(table.get("requires-python", "")).strip())
        pins = dict(_pins(lock.decode("utf-8", "replace"))) if len(lock) <= MAX_BYTES else {}
        pins = pins if len(pins) <= MAX_PACKAGES else {}
        # Every worker has that in the version of its server, and it comes from nowhere else.
        for known in (asked, pins):
            known.pop(key(NAME), None)
        ordered = tuple(text for _, text in sorted(asked.items()))
        return cls(ordered, tuple(sorted(pins.items())), python[1] if python else "")

    @classmethod
    def listed(cls, config: Mapping[str, Any]) -> Project:
        """What the configuration of a worker of the published program lists as its packages, a stranger's maybe.

        ``package_dependencies`` has ``{"package": name, "version": version}`` by name; only names and versions are taken
        from it.
        """
        listed = config.get("package_dependencies")
        if not isinstance(listed, Mapping) or len(listed) > MAX_PACKAGES:
            return cls()
        asked: dict[str, str] = {}
        pins: dict[str, str] = {}
        for name, told in listed.items():
            told = told if isinstance(told, Mapping) else {}
            package, version = str(told.get("package") or name), told.get("version")
            if is_name(package) and key(package) != key(NAME):
                asked[key(package)] = package
                if isinstance(version, str) and is_version(version):
                    pins[key(package)] = version.strip()
        return cls(tuple(text for _, text in sorted(asked.items())), tuple(sorted(pins.items())))

    @property
    def empty(self) -> bool:
        """Whether nothing is asked for."""
        return not (self.asked or self.pins)

    def texts(self) -> dict[str, bytes]:
        """Both files, by name."""
        lines = "".join(f"    {_quoted(text)},\n" for text in self.asked)
        python = f'requires-python = "=={self.python}.*"\n' if self.python else ""
        project = (
            f"# The packages that this worker was asked to have; the exact versions stand in {LOCK}.\n"
            '[project]\nname = "funcnodes-worker"\nversion = "0"\n'
            f"{python}dependencies = [\n{lines}]\n"
        )
        pins = "".join(f"{name}=={version}\n" for name, version in self.pins)
        lock = f"# Every package of this worker's environment, but for what all workers have.\n{pins}"
        return {PROJECT: project.encode(), LOCK: lock.encode()}

    def write(self, folder: Path) -> None:
        """Put both files into a worker's folder, for its owner's eyes only.

        Raises:
            OSError: the disk refuses.
        """
        for name, text in self.texts().items():
            write_atomically(folder / name, text, PRIVATE)


def copy_project(source: Path, target: Path) -> None:
    """Give another worker's folder what stands in this one's.

    Raises:
        OSError: the disk refuses.
    """
    project = Project.read(source)
    if not project.empty:
        project.write(target)


def _quoted(text: str) -> str:
    """As TOML writes it, which is as JSON does but for one character."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _bounded(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            text = file.read(MAX_BYTES + 1)
    except OSError:
        return b""
    return text if len(text) <= MAX_BYTES else b""


def _table(text: bytes) -> Mapping[str, Any]:
    try:
        project = tomllib.loads(text.decode("utf-8")).get("project")
    except (ValueError, RecursionError):  # also errors of TOML and of Unicode
        return {}
    return project if isinstance(project, dict) else {}


def _requirement(text: Any) -> Requirement | None:
    try:
        requirement = Requirement(text) if isinstance(text, str) else None
    except InvalidRequirement:
        return None
    if requirement is None or requirement.url is not None or not is_name(requirement.name):
        return None
    return requirement


def _pins(text: str) -> Iterable[tuple[str, str]]:
    for line in text.splitlines():
        pin = _PIN.fullmatch(line.strip())
        if pin is not None and is_name(pin[1]) and is_version(pin[2]):
            yield key(pin[1]), pin[2]
