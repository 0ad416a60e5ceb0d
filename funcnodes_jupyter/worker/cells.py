"""A cell put into the graph: what it made before is known by its keys, and what nobody touched stays as it is.

Of a literal, the cell and the editor may both have changed the value: the cell wins only when its own text changed.
"""

from __future__ import annotations

import uuid as uuid_module
from collections.abc import Mapping

from funcnodes_jupyter.convert.cells.draft import CellGraph, Draft, Wire
from funcnodes_jupyter.convert.cells.records import CELL, cell_property, node_record, view_of
from funcnodes_jupyter.core.encoding import decode_value
from funcnodes_jupyter.core.node import Node
from funcnodes_jupyter.core.nodespace import NodeSpace
from funcnodes_jupyter.worker.nodestate import POS, as_pair
from funcnodes_jupyter.worker.placement import GAP_X, GAP_Y, NODE_WIDTH, ORIGIN, Box, Places, moved_free

_ORDER = ("_triggeroutput", "_triggerinput")


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
        self._columns: dict[str, int] = {}

    def apply(self) -> dict[str, str]:
        """Change the graph in one step that can be undone; returns the nodes' uuids by key.

        Raises:
            FuncNodesError: it cannot be changed so; nothing was changed then.
        """
        with self._space.lock, self._space.history.step("Run cell"):
            for key, node in self._known.items():
                if key not in self._graph.drafts:
                    self._space.edits.remove_node(node)
            uuids: dict[str, str] = {}
            for draft in self._graph.drafts.values():
                uuids[draft.key] = self._node_of(draft)
            for draft in self._graph.drafts.values():
                self._wire(draft, uuids)
            for draft in self._graph.drafts.values():
                self._put_somewhere(draft, uuids)
        return uuids

    # --- nodes ------------------------------------------------------------------------------------

    def _node_of(self, draft: Draft) -> str:
        node = self._known.get(draft.key)
        if node is not None and _fits(node, draft):
            self._update(node, draft)
            return node.uuid
        place = None
        if node is not None:
            place = node.get_property(POS)
            self._space.edits.remove_node(node)
        uuid = uuid_module.uuid4().hex
        self._space.edits.add_saved(node_record(draft, uuid), view_of(draft) if place is None else {"pos": place})
        return uuid

    def _update(self, node: Node, draft: Draft) -> None:
        edits = self._space.edits
        now, before = cell_property(draft), node.get_property(CELL)
        for port, value in now["given"].items():
            if port not in before["given"] or before["given"][port] != value:
                edits.connect_only(node.get_input(port), ())
                edits.set_value(node.get_input(port), decode_value(value))
        for port in before["given"]:
            if port not in draft.inputs:
                edits.reset_value(node.get_input(port))
        properties = {
            **dict.fromkeys(("imports", "mutates", "part", "shown", "functions")),
            **draft.properties,
            CELL: now,
        }
        if any(node.get_property(key) != value for key, value in properties.items()):
            edits.set_properties(node, properties)

    # --- edges ------------------------------------------------------------------------------------

    def _wire(self, draft: Draft, uuids: Mapping[str, str]) -> None:
        node = self._space.get_node_by_id(uuids[draft.key])
        for port, source in draft.inputs.items():
            if isinstance(source, Wire):
                self._space.edits.connect_only(node.get_input(port), [(uuids[source.key], source.port)])
        made_here = set(uuids.values())
        order = [(source.node.uuid, source.id) for source in node.trigger_input._sources]
        others = [(uuid, io) for uuid, io in order if uuid not in made_here]
        wanted = [*others, *((uuids[key], _ORDER[0]) for key in draft.after)]
        if order != wanted:
            self._space.edits.connect_only(node.trigger_input, wanted)

    # --- places -----------------------------------------------------------------------------------

    def _put_somewhere(self, draft: Draft, uuids: Mapping[str, str]) -> None:
        """Right of what it depends on, and down past whatever stands there."""
        sources = [source.key for source in draft.inputs.values() if isinstance(source, Wire)]
        column = 1 + max((self._columns[key] for key in (*sources, *draft.after)), default=-1)
        self._columns[draft.key] = column
        node = self._space.get_node_by_id(uuids[draft.key])
        if as_pair(node.get_property(POS)) is not None:
            return
        places = [as_pair(self._space.get_node_by_id(uuids[key]).get_property(POS)) for key in sources]
        above = [place for place in places if place is not None]
        left = max([ORIGIN[0] + column * (NODE_WIDTH + GAP_X), *(place[0] + NODE_WIDTH + GAP_X for place in above)])
        top = min((place[1] for place in above), default=ORIGIN[1])
        box = self._places.box_of(node, (left, top))
        # What is put below another has the usual gap to it.
        wide = Box(box.left, box.top, box.right, box.bottom + GAP_Y / 2)
        place = moved_free(wide, self._places.boxes())
        self._space.edits.set_properties(node, {POS: list(place)})
        self._places.changed(node.uuid)


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


def _fits(node: Node, draft: Draft) -> bool:
    """Whether the node can become what the draft says by new values and edges alone."""
    inputs = {port.id for port in node._ins}
    added = {port.id: port._spec.label for port in node._outs if port._spec.added}
    return (
        node.node_id == draft.node_id
        and draft.inputs.keys() <= inputs
        and draft.ports.keys() <= inputs
        and inputs <= draft.ports.keys() | draft.inputs.keys() | {spec.id for spec in type(node).input_specs}
        and added == draft.outputs
    )
