"""What a function in a process says while it runs: its prints, logs and warnings, its progress, its values."""

from __future__ import annotations

import codecs
import io
import logging
import os
import sys
import threading
import warnings
from collections import deque
from collections.abc import Iterable
from typing import Any, TextIO, TypeVar

from funcnodes_jupyter.core.process_channel import Channel
from funcnodes_jupyter.core.process_messages import Message, Outcome, Output, Progress
from funcnodes_jupyter.core.progress import ProgressBar

T = TypeVar("T")


class Voice:
    """Says messages while a function runs, and nothing before and after.

    Saying may come in the midst of saying: a finalizer that prints may run anywhere. Such a message goes
    after the one that is on its way.
    """

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self._lock = threading.RLock()
        self._waiting: deque[Message | Outcome] = deque()
        self._speaking = False
        self._open = False
        self._streams: list[TextIO] = []

    def take_over(self) -> None:
        """Hear what this process writes to its standard streams, logs and is warned of."""
        sys.stdout = self._stream(sys.stdout)
        sys.stderr = self._stream(sys.stderr)
        logging.getLogger().addHandler(_LogHandler(self))
        warnings.showwarning = self._warned
        os.register_at_fork(after_in_child=self._fall_silent)

    def begin(self) -> None:
        """From now on messages are sent."""
        self._open = True

    def say(self, message: Message) -> bool:
        """Send a message; False if no function runs that it could belong to."""
        with self._lock:
            if not self._open:
                return False
            self._send(message)
            return True

    def end(self, outcome: Outcome) -> None:
        """The last message of a run."""
        for stream in self._streams:
            stream.flush()
        with self._lock:
            self._open = False
            self._send(outcome)

    def _send(self, message: Message | Outcome) -> None:
        self._waiting.append(message)
        if self._speaking:
            return
        self._speaking = True
        try:
            while self._waiting:
                self._channel.send(self._waiting.popleft())
        finally:
            self._speaking = False

    def _stream(self, original: TextIO) -> TextIO:
        raw = _Speech(self, original)
        stream = io.TextIOWrapper(io.BufferedWriter(raw), encoding="utf-8", errors="replace", line_buffering=True)
        self._streams.append(stream)
        return stream

    def _warned(self, message: Warning | str, category: type[Warning], filename: str, lineno: int,
                file: TextIO | None = None, line: str | None = None) -> None:  # fmt: skip
        text = f"{category.__name__}: {message} (line {lineno})"
        if not self.say(Output("warning", text)) and sys.__stderr__ is not None:
            sys.__stderr__.write(f"{filename}:{lineno}: {text}\n")

    def _fall_silent(self) -> None:
        """A process that the function forks has no part in this conversation, nor may it keep the pipe open."""
        self._lock = threading.RLock()
        self._open = False
        self._channel.close()


class _Speech(io.RawIOBase):
    """The bottom of a standard stream. What comes while no function runs goes where it went before."""

    def __init__(self, voice: Voice, original: TextIO | None) -> None:
        self._voice = voice
        self._original = original
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        given = bytes(data)
        text = self._decoder.decode(given)
        if text and not self._voice.say(Output("print", text)) and self._original is not None:
            self._original.write(text)
            self._original.flush()
        return len(given)

    def fileno(self) -> int:
        """That of the original: for programs that the function starts, whose output is not heard."""
        if self._original is None:
            raise io.UnsupportedOperation("fileno")
        return self._original.fileno()


class _LogHandler(logging.Handler):
    def __init__(self, voice: Voice) -> None:
        super().__init__(logging.WARNING)
        self._voice = voice
        self.setFormatter(logging.Formatter("%(levelname)s %(name)s: %(message)s"))

    def emit(self, record: logging.LogRecord) -> None:
        self._voice.say(Output("log", self.format(record)))


class NodeStandIn:
    """What a function in a process gets for its node."""

    def __init__(self, voice: Voice, name: str, uuid: str) -> None:
        self._voice = voice
        self.name = name
        self.uuid = uuid

    def progress(
        self, iterable: Iterable[T] | None = None, total: float | None = None, desc: str | None = None, unit: str = "it"
    ) -> ProgressBar[T]:
        """Show on the node how far its function is, as ``Node.progress`` does."""
        return ProgressBar(self._show, iterable, total, desc, unit)

    def _show(self, bar: ProgressBar[Any], fraction: float | None, text: str, over: bool) -> None:
        self._voice.say(Progress(fraction, text, over))

    def __getattr__(self, attribute: str) -> Any:
        raise AttributeError(
            f"A function in a process is not beside its node and cannot use node.{attribute}, "
            "only node.progress, node.name and node.uuid."
        )
