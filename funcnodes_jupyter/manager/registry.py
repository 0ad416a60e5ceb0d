"""Which workers exist: on disk by their records, alive by their processes. Reads only."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from funcnodes_jupyter.manager.base import BaseFolder, WorkerPaths
from funcnodes_jupyter.manager.files import JsonCache
from funcnodes_jupyter.manager.process_file import ProcessFile
from funcnodes_jupyter.manager.process_id import ProcessId
from funcnodes_jupyter.manager.record import ForeignRecordError, WorkerRecord, WorkerState, WorkerStatus

_RECORD_NAME = re.compile(r"worker_([\w-]+)\.json")


@dataclass(frozen=True)
class Entry:
    """One worker as the folder shows it. A foreign one has no ``record``: its status is all there is.

    ``process`` is the worker's process while it lives, whoever launched it. ``file`` says who that was, also when
    the process has ended and nobody has settled that.
    """

    record: WorkerRecord | None
    process: ProcessId | None
    file: ProcessFile | None
    status: WorkerStatus


class Registry:
    """Reads the folder of workers. Files are parsed again only when they changed; any thread may ask."""

    def __init__(self, base: BaseFolder) -> None:
        self._base = base
        self._lock = threading.Lock()
        self._cache = JsonCache()

    def scan(self) -> dict[str, Entry]:
        """Every worker by uuid, oldest first."""
        with self._lock:
            found = [(uuid, self._entry(uuid)) for uuid in self._uuids()]
        present = [(uuid, entry) for uuid, entry in found if entry is not None]
        return dict(sorted(present, key=lambda item: (item[1].status.created, item[0])))

    def entry(self, uuid: str) -> Entry | None:
        """The worker ``uuid`` as it is now, or None."""
        with self._lock:
            return self._entry(uuid)

    def _uuids(self) -> Iterator[str]:
        try:
            names = [path.name for path in self._base.workers.iterdir()]
        except FileNotFoundError:
            return
        for name in names:
            if match := _RECORD_NAME.fullmatch(name):
                yield match[1]

    def _entry(self, uuid: str) -> Entry | None:
        paths = self._base.worker(uuid)
        content = self._cache.read(paths.record)
        if content is None:
            return _foreign(uuid, {}, "the record cannot be read") if paths.record.exists() else None
        try:
            record = WorkerRecord.from_json(content)
        except ForeignRecordError as error:
            return _foreign(uuid, content, str(error))
        if record.uuid != uuid:
            return _foreign(uuid, content, "the record's uuid is not that of its file name")
        return self._own(paths, record)

    def _own(self, paths: WorkerPaths, record: WorkerRecord) -> Entry:
        file = ProcessFile.from_json(self._cache.read(paths.process))
        process = file.process if file and file.process.alive() else None
        runstate = self._cache.read(paths.runstate) or {}
        connected = paths.connection.exists()
        judge = living_state if process else ended_state
        state, detail = judge(runstate.get("state"), connected), str(runstate.get("detail", ""))
        status = WorkerStatus(
            uuid=record.uuid,
            name=record.name,
            state=state,
            detail=detail or ("its process ended without saying why" if state == "crashed" else ""),
            cwd=record.cwd,
            pid=process.pid if process else None,
            created=record.created,
            format=record.format,
            autostart=record.autostart,
            detached=file.detached if process and file else record.detached,
            detached_next=record.detached,
            idle_timeout=record.idle_timeout,
            memory_limit=record.memory_limit,
            environment=record.environment,
        )
        return Entry(record, process, file, status)


def living_state(said: object, connected: bool) -> WorkerState:
    """The state of a worker whose process runs; ``said`` is what was last written about it."""
    if said == "stopping":
        return "stopping"
    return "running" if connected else "starting"


def ended_state(said: object, connected: bool) -> WorkerState:
    """The state of a worker without a process. It removes its connection file when it ends well."""
    if said == "crashed" or (connected and said not in ("stopping", "stopped")):
        return "crashed"
    return "stopped"


def _foreign(uuid: str, content: dict[str, Any], why: str) -> Entry:
    def text(key: str, otherwise: str = "") -> str:
        value = content.get(key)
        return value if isinstance(value, str) else otherwise

    status = WorkerStatus(
        uuid=uuid,
        name=text("name", uuid),
        state="foreign",
        detail=why,
        cwd=text("cwd"),
        pid=None,
        created=text("created"),
        format=text("format"),
    )
    return Entry(None, None, None, status)
