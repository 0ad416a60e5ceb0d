"""The processes that this Workermanager holds: started at most once, settled on disk when they end."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import psutil
from filelock import FileLock, Timeout

from funcnodes_jupyter.manager.adopted import AdoptedProcess
from funcnodes_jupyter.manager.base import BaseFolder
from funcnodes_jupyter.manager.errors import BusyRecordError, WorkerStartError, WorkerStopError
from funcnodes_jupyter.manager.exits import describe_exit, describe_silence, names_of_running
from funcnodes_jupyter.manager.files import read_json_or_none, write_json
from funcnodes_jupyter.manager.process_file import ProcessFile
from funcnodes_jupyter.manager.process_id import ProcessId
from funcnodes_jupyter.manager.provisioner import LaunchedProcess, launch
from funcnodes_jupyter.manager.record import WorkerRecord, WorkerState
from funcnodes_jupyter.manager.registry import ended_state
from funcnodes_jupyter.manager.seat import seat_of
from funcnodes_jupyter.manager.usage import limit_reached
from funcnodes_jupyter.manager.watched import LogTail, WatchedProcess

LOCK_TIMEOUT = 5.0
KILL_TIMEOUT = 5.0
SETTLE_TIMEOUT = 2.0

Ended = Callable[[WorkerRecord, WorkerState, str], str]
"""Hears of the end of a worker that had served: its record, its state now and why. Returns what is told of it."""


class Supervisor:
    """Launches, takes over and ends worker processes, and writes down what becomes of them.

    Only the owner of a process settles its end; other managers of the same user see the files. The lock
    file is held while a process is made, taken over or settled, never while one runs.

    Args:
        base: Where the files are.
        changed: Awaited after each change.
        ended: See :data:`Ended`.
        log: Where crashes are reported.
        stop_timeout: Seconds a worker gets for saving before it is killed.
        memory_limit: Bytes, for workers that have no such setting of their own; 0: any number.
    """

    def __init__(
        self,
        base: BaseFolder,
        changed: Callable[[], Awaitable[None]],
        ended: Ended,
        log: logging.Logger,
        stop_timeout: float,
        memory_limit: int,
    ) -> None:
        self._base = base
        self._changed = changed
        self._ended = ended
        self._log = log
        self._stop_timeout = stop_timeout
        self._memory_limit = memory_limit
        self._processes: dict[str, WatchedProcess] = {}
        self._ends: dict[str, asyncio.Task[str]] = {}
        # Each start keeps a processor busy: many at once would only make all of them late.
        self._launches = asyncio.Semaphore(os.cpu_count() or 1)

    @property
    def owned(self) -> tuple[str, ...]:
        """The uuids of the workers whose processes this manager supervises."""
        return tuple(self._processes)

    async def settled(self, uuid: str) -> None:
        """Wait a moment for the end of a worker supervised here to be written down, if it has just ended."""
        if end := self._ends.get(uuid):
            await asyncio.wait({end}, timeout=SETTLE_TIMEOUT)

    async def launch(self, record: WorkerRecord, timeout: float, *, again: bool) -> bool:
        """Start a worker and wait until it serves; False when another process runs it already.

        Args:
            again: It had crashed, and when it crashes in starting it is worth another try; else only once it served.

        Raises:
            WorkerStartError: it ended, or is not ready within ``timeout`` seconds; it is gone then.
            BusyRecordError: the lock file stays taken.
        """
        async with self._launches:
            try:
                process = await asyncio.to_thread(self._claim, record)
            except OSError as error:
                raise WorkerStartError(record.name, _start_hindrance(record, error)) from error
            if process is None:
                return False
            process.comes_back = again
            ended = self._hold(record, process)
            await self._changed()
            if not await self._ready(process, ended, timeout):
                raise WorkerStartError(record.name, await asyncio.shield(ended) or "it ended at once")
            process.comes_back = True
            await asyncio.to_thread(self._say_running, record, process.identity)
        await self._changed()
        return True

    async def take_over(self, record: WorkerRecord, *, end: bool) -> None:
        """Become the owner of a worker whose owner is gone, unless somebody else was faster.

        A living one is watched from now on, or ended at once (``end``); the end of a dead one is settled.

        Raises:
            BusyRecordError: the lock file stays taken.
            OSError: it cannot be written down.
        """
        file = await asyncio.to_thread(self._claim_abandoned, record)
        if file is None:
            return
        log = LogTail(self._base.worker(record.uuid).log)
        if file.process.alive():
            self._log.info("Supervising worker %r (process %d) from now on.", record.name, file.process.pid)
            process = AdoptedProcess(file.process, log)
            process.comes_back = file.detached and not end
            self._hold(record, process)
            if end:
                process.verdict = "killed: its server was gone, and it did not end"
                process.kill()
        else:
            await asyncio.to_thread(file.process.kill_rest)
            state = await asyncio.to_thread(self._state_found, record)
            ran = await asyncio.to_thread(names_of_running, self._base.worker(record.uuid))
            why = describe_exit(None, ran, log.read(), self._limit_of(record)) if state == "crashed" else ""
            told = self._ended(record, state, why) if file.detached else why
            await asyncio.to_thread(self._settle, record, file.process, state, told)
        await self._changed()

    async def release_detached(self) -> None:
        """Let go of the detached workers: they run on, and whoever comes next takes them over."""
        for uuid in self.owned:
            path = self._base.worker(uuid).process
            file = await asyncio.to_thread(ProcessFile.read, path)
            if file is not None and file.detached:
                self._ends.pop(uuid).cancel()
                del self._processes[uuid]
                await asyncio.to_thread(replace(file, owner=None).write, path)

    async def note_down(self, record: WorkerRecord, state: WorkerState, why: str) -> None:
        """A worker that had crashed stays down."""
        await asyncio.to_thread(self._note, record, state, why)
        await self._changed()

    async def end(self, record: WorkerRecord, identity: ProcessId) -> None:
        """End a worker's process, whoever launched it: ask, then kill; returns when it is gone.

        Raises:
            WorkerStopError: it survived being killed.
        """
        await asyncio.to_thread(self._note, record, "stopping", "")
        await self._changed()
        process = self._processes.get(record.uuid)
        if process is not None and process.identity == identity:
            await self._end_own(record, process)
        else:
            await asyncio.to_thread(_end_other, record, identity, self._stop_timeout)
            await asyncio.to_thread(self._settle, record, identity, "stopped", "")
        await self._changed()

    async def kill_at_limit(self, record: WorkerRecord) -> None:
        """Kill a worker of ours that does not answer, if memory is what it lacks; it cannot do that itself."""
        process = self._processes.get(record.uuid)
        if process is None or self._limit_of(record) is None:
            return
        limit = await asyncio.to_thread(limit_reached, process.identity)
        if limit is not None and not process.asked_to_end and not process.verdict:
            running = await asyncio.to_thread(names_of_running, self._base.worker(record.uuid))
            process.verdict = describe_silence(running, process.log_tail(), limit)
            process.kill()

    def interrupt(self, identity: ProcessId) -> None:
        """Send SIGINT to a worker's process, if it still lives."""
        identity.signal(signal.SIGINT)

    # --- starting ---------------------------------------------------------------------------------

    def _claim(self, record: WorkerRecord) -> LaunchedProcess | None:
        paths = self._base.worker(record.uuid)
        with self._locked(record):
            file = ProcessFile.read(paths.process)
            if file is not None and file.process.alive():
                return None
            paths.connection.unlink(missing_ok=True)
            self._say(record.uuid, "starting", "")
            seat = seat_of(paths, record.environment)
            home, cwd, limit = self._base.path, Path(record.cwd), self._limit_of(record)
            process = launch(paths, home, cwd, seat, detached=record.detached, memory_limit=limit)
            try:
                ProcessFile(process.identity, ProcessId.current(), record.detached).write(paths.process)
            except BaseException:
                process.kill()
                process.cleanup()
                raise
            return process

    def _say_running(self, record: WorkerRecord, identity: ProcessId) -> None:
        """Unless it has ended already, and that was written down."""
        with self._locked(record):
            file = ProcessFile.read(self._base.worker(record.uuid).process)
            if file is not None and file.process == identity:
                self._note(record, "running", "")

    def _hold(self, record: WorkerRecord, process: WatchedProcess) -> asyncio.Task[str]:
        process.attach()
        self._processes[record.uuid] = process
        ended = self._ends[record.uuid] = asyncio.create_task(self._settle_when_ended(record, process))
        return ended

    async def _ready(self, process: LaunchedProcess, ended: asyncio.Task[str], timeout: float) -> bool:
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

    # --- taking over --------------------------------------------------------------------------------

    def _claim_abandoned(self, record: WorkerRecord) -> ProcessFile | None:
        """The process file of an abandoned worker, which names us as its owner now."""
        path = self._base.worker(record.uuid).process
        with self._locked(record):
            file = ProcessFile.read(path)
            if file is None or not file.abandoned:
                return None
            file.taken_over().write(path)
            return file

    def _state_found(self, record: WorkerRecord) -> WorkerState:
        paths = self._base.worker(record.uuid)
        return ended_state((read_json_or_none(paths.runstate) or {}).get("state"), paths.connection.exists())

    # --- ending -----------------------------------------------------------------------------------

    async def _end_own(self, record: WorkerRecord, process: WatchedProcess) -> None:
        ended = self._ends[record.uuid]
        process.asked_to_end = True
        for ask, patience in ((process.terminate, self._stop_timeout), (process.kill, KILL_TIMEOUT)):
            ask()
            if (await asyncio.wait({ended}, timeout=patience))[0]:
                return
        raise WorkerStopError(record.name, process.identity.pid)

    async def _settle_when_ended(self, record: WorkerRecord, process: WatchedProcess) -> str:
        code = await process.wait()
        process.cleanup()
        state, detail = await asyncio.to_thread(self._judge, record, process, code)
        if state == "crashed":
            self._log.warning("Worker %r (process %d) %s", record.name, process.identity.pid, detail)
        told = self._ended(record, state, detail) if process.comes_back else detail
        try:
            await asyncio.to_thread(self._settle, record, process.identity, state, told)
        except (OSError, BusyRecordError) as error:
            self._log.warning("The end of worker %r could not be written down: %s", record.name, error)
        if self._processes.get(record.uuid) is process:
            del self._processes[record.uuid], self._ends[record.uuid]
        await self._changed()
        return detail

    def _judge(self, record: WorkerRecord, process: WatchedProcess, code: int | None) -> tuple[WorkerState, str]:
        if process.verdict:
            return "crashed", process.verdict
        paths = self._base.worker(record.uuid)
        said = (read_json_or_none(paths.runstate) or {}).get("state")
        tidy = code == 0 if code is not None else not paths.connection.exists()
        # Another manager that ended it may have written that down before we saw the end.
        if process.asked_to_end or said in ("stopping", "stopped") or (tidy and said == "running"):
            return "stopped", ""
        return "crashed", describe_exit(code, names_of_running(paths), process.log_tail(), self._limit_of(record))

    def _settle(self, record: WorkerRecord, identity: ProcessId, state: WorkerState, detail: str) -> None:
        paths = self._base.worker(record.uuid)
        with self._locked(record):
            file = ProcessFile.read(paths.process)
            if file is not None and file.process != identity:
                return  # somebody launched it anew meanwhile
            if paths.record.exists():
                self._say(record.uuid, state, detail)
            paths.process.unlink(missing_ok=True)
            paths.connection.unlink(missing_ok=True)

    def _limit_of(self, record: WorkerRecord) -> int | None:
        limit = self._memory_limit if record.memory_limit is None else record.memory_limit
        return limit or None

    # --- files ------------------------------------------------------------------------------------

    def _say(self, uuid: str, state: WorkerState, detail: str) -> None:
        write_json(self._base.worker(uuid).runstate, {"state": state, "detail": detail})

    def _note(self, record: WorkerRecord, state: WorkerState, detail: str) -> None:
        """Say it if the disk takes it; what is going on does not depend on that."""
        try:
            self._say(record.uuid, state, detail)
        except OSError as error:
            self._log.warning("That worker %r is %s could not be written down: %s", record.name, state, error)

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
        identity.signal(signal.SIGTERM)
        process.wait(patience)
    except psutil.NoSuchProcess:
        return
    except psutil.TimeoutExpired:
        identity.kill_group()
        _, alive = psutil.wait_procs([process], timeout=KILL_TIMEOUT)
        if alive:
            raise WorkerStopError(record.name, identity.pid) from None
