"""One command to a running worker, over a connection of its own."""

from __future__ import annotations

from typing import Any

from funcnodes_jupyter.manager.connection import Connection
from funcnodes_jupyter.wire.client import WorkerClient
from funcnodes_jupyter.wire.transport import Transport
from funcnodes_jupyter.wire.websocket import open_websocket


async def ask_worker(connection: Connection, cmd: str, timeout: float, **arguments: Any) -> Any:
    """The worker's answer to a command.

    Raises:
        WireError: it refused, went away, or took longer than ``timeout`` seconds.
    """

    async def dial() -> Transport:
        return await open_websocket(connection.url, connection.headers)

    async with WorkerClient(dial, timeout=timeout) as client:
        return await client.command(cmd, arguments)
