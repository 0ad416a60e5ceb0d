"""One side of a conversation with a worker: commands out, replies matched, events in, breaks healed.

A client belongs to one event loop. It never repeats a command by itself: what was under way when the
connection broke fails with :class:`TransportClosedError`, and the caller decides.
"""

from __future__ import annotations

import asyncio
import itertools
import logging
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec

from funcnodes_jupyter.wire import codec
from funcnodes_jupyter.wire.errors import CommandError, CommandTimeoutError, FrameError, TransportClosedError
from funcnodes_jupyter.wire.messages import (
    BinaryHeader,
    Cmd,
    Error,
    FullState,
    Hello,
    NodespaceEvent,
    NodespaceEvents,
    Preview,
    Progress,
    Result,
    Resumed,
    ServerFrame,
)
from funcnodes_jupyter.wire.transport import Connect, Transport

DEFAULT_TIMEOUT = 30.0
FIRST_RETRY = 0.05
LAST_RETRY = 2.0
"""Seconds between two tries to connect again: doubled from the first to the last."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Connected:
    """The connection is open (again)."""

    hello: Hello


@dataclass(frozen=True, slots=True)
class Disconnected:
    """The connection broke; ``retrying`` says whether the client tries to heal it."""

    error: TransportClosedError
    retrying: bool


@dataclass(frozen=True, slots=True)
class BinaryResult:
    """A result that travelled as bytes, such as a pickle."""

    mime: str
    data: bytes


Update = Connected | Disconnected | FullState | NodespaceEvents | NodespaceEvent | Preview | Progress
"""What a listener hears. A :class:`FullState` replaces everything known, events continue it."""
Listener = Callable[[Update], None]


@dataclass(slots=True)
class _Pending:
    """A command that waits for its reply. ``accept`` sees the result before any later frame is read."""

    cmd: str
    future: asyncio.Future[Any]
    accept: Callable[[Any], Any] | None = None
    parts: list[bytes] = field(default_factory=list)


class WorkerClient:
    """Speaks with one worker over any transport.

    Args:
        connect: Opens a transport; called again after a break, so it may find a new address.
        reconnect: Whether to connect again after a break, until :meth:`close`.
        patient: Whether a command given during a break waits for its end; else it fails at once.
        timeout: Seconds a command waits for its reply, unless it says otherwise.
    """

    def __init__(
        self, connect: Connect, *, reconnect: bool = False, patient: bool = True, timeout: float = DEFAULT_TIMEOUT
    ) -> None:
        self._connect = connect
        self._reconnect = reconnect
        self._patient = patient
        self._timeout = timeout
        self._transport: Transport | None = None
        self._reader: asyncio.Task[None] | None = None
        self._opened = asyncio.Event()
        self._ids = itertools.count(1)
        self._pending: dict[int, _Pending] = {}
        self._listeners: list[Listener] = []
        self._resuming = False
        self.hello: Hello | None = None
        self.seq: int | None = None
        """Number of the newest event applied; None until :meth:`follow`."""

    # --- life -----------------------------------------------------------------------------------

    async def open(self) -> Hello:
        """Connect and read the greeting.

        Raises:
            TransportClosedError: nobody answers, or the worker refused.
            FrameError: the other side does not speak this protocol.
        """
        hello = await self._open_once()
        self._reader = asyncio.create_task(self._run())
        return hello

    async def close(self) -> None:
        """End the connection; commands under way fail, iterators of updates end."""
        self._reconnect = False
        reader, self._reader = self._reader, None
        if self._transport is not None:
            await self._transport.close()
        ended = TransportClosedError("The client was closed.")
        if reader is not None and not reader.done():
            reader.cancel()
            await asyncio.gather(reader, return_exceptions=True)
            self._tell(Disconnected(ended, retrying=False))
        self._drop(ended)

    async def __aenter__(self) -> WorkerClient:
        await self.open()
        return self

    async def __aexit__(self, *exc: object) -> None:
        await self.close()

    @property
    def connected(self) -> bool:
        """Whether a connection is open now."""
        return self._opened.is_set()

    # --- asking ---------------------------------------------------------------------------------

    async def command(self, cmd: str, kwargs: Mapping[str, Any] | None = None, timeout: float | None = None) -> Any:
        """Send one command and wait for its reply.

        Args:
            timeout: Seconds to wait, also for a connection that is being healed; None means the client's own.

        Returns:
            The JSON result, or a :class:`BinaryResult`.

        Raises:
            CommandError: the worker answered with an error.
            CommandTimeoutError: no reply in time.
            TransportClosedError: the connection is closed, or broke before the reply.
        """
        return await self._ask(cmd, kwargs, timeout, None)

    async def follow(self) -> FullState:
        """Get the whole graph and hear, from then on, every change of it, also after a break."""
        state = await self._ask("full_state", {"batches": True}, None, self._accept_state)
        assert isinstance(state, FullState)
        return state

    async def _ask(
        self, cmd: str, kwargs: Mapping[str, Any] | None, timeout: float | None, accept: Callable[[Any], Any] | None
    ) -> Any:
        seconds = self._timeout if timeout is None else timeout
        frame_id = next(self._ids)
        try:
            return await asyncio.wait_for(self._roundtrip(frame_id, cmd, kwargs, accept), seconds)
        except asyncio.TimeoutError:
            raise CommandTimeoutError(f"No reply to {cmd!r} within {seconds:g} s.") from None
        finally:
            self._pending.pop(frame_id, None)

    async def _roundtrip(
        self, frame_id: int, cmd: str, kwargs: Mapping[str, Any] | None, accept: Callable[[Any], Any] | None
    ) -> Any:
        if not self._opened.is_set():
            if not (self._reconnect and self._patient):
                raise TransportClosedError
            await self._opened.wait()
        assert self._transport is not None
        future: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._pending[frame_id] = _Pending(cmd, future, accept)
        try:
            await self._transport.send(codec.encode_text(Cmd(cmd=cmd, kwargs=dict(kwargs or {}), id=frame_id)))
        except TransportClosedError:
            # Nobody will await it, and a break fails all that is pending.
            self._pending.pop(frame_id, None)
            future.cancel()
            raise
        return await future

    # --- hearing --------------------------------------------------------------------------------

    def listen(self, listener: Listener) -> Callable[[], None]:
        """Call ``listener`` with every update, on the loop's thread; returns the function that ends it."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener) if listener in self._listeners else None

    def updates(self) -> Updates:
        """An asynchronous iterator of updates, from now until it or the client is closed."""
        return Updates(self)

    def _tell(self, update: Update) -> None:
        for listener in tuple(self._listeners):
            try:
                listener(update)
            except Exception:  # noqa: BLE001 - a listener must not end the reading
                _log.exception("A listener failed on %s", type(update).__name__)

    # --- the connection -------------------------------------------------------------------------

    async def _open_once(self) -> Hello:
        transport = await self._connect()
        try:
            greeting = await asyncio.wait_for(transport.receive(), self._timeout)
        except asyncio.TimeoutError:
            await transport.close()
            raise TransportClosedError("Connected, but no greeting came.") from None
        hello = codec.decode_server(greeting) if isinstance(greeting, str) else None
        if not isinstance(hello, Hello):
            await transport.close()
            raise FrameError("The first frame is no greeting.")
        self._transport = transport
        self.hello = hello
        self._resuming = False
        self._opened.set()
        return hello

    async def _run(self) -> None:
        """Read until closed; heal breaks if asked to."""
        while True:
            error = await self._read_frames()
            self._drop(error)
            self._tell(Disconnected(error, retrying=self._reconnect))
            if not self._reconnect:
                return
            self._tell(Connected(await self._open_again()))
            if self.seq is not None:
                self._resume()

    async def _open_again(self) -> Hello:
        delay = FIRST_RETRY
        while True:
            try:
                return await self._open_once()
            except (TransportClosedError, FrameError) as error:
                _log.debug("Not connected again yet: %s", error)
            await asyncio.sleep(delay)
            delay = min(delay * 2, LAST_RETRY)

    async def _read_frames(self) -> TransportClosedError:
        """Handle frames until the connection ends; returns why it did."""
        assert self._transport is not None
        while True:
            try:
                self._take(await self._transport.receive())
            except TransportClosedError as error:
                return error
            except FrameError as error:
                _log.warning("A frame from the worker was skipped: %s", error)

    def _drop(self, error: TransportClosedError) -> None:
        self._opened.clear()
        pending, self._pending = self._pending, {}
        for entry in pending.values():
            if not entry.future.done():
                entry.future.set_exception(error)

    # --- frames ---------------------------------------------------------------------------------

    def _take(self, data: codec.Frame) -> None:
        if isinstance(data, bytes):
            self._take_part(*codec.decode_binary(data))
            return
        frame = codec.decode_server(data)
        if isinstance(frame, Result):
            self._answer(frame.id, frame.result)
        elif isinstance(frame, Error):
            self._refuse(frame)
        elif isinstance(frame, NodespaceEvents):
            self._take_events(frame)
        elif isinstance(frame, NodespaceEvent | Preview | Progress):
            self._tell(frame)
        else:
            self._ignore(frame)

    def _ignore(self, frame: ServerFrame) -> None:
        _log.debug("Nothing to do for a %s", type(frame).__name__)

    def _pending_of(self, frame_id: str | int | None) -> _Pending | None:
        entry = self._pending.get(frame_id) if isinstance(frame_id, int) else None
        return entry if entry is not None and not entry.future.done() else None

    def _take_part(self, header: BinaryHeader, payload: memoryview) -> None:
        entry = self._pending_of(header.id)
        if header.type != "result" or entry is None:
            return
        entry.parts.append(bytes(payload))
        if header.part + 1 < header.parts:
            return
        if len(entry.parts) != header.parts:
            entry.future.set_exception(FrameError(f"{len(entry.parts)} of {header.parts} parts arrived."))
            return
        data = b"".join(entry.parts)
        entry.parts.clear()
        is_json = header.mime == codec.JSON_MIME
        self._answer(header.id, msgspec.json.decode(data) if is_json else BinaryResult(header.mime, data))

    def _answer(self, frame_id: str | int | None, result: Any) -> None:
        entry = self._pending_of(frame_id)
        if entry is None:
            return
        try:
            entry.future.set_result(result if entry.accept is None else entry.accept(result))
        except msgspec.ValidationError as error:
            entry.future.set_exception(FrameError(f"The reply to {entry.cmd!r} cannot be read: {error}"))

    def _refuse(self, frame: Error) -> None:
        traceback = frame.traceback if isinstance(frame.traceback, str) else ""
        error = CommandError(frame.code, frame.error.removeprefix(f"{frame.code}: "), traceback)
        entry = self._pending_of(frame.id)
        if entry is not None:
            entry.future.set_exception(error)
        else:
            _log.warning("The worker reports: %s", error)

    # --- following ------------------------------------------------------------------------------

    def _accept_state(self, result: Any) -> FullState:
        state = msgspec.convert(result, FullState)
        self._replace(state)
        return state

    def _replace(self, state: FullState) -> None:
        self.seq = state.seq
        self._tell(state)

    def _take_events(self, batch: NodespaceEvents) -> None:
        if self.seq is None or self._resuming or batch.seq < batch.first <= self.seq + 1:
            return
        if batch.first > self.seq + 1:
            self._resume()
            return
        known = self.seq + 1 - batch.first
        if known < len(batch.events):
            self.seq = batch.seq
            self._tell(NodespaceEvents(first=batch.first + known, seq=batch.seq, events=batch.events[known:]))

    def _resume(self) -> None:
        """Ask for what was missed; what comes before the answer is part of it."""
        self._resuming = True
        task = asyncio.create_task(self._ask("resume", {"seq": self.seq, "batches": True}, None, self._accept_resumed))
        task.add_done_callback(self._resumed)

    def _accept_resumed(self, result: Any) -> None:
        resumed = msgspec.convert(result, Resumed)
        self._resuming = False
        if resumed.snapshot is not None:
            self._replace(resumed.snapshot)
        elif resumed.events:
            self._take_events(NodespaceEvents(first=resumed.first, seq=resumed.seq, events=resumed.events))

    def _resumed(self, task: asyncio.Task[Any]) -> None:
        self._resuming = False
        if not task.cancelled() and task.exception() is not None:
            _log.warning("The missed events could not be asked for: %s", task.exception())


class Updates:
    """Updates of a client, one after the other: ``async for update in client.updates()``."""

    def __init__(self, client: WorkerClient) -> None:
        self._queue: asyncio.Queue[Update] = asyncio.Queue()
        self._ended = False
        self.close = client.listen(self._queue.put_nowait)

    def __aiter__(self) -> AsyncIterator[Update]:
        return self

    async def __anext__(self) -> Update:
        if self._ended:
            raise StopAsyncIteration
        update = await self._queue.get()
        self._ended = isinstance(update, Disconnected) and not update.retrying
        return update
