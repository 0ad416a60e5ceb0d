"""Commands about what was done: undo and redo, for whoever did it."""

from __future__ import annotations

from funcnodes_jupyter.worker.context import Context


def undo(context: Context) -> dict[str, str]:
    """Take back the newest step; ``done`` says what that was."""
    return {"done": context.nodespace.undo()}


def redo(context: Context) -> dict[str, str]:
    """Do again what was undone last; likewise."""
    return {"done": context.nodespace.redo()}
