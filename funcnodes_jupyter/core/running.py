"""Whose code runs here: the node behind whatever is printed, logged or warned of in the calling thread."""

from __future__ import annotations

import threading
from contextvars import ContextVar
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from funcnodes_jupyter.core.node import Node
    from funcnodes_jupyter.core.runner import Runner

running_node: ContextVar[Node | None] = ContextVar("running_node", default=None)
"""The node that a task works for, and the threads and tasks that get a copy of its context."""


def current_node(runner: Runner) -> Node | None:
    """The node of ``runner`` whose code runs in the calling thread right now, None when there is none.

    In the thread of the nodes the guard knows best, also of plain functions, which have no context of their
    own. What it does not know of are the tasks that a coroutine made, and other threads.
    """
    guard = runner.guard
    if guard.open and threading.get_ident() == runner.thread_id:
        owner = guard.owner
        return owner[0] if owner is not None else None
    return running_node.get()
