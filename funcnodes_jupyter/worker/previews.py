"""Who looks at which port, and the pictures they see.

Previews are made only for watched ports, one at a time a port and the newest value next, in the preview
thread for values of known types, in the main thread between two nodes for all others. What was made last
is kept, also for the next life of the worker, where it is shown as stale.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from time import monotonic
from typing import Any

from msgspec.structs import replace

from funcnodes_jupyter.core.nodeio import NodeInput
from funcnodes_jupyter.core.nodespace import NodeSpace
from funcnodes_jupyter.core.values import NoValue
from funcnodes_jupyter.wire.messages import Preview
from funcnodes_jupyter.worker.bundles import Bundle, quick_bundle, rich_bundle
from funcnodes_jupyter.worker.looks import class_name, renderer_of, renderer_of_value

PortKey = tuple[str, str]
Look = tuple[str, str]
"""(the renderer that a pack wants, the name of the value's class)"""

MIN_INTERVAL = 0.07
"""Seconds between two previews of one port: a stream of values must not fill the wire."""

_log = logging.getLogger(__name__)


class Previews:
    """The previews of one worker. All methods belong to the I/O thread's loop.

    Args:
        nodespace: Where the values are.
        send: Gets a new preview and the clients that watch its port.
        saved: Called when there is a new preview to save.
        restored: The previews of the worker's last life.
    """

    def __init__(
        self,
        nodespace: NodeSpace,
        *,
        send: Callable[[Preview, frozenset[object]], None],
        saved: Callable[[], None],
        restored: Iterable[Preview] = (),
    ) -> None:
        self._nodespace = nodespace
        self._send = send
        self._saved = saved
        self._watchers: dict[PortKey, set[object]] = {}
        # Oldest first, also on disk, where the oldest fall out first.
        self._last: dict[PortKey, Preview] = {(preview.node, preview.io): preview for preview in restored}
        self._outdated: set[PortKey] = set()
        self._making: dict[PortKey, float] = {}
        self._again: set[PortKey] = set()
        self._awaited: dict[PortKey, asyncio.Event] = {}
        self._loop = asyncio.get_running_loop()
        self._thread: ThreadPoolExecutor | None = None

    def close(self) -> None:
        """Make no more previews."""
        self._watchers.clear()
        if self._thread is not None:
            self._thread.shutdown(wait=False, cancel_futures=True)

    # --- who looks ------------------------------------------------------------------------------

    def watch(self, client: object, ports: Iterable[PortKey]) -> None:
        """``client`` looks at ``ports``: it gets the current previews at once, and every newer one."""
        for key in ports:
            self._watchers.setdefault(key, set()).add(client)
            last = self.last(key)
            if last is not None:
                self._send(last, frozenset((client,)))
            if self._value(key) is not NoValue and (last is None or key in self._outdated):
                self._make(key)

    def unwatch(self, client: object, ports: Iterable[PortKey]) -> None:
        """``client`` looks away from ``ports``."""
        for key in ports:
            watchers = self._watchers.get(key, set())
            watchers.discard(client)
            if not watchers:
                self._watchers.pop(key, None)

    def forget(self, client: object) -> None:
        """``client`` is gone."""
        self.unwatch(client, [key for key, watchers in self._watchers.items() if client in watchers])

    def watched_by(self, client: object) -> list[Preview]:
        """What ``client`` sees now."""
        seen = (self.last(key) for key, watchers in self._watchers.items() if client in watchers)
        return [preview for preview in seen if preview is not None]

    def prune(self) -> None:
        """Nodes went: forget what was shown of them."""
        nodes = self._nodespace.nodes
        self._last = {key: preview for key, preview in self._last.items() if key[0] in nodes}
        self._watchers = {key: watchers for key, watchers in self._watchers.items() if key[0] in nodes}
        self._outdated = {key for key in self._outdated if key[0] in nodes}

    # --- what they see --------------------------------------------------------------------------

    def changed(self, ports: Iterable[PortKey]) -> None:
        """The values of ``ports`` changed."""
        for key in ports:
            if key in self._last:
                self._outdated.add(key)
            if key in self._watchers and self._value(key) is not NoValue:
                self._make(key)

    def last(self, key: PortKey) -> Preview | None:
        """The newest preview of a port, marked stale if it is older than what the node depends on."""
        preview = self._last.get(key)
        node = self._nodespace.nodes.get(key[0])
        if preview is None or node is None:
            return None
        stale = preview.stale or key in self._outdated or (node.stale and node.state != "running")
        return replace(preview, stale=stale)

    def all(self) -> list[Preview]:
        """Every preview of a node that exists, oldest first. Callable from any thread."""
        nodes = self._nodespace.nodes
        return [preview for preview in list(self._last.values()) if preview.node in nodes]

    async def current(self, key: PortKey) -> Preview:
        """A preview of the value that the port has now, made for this question; ``{}`` for no value."""
        value = self._value(key)
        if value is NoValue:
            return Preview(key[0], key[1], {})
        look = self._look(key, value)
        return self._preview(key, await asyncio.wrap_future(self._bundle(value, look)), look)

    def kept(self) -> dict[PortKey, Bundle]:
        """What each port showed last."""
        return {key: preview.data for key, preview in self._last.items()}

    def current_ones(self) -> dict[PortKey, Bundle]:
        """What each port showed last, of those that hold the same value still."""
        lasts = [self.last(key) for key in self._last]
        return {(last.node, last.io): last.data for last in lasts if last is not None and not last.stale}

    async def newest(self, ports: Iterable[PortKey], seconds: float) -> dict[PortKey, Bundle]:
        """What ``ports`` show, made anew of those whose values are others than were shown last.

        Args:
            seconds: How long that may take; then it is what they showed last, and nothing of who showed nothing.
        """
        wanted = list(ports)
        renewing = [self._loop.create_task(self._renewed(key)) for key in wanted if self._is_outdated(key)]
        if renewing:
            try:
                await asyncio.wait(renewing, timeout=seconds)
            finally:
                for task in renewing:
                    task.cancel()
        return {key: self._last[key].data for key in wanted if key in self._last}

    def _is_outdated(self, key: PortKey) -> bool:
        return self._value(key) is not NoValue and (key not in self._last or key in self._outdated)

    async def _renewed(self, key: PortKey) -> None:
        while self._is_outdated(key):
            made = self._awaited.setdefault(key, asyncio.Event())
            if key not in self._making:
                self._make(key)
            await made.wait()

    # --- making ---------------------------------------------------------------------------------

    def _value(self, key: PortKey) -> Any:
        node = self._nodespace.nodes.get(key[0])
        if node is None:
            return NoValue
        port: Any = node.inputs.get(key[1]) or node.outputs.get(key[1])
        if port is None or port.stored is NoValue:
            return NoValue if port is None or not port.is_input else _plain_default(port.default)
        return port.stored

    def _look(self, key: PortKey, value: Any) -> Look:
        """How a value of this port is to be drawn: as its class says, else as the port's type does."""
        renderer = renderer_of_value(value)
        node = self._nodespace.nodes.get(key[0])
        if not renderer and node is not None:
            port: Any = node.inputs.get(key[1]) or node.outputs.get(key[1])
            renderer = renderer_of(port.type) if port is not None else ""
        return renderer, class_name(type(value))

    @staticmethod
    def _preview(key: PortKey, data: Bundle, look: Look) -> Preview:
        return Preview(key[0], key[1], data, renderer=look[0], value_type=look[1])

    def _make(self, key: PortKey) -> None:
        if key in self._making:
            self._again.add(key)
            return
        self._making[key] = monotonic()
        # From here on a change makes the coming preview outdated again.
        self._outdated.discard(key)
        value = self._value(key)
        look = self._look(key, value)
        try:
            future = self._bundle(value, look)
        except RuntimeError:  # the worker is ending
            return
        future.add_done_callback(lambda done: self._hand_over(key, done, look))

    def _hand_over(self, key: PortKey, done: Future[Bundle], look: Look) -> None:
        """From the thread that made a preview to the I/O thread."""
        try:
            self._loop.call_soon_threadsafe(self._made, key, done, look)
        except RuntimeError:  # the loop is closed: the worker ended meanwhile
            _log.debug("A preview came too late")

    def _bundle(self, value: Any, look: Look) -> Future[Bundle]:
        """The bundle of ``value``, from whichever thread may make it."""
        if self._thread is None:
            self._thread = ThreadPoolExecutor(1, thread_name_prefix="funcnodes-preview")
        made: Future[Bundle] = Future()
        renderer = look[0]

        def quick() -> None:
            if not made.set_running_or_notify_cancel():
                return  # whoever asked is gone
            try:
                bundle = None if renderer else quick_bundle(value)
            except Exception:  # noqa: BLE001 - the value is asked itself then
                _log.warning("No quick preview of a %s", type(value).__name__, exc_info=True)
                bundle = None
            if bundle is not None:
                made.set_result(bundle)
            else:
                asked = self._nodespace.runner.call(lambda: rich_bundle(value, renderer))
                asked.add_done_callback(lambda done: made.set_result(_bundle_of(done, value)))

        self._thread.submit(quick)
        return made

    def _made(self, key: PortKey, done: Future[Bundle], look: Look) -> None:
        started = self._making[key]
        preview = self._preview(key, done.result(), look)
        self._last.pop(key, None)
        if key[0] in self._nodespace.nodes:
            self._last[key] = preview
            self._saved()
            watchers = self._watchers.get(key)
            if watchers:
                self._send(preview, frozenset(watchers))
        self._tell(key)
        rest = MIN_INTERVAL - (monotonic() - started)
        self._loop.call_later(max(0.0, rest), self._free, key)

    def _free(self, key: PortKey) -> None:
        del self._making[key]
        self._tell(key)
        if key in self._again:
            self._again.discard(key)
            if key in self._watchers and self._value(key) is not NoValue:
                self._make(key)

    def _tell(self, key: PortKey) -> None:
        """Whoever waits for the next preview of a port is to look."""
        if (made := self._awaited.pop(key, None)) is not None:
            made.set()


def _bundle_of(done: Future[Bundle], value: Any) -> Bundle:
    """What came of asking a value for its bundle, also when that was interrupted."""
    error = done.exception()
    return done.result() if error is None else {"text/plain": f"{type(value).__name__} (no preview: {error})"}


def _plain_default(default: Any) -> Any:
    """A default that is a value; factories run code, and so are not asked here."""
    return NoValue if isinstance(default, NodeInput.DefaultFactory) else default
