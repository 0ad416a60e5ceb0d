"""Nodes whose code stands in the graph: where it is, and how tracebacks find it."""

from __future__ import annotations

import linecache

from funcnodes_jupyter.nodes.previews import SHOWS_OUT
from funcnodes_jupyter.nodes.trust import TrustedNode


class SourcedNode(TrustedNode):
    """Base of the nodes with code of their own."""

    __slots__ = ("function_file",)
    # Each node has its own: the name under which tracebacks find its text.

    returns_outputs = True
    default_render_options = SHOWS_OUT

    @property
    def _file(self) -> str:
        return f"<node {self.uuid}>"

    def prepare(self) -> None:
        self.function_file = self._file
        super().prepare()

    def _show_in_tracebacks(self, text: str) -> None:
        linecache.cache[self._file] = (len(text), None, text.splitlines(keepends=True), self._file)

    def cleanup(self) -> None:
        """Its text is shown in no traceback any more."""
        linecache.cache.pop(self._file, None)
