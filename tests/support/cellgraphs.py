"""Graphs written as cells and read again, without a worker."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from funcnodes_jupyter.convert.cells.draft import CellGraph
from funcnodes_jupyter.convert.cells.live import live_nodes
from funcnodes_jupyter.convert.cells.reading import read_cell
from funcnodes_jupyter.convert.cells.records import CELL
from funcnodes_jupyter.convert.cells.remarks import split_remarks
from funcnodes_jupyter.convert.cells.writing import write_cell
from funcnodes_jupyter.core.node import Node
from funcnodes_jupyter.core.nodespace import NodeSpace
from funcnodes_jupyter.core.shelf import Shelf
from funcnodes_jupyter.core.values import NoValue
from funcnodes_jupyter.nodes.shelves import builtin_library
from funcnodes_jupyter.worker.celllayout import moved_nodes
from funcnodes_jupyter.worker.cells import CellUpdate
from funcnodes_jupyter.worker.finder import find_name
from funcnodes_jupyter.worker.nodestate import POS
from funcnodes_jupyter.worker.placement import Places


def put_cell(space: NodeSpace, source: str) -> dict[str, Node]:
    """Have a cell in a graph, as when it is run; its nodes by key."""
    return put_reading(space, read_cell(source, find_name))


def put_reading(space: NodeSpace, graph: CellGraph) -> dict[str, Node]:
    """The same with what it is read as."""
    uuids = CellUpdate(space, Places(space.nodes), graph).apply()
    return {key: space.nodes[uuid] for key, uuid in uuids.items()}


def graph_of(source: str, *classes: type[Node]) -> NodeSpace:
    """The graph of a cell with all that its remarks say, at rest; ``classes`` are known there as well."""
    space = NodeSpace(builtin_library())
    if classes:
        space.add_shelf(Shelf("Mine", nodes=classes))
    space.set_mode("paused")
    put_cell(space, source)
    return space


def cell_of(space: NodeSpace, source: str = "", **options: Any) -> str:
    """The graph as a cell; ``source`` is the one that it came from."""
    graph = read_cell(source, find_name) if source else None
    layout = partial(moved_nodes, Places(space.nodes))
    return write_cell(live_nodes(space), find_name, source, graph, layout=layout, **options)


def bare(source: str) -> str:
    """A cell with its remarks deleted."""
    return split_remarks(source)[0]


def key_of(node: Node) -> str:
    """By which the cell that made the node knows it."""
    return str(node.get_property(CELL)["key"])


def portrait(space: NodeSpace, known_by: Callable[[Node], str] = lambda node: node.name) -> dict[str, Any]:
    """All that a person sees of a graph, by the names of its nodes or by something else."""
    named = {node.uuid: known_by(node) for node in space.nodes.values()}
    return {named[node.uuid]: _portrait(space, node, named) for node in space.nodes.values()}


def _portrait(space: NodeSpace, node: Node, named: dict[str, str]) -> dict[str, Any]:
    inputs = {port.id: port for port in (*node._ins, node.trigger_input)}
    inner = space.groups.find_group_of_node(node.uuid)
    around = [] if inner is None else [inner, *space.groups.get_group_ancestors(inner)]
    return {
        "name": node.name,
        "class": node.node_id,
        "values": {
            name: port.stored for name, port in inputs.items() if port.stored is not NoValue and not port._sources
        },
        "sources": {
            name: [(named[source.node.uuid], source.id) for source in port._sources]
            for name, port in inputs.items()
            if port._sources
        },
        "feedback": {
            name: [(named[source.node.uuid], source.id) for source in port.fed_back]
            for name, port in inputs.items()
            if port.fed_back
        },
        "place": node.get_property(POS),
        "size": node.get_property("frontend:size"),
        "collapsed": node.get_property("frontend:collapsed"),
        "settings": (node.mode, node.timeout, node.retries),
        "groups": [space.groups[group]["meta"] for group in around],
        "options": {port.id: port.overrides for port in node.made_ports if port.overrides},
    }
