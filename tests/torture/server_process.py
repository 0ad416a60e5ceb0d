"""A server of ``funcnodes runserver`` in a process and a home of its own."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

from packs import install_pack, with_path
from servers import wait_until_listening

PATIENCE = 60.0
RUN = "import sys; from funcnodes_jupyter.cli.main import main; sys.exit(main())"
NODES = Path(__file__).parents[1] / "worker" / "nodes_for_tests.py"


class ServerProcess:
    """Serves once it is made; :meth:`close` ends it and its workers."""

    def __init__(self, home: Path) -> None:
        home.mkdir()
        install_pack(home, "test_nodes", f"{NODES.read_text()}\n\nNODE_SHELF = Shelf('Tests', nodes=NODES)\n")
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        kept = {key: value for key, value in os.environ.items() if not key.startswith(("JUPYTER", "JPY_", "FUNCNODES"))}
        environment = with_path(home, {**kept, "HOME": str(home), "XDG_DATA_HOME": str(home / "data")})
        environment |= {f"JUPYTER_{name}_DIR": str(home / name) for name in ("CONFIG", "DATA", "RUNTIME")}
        environment |= {"FUNCNODES_CONFIG_DIR": str(home / "base"), "PYTHONUNBUFFERED": "1"}
        arguments = ["runserver", "--no-browser", "--allow-root", "--port", str(port), "--FuncNodesApp.hub_port=0"]
        self._log = home / "log"
        with self._log.open("wb") as log:
            self._popen = subprocess.Popen(
                [sys.executable, "-c", RUN, *arguments], env=environment, cwd=home, stdout=log, stderr=log
            )
        self._token = self._told_token()
        wait_until_listening(port, self._popen)
        self._place = f"127.0.0.1:{port}/funcnodes/"

    def _told_token(self) -> str:
        token = ""
        with self._log.open() as told:
            while self._popen.poll() is None:
                line = told.readline()
                if token and "127.0.0.1" in line:
                    return token  # what it says last, once it listens
                if "/funcnodes/?token=" in line:
                    token = line.split()[-1].partition("token=")[2]
        raise AssertionError(self.log())

    @property
    def pid(self) -> int:
        """Its process."""
        return self._popen.pid

    @property
    def headers(self) -> dict[str, str]:
        """What opens the door."""
        return {"Authorization": f"token {self._token}"}

    def log(self) -> str:
        """What it said."""
        return self._log.read_text(errors="replace")

    def socket(self, path: str) -> str:
        """The address of a socket."""
        return f"ws://{self._place}{path}"

    def call(self, method: str, path: str, body: bytes | None = None) -> tuple[int, Any]:
        """Status and JSON of the answer to a REST call."""
        request = urllib.request.Request(f"http://{self._place}api/{path}", body, self.headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
                return answer.status, json.loads(answer.read())
        except urllib.error.HTTPError as error:
            return error.code, json.loads(error.read())

    def close(self) -> None:
        """End it, with its workers."""
        self._popen.send_signal(signal.SIGTERM)
        try:
            self._popen.wait(PATIENCE)
        finally:
            self._popen.kill()
