"""Waiting for nodes that may stand in several graphs."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from funcnodes_jupyter.core.node import Node


async def run_until_complete(*nodes: Node) -> None:
    """Return when nothing runs and nothing is requested, in all graphs that these nodes stand in."""
    while busy := next((node for node in nodes if not node.engine.runner.idle), None):
        await busy.engine.runner.wait_idle()
