"""A worker's files: where they are, and how they are read and written.

Everything lies in ``<base>/workers``: the record and the connection file beside the worker's own folder,
which holds the saved graph (:mod:`funcnodes_jupyter.worker.graphfiles`), the last previews and what the person uploads.
"""

from __future__ import annotations

import contextlib
import logging
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from funcnodes_jupyter.core.executors import PoolSizes
from funcnodes_jupyter.wire.jsontext import json_bytes
from funcnodes_jupyter.wire.messages import Preview
from funcnodes_jupyter.worker.atomic import PRIVATE, read_if_there, write_atomically
from funcnodes_jupyter.worker.errors import WorkerRunsError
from funcnodes_jupyter.worker.opening import GraphPaths, read_graph
from funcnodes_jupyter.worker.savedform import to_bytes

MAX_PREVIEW_BYTES = 512 * 1024
MAX_PREVIEWS_BYTES = 16 * 1024 * 1024
MAX_PICTURE_BYTES = 4 * 1024 * 1024
"""The server reads it while a notebook is saved, and others wait for that."""
_FOLDER_MODE = 0o700

_log = logging.getLogger(__name__)


class WorkerHome:
    """The files of one worker.

    Args:
        base: The base folder of all workers.
        uuid: Which worker.
    """

    def __init__(self, base: Path, uuid: str) -> None:
        workers = base / "workers"
        self.uuid = uuid
        self.folder = workers / uuid
        self.files = self.folder / "files"
        self.record = workers / f"worker_{uuid}.json"
        self.connection = workers / f"worker_{uuid}.connection.json"
        self.log = self.folder / "worker.log"
        self.running = self.folder / "running.nodes"
        self.previews = self.folder / "previews.json"
        self.picture = self.folder / "picture.json"
        self._lock = self.folder / "running.lock"

    def prepare(self) -> None:
        """Make the folders that are not there; only their owner may look into them."""
        for folder in (self.folder.parent.parent, self.folder.parent, self.folder, self.files):
            folder.mkdir(mode=_FOLDER_MODE, parents=True, exist_ok=True)

    @contextlib.contextmanager
    def held(self) -> Iterator[None]:
        """Hold the worker for this process; the system lets go of it whatever ends the process.

        Raises:
            WorkerRunsError: another process holds it.
        """
        descriptor = os.open(self._lock, os.O_RDWR | os.O_CREAT, PRIVATE)
        try:
            _lock_file(descriptor)
        except OSError:
            os.close(descriptor)
            raise WorkerRunsError(f"Another process runs the worker {self.uuid} already.") from None
        try:
            yield
        finally:
            os.close(descriptor)

    def forget_leftovers(self) -> None:
        """Take away what a process that was killed had begun to write, beside the graph."""
        for path in (self.previews, self.picture):
            for leftover in self.folder.glob(f".{path.name}.*.tmp"):
                leftover.unlink()

    # --- identity -------------------------------------------------------------------------------

    def read_name(self) -> str:
        """The worker's name as its record says now; a short form of its uuid when there is no record."""
        record = _read_json(self.record)
        name = record.get("name") if isinstance(record, dict) else None
        return name if isinstance(name, str) and name else self.uuid[:8]

    def read_pools(self) -> PoolSizes:
        """How many functions may run at once, as the record's ``threads`` and ``processes`` say."""
        record = _read_json(self.record)
        given = record if isinstance(record, dict) else {}
        usual = PoolSizes()
        threads, processes = (_count(given.get(key)) for key in ("threads", "processes"))
        return PoolSizes(threads or usual.threads, processes or usual.processes)

    def write_connection(self, connection: dict[str, Any]) -> None:
        """Tell how to reach the worker; the file holds a secret and only its owner may read it."""
        write_atomically(self.connection, msgspec.json.format(msgspec.json.encode(connection)) + b"\n", PRIVATE)

    def remove_connection(self) -> None:
        """The worker cannot be reached any more."""
        with contextlib.suppress(FileNotFoundError):
            self.connection.unlink()

    def copy_into(self, other: WorkerHome, *, running: bool) -> None:
        """Give another worker, which has none, this one's graph, previews and files.

        Args:
            running: A process writes this graph; it has just saved, so that the document has everything.

        Raises:
            OSError: something could not be copied.
        """
        ours, theirs = (GraphPaths.within(home.folder) for home in (self, other))
        pairs = [*zip(ours, theirs, strict=True)][: 1 if running else None]
        for source, target in (*pairs, (self.previews, other.previews)):
            with contextlib.suppress(FileNotFoundError):
                shutil.copyfile(source, target)
        if self.files.exists():
            shutil.copytree(self.files, other.files, symlinks=True, dirs_exist_ok=True)

    def read_document(self) -> dict[str, Any] | None:
        """The graph as it is on the disk, whether the worker runs or not; nothing is written. See :func:`read_graph`."""
        return read_graph(GraphPaths.within(self.folder))

    def write_document(self, document: dict[str, Any]) -> None:
        """Give the worker, which has none, a graph.

        Raises:
            OSError: it could not be written.
        """
        write_atomically(GraphPaths.within(self.folder).document, to_bytes(document), PRIVATE)

    # --- previews -------------------------------------------------------------------------------

    def save_previews(self, previews: list[Preview]) -> None:
        """Write the last previews, newest last; the oldest fall out when there is no room for all.

        Raises:
            OSError: they could not be written.
        """
        lines: list[bytes] = []
        room = MAX_PREVIEWS_BYTES
        for preview in reversed(previews):
            line = json_bytes(preview)
            if len(line) <= min(room, MAX_PREVIEW_BYTES):
                room -= len(line)
                lines.append(line)
        write_atomically(self.previews, b"[\n" + b",\n".join(reversed(lines)) + b"\n]\n")

    def load_previews(self) -> list[Preview]:
        """The last previews, all stale; none when the file is missing or torn (it is made anew)."""
        data = read_if_there(self.previews)
        if data is None:
            return []
        try:
            previews = msgspec.json.decode(data, type=list[Preview])
        except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
            _log.warning("The last previews cannot be read: %s", error)
            return []
        for preview in previews:
            preview.stale = True
        return previews

    # --- the picture ----------------------------------------------------------------------------

    def save_picture(self, bundle: bytes) -> None:
        """Write the picture of the graph, a mime bundle as JSON. One that is too large is left out, and so is the old one.

        Raises:
            OSError: it could not be written; there is none then, for an old one would be taken for the newest.
        """
        try:
            if len(bundle) <= MAX_PICTURE_BYTES:
                write_atomically(self.picture, bundle)
            else:
                self.picture.unlink(missing_ok=True)
        except OSError:
            with contextlib.suppress(OSError):
                self.picture.unlink()
            raise


def _count(value: Any) -> int | None:
    return value if type(value) is int and value > 0 else None


def _read_json(path: Path) -> Any:
    try:
        data = read_if_there(path)
        return None if data is None else msgspec.json.decode(data)
    except (OSError, msgspec.DecodeError, UnicodeError, RecursionError) as error:
        _log.warning("%s cannot be read: %s", path.name, error)
        return None


def _lock_file(descriptor: int) -> None:
    try:
        import fcntl
    except ImportError:  # Windows, untested: the launcher's own lock has to do
        return
    fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
