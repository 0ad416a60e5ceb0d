"""The processes this Workermanager launched: started at most once, settled on disk when they end."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
from filelock import FileLock, Timeout

from funcnodes_jupyter.manager.base import BaseFolder
from funcnodes_jupyter.manager.errors import BusyRecordError, WorkerStartError, WorkerStopError
from funcnodes_jupyter.manager.files import read_json_or_none, write_json
from funcnodes_jupyter.manager.process_id import ProcessId
from funcnodes_jupyter.manager.provisioner import WorkerProcess, describe_exit, kill_group, launch
from funcnodes_jupyter.manager.record import WorkerRecord, WorkerState
from funcnodes_jupyter.manager.registry import ProcessFile

LOCK_TIMEOUT = 5.0
KILL_TIMEOUT = 5.0
SETTLE_TIMEOUT = 2.0


class Supervisor:
    """Launches and ends worker processes, and writes down what becomes of them.

    Only the launcher of a process settles its end; other managers of the same user see the files. The lock
    file is held while a process is made or settled, never while one runs.
    """

    def __init__(
        self, base: BaseFolder, changed: Callable[[], Awaitable[None]], log: logging.Logger, stop_timeout: float
    ) -> None:
        self._base = base
        self._changed = changed
        self._log = log
        self._stop_timeout = stop_timeout
        self._processes: dict[str, WorkerProcess] = {}
        self._ends: dict[str, asyncio.Task[str]] = {}

    @property
    def owned(self) -> tuple[str, ...]:
        """The uuids of the workers whose processes were launched here and run."""
        return tuple(self._processes)

    async def settled(self, uuid: str) -> None:
        """Wait a moment for the end of a worker launched here to be written down, if it has just ended."""
        if end := self._ends.get(uuid):
            await asyncio.wait({end}, timeout=SETTLE_TIMEOUT)

    async def launch(self, record: WorkerRecord, timeout: float) -> bool:
        """Start a worker and wait until it serves; False when another process runs it already.

        Raises:
            WorkerStartError: it ended, or is not ready within ``timeout`` seconds; it is gone then.
            BusyRecordError: the lock file stays taken.
        """
        try:
            process = await asyncio.to_thread(self._claim, record)
        except OSError as error:
            raise WorkerStartError(record.name, _start_hindrance(record, error)) from error
        if process is None:
            return False
        process.attach()
        self._processes[record.uuid] = process
        ended = asyncio.create_task(self._settle_when_ended(record, process))
        self._ends[record.uuid] = ended
        await self._changed()
        if not await self._ready(process, ended, timeout):
            raise WorkerStartError(record.name, await asyncio.shield(ended) or "it ended at once")
        await asyncio.to_thread(self._say, record.uuid, "running", "")
        await self._changed()
        return True

    async def end(self, record: WorkerRecord, identity: ProcessId) -> None:
        """End a worker's process, whoever launched it: ask, then kill; returns when it is gone.

        Raises:
            WorkerStopError: it survived being killed.
        """
        await asyncio.to_thread(self._say, record.uuid, "stopping", "")
        await self._changed()
        process = self._processes.get(record.uuid)
        if process is not None and process.identity == identity:
            await self._end_own(record, process)
        else:
            await asyncio.to_thread(_end_other, record, identity, self._stop_timeout)
            await asyncio.to_thread(self._settle, record, identity, "stopped", "")
        await self._changed()

    def interrupt(self, identity: ProcessId) -> None:
        """Send SIGINT to a worker's process, if it still lives."""
        if process := identity.process():
            process.send_signal(signal.SIGINT)

    # --- starting ---------------------------------------------------------------------------------

    def _claim(self, record: WorkerRecord) -> WorkerProcess | None:
        paths = self._base.worker(record.uuid)
        with self._locked(record):
            file = ProcessFile.from_json(read_json_or_none(paths.process))
            if file is not None and file.process.alive():
                return None
            paths.connection.unlink(missing_ok=True)
            self._say(record.uuid, "starting", "")
            process = launch(paths, self._base.path, Path(record.cwd))
            try:
                write_json(paths.process, ProcessFile(process.identity, ProcessId.current()).to_json())
            except BaseException:
                process.kill()
                process.cleanup()
                raise
            return process

    async def _ready(self, process: WorkerProcess, ended: asyncio.Task[str], timeout: float) -> bool:
        """Whether the worker serves in time; one that does not is killed, with the reason as its verdict."""
        try:
            if await asyncio.wait_for(process.wait_ready(), timeout):
                return True
            why = "it gave up starting without ending"
            if (await asyncio.wait({ended}, timeout=1.0))[0]:
                return False
        except asyncio.TimeoutError:
            why = f"not ready after {timeout:g} s"
        process.verdict = f"{why}\n{process.log_tail()}".strip()
        process.kill()
        return False

    # --- ending -----------------------------------------------------------------------------------

    async def _end_own(self, record: WorkerRecord, process: WorkerProcess) -> None:
        ended = self._ends[record.uuid]
        for ask, patience in ((process.terminate, self._stop_timeout), (process.kill, KILL_TIMEOUT)):
            ask()
            if (await asyncio.wait({ended}, timeout=patience))[0]:
                return
        raise WorkerStopError(record.name, process.identity.pid)

    async def _settle_when_ended(self, record: WorkerRecord, process: WorkerProcess) -> str:
        code = await process.wait()
        process.cleanup()
        state, detail = await asyncio.to_thread(self._judge, record, process, code)
        try:
            await asyncio.to_thread(self._settle, record, process.identity, state, detail)
        except (OSError, BusyRecordError) as error:
            self._log.warning("The end of worker %r could not be written down: %s", record.name, error)
        if self._processes.get(record.uuid) is process:
            del self._processes[record.uuid], self._ends[record.uuid]
        if state == "crashed":
            self._log.warning("Worker %r (process %d) %s", record.name, process.identity.pid, detail)
        await self._changed()
        return detail

    def _judge(self, record: WorkerRecord, process: WorkerProcess, code: int) -> tuple[WorkerState, str]:
        if process.verdict:
            return "crashed", process.verdict
        said = (read_json_or_none(self._base.worker(record.uuid).runstate) or {}).get("state")
        if said == "stopping" or (code == 0 and said == "running"):
            return "stopped", ""
        return "crashed", describe_exit(code, process.log_tail())

    def _settle(self, record: WorkerRecord, identity: ProcessId, state: WorkerState, detail: str) -> None:
        paths = self._base.worker(record.uuid)
        with self._locked(record):
            file = ProcessFile.from_json(read_json_or_none(paths.process))
            if file is not None and file.process != identity:
                return  # somebody launched it anew meanwhile
            if paths.record.exists():
                self._say(record.uuid, state, detail)
            paths.process.unlink(missing_ok=True)
            paths.connection.unlink(missing_ok=True)

    # --- files ------------------------------------------------------------------------------------

    def _say(self, uuid: str, state: WorkerState, detail: str) -> None:
        write_json(self._base.worker(uuid).runstate, {"state": state, "detail": detail})

    @contextmanager
    def _locked(self, record: WorkerRecord) -> Iterator[None]:
        lock = FileLock(self._base.worker(record.uuid).lock, timeout=LOCK_TIMEOUT, mode=0o600, thread_local=False)
        try:
            lock.acquire()
        except Timeout as error:
            raise BusyRecordError(record.name) from error
        try:
            yield
        finally:
            lock.release()


def _start_hindrance(record: WorkerRecord, error: OSError) -> str:
    if not Path(record.cwd).is_dir():
        return f"its working directory {record.cwd} does not exist any more"
    return str(error)


def _end_other(record: WorkerRecord, identity: ProcessId, patience: float) -> None:
    """End a process that is no child of ours; blocks until it is gone."""
    process = identity.process()
    if process is None:
        return
    try:
        os.kill(identity.pid, signal.SIGTERM)
        process.wait(patience)
    except (ProcessLookupError, psutil.NoSuchProcess):
        return
    except psutil.TimeoutExpired:
        if identity.alive():
            kill_group(identity.pid)
        _, alive = psutil.wait_procs([process], timeout=KILL_TIMEOUT)
        if alive:
            raise WorkerStopError(record.name, identity.pid) from None
