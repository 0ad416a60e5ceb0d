"""The one place that says which HTTP status an error becomes."""

from __future__ import annotations

from typing import Any

import msgspec

from funcnodes_jupyter.convert.errors import ConvertError
from funcnodes_jupyter.manager.errors import (
    BusyRecordError,
    DiskFullError,
    EnvironmentCancelledError,
    EnvironmentFailedError,
    FileTakenError,
    ForeignWorkerError,
    InvalidWorkerError,
    ManagerError,
    NoEnvironmentMakingError,
    NoSuchFileError,
    NoSuchPluginError,
    NotExportableError,
    PathBlockedError,
    TooLargeError,
    WorkerNameTakenError,
    WorkerNotFoundError,
    WorkerNotRunningError,
)
from funcnodes_jupyter.manager.packages.errors import (
    ChangeCancelledError,
    ChangeFailedError,
    IndexUnreachableError,
    InvalidRequirementError,
    NoLockError,
    NotInstalledError,
    PackageNotFoundError,
    PackagesForbiddenError,
    PackagesNeededError,
    PackagesUnchangeableError,
    PlanNotFoundError,
    PlanOutdatedError,
    ResolverRefusedError,
)

Refusal = ManagerError | ConvertError | msgspec.MsgspecError
"""What may be raised because of what was asked; anything else is a bug."""

REFUSALS = (ManagerError, ConvertError, msgspec.MsgspecError)

_STATUS: tuple[tuple[type[Exception], int], ...] = (
    (msgspec.MsgspecError, 400),
    (ConvertError, 400),
    (InvalidWorkerError, 400),
    (InvalidRequirementError, 400),
    (PackagesForbiddenError, 403),
    (WorkerNotFoundError, 404),
    (PackageNotFoundError, 404),
    (PlanNotFoundError, 404),
    (NoSuchFileError, 404),
    (NoSuchPluginError, 404),
    (WorkerNameTakenError, 409),
    (ForeignWorkerError, 409),
    (WorkerNotRunningError, 409),
    (BusyRecordError, 409),
    (EnvironmentCancelledError, 409),
    (EnvironmentFailedError, 409),
    (NoEnvironmentMakingError, 409),
    (NotExportableError, 409),
    (FileTakenError, 409),
    (PathBlockedError, 409),
    (PackagesUnchangeableError, 409),
    (PackagesNeededError, 409),
    (NotInstalledError, 409),
    (NoLockError, 409),
    (PlanOutdatedError, 409),
    (ChangeCancelledError, 409),
    (ChangeFailedError, 409),
    (TooLargeError, 413),
    (ResolverRefusedError, 422),
    (IndexUnreachableError, 503),
    (DiskFullError, 507),
)


def status_of(error: Refusal) -> int:
    """The HTTP status of a refusal; 500 when the fault is not the asker's (a worker that does not start)."""
    return next((status for kind, status in _STATUS if isinstance(error, kind)), 500)


def refusal_body(error: Refusal) -> dict[str, Any]:
    """What the asker is told, over REST and over the hub."""
    code = error.code if isinstance(error, ManagerError) else type(error).__name__
    return {"error": str(error), "code": code}
