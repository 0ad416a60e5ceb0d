"""Frames on their way to one client, bounded: who falls behind gets the graph anew instead of every event."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Container

from funcnodes_jupyter.wire.codec import Frame, encode_text
from funcnodes_jupyter.wire.messages import Preview

MAX_EVENTS = 4 * 1024 * 1024
"""Characters of events that wait for one client; beyond that they are dropped."""
MAX_REPLIES = 8 * 1024 * 1024
"""Characters or bytes of replies, from which on the client's next command is not read."""

PortKey = tuple[str, str]


class Outbox:
    """A queue with one reader. Replies are always kept, events until there are too many, of previews the newest."""

    def __init__(self) -> None:
        self._queue: deque[tuple[bool, Frame]] = deque()
        # Not as frames: as they are they share all that is in them with what the worker keeps anyway.
        self._previews: dict[PortKey, Preview] = {}
        self._reply_size = 0
        self._event_size = 0
        self._filled = asyncio.Event()
        self._emptied = asyncio.Event()
        self._room = asyncio.Event()
        self._room.set()
        self.overflowed = False
        """Events were dropped; the client must be told once everything else is sent."""
        self._closed = False

    def close(self) -> None:
        """The client is gone: nobody waits for it, and nothing is kept for it any more."""
        self._closed = True
        self._queue.clear()
        self._previews.clear()
        for event in (self._room, self._emptied, self._filled):
            event.set()

    def put_reply(self, frame: Frame) -> None:
        """Queue what only this client waits for."""
        if self._closed:
            return
        self._queue.append((True, frame))
        self._reply_size += len(frame)
        if self._reply_size > MAX_REPLIES:
            self._room.clear()
        self._filled.set()

    def put_events(self, frame: Frame) -> None:
        """Queue events, or drop all that wait when they have become too many."""
        self._filled.set()
        if self.overflowed or self._closed:
            return
        if self._event_size + len(frame) > MAX_EVENTS:
            self.overflowed = True
            self._event_size = 0
            self._queue = deque(entry for entry in self._queue if entry[0])
            return
        self._queue.append((False, frame))
        self._event_size += len(frame)

    def put_preview(self, preview: Preview) -> None:
        """Queue a preview in place of an older one of the same port."""
        if self._closed:
            return
        port = (preview.node, preview.io)
        self._previews.pop(port, None)
        self._previews[port] = preview
        self._filled.set()

    def keep_previews(self, nodes: Container[str]) -> None:
        """Drop the previews of all other nodes: they are gone."""
        self._previews = {port: preview for port, preview in self._previews.items() if port[0] in nodes}

    def take(self) -> Frame | None:
        """The next frame: replies and events in the order they came, previews when those are sent."""
        if self._queue:
            is_reply, frame = self._queue.popleft()
            if is_reply:
                self._reply_size -= len(frame)
                if self._reply_size <= MAX_REPLIES:
                    self._room.set()
            else:
                self._event_size -= len(frame)
            return frame
        if self._previews:
            return encode_text(self._previews.pop(next(iter(self._previews))))
        self._filled.clear()
        self._emptied.set()
        return None

    async def filled(self) -> None:
        """Wait until there may be something to take."""
        await self._filled.wait()

    async def emptied(self) -> None:
        """Wait until everything that waits now was taken, and the last of it was sent."""
        self._emptied.clear()
        self._filled.set()
        await self._emptied.wait()

    async def room(self) -> None:
        """Wait until the client has read enough replies to ask for more."""
        await self._room.wait()
