"""Blocking calls on a worker, from any thread but the loop's own."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from funcnodes_jupyter.manager.record import WorkerStatus
from funcnodes_jupyter.notebook.background import BackgroundLoop
from funcnodes_jupyter.notebook.errors import FlowTimeoutError, silent
from funcnodes_jupyter.notebook.graph import Graph
from funcnodes_jupyter.notebook.link import Link
from funcnodes_jupyter.notebook.silence import Silence

T = TypeVar("T")

OPEN_TIMEOUT = 45.0
"""Seconds for a worker to be made, to start and to answer."""
CLOSE_TIMEOUT = 15.0
_WAKE_SECONDS = 0.25
VALUE_TIMEOUT = 600.0
"""Seconds for a whole value to travel."""


class Remote:
    """A thread with a loop, and the link to one worker on it.

    Attributes:
        timeout: Seconds that waiting for nodes may take; None waits as long as they compute.
        shares: Whether memory can be shared with the worker, as far as that is known.
    """

    def __init__(self, name: str, base_dir: Path, cwd: str) -> None:
        self.timeout: float | None = 600.0
        self.shares = True
        self._loop = BackgroundLoop(name)
        try:
            self._link = self._loop.run(Link.open(name, base_dir, cwd), OPEN_TIMEOUT)
        except BaseException:
            self._loop.close()
            raise

    @property
    def record(self) -> WorkerStatus:
        """What was last heard of the worker itself."""
        return self._link.record

    @property
    def base_dir(self) -> Path:
        """The base folder of the worker."""
        return self._link.opened.base.path

    @property
    def server_base_url(self) -> str | None:
        """The base URL path of the Jupyter server that owns the worker; None when this process does."""
        return self._link.opened.server_base_url

    @property
    def closed(self) -> bool:
        """Whether :meth:`close` or :meth:`abandon` was called."""
        return self._loop.closed

    def command(self, cmd: str, kwargs: Mapping[str, Any], timeout: float | None = None) -> Any:
        """See :meth:`Link.command`."""
        return self._run(self._link.command(cmd, kwargs, timeout))

    def answers(self, commands: Sequence[tuple[str, Mapping[str, Any]]], seconds: float) -> list[Any]:
        """See :meth:`Link.answers`."""
        return self._loop.run(self._link.answers(commands, seconds))

    def graph(self, timeout: float | None = None) -> Graph:
        """See :meth:`Link.graph`."""
        return self._run(self._link.graph(), timeout)

    def last_known(self) -> Graph:
        """See :meth:`Link.last_known`."""
        return self._link.last_known()

    def tell(self, cmd: str) -> None:
        """Send a command and wait for nothing: whether it was heard is not known."""
        if not self.closed:
            self._loop.submit(self._link.command(cmd, {}))

    def until(self, done: Callable[[Graph], bool], timeout: float | None, *, mute: bool = False) -> Graph:
        """The graph as soon as it is ``done``.

        Args:
            mute: Say nothing when the worker does not answer; nobody waits who could do something about it.

        Raises:
            FlowTimeoutError: that took longer than ``timeout`` seconds; the text names what still runs.
        """
        begin = time.monotonic()
        try:
            return self._loop.run(self._link.until(done), timeout, self._silence(mute).look)
        except FlowTimeoutError:
            if timeout is None or time.monotonic() - begin < timeout:  # it is a command that had no reply
                raise
            raise FlowTimeoutError(self._why_not_done(timeout, self._loop.run(self._link.responds()))) from None

    async def until_async(self, done: Callable[[Graph], bool], timeout: float | None) -> Graph:
        """The same for who has an event loop of his own, which goes on meanwhile."""
        silence = self._silence()
        end = float("inf") if timeout is None else time.monotonic() + timeout
        future = asyncio.wrap_future(self._loop.submit(self._link.until(done)))
        try:
            while not future.done():
                # A loop that nothing wakes up does not see an interrupt either.
                await asyncio.wait((future,), timeout=min(_WAKE_SECONDS, max(0.0, end - time.monotonic())))
                silence.look()
                if not future.done() and time.monotonic() >= end:
                    assert timeout is not None
                    responds = await asyncio.wrap_future(self._loop.submit(self._link.responds()))
                    raise FlowTimeoutError(self._why_not_done(timeout, responds))
            return future.result()
        finally:
            future.cancel()

    def _why_not_done(self, timeout: float, responds: bool) -> str:
        if not responds:
            return f"Not done after {timeout:g} s. {silent(self.record.name)}"
        active = ", ".join(f"{node.name!r} is {node.state}" for node in self.last_known().active[:5])
        return f"Not done after {timeout:g} s: {active or 'no answer'}. It goes on."

    def _run(self, coroutine: Coroutine[Any, Any, T], timeout: float | None = None) -> T:
        """Wait for the worker, and say so when it is silent."""
        return self._loop.run(coroutine, timeout, self._silence().look)

    def _silence(self, mute: bool = False) -> Silence:
        return Silence(self.record.name, lambda: self._loop.submit(self._link.responds()), mute)

    def nudge(self) -> None:
        """Have whoever waits for the graph look again."""
        self._loop.call(self._link.nudge)

    def status(self) -> WorkerStatus:
        """What the worker does now; see :meth:`OpenedWorker.status`."""
        return self._loop.run(self._link.opened.status(), OPEN_TIMEOUT)

    def revive(self) -> None:
        """See :meth:`Link.revive`."""
        self._loop.run(self._link.revive(), OPEN_TIMEOUT)

    def restart(self) -> None:
        """See :meth:`Link.restart`."""
        self._loop.run(self._link.restart(), OPEN_TIMEOUT)

    def close(self) -> None:
        """Let go of the worker and end the thread; a worker that this process launched ends, after saving."""
        if self.closed:
            return
        try:
            self._loop.run(self._link.close(), CLOSE_TIMEOUT)
        finally:
            self._loop.close()

    def abandon(self) -> None:
        """End the thread without a word: at the interpreter's end nothing else can be done.

        A worker that this process launched notices the end of its standard input, saves and ends.
        """
        self._loop.close()
