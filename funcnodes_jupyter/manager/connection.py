"""How to reach a running worker: the contents of its connection file."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from funcnodes_jupyter.manager.files import read_json_or_none


@dataclass(frozen=True)
class Connection:
    """Address and secret of a worker's socket; the secret stays out of every repr and log."""

    host: str
    port: int
    secret: str = field(repr=False)
    pid: int = 0

    @property
    def url(self) -> str:
        """The worker's WebSocket address."""
        return self.address("ws", "")

    def address(self, scheme: str, path: str) -> str:
        """The address of ``path`` at the worker."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{scheme}://{host}:{self.port}/{path}"

    @property
    def headers(self) -> dict[str, str]:
        """What the worker wants to see before it talks."""
        return {"Authorization": f"token {self.secret}"}


def read_connection(path: Path) -> Connection | None:
    """The connection in ``path``, or None when the file is missing or not whole."""
    content = read_json_or_none(path)
    if content is None:
        return None
    host, port, secret, pid = (content.get(key) for key in ("host", "port", "secret", "pid"))
    if isinstance(host, str) and isinstance(port, int) and isinstance(secret, str) and isinstance(pid, int):
        return Connection(host, port, secret, pid)
    return None
