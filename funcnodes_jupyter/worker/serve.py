"""A worker's process: the main thread runs the graph, a second one serves the clients, a third one saves.

It ends, with everything saved, at the ``stop`` command, at SIGTERM, and when its launcher closes the pipe
on standard input, so that no worker outlives what started it.
"""

from __future__ import annotations

import asyncio
import logging
import os
import secrets
import threading
import time
from collections.abc import Callable
from typing import Any

from funcnodes_jupyter.core.capture import Capture
from funcnodes_jupyter.core.facts import Fact
from funcnodes_jupyter.core.library import Library
from funcnodes_jupyter.core.memorylimit import memory_limit
from funcnodes_jupyter.core.nodespace import NodeSpace
from funcnodes_jupyter.core.running import current_node
from funcnodes_jupyter.core.runreport import RunError
from funcnodes_jupyter.wire.messages import PROTOCOL_VERSION, Progress, WorkerIdentity
from funcnodes_jupyter.worker.context import Host
from funcnodes_jupyter.worker.graphfiles import GraphFiles
from funcnodes_jupyter.worker.home import WorkerHome
from funcnodes_jupyter.worker.interrupts import Interrupts
from funcnodes_jupyter.worker.keeper import Keeper
from funcnodes_jupyter.worker.lastwords import last_words
from funcnodes_jupyter.worker.launcher import say_ready, watch_pipe
from funcnodes_jupyter.worker.logfile import keep_short
from funcnodes_jupyter.worker.offload import in_thread
from funcnodes_jupyter.worker.outofmemory import OutOfMemory
from funcnodes_jupyter.worker.packs import Packs
from funcnodes_jupyter.worker.saver import Saver
from funcnodes_jupyter.worker.session import Session
from funcnodes_jupyter.worker.sockets import HOST, Door
from funcnodes_jupyter.worker.witness import Witness

CRASHED = "WorkerCrashed"
"""The type of the error of a node that ran when the process ended, as clients show it."""

GRACE_SECONDS = 5.0
"""How long a user's function may keep the process alive once it is to end."""

_log = logging.getLogger(__name__)


class WorkerProcess:
    """Wires a worker's parts together. Make and run it in the main thread.

    Args:
        home: The worker's files; held by this process.
        library: What its nodes can be made of.
        pipe: Ends when the launcher does, None when nobody holds one.
        ready: Where the launcher waits for the word that the worker serves.
        packs: Those that were loaded into the library.
    """

    def __init__(self, home: WorkerHome, library: Library, pipe: int | None, ready: int | None, packs: Packs) -> None:
        self._home = home
        self._pipe = pipe
        self._ready = ready
        self._started = time.time()
        self._nodespace = NodeSpace(library, threaded=True, pools=home.read_pools())
        self._nodespace.set_property("files_dir", str(home.files), secret=True)
        home.forget_leftovers()
        self._keeper = Keeper(self._nodespace, GraphFiles(home.folder))
        self._packs = packs
        self._problems = [*self._keeper.open(self._nodespace.deserialize), *self._blame_for_crash()]
        self._witness = self._observed()
        self._interrupts = Interrupts(
            self._nodespace.runner, self._cancel_all, self._stop, later=self._later_on_io_thread
        )
        self._saver = Saver(self._keeper, self._save_previews, self._disk_told)
        self._out_of_memory = OutOfMemory(memory_limit())
        self._session: Session | None = None
        self._main_loop: asyncio.AbstractEventLoop | None = None
        self._io_loop: asyncio.AbstractEventLoop | None = None
        self._stopping: asyncio.Event | None = None
        self._stop_asked = False
        self._failure: BaseException | None = None

    def _blame_for_crash(self) -> list[str]:
        """Let the nodes say it whose functions ran when the last process ended; a sentence for each."""
        nodes = [self._nodespace.nodes.get(uuid) for uuid in last_words(self._home.running)]
        found = [node for node in nodes if node is not None]
        for node in found:
            text = f"{CRASHED}: the worker's process ended while this node ran."
            node.slot.error = RunError(text, CRASHED, "", node.function_name, None)
            node.slot.trouble = True
        self._keeper.dirty.mark([("errors", node.uuid) for node in found], False)
        return [f"The worker's process ended while “{node.name}” ran. Everything is out of date." for node in found]

    def _observed(self) -> Witness | None:
        """Whoever notes what runs; nobody when the disk has no room for that."""
        try:
            witness = Witness(self._home.running)
        except OSError as error:
            _log.warning("What runs when the process ends will not be known: %s", error)
            return None
        self._nodespace.subscribe(witness.observe)
        return witness

    def run(self) -> int:
        """Serve until told to stop; returns the exit code."""
        self._interrupts.install()
        self._out_of_memory.watch_threads()
        for problem in self._problems:
            _log.warning("%s", problem)
        end_capture = Capture(lambda: current_node(self._nodespace.runner)).install()
        try:
            with self._out_of_memory:
                asyncio.run(self._run_graph())
        finally:
            end_capture()
        self._nodespace.runner.close()
        if self._failure is not None:
            _log.critical("The worker cannot serve", exc_info=self._failure)
            return 1
        return 0

    # --- main thread ----------------------------------------------------------------------------

    async def _run_graph(self) -> None:
        loop = self._main_loop = asyncio.get_running_loop()
        self._out_of_memory.watch(loop, users=True)
        self._nodespace.runner.bind(loop)
        ended = asyncio.Event()
        serving = threading.Thread(target=self._serve, args=(ended,), name="funcnodes-io")
        serving.start()
        await ended.wait()
        serving.join()

    # --- I/O thread -----------------------------------------------------------------------------

    def _serve(self, ended: asyncio.Event) -> None:
        assert self._main_loop is not None
        try:
            with self._out_of_memory:
                asyncio.run(self._serve_clients())
        except BaseException as error:  # noqa: BLE001 - the main thread must hear of it
            self._failure = error
            _log.exception("The I/O thread failed")
        finally:
            self._main_loop.call_soon_threadsafe(ended.set)

    async def _serve_clients(self) -> None:
        self._stopping = asyncio.Event()
        self._io_loop = asyncio.get_running_loop()
        self._out_of_memory.watch(self._io_loop)
        session = self._session = Session(
            self._nodespace,
            Host(self._identity, self._stopping.set, self._saver.save_now, self._home.save_picture),
            edited=self._edited,
            previews_changed=self._saver.previews_changed,
            restored=self._home.load_previews(),
            packs=self._packs,
        )
        session.notices += [self._notice(problem, done=True) for problem in self._problems]
        self._saver.start()
        door = Door(session, secrets.token_hex(32))
        self._home.write_connection(self._connection(door.open(), door.secret))
        if self._pipe is not None:
            watch_pipe(self._pipe, self._stopping.set)
        say_ready(self._ready)
        keeping_log_short = asyncio.create_task(keep_short(self._home.log))
        if self._stop_asked:  # before there was anybody to tell
            self._stopping.set()
        await self._stopping.wait()
        keeping_log_short.cancel()
        await self._end(session, door)

    async def _end(self, session: Session, door: Door) -> None:
        await door.close()
        await in_thread(self._saver.close)
        watchdog = threading.Timer(GRACE_SECONDS, self._give_up)
        watchdog.daemon = True
        watchdog.start()
        self._nodespace.runner.cancel()
        await session.close()
        self._forget_running()
        self._home.remove_connection()

    def _forget_running(self) -> None:
        if self._witness is not None:
            self._witness.forget()

    def _give_up(self) -> None:
        """Everything is saved, and a function of the user does not end: it ends with the process."""
        _log.warning("A function did not end in time")
        self._forget_running()
        self._home.remove_connection()
        os._exit(0)

    def _identity(self) -> WorkerIdentity:
        return WorkerIdentity(self._home.uuid, self._home.read_name())

    def _connection(self, port: int, secret: str) -> dict[str, Any]:
        return {
            "host": HOST,
            "port": port,
            "secret": secret,
            "pid": os.getpid(),
            "start_time": self._started,
            "uuid": self._home.uuid,
            "protocol": PROTOCOL_VERSION,
        }

    def _notice(self, text: str, done: bool) -> Progress:
        return Progress(text=text, progress=1.0 if done else 0.0, workerid=self._home.uuid, done=done)

    # --- called from other threads ----------------------------------------------------------------

    def _cancel_all(self) -> None:
        self._on_io_thread(lambda: self._nodespace.runner.cancel())

    def _stop(self) -> None:
        self._stop_asked = True
        self._on_io_thread(lambda: self._stopping.set() if self._stopping is not None else None)

    def _on_io_thread(self, work: Callable[[], Any]) -> None:
        loop = self._io_loop
        if loop is not None and not loop.is_closed():
            loop.call_soon_threadsafe(work)

    def _later_on_io_thread(self, seconds: float, work: Callable[[], Any]) -> Callable[[], None]:
        """Have ``work`` called in so many seconds; returns what takes that back."""
        wanted = [work]

        def due() -> None:
            for still_wanted in wanted:
                still_wanted()

        loop = self._io_loop
        if loop is not None and not loop.is_closed():
            loop.call_soon_threadsafe(loop.call_later, seconds, due)
        return wanted.clear

    def _edited(self, fact: Fact) -> None:
        self._keeper.dirty.note(fact)
        self._saver.graph_changed()

    def _save_previews(self) -> None:
        if self._session is not None:
            self._home.save_previews(self._session.previews.all())

    def _disk_told(self, trouble: str | None) -> None:
        session = self._session
        if session is not None:
            notice = self._notice(trouble or "Everything is saved again.", done=trouble is None)
            self._on_io_thread(lambda: session.announce(notice))
