"""The base folder: where it is, and what each worker's files are called."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

ENVIRONMENT_VARIABLE = "FUNCNODES_CONFIG_DIR"


def default_base_dir() -> Path:
    """The base folder of this user: ``FUNCNODES_CONFIG_DIR``, else ``~/.funcnodes``; not created here."""
    chosen = os.environ.get(ENVIRONMENT_VARIABLE)
    folder = Path(chosen) if chosen else Path.home() / ".funcnodes"
    return folder.expanduser().resolve()


@dataclass(frozen=True)
class WorkerPaths:
    """The files of one worker inside ``workers``, the folder of all of them."""

    workers: Path
    uuid: str

    @property
    def record(self) -> Path:
        """Who the worker is; see :mod:`funcnodes_jupyter.manager.record`."""
        return self.workers / f"worker_{self.uuid}.json"

    @property
    def process(self) -> Path:
        """Which process runs it, and who launched that."""
        return self.workers / f"worker_{self.uuid}.p"

    @property
    def runstate(self) -> Path:
        """What its launcher last said about it."""
        return self.workers / f"worker_{self.uuid}.runstate"

    @property
    def connection(self) -> Path:
        """Port and secret; written by the worker when it is ready."""
        return self.workers / f"worker_{self.uuid}.connection.json"

    @property
    def lock(self) -> Path:
        """Held while a process is launched or cleaned up, for milliseconds only."""
        return self.workers / f"worker_{self.uuid}.launch.lock"

    @property
    def folder(self) -> Path:
        """The worker's own files."""
        return self.workers / self.uuid

    @property
    def files(self) -> Path:
        """What a person brought along for the worker; see :mod:`funcnodes_jupyter.manager.workerfiles`."""
        return self.folder / "files"

    @property
    def environment(self) -> Path:
        """The worker's own environment, where it has one; see :mod:`funcnodes_jupyter.manager.environment`."""
        return self.folder / ".venv"

    @property
    def environment_lock(self) -> Path:
        """Held while that is made or changed."""
        return self.workers / f"worker_{self.uuid}.environment.lock"

    @property
    def environment_before(self) -> Path:
        """What that was before it is changed; see :mod:`funcnodes_jupyter.manager.packages.snapshot`."""
        return self.folder / ".venv.before"

    @property
    def running(self) -> Path:
        """Which nodes run; see :mod:`funcnodes_jupyter.worker.witness`."""
        return self.folder / "running.nodes"

    @property
    def document(self) -> Path:
        """The graph as it was when it last rested."""
        return self.folder / "nodespace.json"

    @property
    def picture(self) -> Path:
        """The picture of the graph for saved notebooks; see :mod:`funcnodes_jupyter.worker.picture`."""
        return self.folder / "picture.json"

    @property
    def log(self) -> Path:
        """What the worker's process prints."""
        return self.folder / "worker.log"


@dataclass(frozen=True)
class BaseFolder:
    """A base folder, given as an absolute path without links."""

    path: Path

    @classmethod
    def at(cls, path: Path | None = None) -> BaseFolder:
        """The folder at ``path``, or the user's own."""
        return cls(path.expanduser().resolve() if path else default_base_dir())

    @property
    def workers(self) -> Path:
        """Holds every worker's files."""
        return self.path / "workers"

    @property
    def config(self) -> Path:
        """Settings for all workers; see :mod:`funcnodes_jupyter.manager.config`."""
        return self.path / "config.json"

    @property
    def trash(self) -> Path:
        """Where deleted workers go on machines without a trash of their own."""
        return self.path / "trash"

    def worker(self, uuid: str) -> WorkerPaths:
        """The files of the worker ``uuid``."""
        return WorkerPaths(self.workers, uuid)

    def create(self) -> None:
        """Make the folders, readable by this user alone."""
        for folder in (self.path, self.workers):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            if folder.stat().st_mode & 0o077:
                folder.chmod(0o700)
