"""Processes for functions that compute: each can be killed, and only its own function ends with it.

A process is spawned, never forked: a fork would inherit held locks and sockets. It does not run the user's main
module again. Each has a pipe of its own, so that killing one disturbs no other.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import pickle
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from typing import Any

from funcnodes_jupyter.core.errors import ProcessError
from funcnodes_jupyter.core.process_child import Call, Failed, Message, Returned, read_frame, write_frame
from funcnodes_jupyter.core.raised import Raised
from funcnodes_jupyter.core.remote_function import RemoteFunction
from funcnodes_jupyter.core.threads import ThreadPool

_PROGRAM = (
    "import sys, json; sys.path[:] = json.loads(sys.argv.pop(1)); "
    "from funcnodes_jupyter.core.process_child import main; main()"
)

Tell = Callable[[Message], None]


class ProcessPool:
    """At most ``size`` processes (None: as many as there are cores), started when they are needed."""

    def __init__(self, size: int | None = None) -> None:
        self._threads = ThreadPool(size or os.cpu_count() or 1)
        self._slots: list[_Slot] = []
        self._lock = threading.Lock()
        self._closed = False

    async def run(
        self,
        function: RemoteFunction,
        name: str,
        arguments: dict[str, Any],
        tell: Tell = lambda message: None,
        node: tuple[str, str] = ("", ""),
    ) -> Any:
        """What ``function`` returns in a process; :class:`Raised` for its error, with the report made there.

        When the awaiting task is cancelled, the process is killed.

        Args:
            name: The function's, for messages.
            tell: Gets what comes before the end, in a thread of the pool.
            node: Name and uuid of the node, for a function that takes its node.
        """
        call = Call(function, name, arguments, node)
        errand = _Errand()
        try:
            return await self._threads.run(lambda: self._do(call, errand, tell))
        except asyncio.CancelledError:
            errand.give_up()
            raise

    def close(self) -> None:
        """End all processes, whatever they do."""
        self._threads.close()
        with self._lock:
            self._closed = True
            slots, self._slots = self._slots, []
        for slot in slots:
            slot.kill()

    def _do(self, call: Call, errand: _Errand, tell: Tell) -> Any:
        slot = self._take()
        try:
            return slot.ask(call, tell) if errand.begin(slot) else None
        finally:
            errand.end()
            self._put_back(slot)

    def _take(self) -> _Slot:
        with self._lock:
            return self._slots.pop() if self._slots else _Slot()

    def _put_back(self, slot: _Slot) -> None:
        with self._lock:
            if not self._closed:
                self._slots.append(slot)
                return
        slot.kill()


class _Errand:
    """One call: which slot does it, so that it can be given up from another thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._slot: _Slot | None = None
        self._given_up = False

    def begin(self, slot: _Slot) -> bool:
        """It is this slot's now; False when nobody wants it any more."""
        with self._lock:
            self._slot = slot
            return not self._given_up

    def end(self) -> None:
        """The slot is free for others."""
        with self._lock:
            self._slot = None

    def give_up(self) -> None:
        """Kill the process that is at it."""
        with self._lock:
            self._given_up = True
            if self._slot is not None:
                self._slot.kill()


class _Slot:
    """A place for one process at a time; the process is started at the first call, and again after it died."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()

    def ask(self, call: Call, tell: Tell) -> Any:
        """Send the call and wait for the answer.

        Raises:
            ProcessError: an argument cannot be sent, or the process died.
        """
        data = _pickled(call)
        process = self._running()
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            write_frame(process.stdin, data)
            while (answer := read_frame(process.stdout)) is not None:
                message = pickle.loads(answer)
                if isinstance(message, Returned):
                    return STREAMED if message.streamed else message.value
                if isinstance(message, Failed):
                    error = message.exception or ProcessError(message.report.text)
                    return Raised(error, message.report)
                tell(message)
        except (BrokenPipeError, ConnectionResetError):
            pass
        code = process.wait()
        self.kill()
        raise ProcessError(f"The process of {call.name} ended before it was done: {_why(code)}.")

    def _running(self) -> subprocess.Popen[bytes]:
        with self._lock:
            if self._process is None or self._process.poll() is not None:
                self._process = subprocess.Popen(
                    [sys.executable, "-c", _PROGRAM, json.dumps(sys.path)],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    # Not in the group of the terminal: what is interrupted is the parent's to decide.
                    start_new_session=True,
                )
            return self._process

    def kill(self) -> None:
        """End the process at once."""
        with self._lock:
            process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                _close(pipe)


class _Streamed:
    """Stands for the result of a generator, whose values were sent one by one."""


STREAMED = _Streamed()


def _close(pipe: Any) -> None:
    with contextlib.suppress(BrokenPipeError):  # what was still to be written
        pipe.close()


def _pickled(call: Call) -> bytes:
    try:
        return pickle.dumps(call, protocol=5)
    except Exception as error:
        for name, value in call.arguments.items():
            try:
                pickle.dumps(value, protocol=5)
            except Exception as refusal:
                raise ProcessError(
                    f"{call.name} runs in a process of its own, and its input {name} cannot be sent there: {refusal}"
                ) from refusal
        raise ProcessError(f"{call.name} cannot be sent to its process: {error}") from error


def _why(code: int) -> str:
    if code >= 0:
        return f"exit code {code}"
    try:
        return f"signal {signal.Signals(-code).name}"
    except ValueError:
        return f"signal {-code}"
