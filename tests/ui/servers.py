"""Jupyter servers as processes."""

from __future__ import annotations

import contextlib
import json
import secrets
import signal
import socket
import subprocess
import sys
import threading
import urllib.request
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

START_SECONDS = 60


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Server:
    """A Jupyter server as a process: its address, its token, its folder, its log."""

    def __init__(self, url: str, token: str, root: Path, process: subprocess.Popen[str], log: Path) -> None:
        self.url, self.token, self.root, self.process, self.log = url, token, root, process, log

    @property
    def host(self) -> str:
        """Name and port, as in ``127.0.0.1:8888``."""
        return urlsplit(self.url).netloc

    def api(self, path: str, method: str = "GET", body: Any = None) -> Any:
        """Ask the server's REST API with its token."""
        request = urllib.request.Request(
            f"{self.url}{path}",
            method=method,
            headers={"Authorization": f"token {self.token}", "Content-Type": "application/json"},
            data=None if body is None else json.dumps(body).encode(),
        )
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.loads(answer.read() or b"null")

    def workers(self) -> dict[str, dict[str, Any]]:
        """The workers by name."""
        return {worker["name"]: worker for worker in self.api("funcnodes/api/workers")}

    def stop(self) -> None:
        """End the server as a person does, with one Ctrl+C's worth of patience."""
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def start_server(
    arguments: list[str], root: Path, environment: dict[str, str], token: str, port: int, log: Path
) -> Server:
    """Start a server and return when its log names its address."""
    process = subprocess.Popen(
        arguments, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=environment, cwd=root, text=True
    )
    up = threading.Event()

    def keep_log() -> None:
        assert process.stdout is not None
        with log.open("w", encoding="utf-8") as output:
            for line in process.stdout:
                output.write(line)
                output.flush()
                if f":{port}/" in line:
                    up.set()

    threading.Thread(target=keep_log, daemon=True).start()
    if not up.wait(START_SECONDS):
        process.kill()
        raise RuntimeError(log.read_text(encoding="utf-8")[-4000:])
    wait_until_listening(port, process)
    return Server(f"http://127.0.0.1:{port}/", token, root, process, log)


def wait_until_listening(port: int, process: subprocess.Popen[str]) -> None:
    """The log names the address shortly before the server listens there."""
    while process.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return


def start_runserver(top: Path, environment: dict[str, str], port: int = 0) -> Server:
    """Start ``funcnodes runserver`` with its folders below ``top``."""
    root = top / "root"
    root.mkdir(exist_ok=True)
    port, token = port or free_port(), secrets.token_hex(16)
    arguments = [
        str(Path(sys.executable).with_name("funcnodes")), "runserver", "--new", "--no-browser", f"--port={port}",
        "--allow-root",
    ]  # fmt: skip
    own = {**environment, "JUPYTER_TOKEN": token, "FUNCNODES_CONFIG_DIR": str(top / "base")}
    return start_server(arguments, root, own, token, port, top / "runserver.log")
