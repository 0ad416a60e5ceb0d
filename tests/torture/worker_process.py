"""A worker's process with the nodes of tests, started as its launcher starts it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from funcnodes_jupyter.wire.transport import Transport
from funcnodes_jupyter.wire.websocket import open_websocket

SCRIPT = Path(__file__).parents[1] / "worker" / "nodes_for_tests.py"


class WorkerProcess:
    """Serves once it is made; :meth:`close` ends it."""

    def __init__(self, base: Path) -> None:
        self._base = base
        self.folder = base / "workers" / "w"
        ready, told = os.pipe()
        command = [sys.executable, str(SCRIPT), "--base", str(base), "--uuid", "w", "--ready-fd", str(told)]
        base.mkdir(exist_ok=True)
        with (base / "log").open("ab") as log:
            self._popen = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=log, stderr=log, pass_fds=(told,))
        os.close(told)
        said = os.read(ready, 16)
        os.close(ready)
        assert said == b"ready\n", self.log()

    def log(self) -> str:
        """What it said."""
        return (self._base / "log").read_text()

    @property
    def pid(self) -> int:
        """Its process."""
        return self._popen.pid

    def address(self) -> tuple[str, dict[str, str]]:
        """Where the connection file says that it listens, and the headers that open the door."""
        found = json.loads((self._base / "workers" / "worker_w.connection.json").read_text())
        return f"ws://{found['host']}:{found['port']}/", {"Authorization": f"token {found['secret']}"}

    def status(self) -> int | None:
        """Its exit code, negative when a signal ended it, None as long as it lives."""
        return self._popen.poll()

    async def connect(self) -> Transport:
        """Open a socket as the connection file says."""
        return await open_websocket(*self.address())

    def close(self) -> None:
        """Kill it."""
        self._popen.kill()
        self._popen.wait()
        assert self._popen.stdin is not None
        self._popen.stdin.close()
