"""A cell put into the graph: what it made before is known by its keys, and what nobody touched stays as it is.

Of a literal, the cell and the editor may both have changed the value: the cell wins only when its own text changed.
The same goes for places, modes and groups, and for the edges that remarks tell of.
"""

from __future__ import annotations

import uuid as uuid_module
from collections.abc import Mapping, Sequence
from typing import Any

from funcnodes_jupyter.convert.cells.draft import CellGraph, Draft
from funcnodes_jupyter.convert.cells.records import (
    CELL,
    ORDER,
    PLACED,
    cell_property,
    node_record,
    origin_of,
    sources_of,
    view_of,
)
from funcnodes_jupyter.core.encoding import decode_value
from funcnodes_jupyter.core.node import Node
from funcnodes_jupyter.core.nodespace import NodeSpace
from funcnodes_jupyter.worker.celllayout import Columns, free
from funcnodes_jupyter.worker.cellremarks import RemarkUpdate, known_sources, take_over
from funcnodes_jupyter.worker.nodestate import POS, as_pair
from funcnodes_jupyter.worker.placement import Places


class CellUpdate:
    """Puts one reading of a cell into a graph. Used once, under the graph lock.

    Args:
        space: The graph.
        places: Where its nodes are.
        graph: What the cell was read as.
    """

    def __init__(self, space: NodeSpace, places: Places, graph: CellGraph) -> None:
        self._space = space
        self._places = places
        self._graph = graph
        self._known = nodes_of_cell(space)
        self._columns = Columns()
        self._standing: dict[str, tuple[float, float]] = {}
        self._news: dict[str, Mapping[str, Any]] = {}

    def apply(self) -> dict[str, str]:
        """Change the graph in one step that can be undone; returns the nodes' uuids by key.

        Raises:
            FuncNodesError: it cannot be changed so; nothing was changed then.
        """
        drafts = self._graph.drafts
        with self._space.lock, self._space.history.step("Run cell"):
            for key, node in self._known.items():
                if key not in drafts:
                    self._space.edits.remove_node(node)
            order = {key: self._order_by_hand(node) for key, node in self._known.items() if key in drafts}
            uuids = {draft.key: self._node_of(draft) for draft in drafts.values()}
            for draft in drafts.values():
                self._wire(draft, uuids, order.get(draft.key, ()))
            RemarkUpdate(self._space, drafts, uuids, self._news).apply()
            self._stand(uuids)
            for draft in drafts.values():
                self._put_somewhere(draft, uuids)
        return uuids

    # --- nodes ------------------------------------------------------------------------------------

    def _node_of(self, draft: Draft) -> str:
        node = self._known.get(draft.key)
        if node is not None and _fits(node, draft):
            self._update(node, draft)
            return node.uuid
        record, view = node_record(draft, uuid_module.uuid4().hex), view_of(draft)
        if node is not None:  # the new one stands where it stood
            place, placed = node.get_property(POS), node.get_property(PLACED)
            view.update({"pos": place} if place is not None else {})
            record["properties"].update({PLACED: placed} if placed is not None else {})
            self._space.edits.remove_node(node)
        uuid: str = record["id"]
        self._space.edits.add_saved(record, view)
        self._news[draft.key] = {}
        return uuid

    def _update(self, node: Node, draft: Draft) -> None:
        edits = self._space.edits
        now, before = cell_property(draft), node.get_property(CELL)
        said = before.get("remark", {})
        for port, value in now["given"].items():
            followed = port in said.get("wires", {}) and port not in draft.remark.get("wires", {})
            if followed or port not in before["given"] or before["given"][port] != value:
                edits.connect_only(node.get_input(port), ())
                edits.set_value(node.get_input(port), decode_value(value))
        for port in before["given"]:
            if port not in draft.inputs:
                edits.reset_value(node.get_input(port))
        properties = {**dict.fromkeys(("imports", "mutates")), **draft.properties, CELL: now}
        if any(node.get_property(key) != value for key, value in properties.items()):
            edits.set_properties(node, properties)
        if said != draft.remark:
            self._news[draft.key] = said
            take_over(self._space.edits, node, draft, said)

    # --- edges ------------------------------------------------------------------------------------

    def _wire(self, draft: Draft, uuids: Mapping[str, str], kept: Sequence[tuple[str, str]]) -> None:
        node = self._space.get_node_by_id(uuids[draft.key])
        told = sources_of(draft)
        for port, sources in told.items():
            wanted = known_sources(sources, uuids)
            if port != ORDER and wanted:
                self._space.edits.connect_only(node.get_input(port), wanted)
        order = [(source.node.uuid, source.id) for source in node.trigger_input._sources]
        left = [source for source in kept if source[0] in self._space.nodes]
        wanted = list(dict.fromkeys([*left, *known_sources(told.get(ORDER, ()), uuids)]))
        if order != wanted:
            self._space.edits.connect_only(node.trigger_input, wanted)

    def _order_by_hand(self, node: Node) -> list[tuple[str, str]]:
        """What the node runs after because somebody drew an edge, and not because its cell said so."""
        said = [origin_of(text) for text in node.get_property(CELL).get("after", ())]
        told = known_sources(said, {key: known.uuid for key, known in self._known.items()})
        order = [(source.node.uuid, source.id) for source in node.trigger_input._sources]
        return [source for source in order if source not in told]

    # --- places -----------------------------------------------------------------------------------

    def _put_somewhere(self, draft: Draft, uuids: Mapping[str, str]) -> None:
        wanted = self._columns.wanted(draft, self._standing)
        node = self._space.get_node_by_id(uuids[draft.key])
        if draft.key in self._standing:
            return
        place = free(self._places.box_of(node, wanted), self._places.boxes())
        self._space.edits.set_properties(node, {POS: list(place), PLACED: list(place)})
        self._standing[draft.key] = place
        self._places.changed(node.uuid)

    def _stand(self, uuids: Mapping[str, str]) -> None:
        """Note who has a place already."""
        for key, uuid in uuids.items():
            place = as_pair(self._space.get_node_by_id(uuid).get_property(POS))
            if place is not None:
                self._standing[key] = place
                self._places.changed(uuid)


def nodes_of_cell(space: NodeSpace) -> dict[str, Node]:
    """The nodes that come from a cell, by key."""
    found = {}
    for node in space.nodes.values():
        origin = node.get_property(CELL)
        if (
            isinstance(origin, Mapping)
            and isinstance(origin.get("key"), str)
            and isinstance(origin.get("given"), Mapping)
        ):
            found[origin["key"]] = node
    return found


def node_class(node: Node) -> str:
    """The id of a node's class, also when that is not installed."""
    return str(getattr(node, "missing_node_id", node.node_id))


def _fits(node: Node, draft: Draft) -> bool:
    """Whether the node can become what the draft says by new values and edges alone."""
    inputs = {port.id for port in node._ins}
    added = {port.id: port._spec.label for port in node._outs if port._spec.added}
    if draft.saved is not None:
        said = node.get_property(CELL).get("remark", {})
        return node_class(node) == draft.node_id and said.get("node") == draft.saved
    return (
        node.node_id == draft.node_id
        and draft.inputs.keys() <= inputs
        and draft.ports.keys() <= inputs
        and inputs <= draft.ports.keys() | draft.inputs.keys() | {spec.id for spec in type(node).input_specs}
        and added == draft.outputs
    )
