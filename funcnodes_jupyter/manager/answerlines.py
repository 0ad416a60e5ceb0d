"""The other end of an answer that comes line by line; see :mod:`funcnodes_jupyter.server.linestream`."""

from __future__ import annotations

from typing import Any

from tornado.escape import json_decode

from funcnodes_jupyter.manager.toolrun import Told

_LINE = b'{"line":'


class AnswerLines:
    """Takes an answer in pieces, and hands each ``{"line": text}`` on as it comes. Any other answer is kept whole."""

    def __init__(self, told: Told | None) -> None:
        self._told = told
        self._rest = b""

    def take(self, data: bytes) -> None:
        """Some more of the answer."""
        self._rest += data
        while self._rest.startswith(_LINE) and b"\n" in self._rest:
            line, _, self._rest = self._rest.partition(b"\n")
            if self._told is not None:
                self._told(str(json_decode(line)["line"]))

    def end(self) -> Any:
        """What came besides, decoded; None when that is no JSON."""
        try:
            return json_decode(self._rest)
        except ValueError:
            return None
