"""``worker_<uuid>.p``: which process runs a worker, and which one supervises that."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from funcnodes_jupyter.manager.files import read_json_or_none, write_json
from funcnodes_jupyter.manager.process_id import ProcessId


@dataclass(frozen=True)
class ProcessFile:
    """Contents of the file.

    Attributes:
        process: The worker's process.
        owner: Who launched it, or took it over later: settles its end, and takes it along unless it is detached.
        detached: Whether it outlives its owner.
    """

    process: ProcessId
    owner: ProcessId | None
    detached: bool = False

    @classmethod
    def from_json(cls, content: dict[str, Any] | None) -> ProcessFile | None:
        """Read what :meth:`to_json` made; None when it is anything else."""
        process = ProcessId.from_json(content)
        if content is None or process is None:
            return None
        return cls(process, ProcessId.from_json(content.get("owner")), content.get("detached") is True)

    @classmethod
    def read(cls, path: Path) -> ProcessFile | None:
        """The file at ``path``, or None."""
        return cls.from_json(read_json_or_none(path))

    def to_json(self) -> dict[str, Any]:
        """The form that :meth:`from_json` reads."""
        owner = self.owner.to_json() if self.owner else None
        return {**self.process.to_json(), "owner": owner, "detached": self.detached}

    def write(self, path: Path) -> None:
        """Put it on disk.

        Raises:
            OSError: that cannot be done.
        """
        write_json(path, self.to_json())

    @property
    def abandoned(self) -> bool:
        """Whether nobody supervises the process any more."""
        return self.owner is None or not self.owner.alive()

    def taken_over(self) -> ProcessFile:
        """The same process, supervised by this one from now on."""
        return replace(self, owner=ProcessId.current())
