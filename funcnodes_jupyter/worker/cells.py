"""A cell put into the graph: what it made before is known by its keys, and what nobody touched stays as it is.

Of a literal, the cell and the editor may both have changed the value: the cell wins only when its own text changed.
The same goes for places, modes and groups, and for the edges that remarks tell of.
"""

from __future__ import annotations

import uuid as uuid_module
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from funcnodes_jupyter.convert.cells.draft import CellGraph, Draft, Wire
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
from funcnodes_jupyter.core.document import Record
from funcnodes_jupyter.core.encoding import decode_value
from funcnodes_jupyter.core.node import Node
from funcnodes_jupyter.core.nodespace import NodeSpace
from funcnodes_jupyter.nodes.trust import is_trusted
from funcnodes_jupyter.worker.celllayout import Slots
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
        self._news: dict[str, Mapping[str, Any]] = {}
        self._made: set[str] = set()
        self._placed: set[str] = set()

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
            RemarkUpdate(self._space, drafts, uuids, self._news, self._made).apply()
            self._put_somewhere(uuids)
        return uuids

    # --- nodes ------------------------------------------------------------------------------------

    def _node_of(self, draft: Draft) -> str:
        node = self._known.get(draft.key)
        if node is not None and _fits(node, draft):
            self._update(node, draft)
            return node.uuid
        record, view = node_record(draft, uuid_module.uuid4().hex, self._graph.drafts), view_of(draft)
        if node is not None:
            self._succeed(node, draft, record, view)
            self._space.edits.remove_node(node)
        elif "pos" in view:
            self._placed.add(draft.key)
        uuid: str = record["id"]
        self._space.edits.add_saved(record, view)
        self._news[draft.key] = {}
        self._made.add(draft.key)
        return uuid

    def _succeed(self, node: Node, draft: Draft, record: Record, view: dict[str, Any]) -> None:
        """The new node stands where the old one stood, unless the cell says otherwise now."""
        if node.get_property(CELL).get("remark", {}).get("pos") != draft.remark.get("pos"):
            return
        place, placed = node.get_property(POS), node.get_property(PLACED)
        view.update({"pos": place} if place is not None else {})
        record["properties"].update({PLACED: placed} if placed is not None else {})

    def _update(self, node: Node, draft: Draft) -> None:
        edits = self._space.edits
        now, before = cell_property(draft, self._graph.drafts), node.get_property(CELL)
        said = before.get("remark", {})
        for port, value in now["given"].items():
            followed = port in said.get("wires", {}) and port not in draft.remark.get("wires", {})
            if followed or port not in before["given"] or before["given"][port] != value:
                if node.get_input(port)._sources:  # not those that close a circle: the value is where that begins
                    edits.connect_only(node.get_input(port), ())
                edits.set_value(node.get_input(port), decode_value(value))
        for port in before["given"]:
            if port not in draft.inputs and port in node.inputs:
                edits.reset_value(node.get_input(port))
        properties = {
            **dict.fromkeys(("imports", "mutates", "part", "shown", "functions")),
            **draft.properties,
            CELL: now,
        }
        if any(node.get_property(key) != value for key, value in properties.items()):
            edits.set_properties(node, properties)
        if said != draft.remark:
            self._news[draft.key] = said
            take_over(self._space.edits, node, draft, said)

    # --- edges ------------------------------------------------------------------------------------

    def _wire(self, draft: Draft, uuids: Mapping[str, str], kept: Sequence[tuple[str, str]]) -> None:
        node = self._space.get_node_by_id(uuids[draft.key])
        told = sources_of(draft, uuids)
        for port, sources in told.items():
            said = draft.inputs.get(port)
            plain = [(said.key, said.port)] if isinstance(said, Wire) else []
            wanted = known_sources(self._space, sources, uuids) or known_sources(self._space, plain, uuids)
            if port != ORDER and wanted and port in node.inputs:
                self._space.edits.connect_only(node.get_input(port), wanted)
        order = [(source.node.uuid, source.id) for source in node.trigger_input._sources]
        left = [source for source in kept if source[0] in self._space.nodes]
        wanted = list(dict.fromkeys([*left, *known_sources(self._space, told.get(ORDER, ()), uuids)]))
        if order != wanted:
            self._space.edits.connect_only(node.trigger_input, wanted)

    def _order_by_hand(self, node: Node) -> list[tuple[str, str]]:
        """What the node runs after because somebody drew an edge, and not because its cell said so."""
        if not node.trigger_input._sources:
            return []
        said = [origin_of(text) for text in node.get_property(CELL).get("after", ())]
        uuids = {key: known.uuid for key, known in self._known.items() if known.uuid in self._space.nodes}
        told = known_sources(self._space, said, uuids)
        order = [(source.node.uuid, source.id) for source in node.trigger_input._sources]
        return [source for source in order if source not in told]

    # --- places -----------------------------------------------------------------------------------

    def _put_somewhere(self, uuids: Mapping[str, str]) -> None:
        nodes = {key: self._space.get_node_by_id(uuid) for key, uuid in uuids.items()}
        for node in nodes.values():
            self._places.changed(node.uuid)
        now = {key: place for key, node in nodes.items() if (place := as_pair(node.get_property(POS))) is not None}
        standing = {key: place for key, place in now.items() if key not in self._placed}
        slots = Slots(standing, self._places.boxes())
        for key, draft in self._graph.drafts.items():
            slot = slots.take(draft, partial(self._places.box_of, nodes[key]), now.get(key))
            if slot is not None and key not in now:
                self._space.edits.set_properties(nodes[key], {POS: list(slot), PLACED: list(slot)})
                self._places.changed(nodes[key].uuid)


def nodes_of_cell(space: NodeSpace) -> dict[str, Node]:
    """The nodes that come from a cell, by key."""
    found = {}
    for node in space.nodes.values():
        origin = node.get_property(CELL)
        if (
            isinstance(origin, Mapping)
            and isinstance(origin.get("key"), str)
            and isinstance(origin.get("given"), Mapping)
            and isinstance(origin.get("remark", {}), Mapping)
        ):
            found[origin["key"]] = node
    return found


def _class_of(node: Node) -> str:
    """The id of a node's class, also when that is not installed."""
    return str(getattr(node, "missing_node_id", node.node_id))


def _fits(node: Node, draft: Draft) -> bool:
    """Whether the node can become what the draft says by new values and edges alone."""
    inputs = {port.id for port in node._ins}
    added = {port.id: port._spec.label for port in node._outs if port._spec.added}
    if draft.saved is not None:
        said = node.get_property(CELL).get("remark", {})
        return is_trusted(node) and _class_of(node) == draft.node_id and said.get("node") == draft.saved
    return (
        node.node_id == draft.node_id
        and is_trusted(node)  # what the cell says is this person's own, and nothing else of the node is
        and draft.inputs.keys() <= inputs
        and draft.ports.keys() <= inputs
        and inputs <= draft.ports.keys() | draft.inputs.keys() | {spec.id for spec in type(node).input_specs}
        and added == draft.outputs
    )
