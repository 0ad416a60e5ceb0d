from __future__ import annotations

import asyncio
import contextlib
import importlib.util
import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from funcnodes_jupyter.core.nodespace import NodeSpace
from funcnodes_jupyter.wire.client import Update, WorkerClient
from funcnodes_jupyter.wire.errors import TransportClosedError
from funcnodes_jupyter.wire.memory import MemoryTransport, memory_pair
from funcnodes_jupyter.wire.messages import WorkerIdentity
from funcnodes_jupyter.wire.transport import Transport
from funcnodes_jupyter.wire.websocket import open_websocket
from funcnodes_jupyter.worker.context import Host
from funcnodes_jupyter.worker.session import Session

PATIENCE = 60.0
HERE = Path(__file__).parent

Seen = Callable[[Update], bool]
Until = Callable[[WorkerClient, Callable[[Update], Any]], Awaitable[Any]]


@pytest.fixture(scope="session")
def test_nodes() -> ModuleType:
    """The module with the nodes that tests use."""
    spec = importlib.util.spec_from_file_location("nodes_for_tests", HERE / "nodes_for_tests.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


# --- a session without a process ------------------------------------------------------------------


class Served:
    """A session in this thread, and clients that speak with it through memory."""

    def __init__(self, nodespace: NodeSpace) -> None:
        self.nodespace = nodespace
        self.calls: list[str] = []
        self.edits = 0
        host = Host(
            identity=lambda: WorkerIdentity("u", "test"),
            stop=lambda: self.calls.append("stop"),
            save=lambda: self.calls.append("save"),
        )
        self.session = Session(nodespace, host, edited=self._edited)
        self.stack = contextlib.AsyncExitStack()

    def _edited(self, fact: Any) -> None:
        self.edits += 1

    async def client(self, follow: bool = True) -> WorkerClient:
        """Another client, which follows the graph."""
        client = WorkerClient(self._connect, timeout=PATIENCE)
        await self.stack.enter_async_context(client)
        if follow:
            await client.follow()
        return client

    async def _connect(self) -> MemoryTransport:
        near, far = memory_pair()
        tasks = asyncio.gather(self._carry(far))
        self.stack.callback(tasks.cancel)
        return near

    async def _carry(self, far: MemoryTransport) -> None:
        client = self.session.connect()
        sending = asyncio.ensure_future(self._send(client, far))
        try:
            while True:
                self.session.receive(client, await far.receive())
        except TransportClosedError:
            self.session.disconnect(client)
        finally:
            sending.cancel()

    async def _send(self, client: Any, far: MemoryTransport) -> None:
        while True:
            frame = client.outbox.take()
            if frame is None:
                await client.outbox.filled()
            else:
                await far.send(frame)


@pytest.fixture
def serving(test_nodes: ModuleType) -> Callable[[], AbstractAsyncContextManager[Served]]:
    @asynccontextmanager
    async def serve() -> AsyncIterator[Served]:
        nodespace = NodeSpace(test_nodes.library(), threaded=True)
        nodespace.runner.bind(asyncio.get_running_loop())
        served = Served(nodespace)
        async with served.stack:
            yield served
        await served.session.close()

    return serve


async def _until(client: WorkerClient, look: Callable[[Update], Any]) -> Any:
    """The first true answer of ``look`` to the updates that come from now on."""
    updates = client.updates()
    try:
        async for update in updates:
            found = look(update)
            if found:
                return found
    finally:
        updates.close()


@pytest.fixture
def until() -> Until:
    """Start waiting before doing: ``waiting = asyncio.ensure_future(until(client, look))``."""

    def begin(client: WorkerClient, look: Callable[[Update], Any]) -> Awaitable[Any]:
        return asyncio.ensure_future(_until(client, look))

    return begin


# --- a process ------------------------------------------------------------------------------------


class Process:
    """A worker's process, started as its launcher starts it."""

    def __init__(self, base: Path, uuid: str = "w1") -> None:
        self.base = base
        self.uuid = uuid
        self.script = "nodes_for_tests.py"
        self.environment: dict[str, str] | None = None
        self.folder = base / "workers" / uuid
        self.connection = base / "workers" / f"worker_{uuid}.connection.json"
        self.popen: subprocess.Popen[bytes] | None = None

    def start(self, wait: bool = True) -> subprocess.Popen[bytes]:
        """Start it, and wait until it serves."""
        ready, told = os.pipe()
        command = [sys.executable, str(HERE / self.script), "--base", str(self.base), "--uuid", self.uuid]
        self.base.mkdir(exist_ok=True)
        with (self.base / "log").open("ab") as log:
            self.popen = subprocess.Popen(
                [*command, "--ready-fd", str(told)],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                pass_fds=(told,),
                env=self.environment,
            )
        os.close(told)
        said = os.read(ready, 16)
        os.close(ready)
        if wait:
            assert said == b"ready\n", self.log()
        return self.popen

    def log(self) -> str:
        return (self.base / "log").read_text()

    async def connect(self) -> Transport:
        """Open a socket as the connection file says."""
        found = json.loads(self.connection.read_text())
        return await open_websocket(
            f"ws://{found['host']}:{found['port']}/", {"Authorization": f"token {found['secret']}"}
        )

    def client(self, **options: Any) -> WorkerClient:
        return WorkerClient(self.connect, timeout=PATIENCE, **options)

    def saved(self) -> dict[str, Any]:
        """The saved graph."""
        found: dict[str, Any] = json.loads((self.folder / "nodespace.json").read_text())
        return found

    def end(self) -> int:
        """Close its standard input, as the end of its launcher would."""
        assert self.popen is not None
        assert self.popen.stdin is not None
        self.popen.stdin.close()
        return self.popen.wait(PATIENCE)

    def kill(self) -> None:
        if self.popen is not None:
            self.popen.kill()
            self.popen.wait()
            if self.popen.stdin is not None:
                self.popen.stdin.close()


@pytest.fixture
def process(tmp_path: Path) -> Iterator[Process]:
    made = Process(tmp_path / "base")
    yield made
    made.kill()


@pytest.fixture
def another_process(tmp_path: Path) -> Iterator[Process]:
    """Another one, in a folder of its own."""
    made = Process(tmp_path / "another base")
    yield made
    made.kill()


@pytest.fixture
def events_of() -> Callable[[Update], list[SimpleNamespace]]:
    """The events in an update, as (name, data) pairs."""

    def read(update: Update) -> list[SimpleNamespace]:
        found = getattr(update, "events", [])
        return [SimpleNamespace(name=event.__struct_config__.tag, data=event.data) for event in found]

    return read
