"""The workers' records and folders on disk: made, renamed, changed, copied, deleted. Blocking; call in threads."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from filelock import FileLock, Timeout

from funcnodes_jupyter.manager.base import BaseFolder
from funcnodes_jupyter.manager.environment import Environment
from funcnodes_jupyter.manager.errors import BusyRecordError, InvalidWorkerError, WorkerNameTakenError
from funcnodes_jupyter.manager.files import write_json
from funcnodes_jupyter.manager.packages.project import copy_project
from funcnodes_jupyter.manager.packages.snapshot import Snapshot
from funcnodes_jupyter.manager.record import (
    EnvironmentKind,
    WorkerRecord,
    checked_cwd,
    checked_environment,
    checked_name,
    default_name,
    free_name,
)
from funcnodes_jupyter.manager.registry import Registry
from funcnodes_jupyter.manager.settings import WorkerSettings
from funcnodes_jupyter.manager.trash import discard
from funcnodes_jupyter.worker.home import WorkerHome

LOCK_TIMEOUT = 5.0


class Records:
    """Changes the records of one base folder. Names are unique: a lock file is held while one is given."""

    def __init__(self, base: BaseFolder, registry: Registry, default_cwd: Path | None) -> None:
        self._base = base
        self._registry = registry
        self._default_cwd = default_cwd

    def create(
        self, name: str | None, cwd: str | None, environment: str, python: str, *, exist_ok: bool
    ) -> tuple[WorkerRecord, bool]:
        """Make a worker; see :meth:`Creation.create`. Also gives whether it is new."""
        kind = checked_environment(environment, python)
        self._base.create()
        folder = self._working_folder(cwd)
        with self._names_locked():
            taken = self._names()
            name = default_name(set(taken)) if name is None else checked_name(name)
            if name in taken and exist_ok:
                return taken[name], False
            if name in taken:
                raise WorkerNameTakenError(name)
            return self._add(replace(WorkerRecord.new(name, folder), environment=kind, python=python)), True

    def change(self, record: WorkerRecord, name: str | None, settings: WorkerSettings) -> None:
        """Rename a worker, and change how it is kept; see :meth:`WorkerManager.configure`."""
        with self._names_locked():
            if name is not None:
                name = checked_name(name)
                if self._names().get(name, record).uuid != record.uuid:
                    raise WorkerNameTakenError(name)
                record = record.renamed(name)
            write_json(self._base.worker(record.uuid).record, settings.applied_to(record).to_json())

    def duplicate(self, record: WorkerRecord, name: str | None, *, running: bool) -> WorkerRecord:
        """Make a worker with the graph and the files of another; see :meth:`Creation.duplicate`."""
        with self._names_locked():
            taken = self._names()
            name = free_name(f"{record.name} copy", set(taken)) if name is None else checked_name(name)
            if name in taken:
                raise WorkerNameTakenError(name)
            new = WorkerRecord.new(name, Path(record.cwd))
            copy = replace(record, uuid=new.uuid, name=name, created=new.created)
            theirs, ours = (WorkerHome(self._base.path, one.uuid) for one in (record, copy))
            try:
                ours.prepare()
                theirs.copy_into(ours, running=running)
                copy_project(theirs.folder, ours.folder)
                write_json(self._base.worker(copy.uuid).record, copy.to_json())
            except OSError as error:
                shutil.rmtree(ours.folder, ignore_errors=True)
                raise InvalidWorkerError(f"worker {record.name!r} cannot be copied: {error}") from error
            return copy

    def adopt(self, contents: Path, name: str | None, cwd: str | None, environment: EnvironmentKind) -> WorkerRecord:
        """Make a worker of a folder that holds a worker's files; see :meth:`Creation.adopt`."""
        working = self._working_folder(cwd)
        with self._names_locked():
            taken = set(self._names())
            name = default_name(taken) if name is None else free_name(checked_name(name), taken)
            record = replace(WorkerRecord.new(name, working), environment=environment)
            paths = self._base.worker(record.uuid)
            contents.rename(paths.folder)
            try:
                write_json(paths.record, record.to_json())
            except BaseException:
                paths.folder.rename(contents)
                raise
            return record

    def undo_create(self, record: WorkerRecord) -> None:
        """Take away a worker that was made a moment ago, and never started."""
        paths = self._base.worker(record.uuid)
        paths.record.unlink(missing_ok=True)
        shutil.rmtree(paths.folder, ignore_errors=True)
        paths.environment_lock.unlink(missing_ok=True)

    def delete(self, record: WorkerRecord) -> str:
        """Move a worker without a process to the trash; see :meth:`WorkerManager.delete`."""
        paths = self._base.worker(record.uuid)
        paths.folder.mkdir(mode=0o700, exist_ok=True)
        try:
            Environment(paths.environment).remove()  # the trash is for what cannot be made again
            Snapshot(paths).forget()
        except OSError as error:
            raise InvalidWorkerError(f"the environment of worker {record.name!r} cannot be removed: {error}") from error
        kept = paths.folder / paths.record.name  # so that the trash holds the whole worker
        paths.record.replace(kept)
        try:
            where = discard(paths.folder, record.name, self._base.trash)
        except OSError as error:
            kept.replace(paths.record)
            raise InvalidWorkerError(f"worker {record.name!r} cannot be moved to the trash: {error}") from error
        for path in (paths.process, paths.runstate, paths.connection, paths.lock, paths.environment_lock):
            path.unlink(missing_ok=True)
        return where

    def _working_folder(self, cwd: str | None) -> Path:
        return checked_cwd(Path(cwd) if cwd else self._default_cwd or Path.cwd())

    def _add(self, record: WorkerRecord) -> WorkerRecord:
        self._base.worker(record.uuid).folder.mkdir(mode=0o700)
        try:
            write_json(self._base.worker(record.uuid).record, record.to_json())
        except BaseException:
            self.undo_create(record)
            raise
        return record

    def _names(self) -> dict[str, WorkerRecord]:
        entries = self._registry.scan().values()
        return {entry.record.name: entry.record for entry in entries if entry.record is not None}

    @contextmanager
    def _names_locked(self) -> Iterator[None]:
        lock = FileLock(self._base.workers / "names.lock", timeout=LOCK_TIMEOUT, mode=0o600, thread_local=False)
        try:
            lock.acquire()
        except Timeout as error:
            raise BusyRecordError("") from error
        try:
            yield
        finally:
            lock.release()
