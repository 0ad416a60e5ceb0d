"""``funcnodes worker …`` with a server and without."""

from __future__ import annotations

from typing import Any

import pytest

import funcnodes_jupyter


def rows(done: Any) -> list[list[str]]:
    assert done.returncode == 0, done.stderr
    return [line.split() for line in done.stdout.splitlines()[1:]]


def test_version(funcnodes: Any) -> None:
    assert funcnodes("--version").stdout == f"funcnodes {funcnodes_jupyter.__version__}\n"


@pytest.mark.parametrize("arguments", [(), ("nonsense",), ("worker",), ("worker", "start"), ("worker", "list", "--x")])
def test_what_is_not_understood(funcnodes: Any, arguments: tuple[str, ...]) -> None:
    done = funcnodes(*arguments)
    assert done.returncode == 2
    assert done.stderr.startswith("usage: funcnodes")


def test_without_a_server_workers_are_only_listed(funcnodes: Any) -> None:
    assert funcnodes("worker", "list").stdout == "There are no workers.\n"
    done = funcnodes("worker", "new", "demo")
    assert done.returncode == 1
    assert "start one with: funcnodes runserver" in done.stderr
    done = funcnodes("worker", "stop", "demo")
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
    assert funcnodes("worker", "delete", "demo").stdout.startswith("Worker demo was moved to ")
    assert funcnodes("worker", "list").stdout == "There are no workers.\n"
