"""Functions that the tests of processes call in other processes, where this file is imported as a module."""

from __future__ import annotations

import logging
import os
import signal
import socket
import sys
import warnings
from collections.abc import AsyncIterator, Iterator
from typing import Any

from funcnodes_jupyter.core.decorator import NodeDecorator
from funcnodes_jupyter.core.node import Node


@NodeDecorator("p.pid", separate_process=True)
def pid(value: Any = None) -> int:
    return os.getpid()


@NodeDecorator("p.report", separate_process=True)
def report(port: int) -> int:
    """Tell a listener who runs, and wait for its word. The connection ends with the process."""
    with socket.create_connection(("127.0.0.1", port)) as line:
        line.sendall(f"{os.getpid()}\n".encode())
        line.recv(1)
    return os.getpid()


@NodeDecorator("p.divide", separate_process=True, outputs=[{"name": "quotient"}, {"name": "rest"}])
def divide(a: int, b: int) -> tuple[int, int]:
    return divmod(a, b)


@NodeDecorator("p.stream", separate_process=True)
def stream(count: int) -> Iterator[int]:
    yield from range(count)


@NodeDecorator("p.stream_later", separate_process=True)
async def stream_later(count: int) -> AsyncIterator[int]:
    for number in range(count):
        yield number


@NodeDecorator("p.later", separate_process=True)
async def later(value: int) -> int:
    return value + 1


@NodeDecorator("p.talk", separate_process=True)
def talk(count: int, node: Node) -> str:
    for _ in node.progress(range(count), desc="talking"):
        pass
    print("printed", node.name)
    sys.stderr.write("to stderr\n")
    logging.getLogger("talk").warning("logged")
    warnings.warn("warned", stacklevel=1)
    return node.uuid


@NodeDecorator("p.die", separate_process=True)
def die(how: str) -> None:
    if how == "exit":
        os._exit(7)
    os.kill(os.getpid(), signal.SIGKILL)


class UnpicklableError(Exception):
    def __reduce__(self) -> Any:
        raise TypeError("not me")


@NodeDecorator("p.complain", separate_process=True)
def complain() -> int:
    raise UnpicklableError("sent all the same")


@NodeDecorator("p.lambda", separate_process=True)
def make_lambda() -> Any:
    return lambda: 1


@NodeDecorator("p.stop", separate_process=True)
def stop() -> int:
    raise StopIteration("over")
