"""A node as the output of a cell: how it stands, what its ports hold, and the picture that it shows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape

from funcnodes_jupyter.notebook.graph import Graph, shown_ports
from funcnodes_jupyter.notebook.remote import Remote
from funcnodes_jupyter.notebook.valuecard import value_html
from funcnodes_jupyter.wire.events import NodeState, PortState
from funcnodes_jupyter.worker.picture.outline import state_in_words

_CELL = 'style="text-align: left; padding: 2px 12px 2px 0; vertical-align: top"'


def card_of(remote: Remote, graph: Graph, node: NodeState) -> dict[str, str]:
    """The mime bundle of a node: a table of its ports as HTML, the same as text."""
    rows = [*_rows(graph, node, is_input=True), *_rows(graph, node, is_input=False)]
    head = f"{node.name} ({node.node_id}): {state_in_words(node)}"
    text = "\n".join([head, *(f"  {side:<6}  {name} = {value}" for side, name, value in rows)])
    title = f"<b>{escape(node.name)}</b> <code>{escape(node.node_id)}</code> {escape(state_in_words(node))}"
    return {"text/plain": text, "text/html": f"<div>{title}{_table(rows)}{_picture(remote, node)}</div>"}


def side_card(graph: Graph, node: NodeState, *, is_input: bool) -> str:
    """The ports of one side of a node as a table in HTML."""
    return f"<div>{_table(_rows(graph, node, is_input=is_input))}</div>"


def _rows(graph: Graph, node: NodeState, *, is_input: bool) -> Iterator[tuple[str, str, str]]:
    """Side, name and value of each port."""
    for port in shown_ports(node, is_input=is_input):
        source = graph.source_of(node.uuid, port.id) if is_input else None
        yield "input" if is_input else "output", port.name, _value(port) + (f"  from {source}" if source else "")


def _table(rows: Iterable[tuple[str, str, str]]) -> str:
    lines = (
        f"<tr><td {_CELL}>{side}</td><td {_CELL}>{escape(name)}</td><td {_CELL}><code>{escape(value)}</code></td></tr>"
        for side, name, value in rows
    )
    return f"<table>{''.join(lines)}</table>"


def _value(port: PortState) -> str:
    return "no value" if port.value is None else port.value.text


def _picture(remote: Remote, node: NodeState) -> str:
    """What the node shows, if it is up to date."""
    return value_html(remote, node.uuid, node.preview_io) if node.preview_io and node.state == "done" else ""
