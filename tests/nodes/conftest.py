from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from funcnodes_jupyter.core.library import Library
from funcnodes_jupyter.core.node import Node
from funcnodes_jupyter.core.nodespace import NodeSpace
from funcnodes_jupyter.nodes.shelves import builtin_library

RunNode = Callable[..., Any]
MakeNode = Callable[..., Node]


@pytest.fixture(scope="session")
def library() -> Library:
    return builtin_library()


@pytest.fixture
def made(library: Library) -> MakeNode:
    """Makes a node of an id, sets inputs and lets the graph come to rest."""

    def make(node_id: str, **inputs: Any) -> Node:
        async def settle() -> Node:
            space = NodeSpace(library)
            node = space.add_node_by_id(node_id, trigger_on_create=False)
            for io, value in inputs.items():
                node.inputs[io] = value
            node.request_trigger()
            await space.await_done()
            return node

        return asyncio.run(settle())

    return make


@pytest.fixture
def run(made: MakeNode) -> RunNode:
    """The output ``out`` of a node with these inputs; its own error when it fails."""

    def value(node_id: str, **inputs: Any) -> Any:
        node = made(node_id, **inputs)
        if node.error is not None:
            raise node.error.exception
        assert node.state == "done", f"{node_id}: {node.state}, missing {node.missing()}"
        return node.outputs["out"].value

    return value
