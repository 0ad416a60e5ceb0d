"""A worker's own environment on the disk: where its parts are, and whether it is whole."""

from __future__ import annotations

import shutil
from dataclasses import asdict, dataclass
from pathlib import Path

from funcnodes_jupyter.manager.files import read_json_or_none, write_json


@dataclass(frozen=True)
class EnvironmentFacts:
    """What an environment's interpreter says of itself.

    Attributes:
        version: Of Python, such as 3.12.1.
        abi: Which compiled modules it can load, such as ``cpython-312-x86_64-linux-gnu``.
    """

    version: str
    abi: str

    @property
    def minor(self) -> tuple[int, ...]:
        """The two numbers that tell one Python from another: (3, 12)."""
        return tuple(int(part) for part in self.version.split(".")[:2])


@dataclass(frozen=True)
class Environment:
    """The virtual environment in ``root``, or the place for one."""

    root: Path

    @property
    def python(self) -> Path:
        """Its interpreter."""
        return self.root / "bin" / "python"

    @property
    def site_packages(self) -> Path:
        """Where installers put what they install.

        Raises:
            FileNotFoundError: this is no environment.
        """
        for found in sorted(self.root.glob("lib/*/site-packages")):
            return found
        raise FileNotFoundError(f"{self.root} holds no environment")

    def facts(self) -> EnvironmentFacts | None:
        """What was written down when it was whole; None: it never was, or somebody took away what was in it."""
        content = read_json_or_none(self._mark) or {}
        if not any(self.root.glob("lib/*/site-packages")):
            return None
        known = [content.get(key) for key in EnvironmentFacts.__dataclass_fields__]
        return EnvironmentFacts(*map(str, known)) if all(isinstance(value, str) for value in known) else None

    def write_facts(self, facts: EnvironmentFacts) -> None:
        """Mark it as whole. An environment cannot be moved into its place, for its scripts name that: this comes last."""
        write_json(self._mark, asdict(facts))

    def remove(self) -> None:
        """Take it away, as far as it is there; the mark first, so that the rest is not taken for a whole one."""
        self._mark.unlink(missing_ok=True)
        if self.root.is_symlink():
            self.root.unlink()
        elif self.root.exists():
            shutil.rmtree(self.root)

    @property
    def _mark(self) -> Path:
        return self.root / "funcnodes.json"
