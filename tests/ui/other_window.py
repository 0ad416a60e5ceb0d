"""Somebody else on the same worker: a program that sets what the browser must show, and sees what it did."""

from __future__ import annotations

import secrets
from typing import Any

from servers import Server

from funcnodes_jupyter.notebook.background import BackgroundLoop
from funcnodes_jupyter.wire.client import WorkerClient
from funcnodes_jupyter.wire.transport import Transport
from funcnodes_jupyter.wire.websocket import open_websocket


class OtherWindow:
    """A worker of a server, and a line to it that is not the browser's.

    With a name it joins the worker that bears it; without one it makes one of its own and takes it away in the end.
    """

    def __init__(self, server: Server, name: str = "") -> None:
        self.server = server
        self.name = name or f"w-{secrets.token_hex(3)}"
        self._is_own = not name
        wanted = {"name": self.name, "start": True, "exist_ok": not self._is_own}
        self.uuid: str = server.api("funcnodes/api/workers", "POST", wanted)["uuid"]
        self._loop = BackgroundLoop(self.name)
        self._client = WorkerClient(self._dial, reconnect=True)
        self._loop.run(self._client.open(), 30)

    async def _dial(self) -> Transport:
        address = f"{self.server.url.replace('http', 'ws', 1)}funcnodes/workers/{self.uuid}/ws"
        return await open_websocket(address, {"Authorization": f"token {self.server.token}"})

    @property
    def page(self) -> str:
        """Where the worker's page is."""
        return f"{self.server.url}funcnodes/?token={self.server.token}&worker={self.name}"

    def ask(self, cmd: str, **kwargs: Any) -> Any:
        return self._loop.run(self._client.command(cmd, kwargs), 30)

    def add(self, node_id: str, name: str, pos: tuple[float, float] | None = None, **inputs: Any) -> str:
        """Add a node and return its uuid."""
        frontend = {} if pos is None else {"frontend": {"pos": pos}}
        return str(self.ask("add_node", node_id=node_id, name=name, inputs=inputs, **frontend)["uuid"])

    def connect(self, source: str, out: str, target: str, into: str) -> None:
        self.ask("add_edge", src_uuid=source, src_io=out, dst_uuid=target, dst_io=into)

    def set(self, node: str, io: str, value: Any) -> None:
        self.ask("update_node", uuid=node, io_id=io, value=value)

    def nodes(self) -> dict[str, dict[str, Any]]:
        """The nodes by name, as the worker has them now."""
        return {node["name"]: node for node in self.ask("full_state")["nodes"]}

    def value(self, node: str, io: str) -> Any:
        """What the worker holds in an input, as Python writes it."""
        return next(port for port in self.nodes()[node]["io"] if port["id"] == io)["value"]["text"]

    def close(self) -> None:
        self._loop.run(self._client.close(), 10)
        self._loop.close()
        if self._is_own:
            self.server.api(f"funcnodes/api/workers/{self.uuid}", "DELETE")
