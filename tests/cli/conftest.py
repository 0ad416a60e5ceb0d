from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import pytest
from commandhere import run_here

PATIENCE = 60.0


@pytest.fixture
def environment(tmp_path: Path) -> Iterator[dict[str, str]]:
    """A machine without anybody's servers, settings and workers; nothing that was started there outlives the test."""
    yield {
        **{key: value for key, value in os.environ.items() if not key.startswith(("JUPYTER", "JPY_", "FUNCNODES"))},
        "HOME": str(tmp_path),
        "XDG_DATA_HOME": str(tmp_path / "data"),
        "JUPYTER_CONFIG_DIR": str(tmp_path / "config"),
        "JUPYTER_DATA_DIR": str(tmp_path / "jupyter"),
        "JUPYTER_RUNTIME_DIR": str(tmp_path / "runtime"),
        "FUNCNODES_CONFIG_DIR": str(tmp_path / "base"),
        "PYTHONUNBUFFERED": "1",
    }

    for process in psutil.process_iter(["cmdline"]):
        if str(tmp_path) in " ".join(process.info["cmdline"] or ()):
            process.kill()


Command = Callable[..., Any]
"""Runs ``funcnodes`` with arguments; gives its ``returncode``, ``stdout`` and ``stderr``."""


@pytest.fixture
def funcnodes(environment: dict[str, str], tmp_path: Path) -> Command:
    """Runs the command to its end, in this process: much faster than with another one for each.

    What it starts here and leaves running would be this process's child: that takes ``terminal``.
    """
    return lambda *arguments: run_here(arguments, environment, tmp_path)


@pytest.fixture
def terminal(environment: dict[str, str], tmp_path: Path) -> Command:
    """Runs the command to its end in a process of its own, as a terminal would."""

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-c", "import sys; from funcnodes_jupyter.cli.main import main; sys.exit(main())"]
        return subprocess.run(
            [*command, *arguments],
            env=environment,
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )

    return run


@pytest.fixture
def following(environment: dict[str, str], tmp_path: Path) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Starts a command that goes on by itself; whoever still does is ended."""
    started: list[subprocess.Popen[str]] = []

    def start(*arguments: str) -> subprocess.Popen[str]:
        code = "import sys; from funcnodes_jupyter.cli.main import main; sys.exit(main())"
        command = [sys.executable, "-c", code, *arguments]
        process = subprocess.Popen(command, env=environment, cwd=tmp_path, stdout=subprocess.PIPE, text=True)
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


@dataclass
class Server:
    """A server that ``funcnodes runserver`` made, after it said where its page is."""

    process: subprocess.Popen[str]
    lines: list[str]

    @classmethod
    def started(cls, process: subprocess.Popen[str], last: str) -> Server:
        server = cls(process, [])
        server.read_until(last)
        return server

    def read_until(self, text: str) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.append(line)
            if text in line:
                return
        raise AssertionError("the server ended:\n" + "".join(self.lines))

    @property
    def url(self) -> str:
        """Address of the page, with the token."""
        return next(line.split()[-1] for line in self.lines if "/funcnodes/?token=" in line)

    @property
    def token(self) -> str:
        return self.url.partition("token=")[2]

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        self.process.communicate(timeout=PATIENCE)
        return self.process.returncode


Serving = Callable[..., Server]


@pytest.fixture
def serve(environment: dict[str, str], tmp_path: Path) -> Iterator[Serving]:
    """Starts ``funcnodes runserver`` and waits for its page; all are ended at the end."""
    servers: list[Server] = []

    def start(*arguments: str, until: str = "Workermanager") -> Server:
        code = "import sys; from funcnodes_jupyter.cli.main import main; sys.exit(main())"
        command = [sys.executable, "-c", code, "runserver", "--no-browser", "--allow-root", *arguments]
        process = subprocess.Popen(
            command, env=environment, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        try:
            servers.append(Server.started(process, until))
        except AssertionError:
            process.kill()
            process.communicate()
            raise
        return servers[-1]

    yield start
    for server in servers:
        if server.process.poll() is None:
            server.stop()


def bind_free() -> socket.socket:
    held = socket.socket()
    held.bind(("127.0.0.1", 0))
    held.listen(1)
    return held


@pytest.fixture
def free_port() -> int:
    with bind_free() as held:
        port: int = held.getsockname()[1]
    return port


@pytest.fixture
def taken_port() -> Iterator[int]:
    """A port on which another program listens."""
    with bind_free() as held:
        yield held.getsockname()[1]
