"""The worker's side of the protocol, without a socket: a frame in, frames out into each client's outbox.

A session belongs to the I/O thread's loop. Commands of one client are applied in the order they come;
those that take longer answer when they are done, and others may overtake them.
"""

from __future__ import annotations

import asyncio
import contextvars
import inspect
import logging
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

from funcnodes_jupyter.core.errors import FuncNodesError
from funcnodes_jupyter.core.facts import Observer
from funcnodes_jupyter.core.nodespace import NodeSpace
from funcnodes_jupyter.wire import codec, events
from funcnodes_jupyter.wire.errors import FrameError
from funcnodes_jupyter.wire.events import Event
from funcnodes_jupyter.wire.messages import (
    MAX_FRAME_BYTES,
    PROTOCOL_VERSION,
    Cmd,
    Error,
    Hello,
    NodespaceEvent,
    NodespaceEvents,
    Ping,
    Pong,
    Preview,
    Progress,
    Result,
)
from funcnodes_jupyter.worker.activity import Activity
from funcnodes_jupyter.worker.arguments import arguments_of
from funcnodes_jupyter.worker.client import Client
from funcnodes_jupyter.worker.commands.table import COMMANDS, SLOW
from funcnodes_jupyter.worker.context import Context, Host
from funcnodes_jupyter.worker.errors import TooManyJobsError, UnknownCommandError
from funcnodes_jupyter.worker.mirror import Mirror
from funcnodes_jupyter.worker.packs import Packs
from funcnodes_jupyter.worker.picture.portrait import Portrait
from funcnodes_jupyter.worker.previews import Previews
from funcnodes_jupyter.worker.pulse import Pulse
from funcnodes_jupyter.worker.reply import BinaryReply

FLUSH_INTERVAL = 1 / 60
"""Seconds between two flushes of events."""
MAX_JOBS = 64
"""Answers that are made for one client at once. Beyond them it is refused, not left unread: it may want to cancel."""
REST_FACTOR = 3
"""A flush that takes long is followed by a rest this many times as long."""

_MOST_TEXT = 10_000
"""Characters of an error that are told; what failed may bring any number of them."""

_UNSEEN = (
    events.NodeProgress, events.NodeLogged, events.HistoryChanged, events.ClientConnected, events.ClientDisconnected,
)  # fmt: skip
"""What is not told by a picture of the graph."""

_log = logging.getLogger(__name__)


class Session:
    """Speaks with all clients of one worker.

    Args:
        nodespace: The worker's graph.
        host: What the process around can do.
        edited: Gets each fact that is to be saved; called from any thread, under the graph lock.
        previews_changed: There is a preview to save.
        restored: The previews of the worker's last life.
        packs: Who knows the installed packs; without any the library is as it is, until somebody looks.
    """

    def __init__(
        self,
        nodespace: NodeSpace,
        host: Host,
        *,
        edited: Observer = lambda fact: None,
        previews_changed: Callable[[], None] = lambda: None,
        restored: Iterable[Preview] = (),
        packs: Packs | None = None,
    ) -> None:
        self._packs = packs or Packs(nodespace.lib)
        self._loop = asyncio.get_running_loop()
        self._nodespace = nodespace
        self._host = host
        self._clients: list[Client] = []
        self._activity = Activity(nodespace, self._loop.time)
        # Nodes ask for flushes, but nothing in one is done in a node's name.
        self._context = contextvars.Context()
        self._next_flush = 0.0
        self.notices: list[Progress] = []
        """What every client is told when it comes, such as what could not be loaded."""
        self.previews = Previews(nodespace, send=self._send_preview, saved=previews_changed, restored=restored)
        self.mirror = Mirror(
            nodespace, wake=self._flush_soon, edited=edited, publish=self._publish, touched=self.previews.changed
        )
        self.portrait = Portrait(nodespace, self.mirror, self.previews, host.identity, host.keep_picture)

    async def close(self) -> None:
        """Publish what is left and end what is under way."""
        self.mirror.flush()
        self.mirror.close()
        await self.portrait.close()
        self.previews.close()
        jobs = [job for client in self._clients for job in client.jobs]
        for job in jobs:
            job.cancel()
        await asyncio.gather(*jobs, return_exceptions=True)

    # --- clients --------------------------------------------------------------------------------

    def connect(self) -> Client:
        """A client came: it is greeted, and the others hear of it."""
        client = Client()
        self.mirror.flush()
        client.outbox.put_reply(
            codec.encode_text(Hello(protocol=PROTOCOL_VERSION, worker=self._host.identity(), seq=self.mirror.seq))
        )
        for notice in self.notices:
            client.outbox.put_reply(codec.encode_text(notice))
        self._clients.append(client)
        self._activity.noticed()
        self.mirror.tell(events.ClientConnected(events.ClientsData(len(self._clients))))
        return client

    def disconnect(self, client: Client) -> None:
        """A client is gone."""
        client.close()
        if client in self._clients:
            self._clients.remove(client)
            self._activity.noticed()
            self.previews.forget(client)
            self.mirror.tell(events.ClientDisconnected(events.ClientsData(len(self._clients))))

    def tell_lost_events(self, client: Client) -> None:
        """A client that fell behind has caught up with what was kept: make it ask for the whole graph."""
        client.outbox.overflowed = False
        client.lost_events = True
        seq = self.mirror.seq
        if client.batches:
            # Nothing in it, but its number shows the gap.
            frame = codec.encode_text(NodespaceEvents(first=seq + 1, seq=seq, events=[]))
        else:
            frame = codec.encode_text(NodespaceEvent(event="loaded", data={}, seq=seq))
        client.outbox.put_reply(frame)

    def announce(self, progress: Progress) -> None:
        """Tell all clients of long work, or of trouble with the disk."""
        frame = codec.encode_text(progress)
        for client in self._clients:
            client.outbox.put_events(frame)

    def pulse(self) -> Pulse:
        """How the worker is."""
        return self._activity.pulse(self._host.identity().uuid, len(self._clients))

    # --- commands -------------------------------------------------------------------------------

    def receive(self, client: Client, data: codec.Frame) -> None:
        """Take one frame of ``client``. Never raises: what is wrong is answered."""
        try:
            frame = codec.decode_client(data)
        except FrameError as error:
            self._refuse(client, error.frame_id, error.cmd, error)
            return
        if isinstance(frame, Ping):
            client.outbox.put_reply(codec.encode_text(Pong()))
        else:
            self._apply(client, frame)

    def _apply(self, client: Client, frame: Cmd) -> None:
        try:
            result = self._call(client, frame)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is answered
            self._refuse(client, frame.id, frame.cmd, error)
            return
        if inspect.isawaitable(result):
            job = self._loop.create_task(self._answer_later(client, frame, result))
            client.jobs.add(job)
            job.add_done_callback(client.jobs.discard)
        else:
            self._answer(client, frame, result)

    def _call(self, client: Client, frame: Cmd) -> Any:
        function = COMMANDS.get(frame.cmd)
        if function is None:
            raise UnknownCommandError(frame.cmd, COMMANDS)
        if len(client.jobs) >= MAX_JOBS and function in SLOW:
            raise TooManyJobsError(MAX_JOBS)
        context = Context(self._nodespace, self.mirror, self.previews, self._packs, self._host, client, self.portrait)
        return function(context, **arguments_of(function).read(frame.kwargs))

    async def _answer_later(self, client: Client, frame: Cmd, result: Awaitable[Any]) -> None:
        try:
            made = await result
        except Exception as error:  # noqa: BLE001 - likewise
            self._refuse(client, frame.id, frame.cmd, error)
        else:
            self._answer(client, frame, made)

    def _answer(self, client: Client, frame: Cmd, result: Any) -> None:
        try:
            for part in _reply_frames(frame, result):
                client.outbox.put_reply(part)
        except Exception as error:  # noqa: BLE001 - likewise
            self._refuse(client, frame.id, frame.cmd, error)

    def _refuse(self, client: Client, frame_id: str | int | None, cmd: str, error: Exception) -> None:
        code = type(error).__name__
        if not isinstance(error, FuncNodesError):
            _log.error("The command %r failed", cmd, exc_info=error)
        text = str(error)
        told = text if len(text) <= _MOST_TEXT else f"{text[:_MOST_TEXT]}…"
        frame = Error(id=frame_id, cmd=cmd, error=f"{code}: {told}", code=code)
        client.outbox.put_reply(codec.encode_text(frame))

    # --- events ---------------------------------------------------------------------------------

    def _flush_soon(self) -> None:
        """Something happened in the graph; called from any thread, under the graph lock."""
        try:
            self._loop.call_soon_threadsafe(self._arm_flush, context=self._context)
        except RuntimeError:  # the loop is closed: nobody is left to be told
            _log.debug("A change came after the end")

    def _arm_flush(self) -> None:
        wait = self._next_flush - self._loop.time()
        if wait <= 0:
            self._flush()
        else:
            self._loop.call_later(wait, self._flush)

    def _flush(self) -> None:
        start = self._loop.time()
        self.mirror.flush()
        end = self._loop.time()
        # A cascade over thousands of nodes must leave this thread time to answer.
        self._next_flush = end + max(FLUSH_INTERVAL, REST_FACTOR * (end - start))

    def _publish(self, first: int, new: list[Event]) -> None:
        if not all(isinstance(event, _UNSEEN) for event in new):
            self.portrait.changed()
        if any(isinstance(event, events.NodeRemoved | events.Cleared | events.Loaded) for event in new):
            self.previews.prune()
            for client in self._clients:
                client.outbox.keep_previews(self._nodespace.nodes)
        batches: list[str] | None = None
        singles: list[str] | None = None
        for client in self._clients:
            if client.batches:
                batches = _batch_frames(first, new) if batches is None else batches
            else:
                singles = _single_frames(first, new) if singles is None else singles
            for frame in (batches if client.batches else singles) or ():
                client.outbox.put_events(frame)

    def _send_preview(self, preview: Preview, clients: frozenset[object]) -> None:
        for client in self._clients:
            if client in clients:
                client.outbox.put_preview(preview)


def _reply_frames(frame: Cmd, result: Any) -> Iterable[codec.Frame]:
    if isinstance(result, BinaryReply):
        return codec.binary_result(frame.id, result.data, result.mime)
    return codec.encode_result(Result(id=frame.id, cmd=frame.cmd, result=result))


def _batch_frames(first: int, new: list[Event]) -> list[str]:
    """One frame, or several when one would be too large."""
    frame = codec.encode_json(NodespaceEvents(first=first, seq=first + len(new) - 1, events=new))
    if len(frame) <= MAX_FRAME_BYTES or len(new) == 1:
        return [frame.decode()]
    half = len(new) // 2
    return [*_batch_frames(first, new[:half]), *_batch_frames(first + half, new[half:])]


def _single_frames(first: int, new: list[Event]) -> list[str]:
    return [
        codec.encode_text(NodespaceEvent(event=str(event.__struct_config__.tag), data=event.data, seq=first + place))
        for place, event in enumerate(new)
    ]
