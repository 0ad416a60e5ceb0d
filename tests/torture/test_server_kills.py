"""Servers that are killed with -9 at any moment, alone or with their worker, while somebody edits without pause."""

from __future__ import annotations

import asyncio
import os
import random
import signal
from pathlib import Path
from time import monotonic
from typing import Any

import psutil
from editing import EMPTY, Editor, library
from packs import install_pack, with_path
from servers import Server, start_runserver

from funcnodes_jupyter.manager.base import BaseFolder
from funcnodes_jupyter.manager.connection import Connection, read_connection
from funcnodes_jupyter.wire.client import Update, WorkerClient
from funcnodes_jupyter.wire.messages import Progress
from funcnodes_jupyter.wire.transport import Transport
from funcnodes_jupyter.wire.websocket import open_websocket

PATIENCE = 60.0
LONGEST = 2.0
"""Seconds of editing before a kill, at most."""
PACK = """
import sys
sys.path.append({folder!r})
from nodes_for_tests import NODES
from funcnodes_jupyter.core.shelf import Shelf
NODE_SHELF = Shelf("Tests", nodes=NODES)
"""
VICTIMS = ("server", "worker", "both")


class Lives:
    """A worker of servers that come and go.

    Attributes:
        edits: How many were sent.
        lost: How many of them were younger than a second at a kill, and are not there.
    """

    def __init__(self, folder: Path, seed: int) -> None:
        self._folder = folder
        self._base = BaseFolder.at(folder / "base")
        self._dice = random.Random(seed)
        self._library = library("testnodes")
        self._editor = Editor(self._library, self._dice)
        self._killed = monotonic()
        packs = folder / "packs"
        packs.mkdir()
        install_pack(packs, "testnodes", PACK.format(folder=str(Path(__file__).parent.parent / "worker")))
        private = {"HOME": str(folder), "JUPYTER_RUNTIME_DIR": str(folder / "runtime")}
        self._environment = {**with_path(packs), **private, "FUNCNODES_CONFIG_DIR": str(self._base.path)}
        self._server: Server | None = None
        self.problems: list[str] = []
        self.edits = self.lost = 0

    async def live(self, number: int) -> None:
        """Have a server and its worker, look at the graph, edit it, kill one of them or both."""
        server = self._server = self._server or await asyncio.to_thread(self._start_server)
        body = {"name": "edited", "exist_ok": True}
        record = await asyncio.to_thread(server.api, "funcnodes/api/workers", "POST", body)
        paths = self._base.worker(record["uuid"])
        connection = read_connection(paths.connection)
        assert connection is not None
        async with self._client(connection) as client:
            await self._look(client, paths.folder / "nodespace.json")
            editing = asyncio.create_task(self._editor.edit(client))
            done, _ = await asyncio.wait((editing,), timeout=self._dice.uniform(0.0, LONGEST))
            assert not done, "the editing ended by itself"
            victim = VICTIMS[number % len(VICTIMS)]
            self._kill(server, record["pid"], victim)
            await editing
        await asyncio.to_thread(psutil.wait_procs, _living(record["pid"]), PATIENCE)
        assert not psutil.pid_exists(record["pid"]), f"the worker outlives the {victim}"
        assert not [path.name for path in paths.folder.iterdir() if "unreadable" in path.name or "foreign" in path.name]

    def close(self) -> None:
        """End the last server."""
        if self._server is not None:
            self._server.stop()

    def _start_server(self) -> Server:
        return start_runserver(self._folder, self._environment)

    def _client(self, connection: Connection) -> WorkerClient:
        async def dial() -> Transport:
            return await open_websocket(connection.url, connection.headers)

        client = WorkerClient(dial, timeout=PATIENCE)
        client.listen(self._hear)
        return client

    def _hear(self, update: Update) -> None:
        if isinstance(update, Progress):
            self.problems.append(update.text)

    def _kill(self, server: Server, worker: int, victim: str) -> None:
        self._killed = monotonic()
        if victim != "worker":
            server.process.kill()
            server.process.wait()
            self._server = None
        if victim != "server":
            os.kill(worker, signal.SIGKILL)

    async def _look(self, client: WorkerClient, saved: Path) -> None:
        await client.command("save")
        document = await asyncio.to_thread(_read, saved)
        sent = len(self._editor.documents) - 1
        self.edits += sent
        self.lost += sent - self._editor.place_of(document, self._killed)
        self._editor = Editor(self._library, self._dice, document)


def _read(document: Path) -> bytes:
    return document.read_bytes() if document.exists() else EMPTY


def _living(pid: int) -> list[psutil.Process]:
    try:
        return [psutil.Process(pid)]
    except psutil.NoSuchProcess:
        return []


def test_whoever_is_killed_what_was_acknowledged_is_there(torture: Any, tmp_path: Path) -> None:
    kills = torture.number(9, 300)
    lives = Lives(tmp_path, torture.seed)

    async def story() -> None:
        for number in range(kills + 1):
            await lives.live(number)

    try:
        asyncio.run(story())
    finally:
        lives.close()
    print(f"{kills} kills, {lives.edits} edits; {lives.lost} of the last second before a kill are gone")
    crashed = [text for text in lives.problems if "process ended while" in text]
    assert lives.problems == crashed
    assert lives.edits > 20 * kills
