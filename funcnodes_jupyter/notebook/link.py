"""The way from a kernel to one worker: opened, followed, healed after breaks. Lives on one event loop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import msgspec

from funcnodes_jupyter.manager.connection import read_connection
from funcnodes_jupyter.manager.errors import ManagerError
from funcnodes_jupyter.manager.opening import OpenedWorker, open_worker
from funcnodes_jupyter.manager.record import WorkerStatus
from funcnodes_jupyter.notebook.errors import FlowTimeoutError, WorkerGoneError, silent
from funcnodes_jupyter.notebook.graph import Graph, GraphView
from funcnodes_jupyter.wire.client import Update, WorkerClient
from funcnodes_jupyter.wire.errors import CommandError, CommandTimeoutError, TransportClosedError
from funcnodes_jupyter.wire.messages import FullState, NodespaceEvents, Resumed
from funcnodes_jupyter.wire.transport import Transport
from funcnodes_jupyter.wire.websocket import open_websocket

HEAL_SECONDS = 8.0
"""How long a broken connection gets to heal by itself while the worker is said to run."""
_LOOK_AGAIN = 0.5
SIGN_SECONDS = 3.0
"""How long a worker that is there may take for a sign of life: the thread that answers computes nothing."""


class Link:
    """A worker, a client of it, and the view of its graph. Made by :meth:`open`."""

    def __init__(self, opened: OpenedWorker) -> None:
        self.opened = opened
        self._view = GraphView()
        self._changed = asyncio.Event()
        self._begun: asyncio.Task[None] | None = None
        self._client = self._new_client()

    @classmethod
    async def open(cls, name: str, base_dir: Path, cwd: str) -> Link:
        """Open the worker ``name`` and follow its graph.

        Raises:
            ManagerError: it cannot be made or started.
            WorkerGoneError: it ended at once.
        """
        opened = await open_worker(name, base_dir=base_dir, cwd=cwd)
        link = cls(opened)
        try:
            await link._connect()
        except BaseException:
            await asyncio.shield(opened.close())
            raise
        return link

    @property
    def record(self) -> WorkerStatus:
        """What is known of the worker; its state may have changed since."""
        return self.opened.record

    async def close(self) -> None:
        """Let go of the worker; one that this process launched ends, after saving."""
        await self._client.close()
        await self.opened.close()

    # --- asking -----------------------------------------------------------------------------------

    async def command(self, cmd: str, kwargs: Mapping[str, Any], timeout: float | None = None) -> Any:
        """The worker's answer to one command.

        Args:
            timeout: Seconds to wait for it; None means the client's own.

        Raises:
            CommandError: the worker refused.
            WorkerGoneError: it is not running, or ended before it answered.
            FlowTimeoutError: no answer in time.
        """
        await self._reachable()
        try:
            return await self._client.command(cmd, kwargs, timeout)
        except CommandTimeoutError as error:
            raise FlowTimeoutError(await self._why_no_reply(str(error))) from None
        except TransportClosedError:
            raise await self._gone() from None

    async def answers(self, commands: Sequence[tuple[str, Mapping[str, Any]]], seconds: float) -> list[Any]:
        """The answers to several commands asked at once; None for each that is refused or takes longer."""
        tasks = [asyncio.ensure_future(self.command(cmd, kwargs)) for cmd, kwargs in commands]
        if not tasks:
            return []
        try:
            done, _ = await asyncio.wait(tasks, timeout=max(0.0, seconds))
        finally:
            for task in tasks:
                task.cancel()  # those that are done stay as they are
        await asyncio.wait(tasks)
        return [task.result() if task in done and task.exception() is None else None for task in tasks]

    async def graph(self) -> Graph:
        """The graph with everything in it that the worker knew when this was called."""
        await self._reachable()
        if not self._view.outdated:
            # The answer comes behind all events so far, so what this client did itself is in the view.
            answer = await self.command("resume", {"seq": self._view.seq, "batches": True})
            self._take_resumed(msgspec.convert(answer, Resumed))
        if self._view.outdated:  # also after events that cannot tell what changed
            await self._follow()
        return self._view.snapshot()

    async def until(self, done: Callable[[Graph], bool]) -> Graph:
        """The graph, as soon as it is ``done``.

        Raises:
            WorkerGoneError: the worker ended meanwhile.
        """
        graph = await self.graph()
        while not done(graph):
            await self._changed.wait()
            self._changed.clear()
            await self._reachable()
            graph = await self.graph() if self._view.outdated else self._view.snapshot()
        return graph

    def nudge(self) -> None:
        """Have whoever waits in :meth:`until` look again."""
        self._changed.set()

    def last_known(self) -> Graph:
        """The graph as the last event left it; asks nobody."""
        return self._view.snapshot()

    async def responds(self) -> bool:
        """Whether the worker gives a sign of life. A broken connection is none of this: who asks something hears of it."""
        try:
            await self._client.command("heartbeat", {}, SIGN_SECONDS)
        except CommandTimeoutError:
            return False
        except (CommandError, TransportClosedError):
            pass
        return True

    async def _why_no_reply(self, error: str) -> str:
        if not await self.responds():
            return f"{silent(self.record.name)} ({error})"
        return f"The worker {self.record.name!r} is busy: {error} flow.cancel() ends what it runs."

    # --- life of the worker -------------------------------------------------------------------------

    async def revive(self) -> None:
        """Start the worker if it is not running, and connect again if need be.

        Raises:
            ManagerError: it cannot be started, or is gone for good.
        """
        await self._to_the_end(self._revive())

    async def restart(self) -> None:
        """End the worker, start it again and connect; it is only started when it does not run.

        Raises:
            ManagerError: it cannot be ended or started.
        """
        await self._to_the_end(self._restart())

    async def _to_the_end(self, life: Coroutine[Any, Any, None]) -> None:
        """Half a restart would leave no worker: it goes on when who asked for it is interrupted."""
        await self._begun_is_done()
        self._begun = asyncio.ensure_future(life)
        # Nobody else may be there to hear of it.
        self._begun.add_done_callback(lambda task: None if task.cancelled() else task.exception())
        await asyncio.shield(self._begun)

    async def _begun_is_done(self) -> None:
        while self._begun is not None and not self._begun.done():
            await asyncio.wait((self._begun,))

    async def _revive(self) -> None:
        status = await self.opened.status()
        if self._client.connected and status.state == "running":
            return
        await self.opened.reopen()
        await self._connect_anew()

    async def _restart(self) -> None:
        await self.opened.restart()
        await self._connect_anew()

    # --- the connection -----------------------------------------------------------------------------

    def _new_client(self) -> WorkerClient:
        # Impatient: whether a break is worth waiting for is asked of the manager, see _reachable.
        client = WorkerClient(self._dial, reconnect=True, patient=False)
        client.listen(self._hear)
        return client

    async def _dial(self) -> Transport:
        """Connect to wherever the worker's connection file says it is now."""
        path = self.opened.base.worker(self.opened.record.uuid).connection
        connection = await asyncio.to_thread(read_connection, path)
        if connection is None:
            raise TransportClosedError(f"The worker {self.record.name!r} has no connection file.")
        return await open_websocket(connection.url, connection.headers)

    async def _connect_anew(self) -> None:
        await self._client.close()
        self._client = self._new_client()
        await self._connect()

    async def _connect(self) -> None:
        try:
            await self._client.open()
        except TransportClosedError:
            raise await self._gone(silent=True) from None
        await self._follow()

    async def _follow(self) -> None:
        try:
            await self._client.follow()
        except TransportClosedError:
            raise await self._gone() from None

    async def _reachable(self) -> None:
        """Return when the connection is open; give a break the time it needs to heal.

        Raises:
            WorkerGoneError: the worker does not run.
        """
        await self._begun_is_done()
        if self._client.connected:
            return
        deadline = asyncio.get_running_loop().time() + HEAL_SECONDS
        while not self._client.connected:
            status = await self._status()
            if status is None or not status.active or asyncio.get_running_loop().time() > deadline:
                raise await self._gone(silent=True)
            self._changed.clear()
            with suppress(asyncio.TimeoutError):
                await asyncio.wait_for(self._changed.wait(), _LOOK_AGAIN)

    async def _gone(self, *, silent: bool = False) -> WorkerGoneError:
        """Why there is no worker; ``silent`` when one that runs would have been given the time to answer."""
        status = await self._status()
        if status is None:
            return WorkerGoneError(self.record.name, "its manager does not answer")
        if status.state == "running":
            return WorkerGoneError(status.name, "its connection broke", lives=silent)
        return WorkerGoneError(status.name, (status.detail or status.state).partition("\n")[0])

    async def _status(self) -> WorkerStatus | None:
        try:
            return await self.opened.status()
        except ManagerError:
            return None

    # --- hearing ------------------------------------------------------------------------------------

    def _hear(self, update: Update) -> None:
        if isinstance(update, FullState):
            self._view.replace(update)
        elif isinstance(update, NodespaceEvents):
            self._view.apply(update)
        self._changed.set()

    def _take_resumed(self, resumed: Resumed) -> None:
        if resumed.snapshot is not None:
            self._hear(resumed.snapshot)
        elif resumed.events:
            self._hear(NodespaceEvents(first=resumed.first, seq=resumed.seq, events=resumed.events))
