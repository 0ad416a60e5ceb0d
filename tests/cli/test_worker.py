"""``funcnodes worker …`` with a server and without."""

from __future__ import annotations

import json
import signal
import sys
from pathlib import Path
from typing import Any

import pytest

import funcnodes_jupyter

PATIENCE = 60.0


def rows(done: Any) -> list[list[str]]:
    assert done.returncode == 0, done.stderr
    return [line.split() for line in done.stdout.splitlines()[1:]]


def test_version(terminal: Any) -> None:
    assert terminal("--version").stdout == f"funcnodes {funcnodes_jupyter.__version__}\n"


@pytest.mark.parametrize("arguments", [(), ("nonsense",), ("worker",), ("worker", "start"), ("worker", "list", "--x")])
def test_what_is_not_understood(funcnodes: Any, arguments: tuple[str, ...]) -> None:
    done = funcnodes(*arguments)
    assert done.returncode == 2
    assert done.stderr.startswith("usage: funcnodes")


def test_without_a_server_nothing_is_started_that_would_end_with_the_command(terminal: Any) -> None:
    assert terminal("worker", "list").stdout == "There are no workers.\n"
    done = terminal("worker", "new", "demo")
    assert done.returncode == 1
    assert "start one with: funcnodes runserver" in done.stderr
    done = terminal("worker", "stop", "demo")
    assert (done.returncode, done.stderr) == (1, "funcnodes: there is no worker 'demo'\n")


def test_a_workers_life(funcnodes: Any, serve: Any, free_port: int) -> None:
    serve("--port", str(free_port))
    ((name, state, pid, uuid, _),) = rows(funcnodes("worker", "new", "demo"))
    assert (name, state) == ("demo", "running")
    ((_, state, again, *_),) = rows(funcnodes("worker", "restart", "demo"))
    assert state == "running"
    assert again != pid
    assert rows(funcnodes("worker", "stop", uuid))[0][:3] == ["demo", "stopped", uuid]
    assert rows(funcnodes("worker", "start", "demo"))[0][1] == "running"
    done = funcnodes("worker", "new", "demo")
    assert (done.returncode, done.stderr) == (1, "funcnodes: another worker is called 'demo' already\n")
    assert rows(funcnodes("worker", "rename", "demo", "other"))[0][0] == "other"
    assert funcnodes("worker", "interrupt", "other").returncode == 0
    assert rows(funcnodes("worker", "duplicate", "other"))[0][:3] == ["other", "copy", "stopped"]
    asked = funcnodes("worker", "delete", "other")
    assert (asked.returncode, asked.stdout.splitlines()[-1]) == (1, "Nothing was deleted.")
    for name in ("other", "other copy"):
        assert funcnodes("worker", "delete", "--yes", name).stdout.startswith(f"Worker {name} was moved to ")
    assert funcnodes("worker", "list").stdout == "There are no workers.\n"


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux keeps a process to a limit of memory")
def test_a_limit_of_memory(terminal: Any, tmp_path: Path) -> None:
    def kept() -> object:
        (record,) = (
            path for path in (tmp_path / "base" / "workers").glob("worker_*.json") if "memory_limit" in path.read_text()
        )
        return json.loads(record.read_text())["memory_limit"]

    ((_, state, _, pid, *_),) = rows(terminal("worker", "new", "demo", "--detached", "--memory-limit", "1.5G"))
    assert (state, kept()) == ("running,", 1_500_000_000)
    (line,) = (line for line in Path(f"/proc/{pid}/limits").read_text().splitlines() if "data size" in line)
    assert line.split()[3] == "1500000000"
    for said, limit in (("none", 0), ("512Mi", 512 * 2**20), ("default", None)):
        assert terminal("worker", "configure", "demo", "--memory-limit", said).returncode == 0
        assert kept() == limit
    little = terminal("worker", "configure", "demo", "--memory-limit", "1M")
    assert little.returncode == 1
    assert "250 MB at least" in little.stderr
    terminal("worker", "stop", "demo")


def test_a_detached_worker_needs_no_server(terminal: Any) -> None:
    ((name, state, detached, pid, uuid, _),) = rows(terminal("worker", "new", "demo", "--detached"))
    assert (name, state, detached) == ("demo", "running,", "detached")
    assert rows(terminal("worker", "list"))[0][3] == pid
    assert "serving" not in terminal("worker", "logs", "demo").stdout
    ((_, _, _, again, *_),) = rows(terminal("worker", "restart", "demo"))
    assert again != pid
    assert rows(terminal("worker", "stop", uuid))[0][:2] == ["demo", "stopped"]
    assert rows(terminal("worker", "configure", "demo", "--no-detached", "--idle-timeout", "60"))[0][1] == "stopped"
    assert terminal("worker", "start", "demo").returncode == 1


@pytest.mark.parametrize("arguments", [("--idle-timeout", "soon"), ("--memory-limit", "much"), ("--autostart=yes",)])
def test_settings_that_are_not_understood(funcnodes: Any, arguments: tuple[str, ...]) -> None:
    assert funcnodes("worker", "configure", "demo", *arguments).returncode == 2


def test_listening_lasts_as_long_as_the_worker(terminal: Any, following: Any) -> None:
    terminal("worker", "new", "demo", "--detached")
    listener = following("worker", "listen", "demo")
    told = (json.loads(line) for line in listener.stdout)
    assert next(line for line in told if line["type"] == "full_state")["state"]["nodes"] == []
    terminal("worker", "stop", "demo")
    assert listener.wait(PATIENCE) == 0


def test_a_log_is_followed(terminal: Any, following: Any, tmp_path: Path) -> None:
    uuid = rows(terminal("worker", "new", "demo", "--detached"))[0][4]
    log = tmp_path / "base" / "workers" / uuid / "worker.log"
    with log.open("a") as file:
        file.write("before\n")
    follower = following("worker", "logs", "demo", "-n", "1", "--follow")
    assert follower.stdout.readline() == "before\n"
    with log.open("a") as file:
        file.write("after\n")
    assert follower.stdout.readline() == "after\n"
    follower.send_signal(signal.SIGINT)
    assert follower.wait(PATIENCE) == 130
    terminal("worker", "stop", "demo")
