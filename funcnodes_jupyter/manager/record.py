"""A worker's record: what stands on disk about who it is."""

from __future__ import annotations

import uuid as uuids
from dataclasses import dataclass, field, replace
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, Literal

from funcnodes_jupyter.core.memorylimit import LEAST, can_limit_memory, in_words
from funcnodes_jupyter.manager.errors import InvalidWorkerError
from funcnodes_jupyter.manager.files import read_json

FORMAT = "funcnodes_jupyter/1"
"""Only records that bear this mark are run, written or deleted by this package."""

MAX_NAME_LENGTH = 100

WorkerState = Literal["stopped", "starting", "running", "stopping", "crashed", "foreign"]

EnvironmentKind = Literal["server", "own", "shared"]
"""Whose packages a worker sees: those of the Python that starts it (``server``), those of an environment in its own
folder (``own``), or those of its own first and the server's behind them (``shared``)."""

ENVIRONMENT_KINDS: tuple[EnvironmentKind, ...] = ("server", "own", "shared")

Activity = Literal["", "idle", "busy", "frozen"]
"""What a running worker does: ``frozen`` does not answer, though its process lives; empty when nobody has asked."""


class ForeignRecordError(ValueError):
    """The file is a record of another program or version, or no record at all."""


@dataclass(frozen=True)
class WorkerRecord:
    """Who a worker is, and how it is kept.

    Attributes:
        created: ISO 8601 in UTC.
        autostart: It starts with the server.
        detached: It outlives the process that launched it.
        idle_timeout: Seconds without work and without anybody looking after which it is stopped; 0: never,
            None: what the manager does with all.
        memory_limit: Bytes that its process, and each that its functions run in, may use; 0: any number, None: what
            the manager lets all have. Counts from its next start on.
        environment: See :data:`EnvironmentKind`.
        python: Which Python its own environment was asked to be of, such as 3.12 or a path; empty: the server's.
        extra: The keys that we do not know.
    """

    uuid: str
    name: str
    cwd: str
    created: str
    autostart: bool = False
    detached: bool = False
    idle_timeout: float | None = None
    memory_limit: int | None = None
    environment: EnvironmentKind = "server"
    python: str = ""
    format: str = FORMAT
    extra: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def new(cls, name: str, cwd: Path) -> WorkerRecord:
        """A record of a worker that does not exist yet."""
        created = datetime.now(timezone.utc).isoformat(timespec="seconds")
        return cls(uuid=uuids.uuid4().hex, name=name, cwd=str(cwd), created=created)

    @classmethod
    def from_json(cls, content: dict[str, Any]) -> WorkerRecord:
        """Read the form that :meth:`to_json` makes.

        Raises:
            ForeignRecordError: the format mark or a needed field is missing.
        """
        if content.get("format") != FORMAT:
            raise ForeignRecordError("written by another program or version")
        known = {key: content.get(key) for key in ("uuid", "name", "cwd", "created")}
        if not all(isinstance(value, str) for value in known.values()):
            raise ForeignRecordError("the record is incomplete")
        uuid, name, cwd, created = (str(value) for value in known.values())
        kept = cls(uuid, name, cwd, created)
        extra = {key: value for key, value in content.items() if key not in kept.to_json()}
        return replace(kept, extra=extra, **_settings(content))

    @classmethod
    def load(cls, path: Path) -> WorkerRecord:
        """The record in ``path``; see :meth:`from_json` and :func:`read_json` for the errors."""
        return cls.from_json(read_json(path))

    def to_json(self) -> dict[str, Any]:
        """The record as it is saved: our keys first, then the unknown ones."""
        own = {
            "format": self.format,
            "uuid": self.uuid,
            "name": self.name,
            "cwd": self.cwd,
            "created": self.created,
            "autostart": self.autostart,
            "detached": self.detached,
            "idle_timeout": self.idle_timeout,
            "memory_limit": self.memory_limit,
            "environment": self.environment,
            "python": self.python,
        }
        return {**own, **self.extra}

    def renamed(self, name: str) -> WorkerRecord:
        """The same worker under another name."""
        return replace(self, name=name)


def _settings(content: dict[str, Any]) -> dict[str, Any]:
    """How a worker is kept, as far as ``content`` says it in a form that can be used."""
    idle = content.get("idle_timeout")
    usable = isinstance(idle, int | float) and not isinstance(idle, bool) and idle >= 0
    flags = {key: content.get(key) is True for key in ("autostart", "detached")}
    limit = content.get("memory_limit")
    kind, python = content.get("environment"), content.get("python")
    return {
        **flags,
        "idle_timeout": float(idle) if usable else None,  # type: ignore[arg-type]
        "memory_limit": limit if type(limit) is int and limit >= 0 else None,
        "environment": kind if kind in ENVIRONMENT_KINDS else "server",
        "python": python if isinstance(python, str) else "",
    }


@dataclass(frozen=True)
class WorkerStatus:
    """A worker as others see it: its record without secrets, and what it is doing.

    ``detail`` is one or more lines for a person: why it crashed, or why it is foreign. ``pid`` and ``activity`` are
    those of its process, None and empty without one. ``detached`` is that of its process, if there is one, and
    ``detached_next`` what counts from its next start on. ``memory_limit`` and ``environment`` are those of its next start, too, and
    ``preparing`` says that it is being made.
    """

    uuid: str
    name: str
    state: WorkerState
    detail: str
    cwd: str
    pid: int | None
    created: str
    format: str
    autostart: bool = False
    detached: bool = False
    detached_next: bool = False
    idle_timeout: float | None = None
    memory_limit: int | None = None
    activity: Activity = ""
    environment: EnvironmentKind = "server"
    preparing: bool = False

    @property
    def active(self) -> bool:
        """Whether it has a process."""
        return self.state in ("starting", "running", "stopping")

    @classmethod
    def from_json(cls, content: dict[str, Any]) -> WorkerStatus:
        """Read what :meth:`to_json` made, in this version or another."""
        return cls(**{key: content[key] for key in cls.__dataclass_fields__ if key in content})

    def to_json(self) -> dict[str, Any]:
        """The form that travels to clients."""
        return {key: getattr(self, key) for key in self.__dataclass_fields__}


def checked_name(name: str) -> str:
    """``name`` without outer blanks.

    Raises:
        InvalidWorkerError: it is empty, too long or not printable.
    """
    name = name.strip()
    if not name:
        raise InvalidWorkerError("a worker needs a name")
    if len(name) > MAX_NAME_LENGTH:
        raise InvalidWorkerError(f"a worker's name has at most {MAX_NAME_LENGTH} characters")
    if not name.isprintable():
        raise InvalidWorkerError("a worker's name holds printable characters only")
    return name


def checked_environment(kind: str, python: str) -> EnvironmentKind:
    """``kind``, where a worker can have such an environment of ``python``.

    Raises:
        InvalidWorkerError: it cannot.
    """
    for known in ENVIRONMENT_KINDS:
        if kind == known:
            if python and kind == "server":
                raise InvalidWorkerError("a worker in the server's environment has the server's Python; ask for “own”")
            if not python.isprintable() or python.startswith("-"):
                raise InvalidWorkerError("python is a version, such as 3.12, or the path of an interpreter")
            return known
    raise InvalidWorkerError(f"an environment is one of {', '.join(ENVIRONMENT_KINDS)}, not {kind!r}")


def checked_memory_limit(limit: int) -> int:
    """``limit``, where a worker can be kept to so many bytes; 0, for none, always can be.

    Raises:
        InvalidWorkerError: it is too little to start with, or this system limits nobody's memory.
    """
    if limit and not can_limit_memory():
        raise InvalidWorkerError("the memory of a worker can be limited on Linux only; this system keeps no such limit")
    if limit and limit < LEAST:
        raise InvalidWorkerError(
            f"memory_limit is a number of bytes, {in_words(LEAST)} at least for what a worker imports; 0 means no limit"
        )
    return limit


def checked_cwd(cwd: Path) -> Path:
    """``cwd`` as an absolute path.

    Raises:
        InvalidWorkerError: there is no such folder, or none that may be seen.
    """
    try:
        folder = cwd.expanduser().absolute()
        found = folder.is_dir()
    except (OSError, RuntimeError) as error:  # a name that is too long, "~nobody", a folder that is closed to us
        raise InvalidWorkerError(f"the working directory {cwd} cannot be used: {error}") from None
    if not found:
        raise InvalidWorkerError(f"the working directory {folder} does not exist")
    return folder


def free_name(name: str, taken: set[str]) -> str:
    """``name``, with a number behind it when somebody bears it already; cut where it would be too long."""
    number, free = 1, name[:MAX_NAME_LENGTH].rstrip()
    while free in taken:
        number += 1
        free = f"{name[: MAX_NAME_LENGTH - len(f' {number}')].rstrip()} {number}"
    return free


def default_name(taken: set[str]) -> str:
    """The first of worker-1, worker-2, … that nobody bears."""
    number = 1
    while f"worker-{number}" in taken:
        number += 1
    return f"worker-{number}"
