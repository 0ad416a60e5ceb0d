"""Driving a worker from a test as any client does."""

from __future__ import annotations

from typing import Any

from funcnodes_jupyter.manager.connection import Connection
from funcnodes_jupyter.wire.client import WorkerClient
from funcnodes_jupyter.wire.transport import Transport
from funcnodes_jupyter.wire.websocket import open_websocket


def client_of(connection: Connection) -> WorkerClient:
    """A client that is connected within its ``async with``."""

    async def dial() -> Transport:
        return await open_websocket(connection.url, connection.headers)

    return WorkerClient(dial)


async def start_node(client: WorkerClient, node_id: str, **inputs: Any) -> str:
    """Add a node and set its inputs, which has it run; returns its uuid."""
    node = await client.command("add_node", {"node_id": node_id})
    for io, value in inputs.items():
        await client.command("update_node", {"uuid": node["uuid"], "io_id": io, "value": value})
    return str(node["uuid"])
