"""The traceback of a failed run as its author wants to read it: from the node's function on, without our own frames."""

from __future__ import annotations

import os
from pathlib import Path
from traceback import TracebackException
from types import TracebackType

_PACKAGE = Path(__file__).parent.parent
_OURS = (
    f"{_PACKAGE / 'core'}{os.sep}",
    *(str(_PACKAGE / "nodes" / f"{name}.py") for name in ("callables", "calling", "code")),
)
"""The engine, and the nodes that do nothing but run what a person wrote or chose."""
_CHARACTERS = 20_000
"""How much of a traceback is kept: of endless recursions the beginning and the end."""


def entry_line(exception: BaseException, filename: str | None) -> int | None:
    """The line in ``filename`` where the way to ``exception`` begins, None when it does not lead through there."""
    trace = _first_in(exception.__traceback__, filename)
    return trace.tb_lineno if trace is not None else None


def user_traceback(exception: BaseException, filename: str | None) -> str:
    """The traceback of ``exception``, and of what it came from, without the frames of this package.

    It begins in ``filename``, where the node's function stands, if it leads through there.
    """
    start = _first_in(exception.__traceback__, filename) or exception.__traceback__
    made = TracebackException(type(exception), exception, start)
    _hide_ours(made, set())
    text = "".join(made.format()).rstrip()
    if len(text) <= _CHARACTERS:
        return text
    half = _CHARACTERS // 2
    return f"{text[:half].rpartition(chr(10))[0]}\n  …\n{text[-half:].partition(chr(10))[2]}"


def _first_in(trace: TracebackType | None, filename: str | None) -> TracebackType | None:
    while trace is not None and trace.tb_frame.f_code.co_filename != filename:
        trace = trace.tb_next
    return trace


def _hide_ours(made: TracebackException, seen: set[int]) -> None:
    if id(made) in seen:
        return
    seen.add(id(made))
    made.stack[:] = [frame for frame in made.stack if not frame.filename.startswith(_OURS)]
    # Groups, since Python 3.11, hold several.
    for other in (made.__cause__, made.__context__, *(getattr(made, "exceptions", None) or ())):
        if other is not None:
            _hide_ours(other, seen)
