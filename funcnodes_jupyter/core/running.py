"""Whose code runs here: the node behind whatever is printed, logged or warned of in the calling thread."""

from __future__ import annotations

import threading
from contextvars import ContextVar
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from funcnodes_jupyter.core.node import Node
    from funcnodes_jupyter.core.runner import Runner


class Work:
    """What is done for a node in one try.

    Attributes:
        given_up: It was to end, but nothing ends its thread: what it says and sends is nobody's any more.
    """

    __slots__ = ("given_up", "node")

    def __init__(self, node: Node) -> None:
        self.node = node
        self.given_up = False


running_work: ContextVar[Work | None] = ContextVar("running_work", default=None)
"""What a task works for, and the threads and tasks that get a copy of its context."""


def current_node(runner: Runner) -> Node | None:
    """The node of ``runner`` whose code runs in the calling thread right now, None when there is none.

    In the thread of the nodes the guard knows best, also of plain functions, which have no context of their
    own. What it does not know of are the tasks that a coroutine made, and other threads.
    """
    guard = runner.guard
    if guard.open and threading.get_ident() == runner.thread_id:
        owner = guard.owner
        return owner[0] if owner is not None else None
    work = running_work.get()
    return None if work is None or work.given_up else work.node


def is_given_up() -> bool:
    """Whether the calling code belongs to a thread that was left to itself."""
    work = running_work.get()
    return work is not None and work.given_up
