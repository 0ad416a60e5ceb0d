"""A text stream that passes everything on to another one, and tells what it was."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable
from typing import Any, TextIO


class TeeStream(io.TextIOBase):
    """Stands in for ``original``, which answers all but the writing of text.

    Bytes that are written to :attr:`buffer` or to the file descriptor are passed on only.

    Args:
        original: Where everything goes; errors of its own are the writer's.
        hear: Gets each text after it was passed on.
    """

    def __init__(self, original: TextIO, hear: Callable[[str], object]) -> None:
        super().__init__()
        self._original = original
        self._hear = hear

    def write(self, text: str) -> int:
        written = self._original.write(text)
        self._hear(text)
        return written

    def writelines(self, lines: Iterable[str]) -> None:  # type: ignore[override]
        for line in lines:
            self.write(line)

    def flush(self) -> None:
        self._original.flush()

    def close(self) -> None:
        """Only flushes: the stream belongs to the process."""
        if not self._original.closed:
            self._original.flush()

    def fileno(self) -> int:
        return self._original.fileno()

    def isatty(self) -> bool:
        return self._original.isatty()

    def writable(self) -> bool:
        return True

    @property
    def closed(self) -> bool:
        return self._original.closed

    @property
    def encoding(self) -> str:  # type: ignore[override]
        return self._original.encoding

    @property
    def errors(self) -> str | None:  # type: ignore[override]
        return self._original.errors

    @property
    def newlines(self) -> Any:  # type: ignore[override]
        return self._original.newlines

    def __getattr__(self, name: str) -> Any:
        # Above all buffer, name, mode, line_buffering and reconfigure.
        return getattr(self._original, name)
