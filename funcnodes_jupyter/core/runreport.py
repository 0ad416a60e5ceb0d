"""What came of a run: the error of a node as a value that can be shown, saved and compared."""

from __future__ import annotations

import traceback
from dataclasses import dataclass
from types import TracebackType


@dataclass(frozen=True, slots=True)
class RunError:
    """Why a node's function failed.

    ``text`` is "Type: message", ``traceback`` starts in the user's own code, ``line`` is the line in the
    function's file where it failed (None when the function was never entered). ``exception`` is the
    original, or None after a reload.
    """

    text: str
    type: str
    traceback: str
    function: str
    line: int | None
    exception: BaseException | None = None


def describe_error(exception: BaseException, function: str, filename: str | None) -> RunError:
    """The report of ``exception``, its traceback cut to begin in the file of the node's function."""
    start = _first_in_file(exception.__traceback__, filename)
    lines = traceback.format_exception(type(exception), exception, start)
    message = _message(exception)
    name = type(exception).__name__
    return RunError(
        text=f"{name}: {message}" if message else name,
        type=name,
        traceback="".join(lines).rstrip(),
        function=function,
        line=start.tb_lineno if start is not None and start.tb_frame.f_code.co_filename == filename else None,
        exception=exception,
    )


def _message(exception: BaseException) -> str:
    try:
        return str(exception)
    except Exception:  # noqa: BLE001 - a faulty error is still an error to be told
        return "(its text cannot be shown)"


def _first_in_file(trace: TracebackType | None, filename: str | None) -> TracebackType | None:
    """The first frame of ``trace`` in ``filename``; the whole trace when there is none."""
    frame = trace
    while frame is not None:
        if frame.tb_frame.f_code.co_filename == filename:
            return frame
        frame = frame.tb_next
    return trace
