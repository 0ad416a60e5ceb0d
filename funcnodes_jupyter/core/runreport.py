"""What came of a run: the error of a node as a value that can be shown, saved and compared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from funcnodes_jupyter.core.brief import brief
from funcnodes_jupyter.core.errors import FunctionFailedError
from funcnodes_jupyter.core.memorylimit import limit_told, memory_limit, says_no_memory
from funcnodes_jupyter.core.portspec import DefaultFactory
from funcnodes_jupyter.core.usertrace import entry_line, user_traceback

INPUT_CHARACTERS = 80
"""The length of the line that stands for what the function got through a port."""
MESSAGE_CHARACTERS = 2_000


@dataclass(frozen=True, slots=True)
class RunError:
    """Why a node's function failed.

    ``text`` is "Type: message", ``traceback`` starts in the user's own code, ``line`` is the line in the
    function's file where it failed (None when the function was never entered). ``inputs`` has one short
    line a port: what the function was called with. ``exception`` is the original, or None after a reload.
    """

    text: str
    type: str
    traceback: str
    function: str
    line: int | None
    exception: BaseException | None = None
    inputs: Mapping[str, str] = field(default_factory=dict, hash=False)

    def to_dict(self) -> dict[str, Any]:
        """All but the exception, for JSON."""
        return {
            "text": self.text,
            "type": self.type,
            "traceback": self.traceback,
            "function": self.function,
            "line": self.line,
            "inputs": dict(self.inputs),
        }

    @classmethod
    def from_dict(cls, saved: Mapping[str, Any]) -> RunError:
        """What :meth:`to_dict` gave, without the exception; what is missing or no text stays empty."""
        text, kind, trace, function = (_text(saved, key) for key in ("text", "type", "traceback", "function"))
        line, inputs = saved.get("line"), saved.get("inputs")
        return cls(
            text=text,
            type=kind,
            traceback=trace,
            function=function,
            line=line if type(line) is int else None,
            inputs={str(key): str(value) for key, value in inputs.items()} if isinstance(inputs, Mapping) else {},
        )


def _text(saved: Mapping[str, Any], key: str) -> str:
    found = saved.get(key)
    return found if isinstance(found, str) else ""


def describe_error(
    exception: BaseException, function: str, filename: str | None, arguments: Mapping[str, Any] | None = None
) -> RunError:
    """The report of ``exception``.

    Never called under the graph lock: an error is asked for its text, which is code of the user.

    Args:
        function: The name of the node's function.
        filename: Where it stands; the traceback begins there.
        arguments: What it was called with, by port.
    """
    return RunError(
        text=_told(exception),
        type=type(exception).__name__,
        traceback=user_traceback(exception, filename),
        function=function,
        line=entry_line(exception, filename),
        exception=exception,
        inputs=_briefly(arguments or {}),
    )


def report_of(exception: BaseException, function: str, filename: str | None, arguments: Mapping[str, Any]) -> RunError:
    """:func:`describe_error`, or the report that was made where the function ran, with what only this side knows."""
    if not isinstance(exception, FunctionFailedError):
        return describe_error(exception, function, filename, arguments)
    return replace(exception.report, inputs=_briefly(arguments))


def _told(exception: BaseException) -> str:
    """Its line; of one that a limit of memory caused, with what can be done."""
    line, limit = one_line(exception), memory_limit()
    if limit is None or not says_no_memory(exception):
        return line
    return f"{line.rstrip('.')}. {limit_told(limit)}"


def one_line(exception: BaseException) -> str:
    """ "Type: message". Asks the error for its text, which is code of the user."""
    name, message = type(exception).__name__, _message(exception)
    return f"{name}: {message}" if message else name


def _briefly(arguments: Mapping[str, Any]) -> dict[str, str]:
    return {port: _input_line(value) for port, value in arguments.items()}


def _input_line(value: Any) -> str:
    if issubclass(type(value), DefaultFactory):
        return "default"  # what it made is known to the function alone
    return brief(value, INPUT_CHARACTERS)


def _message(exception: BaseException) -> str:
    try:
        text = str(exception)
    except Exception:  # noqa: BLE001 - a faulty error is still an error to be told
        return "(its text cannot be shown)"
    return text if len(text) <= MESSAGE_CHARACTERS else f"{text[: MESSAGE_CHARACTERS - 1]}…"
