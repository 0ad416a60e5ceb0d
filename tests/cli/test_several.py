"""Several servers and kernels of one person on one base folder: one truth, and one who looks after each worker."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import pytest

from funcnodes_jupyter.manager.process_file import ProcessFile

PATIENCE = 60.0

KERNEL = """
import asyncio, sys
from pathlib import Path
from funcnodes_jupyter.manager.opening import open_worker

async def main():
    opened = await open_worker("demo", base_dir=Path(sys.argv[1]), cwd=None)
    loop = asyncio.get_running_loop()
    while True:
        print((await opened.status()).pid or 0, flush=True)
        word = (await loop.run_in_executor(None, sys.stdin.readline)).strip()
        if word == "reopen":
            await opened.reopen()
        elif word == "restart":
            await opened.restart()
        elif not word:
            return

asyncio.run(main())
"""


@dataclass
class Kernel:
    """A process that holds a worker as a notebook's kernel does."""

    process: subprocess.Popen[str]

    def pid(self) -> int:
        """The worker's process, as this kernel heard it last; 0 for none."""
        assert self.process.stdout is not None
        return int(self.process.stdout.readline())

    def ask(self, word: str) -> int:
        assert self.process.stdin is not None
        self.process.stdin.write(f"{word}\n")
        self.process.stdin.flush()
        return self.pid()


@pytest.fixture
def base(tmp_path: Path) -> Path:
    return tmp_path / "base"


@pytest.fixture
def kernel(environment: dict[str, str], base: Path) -> Iterator[Callable[[], Kernel]]:
    started: list[Kernel] = []

    def start() -> Kernel:
        command = [sys.executable, "-c", KERNEL, str(base)]
        pipes: Any = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
        started.append(Kernel(subprocess.Popen(command, env=environment, **pipes)))
        return started[-1]

    yield start
    for one in started:
        one.process.kill()
        one.process.communicate()


def api(port: int, token: str, path: str, method: str = "GET") -> Any:
    body = b"{}" if method == "POST" else None
    headers = {"Authorization": f"token {token}"}
    request = urllib.request.Request(f"http://127.0.0.1:{port}/funcnodes/api/{path}", body, headers, method=method)
    with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
        return json.loads(answer.read())


def owner(base: Path) -> int:
    """The process that supervises the one worker there is."""
    (path,) = (base / "workers").glob("worker_*.p")
    file = ProcessFile.read(path)
    assert file is not None
    assert file.owner is not None
    return file.owner.pid


def ended(pid: int) -> None:
    psutil.wait_procs([psutil.Process(pid)] if psutil.pid_exists(pid) else [], timeout=PATIENCE)
    assert not psutil.pid_exists(pid)


def test_two_servers_and_three_kernels_share_a_worker(
    serve: Any, free_port: int, kernel: Callable[[], Kernel], base: Path
) -> None:
    ports = (free_port, free_port + 1)
    servers = [serve("--new", "--port", str(port), "--FuncNodesApp.hub_port=0", until="127.0.0.1") for port in ports]
    kernels = [kernel() for _ in range(3)]
    with ThreadPoolExecutor() as pool:  # all at once, and still it is started once
        (pid,) = set(pool.map(Kernel.pid, kernels))
    seen = [api(port, server.token, "workers") for port, server in zip(ports, servers, strict=True)]
    assert [[worker["pid"] for worker in workers] for workers in seen] == [[pid], [pid]]
    first, other = servers if owner(base) == servers[0].process.pid else servers[::-1]
    assert owner(base) == first.process.pid
    # Whoever is asked for it, a restart is done by the owner, and the worker stays with it.
    other_port = ports[servers.index(other)]
    again = api(other_port, other.token, f"workers/{seen[0][0]['uuid']}/restart", "POST")["pid"]
    assert again != pid
    assert owner(base) == first.process.pid
    assert {one.ask("look") for one in kernels[1:]} == {again}
    # The owner is killed: its worker ends with it, and the next who wants it is served by the other.
    first.process.kill()
    first.process.communicate()
    ended(again)
    (last,) = {api(other_port, other.token, f"workers/{seen[0][0]['uuid']}/start", "POST")["pid"] for _ in range(3)}
    assert owner(base) == other.process.pid
    assert [worker["pid"] for worker in api(other_port, other.token, "workers")] == [last]


def test_kernels_without_a_server_share_a_worker(kernel: Callable[[], Kernel], base: Path) -> None:
    kernels = [kernel() for _ in range(3)]
    with ThreadPoolExecutor() as pool:
        (pid,) = set(pool.map(Kernel.pid, kernels))
    (host,) = [one for one in kernels if one.process.pid == owner(base)]
    others = [one for one in kernels if one is not host]
    host.process.send_signal(signal.SIGKILL)
    host.process.communicate()
    ended(pid)
    assert others[0].ask("look") == 0
    with ThreadPoolExecutor() as pool:
        (again,) = set(pool.map(lambda one: one.ask("reopen"), others))
    assert owner(base) in [one.process.pid for one in others]
    assert others[0].ask("restart") not in (0, pid, again)
