"""From a worker to an ``.fnw`` archive, and from an archive to a new worker. Nothing is run on either way."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import logging
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from funcnodes_jupyter.convert.errors import ArchiveError
from funcnodes_jupyter.convert.fnw import Archive, ArchivedFile, archive_pieces, open_archive
from funcnodes_jupyter.core.errors import DocumentError
from funcnodes_jupyter.manager.arrival import ARRIVING, Arrival
from funcnodes_jupyter.manager.asking import ask_worker
from funcnodes_jupyter.manager.base import BaseFolder
from funcnodes_jupyter.manager.errors import (
    DiskFullError,
    InvalidWorkerError,
    NotExportableError,
    WorkerNotRunningError,
)
from funcnodes_jupyter.manager.manager import WorkerManager
from funcnodes_jupyter.manager.packages.project import Project
from funcnodes_jupyter.manager.record import ENVIRONMENT_KINDS, FORMAT, EnvironmentKind, WorkerStatus, checked_name
from funcnodes_jupyter.manager.storage import Storage
from funcnodes_jupyter.manager.workerfiles import WorkerFiles
from funcnodes_jupyter.wire.errors import WireError
from funcnodes_jupyter.worker.home import WorkerHome
from funcnodes_jupyter.worker.needs import needs_of
from funcnodes_jupyter.worker.trust import as_untrusted

SAVE_SECONDS = 5.0
"""How long a running worker gets to save before it is exported as it is on the disk, as of a moment ago."""

KEPT_PROJECT = "imported-pyproject.toml"
"""Under which name a worker keeps the ``pyproject.toml`` that came with its archive, as it is: nothing acts upon it.

The names and versions in it, and in the lock beside it, become the worker's own; they are installed when a person agrees.
"""

NO_GRAPH: dict[str, Any] = {"format": 1, "nodes": [], "edges": [], "prop": {}, "groups": {}, "view": {}}

_log = logging.getLogger(__name__)


# --- out ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Export:
    """A worker's ``name``, and its archive, which is made while its ``pieces`` are read; that blocks."""

    name: str
    pieces: Iterator[bytes]


async def export_worker(manager: WorkerManager, uuid: str, with_files: bool) -> Export:
    """The archive of a worker of ours; one that runs saves first.

    Raises:
        WorkerNotFoundError, ForeignWorkerError: it is not ours.
        StorageError: the disk refuses.
        NotExportableError: its graph cannot be read, or one of its files cannot stand in an archive.
    """
    files = await manager.roster.files(uuid)
    project = await manager.packages.written_down(uuid)
    status = await manager.get(uuid)
    try:
        with contextlib.suppress(WorkerNotRunningError):
            await ask_worker(await manager.roster.connection(uuid), "save", SAVE_SECONDS)
    except WireError as error:
        _log.warning("Worker %r does not save, and is exported as it is on the disk: %s", status.name, error)
    return await Storage(manager.base).run(_export, manager, status, project, files if with_files else None)


def _export(manager: WorkerManager, status: WorkerStatus, project: Project, files: WorkerFiles | None) -> Export:
    try:
        document = WorkerHome(manager.base.path, status.uuid).read_document() or NO_GRAPH
    except DocumentError as error:
        raise NotExportableError(status.name, str(error)) from error
    if files is not None and (unlisted := files.unlisted()):
        raise NotExportableError(
            status.name,
            f"its file {unlisted[0]!r} is a link, or has a name that not every system takes; "
            "rename it, take it away, or export without files",
        )
    opened = [(file.path, functools.partial(files.open, file.path)) for file in files.listed()] if files else []
    config = {"name": status.name, "format": FORMAT}
    if project.empty:
        return Export(status.name, archive_pieces(config, document, opened))
    config["environment"] = status.environment
    return Export(status.name, archive_pieces(config, document, opened, project.texts()))


# --- in -------------------------------------------------------------------------------------------


async def import_worker(
    manager: WorkerManager, archive: Path, name: str | None = None, cwd: str | None = None, limit: int = 0
) -> WorkerStatus:
    """Make a worker from an archive; it is not started, and nothing in it is run.

    Args:
        manager: whose worker it becomes.
        archive: the file, which stays.
        name: what it is to be called; None: as in the archive. It gets a number when another bears the name.
        cwd: its working directory; None: the manager's default one.
        limit: how many bytes the archive may become; 0: as many as its size allows.

    Raises:
        ArchiveError: it is refused; nothing is kept.
        InvalidWorkerError: the name or the working directory cannot be.
        DiskFullError, StorageError: it cannot be kept.
    """
    if name is not None:
        checked_name(name)
    unpacked = await Storage(manager.base).run(_unpack, archive, manager.base, limit)
    try:
        return await manager.creation.adopt(
            unpacked.folder, name if name is not None else unpacked.name, cwd, unpacked.environment
        )
    except BaseException:
        await asyncio.to_thread(shutil.rmtree, unpacked.folder, True)
        raise


@dataclass(frozen=True)
class _Unpacked:
    folder: Path
    name: str | None
    environment: EnvironmentKind


def _unpack(path: Path, base: BaseFolder, limit: int) -> _Unpacked:
    """A folder among those of the workers that holds what a worker's does; it is nobody's yet."""
    try:
        stream = path.open("rb")
    except OSError as error:
        raise ArchiveError(f"{path.name} cannot be read: {error.strerror or error}") from error
    with stream, open_archive(stream, limit) as archive:
        base.create()
        folder = Path(tempfile.mkdtemp(prefix=ARRIVING, dir=base.workers))
        try:
            if sum(file.size for file in archive.files) > shutil.disk_usage(folder).free:
                raise DiskFullError(f"the base folder {base.path}")
            project = _project_of(archive)
            _fill(folder, archive, project)
            return _Unpacked(folder, _name_of(archive), _environment_of(archive, project))
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise


def _fill(folder: Path, archive: Archive, project: Project) -> None:
    home = WorkerHome(folder.parent.parent, folder.name)
    home.prepare()
    home.write_document(as_untrusted(archive.document))
    files = WorkerFiles(home.files)
    for file in archive.files:
        _take(files, archive, file, folder)
    if archive.project is not None:
        (folder / KEPT_PROJECT).write_bytes(archive.project)
    if not project.empty:
        project.write(folder)


def _project_of(archive: Archive) -> Project:
    """What the archive says of packages: in files made for that, else, where its graph needs any, in its configuration."""
    project = Project.parsed(archive.project or b"", archive.lock or b"")
    return project if not project.empty or not needs_of(archive.document).unknown else Project.listed(archive.config)


def _environment_of(archive: Archive, project: Project) -> EnvironmentKind:
    """Where the worker's packages can come in; with none of its own, it is at home with those of the server."""
    if project.empty:
        return "server"
    told = archive.config.get("environment")
    # Others do not say which; the server's packages stay visible then, as with any other worker.
    return next((kind for kind in ENVIRONMENT_KINDS if kind == told and kind != "server"), "shared")


def _take(files: WorkerFiles, archive: Archive, file: ArchivedFile, folder: Path) -> None:
    arrival = Arrival(folder, file.size, file.size)
    try:
        for piece in archive.pieces(file):
            arrival.write(piece)
        files.take(arrival, file.path, overwrite=False)
    finally:
        arrival.discard()


def _name_of(archive: Archive) -> str | None:
    """What the archive says the worker is called, where that can be a name."""
    name = archive.config.get("name")
    try:
        return checked_name(name) if isinstance(name, str) else None
    except InvalidWorkerError:
        return None
