"""Commands for functions that were written in a notebook, for code in nodes, and for trust in it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import Annotated, Any, Literal

from msgspec import Meta

from funcnodes_jupyter.core.callports import SOURCE
from funcnodes_jupyter.core.node import Node
from funcnodes_jupyter.nodes.code import AsyncCodeNode, CodeNode
from funcnodes_jupyter.nodes.functions import FunctionNode
from funcnodes_jupyter.nodes.functiontext import template_of
from funcnodes_jupyter.nodes.trust import require_trust
from funcnodes_jupyter.worker import functions, trust
from funcnodes_jupyter.worker.codeports import put_code
from funcnodes_jupyter.worker.commands.nodes import Name
from funcnodes_jupyter.worker.context import Context
from funcnodes_jupyter.worker.errors import ArgumentError

Code = Annotated[str, Meta(max_length=1_000_000)]


def define_function(
    context: Context, source: Code, name: Name | None = None, separate_thread: bool = False
) -> Awaitable[dict[str, Any]]:
    """Put the last function in ``source`` into the library, and have the nodes of that name call it.

    Answers its ``node_id``, and the uuids of the ``nodes`` that changed.
    """
    return _define(context, source, name or "", separate_thread)


async def _define(context: Context, source: str, name: str, separate_thread: bool) -> dict[str, Any]:
    space = context.nodespace
    # Its defaults and annotations are expressions, so looking at a function runs code.
    template = await asyncio.wrap_future(
        space.runner.call(lambda: template_of(source, name, in_thread=separate_thread))
    )
    changed = functions.define(space, template)
    return {"node_id": template["node_id"], "nodes": [node.uuid for node in changed]}


def forget_function(context: Context, name: str) -> Literal[True]:
    """Take a function out of the library; nodes of it stay."""
    functions.forget(context.nodespace, name)
    return True


def set_code(context: Context, uuid: str, source: Code) -> Awaitable[Literal[True]]:
    """Give a node other code; its ports follow, and values and edges of those that are still there stay."""
    return _set_code(context, context.nodespace.get_node_by_id(uuid), source)


async def _set_code(context: Context, node: Node, source: str) -> Literal[True]:
    space = context.nodespace
    if isinstance(node, (CodeNode, AsyncCodeNode)):
        put_code(space, node, source)
    elif isinstance(node, FunctionNode):
        require_trust(node)  # looking at the new text runs it, and most of that may be the old one
        in_thread = node.run_kind in ("thread", "thread steps")
        template = await asyncio.wrap_future(space.runner.call(lambda: template_of(source, in_thread=in_thread)))
        if template["node_id"] != node.node_id:
            wanted = node.node_name
            raise ArgumentError(f"source: its last function has to be called {wanted}, as the node's class is")
        functions.put_into(space, space.get_node_by_id(node.uuid), template)
    else:
        raise ArgumentError(f"uuid: {node.name} has no {SOURCE}, so its code is not in the graph")
    return True


def trust_code(context: Context, nodes: list[str] | None = None) -> dict[str, list[str]]:
    """Let code run that came from elsewhere: of these nodes, or all of the graph. Answers which are ``trusted`` now."""
    space = context.nodespace
    chosen = None if nodes is None else [space.get_node_by_id(uuid) for uuid in nodes]
    return {"trusted": [node.uuid for node in trust.trust(space, chosen)]}
