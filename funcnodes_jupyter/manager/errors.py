"""What can go wrong with workers, as one tree; each error carries its data."""

from __future__ import annotations

import errno


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


class EnvironmentFailedError(ManagerError):
    """A worker's environment cannot be made or used: ``why``, with a remedy; ``output`` is what the tools said."""

    def __init__(self, name: str, why: str, output: str = "") -> None:
        super().__init__(f"the environment of worker {name!r} is not ready: {why}\n{output}".strip())
        self.name = name
        self.why = why
        self.output = output


class EnvironmentCancelledError(ManagerError):
    """Somebody cancelled the making of the environment; nothing is left of it."""

    def __init__(self, name: str) -> None:
        super().__init__(f"making the environment of worker {name!r} was cancelled, nothing is left of it")
        self.name = name


class NoEnvironmentMakingError(ManagerError):
    """There is nothing to cancel."""

    def __init__(self, name: str) -> None:
        super().__init__(f"no environment is being made for worker {name!r}")
        self.name = name


class WorkerStopError(ManagerError):
    """The worker's process is still there although it was killed."""

    def __init__(self, name: str, pid: int) -> None:
        super().__init__(f"worker {name!r} (process {pid}) could not be ended")
        self.name = name
        self.pid = pid


class BusyRecordError(ManagerError):
    """Another process holds this worker's lock for too long."""

    def __init__(self, name: str) -> None:
        what = f"starting, stopping or preparing worker {name!r}" if name else "giving a worker its name"
        super().__init__(f"another process is just {what}; try again in a moment")
        self.name = name


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


class NotExportableError(ManagerError):
    """The worker cannot be put into an archive; ``why`` says what is in the way, and what helps."""

    def __init__(self, name: str, why: str) -> None:
        super().__init__(f"worker {name!r} cannot be exported: {why}")
        self.name = name
        self.why = why


class NoSuchFileError(ManagerError):
    """The worker has no file of this path."""

    def __init__(self, path: str) -> None:
        super().__init__(f"the worker has no file {path!r}")
        self.path = path


class NoSuchPluginError(ManagerError):
    """No pack of the worker has this code for the browser."""


class FileTakenError(ManagerError):
    """There is a file of this path already."""

    def __init__(self, path: str) -> None:
        super().__init__(f"there is a file {path!r} already; with ?overwrite=1 it is replaced")
        self.path = path


class PathBlockedError(ManagerError):
    """The path leads to or through something that is no plain file or folder."""

    def __init__(self, path: str) -> None:
        super().__init__(
            f"{path!r} is no file of the worker: a folder, a file or a link is in its place, or in its way"
        )
        self.path = path


class TooLargeError(ManagerError):
    """More bytes than ``limit`` were sent."""

    def __init__(self, limit: int) -> None:
        super().__init__(
            f"more than {limit:,} bytes are not taken; c.FuncNodesApp.max_upload_bytes in the server's configuration "
            "raises the limit, 0 lifts it"
        )
        self.limit = limit


class StorageError(ManagerError):
    """The disk refuses; nothing was changed."""

    @classmethod
    def of(cls, error: OSError, whose: str = "the Jupyter server") -> StorageError:
        """The system's error in words for a person."""
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            return DiskFullError(whose)
        return StorageError(f"the disk of {whose} refuses, nothing was changed: {error.strerror or error}")


class DiskFullError(StorageError):
    """There is no room on the disk, or none left for this user."""

    def __init__(self, whose: str = "the Jupyter server") -> None:
        super().__init__(f"the disk of {whose} is full, nothing was changed; make room and try again")
