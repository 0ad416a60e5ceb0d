"""What comes of a run: the values go on, or the reason why there are none stays with the node.

All functions are called under the graph lock, in the thread of the nodes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from funcnodes_jupyter.core.facts import NodeChanged, NodeDone, NodeFailed, NodeTriggered
from funcnodes_jupyter.core.invocation import after_success, hand_on
from funcnodes_jupyter.core.threadsteps import ALREADY_SENT
from funcnodes_jupyter.core.traversal import successors

if TYPE_CHECKING:
    from funcnodes_jupyter.core.node import Node
    from funcnodes_jupyter.core.runreport import RunError

ENDED_EMPTY = ("state", "run")
"""What changed of a node whose run was ended, or came to nothing."""
FAST_SECONDS = 0.05
"""A run that takes less is told as a short one, which nobody needs to see begin."""


def began(node: Node) -> None:
    """The function of ``node`` is about to be called."""
    engine = node.engine
    if engine.observed:
        engine.tell(NodeTriggered(node))
    if engine.runs_heard:
        engine.announce(node, "before_trigger")
        engine.announce(node, "triggerstart")


def succeeded(node: Node, result: Any, seconds: float) -> None:
    """The function returned ``result`` (already split) after ``seconds``."""
    engine = node.engine
    slot = node.slot
    if node.removed:
        engine.schedule.finish(node)
        return
    if node.hands_on and result is not ALREADY_SENT:
        outputs = node._outs
        engine.send(outputs[0], result) if len(outputs) == 1 else hand_on(node, result)
    slot.seconds = seconds
    slot.ran = True
    if slot.stubborn:
        slot.stubborn = False
    if engine.observed:
        engine.tell(NodeDone(node, seconds))
    if node._trigger_out is not None or node.reset_inputs_on_trigger or node.progress_state:
        after_success(node)
    engine.schedule.finish(node)
    if engine.runs_heard:
        engine.announce(node, "triggerdone")
        if seconds < FAST_SECONDS:
            engine.announce(node, "triggerfast")
        engine.announce(node, "after_trigger", result=None)


def failed(node: Node, report: RunError) -> None:
    """The function raised; outputs keep their values, and what follows is out of date."""
    engine = node.engine
    slot = node.slot
    slot.error, slot.trouble, slot.cancelled, slot.seconds = report, True, False, None
    slot.stubborn = False
    node.progress_state = None
    if engine.observed and not node.removed:
        engine.tell(NodeFailed(node, report))
    # What it sent before may have brought them up to date.
    engine.schedule.mark_stale(successors(node))
    engine.schedule.finish(node)
    announce_failure(node, report)
    engine.announce(node, "after_trigger", result=None)


def announce_failure(node: Node, report: RunError) -> None:
    """Tell who listens to the node why it failed."""
    node.engine.announce(node, "node_trigger_error", error=report.exception, tb=report.traceback)
    node.engine.announce(node, "node_error", error=report.exception)


def cancelled(node: Node) -> None:
    """The run was ended. What was asked before, the cancel took back; what came since is to run."""
    slot = node.slot
    slot.error = None
    slot.cancelled = slot.trouble = True
    slot.stubborn = False
    not_ready(node)


def not_ready(node: Node) -> None:
    """The run came to nothing: the node is as out of date as before."""
    engine = node.engine
    node.slot.stale, node.slot.expecting = True, False
    node.progress_state = None
    if engine.observed and not node.removed:
        engine.tell(NodeChanged(node, ENDED_EMPTY))
    engine.schedule.mark_stale(successors(node))
    engine.schedule.finish(node)
    engine.announce(node, "after_trigger", result=None)
