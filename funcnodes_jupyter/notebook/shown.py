"""A graph that is shown while its cell runs, and shown as it came out once the cell is done."""

from __future__ import annotations

from typing import Any

from IPython.display import display

from funcnodes_jupyter.notebook.flow import Flow
from funcnodes_jupyter.notebook.shell import at_terminal


class ShownFlow:
    """The output of a cell whose graph changes while it runs."""

    def __init__(self, flow: Flow) -> None:
        self._flow = flow
        self._handle: Any = None

    def show(self) -> None:
        """Show it."""
        self._handle = display(self._flow, display_id=True)  # type: ignore[no-untyped-call]

    def renew(self) -> None:
        """Have the picture that was shown be that of the graph as it is now.

        An editor is left alone: it follows the graph by itself, and a notebook would build it anew, with another
        section in view. So is a terminal, which would say everything twice.
        """
        if self._handle is not None and not self._flow.has_editor and not at_terminal():
            self._handle.update(self._flow)
