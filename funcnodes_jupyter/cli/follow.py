"""What goes on until Ctrl+C: ``funcnodes worker listen`` and ``logs --follow``."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path
from typing import Any

import msgspec

from funcnodes_jupyter.manager.base import BaseFolder
from funcnodes_jupyter.manager.commandline import find_worker
from funcnodes_jupyter.manager.connection import read_connection
from funcnodes_jupyter.manager.errors import WorkerNotRunningError
from funcnodes_jupyter.manager.verbs import Manager
from funcnodes_jupyter.wire.client import Connected, Disconnected, WorkerClient
from funcnodes_jupyter.wire.messages import FullState
from funcnodes_jupyter.wire.transport import Transport
from funcnodes_jupyter.wire.websocket import open_websocket

LOOK_INTERVAL = 0.3
"""Seconds between two looks at a log."""


def add_to(verbs: Any) -> None:
    """Add ``listen``, and ``--follow`` to ``logs``."""
    text = "Print what happens in a worker's graph, an event a line as JSON, until it ends or Ctrl+C."
    verbs.add_parser("listen", help=text, description=text).add_argument(
        "worker", metavar="WORKER", help="name or uuid"
    )
    verbs.choices["logs"].add_argument("-f", "--follow", action="store_true", help="go on with what comes")


async def listen(manager: Manager, base: BaseFolder, wanted: str) -> None:
    """Print the worker's graph as it is, then each event.

    Raises:
        WorkerNotFoundError, WorkerNotRunningError: there is nobody to listen to.
        WireError: it does not answer.
    """
    worker = await find_worker(manager, wanted)
    connection = await asyncio.to_thread(read_connection, base.worker(worker.uuid).connection)
    if connection is None:
        raise WorkerNotRunningError(worker.name)

    async def dial() -> Transport:
        return await open_websocket(connection.url, connection.headers)

    async with WorkerClient(dial) as client:
        updates = client.updates()
        await client.follow()
        async for update in updates:
            if isinstance(update, Disconnected):
                return
            if isinstance(update, FullState):
                print(_json({"type": "full_state", "state": update}), flush=True)
            elif not isinstance(update, Connected):
                print(_json(update), flush=True)


async def follow_log(manager: Manager, base: BaseFolder, wanted: str, lines: int) -> None:
    """Print the end of a worker's log, and what is added to it.

    Raises:
        WorkerNotFoundError: there is no such worker.
    """
    worker = await find_worker(manager, wanted)
    path = base.worker(worker.uuid).log
    place = _size(path)
    print(await manager.log(worker.uuid, lines), flush=True)
    while True:
        await asyncio.sleep(LOOK_INTERVAL)
        text, place = await asyncio.to_thread(_added, path, place)
        sys.stdout.write(text)
        sys.stdout.flush()


def _json(content: Any) -> str:
    return msgspec.json.encode(content).decode()


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _added(path: Path, place: int) -> tuple[str, int]:
    """What stands behind ``place``, and where that ends; a log that was set aside begins anew."""
    if not path.exists():
        return "", 0
    with path.open("rb") as file:
        end = file.seek(0, os.SEEK_END)
        file.seek(place if end >= place else 0)
        data = file.read()
        return data.decode("utf-8", "replace"), file.tell()
