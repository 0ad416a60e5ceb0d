"""Commands about groups: frames around nodes, and around other frames."""

from __future__ import annotations

import math
from typing import Annotated, Any, Literal

from msgspec import UNSET, Meta, Struct, UnsetType

from funcnodes_jupyter.core.node import Node
from funcnodes_jupyter.wire.events import GroupData
from funcnodes_jupyter.worker.commands.nodes import Name, Pair, Uuid
from funcnodes_jupyter.worker.context import Context
from funcnodes_jupyter.worker.errors import ArgumentError
from funcnodes_jupyter.worker.nodestate import MAX_COLOR_LENGTH, POS, as_pair, group_state

Color = Annotated[str, Meta(max_length=MAX_COLOR_LENGTH)]


class GroupMeta(Struct):
    """How the editor shows a group. What is left out stays as it is."""

    color: Color | UnsetType = UNSET
    collapsed: bool | UnsetType = UNSET


def group_nodes(
    context: Context,
    nodes: list[str] | None = None,
    name: Name = "",
    groups: list[str] | None = None,
    group_id: Uuid | None = None,
) -> GroupData:
    """Put ``nodes`` and ``groups`` into a new group; they leave the groups in which they stand."""
    if not nodes and not groups:
        raise ArgumentError("nodes: a group needs a node or a group that it stands around")
    with context.nodespace.lock:
        return _told(context, context.nodespace.edits.group(nodes or (), groups or (), name.strip(), group_id))


def ungroup(context: Context, group_id: str) -> Literal[True]:
    """Take a group away. What stands in it stays, in the group around it if there is one."""
    with context.nodespace.lock:
        context.nodespace.edits.ungroup(group_id)
    return True


def update_group(
    context: Context,
    group_id: str,
    name: Name | None = None,
    meta: GroupMeta | None = None,
    nodes: list[str] | None = None,
    parent_group: str | UnsetType | None = UNSET,
    by: Pair | None = None,
) -> GroupData:
    """Rename a group, colour or fold it; say which ``nodes`` stand in it and in which group it stands; move all nodes
    in it ``by`` so many canvas pixels. A group in which nothing is left vanishes."""
    edits = context.nodespace.edits
    with context.nodespace.lock, context.nodespace.history.step(""):
        told = _told(context, group_id)
        if name is not None:
            edits.set_group_meta(group_id, {"name": name.strip() or None}, "Rename")
        if meta is not None:
            edits.set_group_meta(group_id, _kept(meta))
        if by is not None:
            _move(context, group_id, by)
        if parent_group is not UNSET:
            edits.set_group_parent(group_id, parent_group)
        if nodes is not None:
            edits.set_group_members(group_id, nodes)
        return _told(context, group_id) if group_id in context.nodespace.groups else GroupData(told.group_id, None)


def _told(context: Context, group_id: str) -> GroupData:
    return GroupData(group_id, group_state(context.nodespace.groups[group_id]))


def _kept(meta: GroupMeta) -> dict[str, Any]:
    """What is kept with the group for it; None takes a key away."""
    found = {"color": meta.color, "collapsed": meta.collapsed}
    return {key: value or None for key, value in found.items() if value is not UNSET}


def _move(context: Context, group_id: str, by: Pair) -> None:
    space = context.nodespace
    with space.history.step(f"Move {space.edits.group_name(group_id)}"):
        for uuid in space.groups.nodes_within(group_id):
            _move_node(context, space.get_node_by_id(uuid), by)


def _move_node(context: Context, node: Node, by: Pair) -> None:
    pos = as_pair(node.get_property(POS)) or (0.0, 0.0)  # where editors draw what has no place
    moved = [pos[0] + by[0], pos[1] + by[1]]
    if not all(map(math.isfinite, moved)):
        raise ArgumentError(f"by: takes {node.name} further than there are numbers; give a smaller distance")
    context.nodespace.edits.set_properties(node, {POS: moved}, "Move")
