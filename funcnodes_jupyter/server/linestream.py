"""An answer to a request that takes its time: told line by line to those who ask for that."""

from __future__ import annotations

from typing import Any

from tornado.escape import json_encode
from tornado.web import RequestHandler

NDJSON = "application/x-ndjson"
"""JSON objects, one a line."""


class LineStream:
    """Sends ``{"line": text}`` for each line, then ``{"done": outcome}`` or ``{"refused": {…}, "status": number}``.

    As long as there was no line, nothing is begun, and the handler may answer as usual.
    """

    def __init__(self, handler: RequestHandler) -> None:
        self._handler = handler
        self.begun = False

    @classmethod
    def wanted(cls, handler: RequestHandler) -> LineStream | None:
        """A stream for whoever sent ``Accept: application/x-ndjson``."""
        return cls(handler) if NDJSON in handler.request.headers.get("Accept", "") else None

    def tell(self, line: str) -> None:
        """Send a line."""
        if not self.begun:
            self.begun = True
            self._handler.set_status(200)
            self._handler.set_header("Content-Type", NDJSON)
        self._write({"line": line})

    def done(self, outcome: dict[str, Any]) -> None:
        """Send what came of it."""
        self._write({"done": outcome})

    def refused(self, refusal: dict[str, Any], status: int) -> None:
        """Send why nothing came of it."""
        self._write({"refused": refusal, "status": status})

    def _write(self, content: dict[str, Any]) -> None:
        self._handler.write(f"{json_encode(content)}\n")
        self._handler.flush()
