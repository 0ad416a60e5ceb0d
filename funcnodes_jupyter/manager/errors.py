"""What can go wrong with workers, as one tree; each error carries its data."""

from __future__ import annotations

from pathlib import Path


class ManagerError(Exception):
    """Something a Workermanager was asked for cannot be done; the text is meant for a person."""

    @property
    def code(self) -> str:
        """The name that travels to clients beside the text."""
        return type(self).__name__


class WorkerNotFoundError(ManagerError):
    """No worker has this uuid or name."""

    def __init__(self, wanted: str) -> None:
        super().__init__(f"there is no worker {wanted!r}")
        self.wanted = wanted


class InvalidWorkerError(ManagerError):
    """A worker cannot be made or renamed with these values."""


class WorkerNameTakenError(ManagerError):
    """Another worker bears this name already."""

    def __init__(self, name: str) -> None:
        super().__init__(f"another worker is called {name!r} already")
        self.name = name


class ForeignWorkerError(ManagerError):
    """The record was not written by this package: it is shown and otherwise left alone."""

    def __init__(self, name: str) -> None:
        super().__init__(f"worker {name!r} belongs to another program or version and is only shown")
        self.name = name


class WorkerNotRunningError(ManagerError):
    """The worker has no process to talk to."""

    def __init__(self, name: str) -> None:
        super().__init__(f"worker {name!r} is not running")
        self.name = name


class WorkerStartError(ManagerError):
    """The worker's process did not come up; ``detail`` tells why, with its last log lines."""

    def __init__(self, name: str, detail: str) -> None:
        super().__init__(f"worker {name!r} did not start: {detail}")
        self.name = name
        self.detail = detail


class WorkerStopError(ManagerError):
    """The worker's process is still there although it was killed."""

    def __init__(self, name: str, pid: int) -> None:
        super().__init__(f"worker {name!r} (process {pid}) could not be ended")
        self.name = name
        self.pid = pid


class BusyRecordError(ManagerError):
    """Another process holds this worker's lock for too long."""

    def __init__(self, name: str) -> None:
        what = f"starting or stopping worker {name!r}" if name else "giving a worker its name"
        super().__init__(f"another process is just {what}; try again in a moment")
        self.name = name


class StorageError(ManagerError):
    """The base folder cannot be read or written: the disk is full, or the folder is somebody else's."""

    def __init__(self, folder: Path, error: OSError) -> None:
        place = f" ({error.filename})" if error.filename else ""
        super().__init__(f"the base folder {folder} cannot be used: {error.strerror or error}{place}")
        self.folder = folder


class RemoteManagerError(ManagerError):
    """A Jupyter server answered with an error, or not at all."""

    def __init__(self, message: str, *, status: int = 0, code: str = "") -> None:
        super().__init__(message)
        self.status = status
        self._code = code

    @property
    def code(self) -> str:
        """The server's own code when it sent one."""
        return self._code or type(self).__name__
