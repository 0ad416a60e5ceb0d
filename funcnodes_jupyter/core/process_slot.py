"""One process and the parent's end of its pipe."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from funcnodes_jupyter.core.errors import FunctionFailedError, NotSendableError, ProcessDiedError, ProcessError
from funcnodes_jupyter.core.process_channel import Channel, Pickled, read_message
from funcnodes_jupyter.core.process_messages import Call, Ended, Failed, Message, Refused, Returned, Yielded


class Slot:
    """A process that runs one function at a time. Made where waiting is allowed, for starting takes a moment.

    It is a new interpreter, which inherits nothing but its end of the pipe and knows nothing of the main
    module, in a session of its own: what is typed at the parent's terminal does not reach it, and killing
    takes along what its function started.

    Raises:
        OSError: the system gives no process.
    """

    def __init__(self) -> None:
        ours, theirs = socket.socketpair()
        with theirs:
            try:
                self._process = subprocess.Popen(
                    [sys.executable, "-c", _first_words(theirs.fileno())],
                    stdin=subprocess.PIPE,  # nothing is written: its end is the parent's
                    pass_fds=[theirs.fileno()],
                    start_new_session=True,
                )
            except BaseException:
                ours.close()
                raise
        self._channel = Channel(ours.detach())
        self._lock = threading.Lock()
        self._exit_code: int | None = None
        self._spoilt = False
        self._killed = False

    @property
    def usable(self) -> bool:
        """Whether it can take a call: it lives, is not killed, and has come to the end of the last one."""
        with self._lock:
            return not self._spoilt and self._process.poll() is None

    def call(self, call: Call, tell: Callable[[Message], object]) -> Any:
        """Run a function to its end; blocks meanwhile. ``tell`` is called in this thread.

        Returns:
            Its result, or :class:`Ended` for a generator.

        Raises:
            ProcessError: it came to no result.
        """
        name = call.function.name
        self._spoilt = True
        try:
            self._channel.send(call)
            del call  # big arguments are not held while it runs
            while True:
                message = read_message(self._channel.receive())
                if isinstance(message, Returned | Ended | Failed | Refused):
                    self._settle()
                    return _result(message, name)
                if isinstance(message, Yielded):
                    message = Yielded(_read(message.value, "a value", name))
                tell(message)
        except (EOFError, OSError):
            code = self.end()
        if self._killed:
            raise ProcessError(f"The process of {name} was killed.", name)
        raise ProcessDiedError(name, code)

    def _settle(self) -> None:
        with self._lock:
            self._spoilt = self._killed

    def kill(self) -> None:
        """End the process and what it started, at once. Callable from any thread; does nothing when it has ended."""
        with self._lock:
            self._killed = self._spoilt = True
            self._signal()

    def end(self) -> int:
        """Kill, wait for that, and close the pipe; for the thread that calls. Returns the exit code."""
        with self._lock:
            if self._exit_code is None:
                self._spoilt = True
                # A process that is ending anyway keeps its exit code.
                self._signal()
                self._exit_code = self._process.wait()
                self._channel.close()
                if self._process.stdin is not None:
                    self._process.stdin.close()
            return self._exit_code

    def _signal(self) -> None:
        if self._process.returncode is not None:
            return  # its number may be another's by now
        try:
            os.killpg(self._process.pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            # Some systems refuse it for a group whose leader has ended and was not waited for.
            self._process.kill()


def _first_words(descriptor: int) -> str:
    path = [str(entry) for entry in sys.path]
    module = "funcnodes_jupyter.core.process_child"
    return f"import sys; sys.path[:] = {path!r}; from {module} import main; main({descriptor})"


def _result(message: Returned | Ended | Failed | Refused, function: str) -> Any:
    if isinstance(message, Returned):
        return _read(message.value, "the result", function)
    if isinstance(message, Ended):
        return message
    if isinstance(message, Failed):
        raise _failure(message)
    raise NotSendableError(message.text, function)


def _read(value: Pickled, what: str, function: str) -> Any:
    try:
        return value.read()
    except Exception as error:
        raise NotSendableError(
            f"{what} of {function} came and cannot be read: {type(error).__name__}: {error}", function
        ) from error


def _failure(message: Failed) -> FunctionFailedError:
    exception: BaseException | None = None
    if message.exception is not None:
        try:
            exception = message.exception.read()
        except Exception:  # noqa: BLE001 - then its report, which is complete, goes alone
            exception = None
    return FunctionFailedError(replace(message.report, exception=exception))
