"""``export`` and ``import`` as typed words, at a terminal and in a notebook.

They read and write the base folder themselves, as a server does when it is asked: no archive travels to a server.
"""

from __future__ import annotations

import argparse
import asyncio
from pathlib import Path
from typing import Any

from funcnodes_jupyter.manager.archives import Export, export_worker, import_worker
from funcnodes_jupyter.manager.base import BaseFolder
from funcnodes_jupyter.manager.errors import NotExportableError
from funcnodes_jupyter.manager.manager import WorkerManager
from funcnodes_jupyter.manager.record import WorkerStatus

ARCHIVE_WORDS = ("export", "import")


def add_archive_words(commands: Any) -> None:
    """Add a parser for each of them to argparse's ``commands``."""
    text = "Make an archive of a worker, with its graph and files."
    parser: argparse.ArgumentParser = commands.add_parser("export", help=text, description=text)
    parser.add_argument("worker", metavar="WORKER", help="name or uuid")
    parser.add_argument("file", metavar="FILE", type=_path, help="the archive, such as demo.fnw; none may be there yet")
    parser.add_argument("--no-files", action="store_false", dest="files", help="leave out the files that were uploaded")
    text = "Make a worker of an archive; nothing in it is run, and the worker is not started."
    parser = commands.add_parser("import", help=text, description=text)
    parser.add_argument("file", metavar="FILE", type=_path, help="the archive")
    parser.add_argument("name", nargs="?", metavar="NAME", help="name (default: as in the archive)")
    parser.add_argument("--cwd", type=_path, help="working directory (default: this one)")


async def export_to(base: BaseFolder, worker: WorkerStatus, path: Path, with_files: bool) -> None:
    """Write the archive of a worker.

    Raises:
        NotExportableError: it cannot be made or written, or there is such a file already; nothing is left of it.
        ForeignWorkerError, StorageError: see :func:`export_worker`.
        ArchiveError: the graph is too large.
    """
    manager = WorkerManager(base)
    try:
        export = await export_worker(manager, worker.uuid, with_files)
        await _write(export, path)
    except FileExistsError as error:
        why = f"{path} is there already; choose another name, or take it away"
        raise NotExportableError(worker.name, why) from error
    except OSError as error:
        raise NotExportableError(worker.name, f"{path} cannot be written: {error.strerror or error}") from error
    finally:
        await manager.close()


async def import_from(base: BaseFolder, path: Path, name: str | None, cwd: Path | None) -> WorkerStatus:
    """Make a worker of the archive at ``path``; see :func:`import_worker`."""
    manager = WorkerManager(base)
    try:
        return await import_worker(manager, path, name, str(cwd) if cwd else None)
    finally:
        await manager.close()


async def _write(export: Export, path: Path) -> None:
    with await asyncio.to_thread(path.open, "xb") as file:
        try:
            while (piece := await asyncio.to_thread(next, export.pieces, None)) is not None:
                await asyncio.to_thread(file.write, piece)
        except BaseException:
            await asyncio.to_thread(path.unlink)
            raise


def _path(text: str) -> Path:
    return Path(text).expanduser().absolute()
