"""The graph's picture for saved notebooks: made for a kernel that asks, and kept on disk for the server that saves.

It is drawn again when something that it shows has changed and the graph rests, or has run on for a while: never on the
I/O loop, and so seldom that it takes a tenth of the time at most. Nothing is drawn because the worker was started: a
picture with the values of its last life says more than one without them.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from time import monotonic

from funcnodes_jupyter.core.nodespace import NodeSpace
from funcnodes_jupyter.wire.messages import WorkerIdentity
from funcnodes_jupyter.worker.mirror import Mirror
from funcnodes_jupyter.worker.picture.bundle import bundle_of
from funcnodes_jupyter.worker.picture.drawn import Preview
from funcnodes_jupyter.worker.picture.graph import Snapshot
from funcnodes_jupyter.worker.picture.previewing import Bundle, PortKey, preview_of, previewed
from funcnodes_jupyter.worker.previews import Previews
from funcnodes_jupyter.worker.savedform import to_bytes

REST_DELAY = 0.5
"""Seconds without a change after which the picture is drawn, if nothing runs."""
MOST_DELAY = 15.0
"""The same, whatever goes on."""
_SHARE = 10
"""A picture that takes long to draw waits this many times as long."""
_PREVIEWS_SECONDS = 5.0
_MOST_NODES = 3000
"""A larger graph is drawn only for who asks: it takes the better part of a second, and from afar one looks like the other."""

_log = logging.getLogger(__name__)


class Portrait:
    """See the module. All methods belong to the I/O thread's loop.

    Args:
        keep: Has a picture on disk; called in another thread, may raise OSError.
    """

    def __init__(
        self,
        nodespace: NodeSpace,
        mirror: Mirror,
        previews: Previews,
        identity: Callable[[], WorkerIdentity],
        keep: Callable[[bytes], None],
    ) -> None:
        self._nodespace = nodespace
        self._mirror = mirror
        self._previews = previews
        self._identity = identity
        self._keep = keep
        self._kept = b""
        self._fitted: dict[PortKey, tuple[Bundle, object, Preview | None]] = {}
        # One thread, so that what is on disk last is what was seen last.
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="funcnodes-picture")
        self._changes = 0
        self._changed_at = 0.0
        self._took = 0.0
        self._watching: asyncio.Task[None] | None = None

    def changed(self) -> None:
        """Something that the picture shows is another now."""
        if len(self._mirror.nodes) > _MOST_NODES:
            return
        loop = asyncio.get_running_loop()
        self._changes += 1
        self._changed_at = loop.time()
        if self._watching is None or self._watching.done():
            self._watching = loop.create_task(self._follow())

    async def bundle(self, seconds: float) -> bytes:
        """The mime bundle of the graph as it is now, as JSON; it is on disk, too, when this returns.

        Args:
            seconds: How long previews may take; those that take longer are shown as they were, or left out.
        """
        self._mirror.flush()
        ports = previewed(self._mirror.snapshot(), self._previews.kept())
        shown = await self._previews.newest(ports, seconds)
        self._mirror.flush()
        seen = {**self._previews.current_ones(), **shown}
        graph = self._mirror.snapshot()
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, self._drawn, self._identity(), graph, shown, seen)

    async def close(self) -> None:
        """Have on disk what is not there yet, with the previews that there are."""
        if self._watching is not None and not self._watching.done():
            self._watching.cancel()
            await self._renew(0.0)
        self._thread.shutdown(wait=False)

    # --- following the graph ----------------------------------------------------------------------

    async def _follow(self) -> None:
        """Draw until nothing has changed since."""
        drawn = -1
        while drawn != self._changes:
            await self._rest()
            drawn = self._changes
            await self._renew(_PREVIEWS_SECONDS)

    async def _rest(self) -> None:
        """Wait until the graph rests, or for as long as one picture may be out of date."""
        loop = asyncio.get_running_loop()
        delay = max(REST_DELAY, _SHARE * self._took)
        end = loop.time() + max(MOST_DELAY, delay)
        while (now := loop.time()) < end:
            if self._nodespace.runner.idle:
                if now >= self._changed_at + delay:
                    return
                await asyncio.sleep(min(end, self._changed_at + delay) - now)
            else:
                await asyncio.sleep(min(end - now, delay))

    async def _renew(self, seconds: float) -> None:
        try:
            await self.bundle(seconds)
        except Exception:  # noqa: BLE001 - a picture is an extra: whatever fails in it, the worker goes on
            _log.warning("The picture of the graph could not be made", exc_info=True)

    # --- drawing, in another thread ---------------------------------------------------------------

    def _drawn(
        self,
        identity: WorkerIdentity,
        graph: Snapshot,
        shown: Mapping[PortKey, Bundle],
        seen: Mapping[PortKey, Bundle],
    ) -> bytes:
        began = monotonic()
        previews = self._fit(graph, shown)
        document = to_bytes(self._nodespace.serialize())
        made = bundle_of(identity.name, identity.uuid, graph, previews, document, seen)
        self._took = monotonic() - began
        if made != self._kept:
            self._save(made)
        return made

    def _fit(self, graph: Snapshot, shown: Mapping[PortKey, Bundle]) -> dict[str, Preview]:
        """What nodes show, by their uuids. Pictures are made smaller once, not with each drawing."""
        fitted: dict[PortKey, tuple[Bundle, object, Preview | None]] = {}
        for key, data in shown.items():
            node = graph.nodes.get(key[0])
            if node is not None:
                known = self._fitted.get(key)
                as_known = known is not None and known[0] is data and known[1] == node.size
                fitted[key] = known if known and as_known else (data, node.size, preview_of(node, data))
        self._fitted = fitted
        return {key[0]: preview for key, (_, _, preview) in fitted.items() if preview is not None}

    def _save(self, made: bytes) -> None:
        try:
            self._keep(made)
        except OSError as error:
            _log.warning("The picture of the graph could not be saved: %s", error)
        else:
            self._kept = made
