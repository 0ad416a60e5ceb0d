"""What a worker that runs has and shows now, asked of it over a connection of its own."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterator

import msgspec

from funcnodes_jupyter.manager.asking import ask_worker
from funcnodes_jupyter.manager.connection import Connection, read_connection
from funcnodes_jupyter.wire.client import WorkerClient
from funcnodes_jupyter.wire.errors import WireError
from funcnodes_jupyter.wire.messages import FullState, Preview
from funcnodes_jupyter.wire.transport import Transport
from funcnodes_jupyter.wire.websocket import open_websocket
from funcnodes_jupyter.worker.home import WorkerHome

PATIENCE = 5.0
"""Seconds for each of its answers. A worker that is busy for longer is taken as it was saved."""
_MOST_PREVIEWS = 100


def have_saved(home: WorkerHome) -> None:
    """Have a worker that runs write down what it has not yet; one that does not answer is left alone."""
    connection = read_connection(home.connection)
    if connection is not None:
        with contextlib.suppress(WireError, OSError):
            asyncio.run(ask_worker(connection, "save", PATIENCE))


def state_now(home: WorkerHome) -> FullState | None:
    """The graph of a worker with its previews; None when it does not run, or does not answer."""
    connection = read_connection(home.connection)
    if connection is None:
        return None
    try:
        return asyncio.run(_asked(connection))
    except (WireError, OSError):
        return None


async def _asked(connection: Connection) -> FullState:
    async def dial() -> Transport:
        return await open_websocket(connection.url, connection.headers)

    async with WorkerClient(dial, timeout=PATIENCE) as client:
        state = msgspec.convert(await client.command("full_state"), FullState)
        ports = list(_shown(state))[:_MOST_PREVIEWS]
        asked = (client.command("get_io_value", {"node": node, "io": io}) for node, io in ports)
        answers = await asyncio.gather(*asked, return_exceptions=True)
        state.previews = [msgspec.convert(answer, Preview) for answer in answers if isinstance(answer, dict)]
        return state


def _shown(state: FullState) -> Iterator[tuple[str, str]]:
    """Node and port of the values that nodes show."""
    for node in state.nodes:
        if any(port.id == node.preview_io and not port.is_input and port.value is not None for port in node.io):
            yield node.uuid, str(node.preview_io)
