"""What happens when a node is enabled, disabled, bypassed or frozen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from funcnodes_jupyter.core.facts import NodeChanged
from funcnodes_jupyter.core.traversal import descendants, followers_by_edges

if TYPE_CHECKING:
    from funcnodes_jupyter.core.modes import NodeMode
    from funcnodes_jupyter.core.node import Node


def switch_mode(node: Node, mode: NodeMode) -> None:
    """Give ``node`` another mode; a run that this makes pointless is ended, and one that it makes due is asked for."""
    engine = node.engine
    with engine.lock:
        before = node.mode
        if before == mode:
            return
        node.mode = mode
        node.followers = None
        node.prepare()
        if before == "frozen":
            engine.schedule.thawed(node)
        elif before == "disabled":
            _forgive(node)
        node._changed("mode")
        _enter(node, before)
    if mode in ("frozen", "disabled"):
        engine.runner.cancel(node)
    engine.runner.wake()


def _enter(node: Node, before: NodeMode) -> None:
    if node.mode == "frozen":
        _freeze(node, before)
    elif node.mode == "disabled":
        node.engine.schedule.mark_stale((node,))
        _blame(node)
    elif before != "frozen" or node.slot.stale or node.mode == "bypassed":
        slot = node.slot
        slot.error, slot.cancelled, slot.trouble = None, False, False
        node.engine.schedule.mark_stale((node,)) if node.missing() else node.engine.ask(node)


def _freeze(node: Node, before: NodeMode) -> None:
    node.engine.schedule.frozen(node)
    # What was handed through is not what its function gives: it is to run when it is not frozen any more.
    node.slot.stale = node.slot.stale or before == "bypassed"
    # They rely on what it holds from now on.
    for follower in followers_by_edges(node):
        if follower.slot.stale:
            node.engine.ask(follower)


def _blame(node: Node) -> None:
    """What follows cannot be up to date, and says because of whom."""
    for follower in descendants((node,)):
        follower.slot.blame = follower.slot.blame or node
        if node.engine.observed:
            node.engine.tell(NodeChanged(follower, ("state",)))


def _forgive(node: Node) -> None:
    for follower in descendants((node,)):
        if follower.slot.blame is node:
            follower.slot.blame = None
