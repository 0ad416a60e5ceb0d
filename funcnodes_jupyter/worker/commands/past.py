"""Commands about what was done: undo and redo, for whoever did it."""

from __future__ import annotations

from funcnodes_jupyter.core.reviving import revive
from funcnodes_jupyter.worker.context import Context


def undo(context: Context) -> dict[str, str]:
    """Take back the newest step; ``done`` says what that was."""
    return _turned(context, context.nodespace.undo())


def redo(context: Context) -> dict[str, str]:
    """Do again what was undone last; likewise."""
    return _turned(context, context.nodespace.redo())


def _turned(context: Context, done: str) -> dict[str, str]:
    revive(context.nodespace)  # what comes back may be a placeholder whose class has come meanwhile
    return {"done": done}
