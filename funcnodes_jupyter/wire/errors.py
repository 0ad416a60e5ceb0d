"""The errors of the wire, one tree.

WireError (FuncNodesError)
├── FrameError (ValueError)              bytes that are no frame of the protocol
├── TransportClosedError (ConnectionError)   the other side is gone; ``code`` and ``reason`` say why
├── CommandTimeoutError (TimeoutError)   no reply came in time
├── NotSharedError (OSError)             memory that two processes were to share is out of reach
├── UnpackingError (ValueError)          a value that came cannot be made here; the text says why
└── CommandError                         the other side answered with an error
"""

from __future__ import annotations

from funcnodes_jupyter.core.errors import FuncNodesError


class WireError(FuncNodesError):
    """Base of what can go wrong between two sides."""


class FrameError(WireError, ValueError):
    """These bytes are no frame of the protocol.

    ``frame_id`` and ``cmd`` are what could be read of a broken command, so that its sender gets an answer.
    """

    def __init__(self, message: str, frame_id: str | int | None = None, cmd: str = "") -> None:
        super().__init__(message)
        self.frame_id = frame_id
        self.cmd = cmd


class TransportClosedError(WireError, ConnectionError):
    """The connection is closed. ``code`` is the WebSocket close code or the HTTP status, None when unknown."""

    def __init__(self, reason: str = "", code: int | None = None) -> None:
        super().__init__(reason or "The connection is closed.")
        self.code = code
        self.reason = reason


class CommandTimeoutError(WireError, TimeoutError):
    """No reply to a command came in time. Whether it was applied is unknown."""


class NotSharedError(WireError, OSError):
    """Two processes cannot share memory: send what was to be in it another way."""


class UnpackingError(WireError, ValueError):
    """A pickled value cannot be made here; the text is a clause that says why."""


class CommandError(WireError):
    """A command failed on the other side.

    ``code`` is the class name of the error there, ``message`` its text, ``traceback`` is there only when
    a user's function failed.
    """

    def __init__(self, code: str, message: str, traceback: str = "") -> None:
        super().__init__(f"{code}: {message}" if message else code)
        self.code = code
        self.message = message
        self.traceback = traceback
