"""Commands that make nodes run, and stop them."""

from __future__ import annotations

from typing import Literal

from funcnodes_jupyter.core.modes import GraphMode, TypeCheck
from funcnodes_jupyter.worker.context import Context
from funcnodes_jupyter.worker.errors import NotReadyError

Scope = Literal["all", "stale", "only", "to", "from"]


def trigger_node(context: Context, uuid: str) -> Literal[True]:
    """Run a node, also when it is up to date."""
    with context.nodespace.lock:
        node = context.nodespace.get_node_by_id(uuid)
        if not context.nodespace.run([node], "only"):
            missing = node.missing()
            why = (
                f"it is {node.mode}"
                if node.mode in ("disabled", "frozen")
                else "it holds code that came from elsewhere; trust it first"
                if node.held_back
                else f"no value for {', '.join(missing)}"
                if missing
                else "its class is not installed"
            )
            raise NotReadyError(f"{node.name} cannot run: {why}.")
    return True


def run(context: Context, nodes: list[str] | None = None, scope: Scope | None = None) -> dict[str, int]:
    """Run what is stale; or the given nodes, what is stale above them, or what is below, by ``scope``."""
    with context.nodespace.lock:
        chosen = [context.nodespace.get_node_by_id(uuid) for uuid in nodes or ()]
        wanted = scope or ("stale" if nodes is None else "to")
        return {"requested": context.nodespace.run(chosen, wanted)}


def cancel(context: Context, node: str | None = None) -> dict[str, list[str]]:
    """End the run of a node, or all runs, and take back what is queued."""
    nodespace = context.nodespace
    chosen = nodespace.get_node_by_id(node) if node is not None else None
    context.client.cancels += node is None
    cancelled = nodespace.runner.cancel(chosen)
    return {"cancelled": [found.uuid for found in cancelled]}


def set_mode(context: Context, mode: GraphMode) -> Literal[True]:
    """``reactive``: a change runs what depends on it; ``paused``: it only marks it out of date."""
    context.nodespace.set_mode(mode)
    return True


def set_type_check(context: Context, check: TypeCheck) -> Literal[True]:
    """Whether connecting ports whose types do not fit ``warn``s, is ``refuse``d, or is not looked at (``off``)."""
    context.nodespace.type_check = check
    return True
