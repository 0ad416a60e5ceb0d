"""How a worker is kept, as far as a person can choose it."""

from __future__ import annotations

from dataclasses import replace

from msgspec import UNSET, Struct, UnsetType

from funcnodes_jupyter.manager.errors import InvalidWorkerError
from funcnodes_jupyter.manager.record import WorkerRecord, checked_environment, checked_memory_limit


class WorkerSettings(Struct, frozen=True):
    """New settings of a worker; what is unset stays as it is. The names are those of :class:`WorkerRecord`."""

    autostart: bool | UnsetType = UNSET
    detached: bool | UnsetType = UNSET
    idle_timeout: float | UnsetType | None = UNSET
    memory_limit: int | UnsetType | None = UNSET
    environment: str | UnsetType = UNSET

    @property
    def empty(self) -> bool:
        """Whether everything stays as it is."""
        return self == UNCHANGED

    def applied_to(self, record: WorkerRecord) -> WorkerRecord:
        """``record`` with these settings.

        Raises:
            InvalidWorkerError: one of them cannot be.
        """
        given = {key: value for key in self.__struct_fields__ if (value := getattr(self, key)) is not UNSET}
        idle = given.get("idle_timeout")
        if idle is not None and idle < 0:
            raise InvalidWorkerError("idle_timeout is a number of seconds; 0 means never")
        if (limit := given.get("memory_limit")) is not None:
            checked_memory_limit(limit)
        if (kind := given.get("environment")) is not None:
            given["environment"] = checked_environment(kind, record.python if kind != "server" else "")
        return replace(record, **given)


UNCHANGED = WorkerSettings()
"""Everything stays as it is."""
