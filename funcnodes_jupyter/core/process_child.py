"""The other side of :mod:`funcnodes_jupyter.core.processes`: a process that calls one function after another.

Requests come on standard input and answers go to standard output, each a pickle behind its length; what a
function itself writes is sent as a message. The process ends when its standard input does, also while it computes,
so that it never outlives the process that started it.
"""

from __future__ import annotations

import asyncio
import inspect
import io
import logging
import os
import pickle
import queue
import signal
import struct
import sys
import threading
import warnings
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import IO, Any, Literal

from funcnodes_jupyter.core.errors import ProcessError
from funcnodes_jupyter.core.progress import ProgressBar
from funcnodes_jupyter.core.remote_function import RemoteFunction
from funcnodes_jupyter.core.runreport import RunError, describe_error

LENGTH = struct.Struct(">Q")


@dataclass(frozen=True)
class Call:
    """What the parent asks for. ``node`` is (name, uuid) of the node whose function it is."""

    function: RemoteFunction
    name: str
    arguments: dict[str, Any]
    node: tuple[str, str]


@dataclass(frozen=True)
class Yielded:
    """A generator gave a value."""

    value: Any


@dataclass(frozen=True)
class Said:
    """The function wrote, logged or warned."""

    kind: Literal["print", "log", "warning"]
    text: str


@dataclass(frozen=True)
class Progressed:
    """How far the function is: ``fraction`` 0…1, or None when the total is not known; ``over``: the last state."""

    fraction: float | None
    text: str
    over: bool


@dataclass(frozen=True)
class Returned:
    """The function returned; a generator came to its end (``streamed``)."""

    value: Any
    streamed: bool = False


@dataclass(frozen=True)
class Failed:
    """The function raised; ``exception`` is None when it cannot be sent."""

    report: RunError
    exception: BaseException | None


Message = Yielded | Said | Progressed
"""What comes before the end."""


def write_frame(pipe: IO[bytes], data: bytes) -> None:
    """Write one pickle behind its length."""
    pipe.write(LENGTH.pack(len(data)))
    pipe.write(data)
    pipe.flush()


def read_frame(pipe: IO[bytes]) -> bytes | None:
    """Read one, None at the end."""
    head = pipe.read(LENGTH.size)
    if len(head) < LENGTH.size:
        return None
    (length,) = LENGTH.unpack(head)
    data = pipe.read(length)
    return data if len(data) == length else None


class Sender:
    """Sends answers, from any thread."""

    def __init__(self, pipe: IO[bytes]) -> None:
        self._pipe = pipe
        self._lock = threading.Lock()

    def send(self, message: object) -> None:
        """Pickle and send. Raises what pickling raises, and nothing is sent then."""
        data = pickle.dumps(message, protocol=5)
        with self._lock:
            write_frame(self._pipe, data)


class Stream(io.TextIOBase):
    """Standard output and error of the functions: what is written is sent."""

    encoding = "utf-8"

    def __init__(self, sender: Sender) -> None:
        self._sender = sender

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        if text:
            self._sender.send(Said("print", text))
        return len(text)


class LogSender(logging.Handler):
    """Sends what is logged."""

    def __init__(self, sender: Sender) -> None:
        super().__init__(logging.WARNING)
        self._sender = sender
        self.setFormatter(logging.Formatter("%(levelname)s %(name)s: %(message)s"))

    def emit(self, record: logging.LogRecord) -> None:
        self._sender.send(Said("log", self.format(record)))


class NodeStandIn:
    """What a function gets for its ``node`` here: its name, its uuid, and progress that is shown on the node."""

    def __init__(self, name: str, uuid: str, sender: Sender) -> None:
        self.name, self.uuid = name, uuid
        self._sender = sender

    def progress(
        self, iterable: Any = None, total: float | None = None, desc: str | None = None, unit: str = "it"
    ) -> ProgressBar[Any]:
        """As :meth:`Node.progress`."""
        return ProgressBar(self._report, iterable, total, desc, unit)

    def _report(self, bar: ProgressBar[Any], fraction: float | None, text: str, over: bool) -> None:
        self._sender.send(Progressed(fraction, text, over))


def main() -> None:
    """Answer calls until standard input ends."""
    requests, answers = _take_pipes()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides what is interrupted
    sender = Sender(answers)
    _route_output(sender)
    calls: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    threading.Thread(target=_read, args=(requests, calls), daemon=True).start()
    while True:
        _answer(calls.get(), sender)


def _take_pipes() -> tuple[IO[bytes], IO[bytes]]:
    """The pipes to the parent; what a function of C writes to standard output goes to standard error."""
    requests, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.dup2(2, 1)
    return requests, answers


def _route_output(sender: Sender) -> None:
    sys.stdout = sys.stderr = Stream(sender)
    logging.getLogger().addHandler(LogSender(sender))
    warnings.simplefilter("always", append=True)

    def show(
        message: Warning | str, category: type[Warning], filename: str, lineno: int, file: Any = None, line: Any = None
    ) -> None:
        sender.send(Said("warning", f"{category.__name__}: {message} (line {lineno})"))

    warnings.showwarning = show


def _read(requests: IO[bytes], calls: queue.SimpleQueue[bytes]) -> None:
    while (data := read_frame(requests)) is not None:
        calls.put(data)
    os._exit(0)  # the parent is gone, whatever is being computed


def _answer(data: bytes, sender: Sender) -> None:
    name, filename = "the function", None
    try:
        call: Call = pickle.loads(data)
        name = call.name
        function = call.function.load()
        filename = function.__code__.co_filename if hasattr(function, "__code__") else None
        answer = _run(function, call, sender)
    except BaseException as error:  # noqa: BLE001 - whatever it raises is its outcome
        sender.send(_failure(error, name, filename))
        return
    try:
        sender.send(answer)
    except Exception as error:  # noqa: BLE001 - pickling may raise anything
        refused = ProcessError(f"The result of {name} cannot be sent to the other process: {error}")
        sender.send(_failure(refused, name, None))


def _failure(error: BaseException, name: str, filename: str | None) -> Failed:
    report = replace(describe_error(error, name, filename), exception=None)
    try:
        pickle.loads(pickle.dumps(error, protocol=5))
    except Exception:  # noqa: BLE001 - an error of the user may be anything; its report travels
        return Failed(report, None)
    return Failed(report, error)


def _run(function: Callable[..., Any], call: Call, sender: Sender) -> Returned:
    arguments = dict(call.arguments)
    if "node" in inspect.signature(function).parameters:
        arguments["node"] = NodeStandIn(*call.node, sender)
    if inspect.iscoroutinefunction(function):
        return Returned(asyncio.run(function(**arguments)))
    if inspect.isasyncgenfunction(function):
        asyncio.run(_send_each(function(**arguments), sender))
        return Returned(None, streamed=True)
    result = function(**arguments)
    if not inspect.isgenerator(result):
        return Returned(result)
    for value in result:
        sender.send(Yielded(value))
    return Returned(None, streamed=True)


async def _send_each(values: Any, sender: Sender) -> None:
    async for value in values:
        sender.send(Yielded(value))
