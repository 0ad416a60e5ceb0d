"""``funcnodes worker new --environment …``: with lines meanwhile, and given up with Ctrl+C."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from slowpython import SlowPython

PATIENCE = 60.0
COMMAND = [sys.executable, "-c", "import sys; from funcnodes_jupyter.cli.main import main; sys.exit(main())"]


def workers_files(folder: Path) -> list[str]:
    found = (folder / "base" / "workers").iterdir()
    return sorted(path.name for path in found if path.name != "names.lock")


def test_the_terminal_tells_how_an_environment_is_made(funcnodes: Any, serve: Any, free_port: int) -> None:
    serve("--port", str(free_port))
    done = funcnodes("worker", "new", "demo", "--environment", "own")
    assert done.returncode == 0, done.stderr
    assert done.stderr.splitlines()[0] == "Making an environment"
    assert done.stdout.splitlines()[1].split()[:2] == ["demo", "running"]
    done = funcnodes("worker", "new", "other", "--environment", "own", "--python", "/nowhere/python")
    assert done.returncode == 1
    assert "funcnodes: the environment of worker 'other' is not ready: there is no such Python here" in done.stderr
    assert funcnodes("worker", "configure", "demo", "--environment", "server").returncode == 0
    assert funcnodes("worker", "restart", "demo").returncode == 0
    assert funcnodes("worker", "new", "x", "--environment", "conda").returncode == 2


@pytest.mark.parametrize("with_server", [True, False])
def test_ctrl_c_leaves_nothing_behind(
    serve: Any, free_port: int, environment: dict[str, str], tmp_path: Path, with_server: bool
) -> None:
    slow = SlowPython(tmp_path)
    server = serve("--port", str(free_port)) if with_server else None
    words = ["worker", "new", "demo", "--environment", "own", "--python", str(slow.path), "--detached"]
    with subprocess.Popen([*COMMAND, *words], env=environment, stderr=subprocess.PIPE, text=True) as command:
        slow.began()
        command.send_signal(signal.SIGINT)
        _, told = command.communicate(timeout=PATIENCE)
    assert command.returncode == 130
    assert "Traceback" not in told
    if server is not None:
        server.stop()  # it has tidied up before it ends
    assert workers_files(tmp_path) == []
