"""A node as the output of a cell: how it stands, what its ports hold, and the picture that it shows."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import Any

from funcnodes_jupyter.core.errors import FuncNodesError
from funcnodes_jupyter.notebook.graph import Graph, shown_ports
from funcnodes_jupyter.notebook.outline import state_in_words
from funcnodes_jupyter.notebook.remote import Remote
from funcnodes_jupyter.wire.events import NodeState, PortState

PICTURE_SECONDS = 2.0
"""How long the picture of a busy node is waited for."""
_CELL = 'style="text-align: left; padding: 2px 12px 2px 0; vertical-align: top"'


def card_of(remote: Remote, graph: Graph, node: NodeState) -> dict[str, str]:
    """The mime bundle of a node: a table of its ports as HTML, the same as text."""
    rows = list(_rows(graph, node))
    head = f"{node.name} ({node.node_id}): {state_in_words(node)}"
    text = "\n".join([head, *(f"  {side:<6}  {name} = {value}" for side, name, value in rows)])
    lines = "".join(
        f"<tr><td {_CELL}>{side}</td><td {_CELL}>{escape(name)}</td><td {_CELL}><code>{escape(value)}</code></td></tr>"
        for side, name, value in rows
    )
    title = f"<b>{escape(node.name)}</b> <code>{escape(node.node_id)}</code> {escape(state_in_words(node))}"
    return {"text/plain": text, "text/html": f"<div>{title}<table>{lines}</table>{_picture(remote, node)}</div>"}


def _rows(graph: Graph, node: NodeState) -> Iterator[tuple[str, str, str]]:
    for is_input, side in ((True, "input"), (False, "output")):
        for port in shown_ports(node, is_input=is_input):
            source = graph.source_of(node.uuid, port.id) if is_input else None
            yield side, port.name, _value(port) + (f"  from {source}" if source else "")


def _value(port: PortState) -> str:
    return "no value" if port.value is None else port.value.text


def _picture(remote: Remote, node: NodeState) -> str:
    """What the node shows, if that is a picture and comes soon."""
    if node.preview_io is None or node.state != "done":
        return ""
    try:
        question = {"node": node.uuid, "io": node.preview_io}
        preview: dict[str, Any] = remote.command("get_io_value", question, PICTURE_SECONDS)
    except FuncNodesError:
        return ""
    image = preview["data"].get("image/png")
    return (
        f'<img src="data:image/png;base64,{escape(image)}" style="max-width: 100%">' if isinstance(image, str) else ""
    )
