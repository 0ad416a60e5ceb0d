"""A worker's process with a graph that is there when it starts, and clients on its socket."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil

from funcnodes_jupyter.core.nodespace import NodeSpace
from funcnodes_jupyter.wire.client import WorkerClient
from funcnodes_jupyter.wire.transport import Transport
from funcnodes_jupyter.wire.websocket import open_websocket
from funcnodes_jupyter.worker.graphfiles import GraphFiles
from funcnodes_jupyter.worker.home import WorkerHome
from funcnodes_jupyter.worker.savedform import parts_of

PATIENCE = 60.0
"""Seconds until something that does not come is given up."""


class Worker:
    """A running worker. ``folder`` is free for whoever measures."""

    def __init__(self, folder: Path, home: WorkerHome, pid: int) -> None:
        self.folder = folder
        self._home = home
        self._process = psutil.Process(pid)

    async def connect(self) -> Transport:
        """Open a socket as the connection file says."""
        found: dict[str, Any] = json.loads(self._home.connection.read_text())
        address = f"ws://{found['host']}:{found['port']}/"
        return await open_websocket(address, {"Authorization": f"token {found['secret']}"})

    def client(self) -> WorkerClient:
        """A client that is not connected yet."""
        return WorkerClient(self.connect, timeout=PATIENCE)

    def cpu(self) -> float:
        """CPU seconds that the process used up to now, in all its threads."""
        times = self._process.cpu_times()
        return times.user + times.system

    def memory(self) -> int:
        """Bytes of main memory that the process holds."""
        return int(self._process.memory_info().rss)


@contextmanager
def running_worker(space: NodeSpace) -> Iterator[Worker]:
    """A worker that loaded the graph of ``space``; it ends with the block."""
    with tempfile.TemporaryDirectory(prefix="funcnodes-bench-") as name:
        folder = Path(name)
        home = WorkerHome(folder / "base", "bench")
        home.prepare()
        GraphFiles(home.folder).rewrite(parts_of(space.serialize()))
        process = _start(home, folder)
        try:
            yield Worker(folder, home, process.pid)
        finally:
            assert process.stdin is not None
            process.stdin.close()  # as at the end of a launcher
            process.wait(PATIENCE)


def _start(home: WorkerHome, folder: Path) -> subprocess.Popen[bytes]:
    """The process, once it serves."""
    ready, told = os.pipe()
    command = [sys.executable, "-m", "benchmarks.worker_nodes", "--base", str(folder / "base"), "--uuid", home.uuid]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [*command, "--ready-fd", str(told)], stdin=subprocess.PIPE, stdout=log, stderr=log, pass_fds=(told,)
        )
    os.close(told)
    said = os.read(ready, 16)
    os.close(ready)
    if said != b"ready\n":
        raise SystemExit(f"The worker does not start:\n{(folder / 'log').read_text()}")
    return process
