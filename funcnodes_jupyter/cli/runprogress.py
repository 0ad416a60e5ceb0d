"""What a person at a terminal sees while a graph runs."""

from __future__ import annotations

import sys
from typing import TextIO

from funcnodes_jupyter.notebook.graph import Graph
from funcnodes_jupyter.wire.events import NodeState
from funcnodes_jupyter.worker.picture.outline import state_in_words

WIDTH = 78
"""Columns of the line that is written over, on a terminal."""


class RunProgress:
    """A line for each node that is done or failed; on a terminal, below them one that says what runs.

    Args:
        graph: As it is before it runs.
        quiet: Say nothing.
        stream: Where it is said; the error output when left out, so that results can be piped.
    """

    def __init__(self, graph: Graph, *, quiet: bool, stream: TextIO | None = None) -> None:
        self._stream = stream if stream is not None else sys.stderr
        self._quiet = quiet
        self._terminal = self._stream.isatty()
        self._seen = {node.uuid: node.state for node in graph.nodes.values()}
        self._line = ""

    def look(self, graph: Graph) -> bool:
        """Say what is new in ``graph``; returns True, so that it fits where a condition stands."""
        for node in graph.nodes.values():
            before, self._seen[node.uuid] = self._seen.get(node.uuid, ""), node.state
            if before != node.state and node.state in ("done", "error", "cancelled"):
                self._say(f"{node.name}: {state_in_words(node)}")
        if self._terminal:
            self._show(", ".join(_busy(node) for node in graph.active if node.state == "running"))
        return True

    def end(self) -> None:
        """The run is over."""
        self._show("")

    def _say(self, text: str) -> None:
        if not self._quiet:
            self._show("")
            self._stream.write(f"{text}\n")
            self._stream.flush()

    def _show(self, text: str) -> None:
        if self._quiet or not self._terminal or text == self._line:
            return
        self._line = text if len(text) <= WIDTH else f"{text[: WIDTH - 1]}…"
        self._stream.write(f"\r{self._line.ljust(WIDTH)}\r")
        self._stream.flush()


def _busy(node: NodeState) -> str:
    progress = node.progress
    if progress is None:
        return f"{node.name} …"
    share = "" if progress.fraction is None else f" {progress.fraction:.0%}"
    return f"{node.name}{share} {progress.text}".rstrip()
