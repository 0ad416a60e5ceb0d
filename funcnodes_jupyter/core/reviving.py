"""Nodes whose class came later: they take the places of their placeholders, as if they were loaded now."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from funcnodes_jupyter.core.document import encoded_record, node_record, view_record
from funcnodes_jupyter.core.placeholder import PlaceholderNode
from funcnodes_jupyter.core.restoring import EdgeRestorer, make_node
from funcnodes_jupyter.core.values import NoValue

if TYPE_CHECKING:
    from funcnodes_jupyter.core.node import Node
    from funcnodes_jupyter.core.nodespace import NodeSpace


def revive(space: NodeSpace) -> tuple[list[Node], list[str]]:
    """Make nodes of the placeholders whose class is in the library by now; nothing runs, and they are out of date.

    Edges, groups, layout, and what nodes further down hold stay. An edge to a port that the class does not have is
    kept aside, as when a graph is loaded. This is nobody's action, so it is no step that could be undone.

    Returns:
        The new nodes, and what could not be restored, a sentence each.
    """
    made: list[Node] = []
    problems: list[str] = []
    with space.lock:
        for node in [node for node in space.nodes.values() if isinstance(node, PlaceholderNode)]:
            if not _is_known(space, node):
                continue
            try:
                fresh = make_node(encoded_record(node_record(node)), view_record(node), space.lib, space.engine)
            except Exception as error:  # noqa: BLE001 - it is the code of a pack, and the placeholder stays
                problems.append(f"{node.name}: {error}")
            else:
                problems += _replace(space, node, fresh)
                made.append(fresh)
    if made:
        space.runner.wake()
    return made, problems


def _is_known(space: NodeSpace, node: PlaceholderNode) -> bool:
    pack = node.record.get("pack")
    try:
        space.lib.get_node_by_id(node.missing_node_id, pack if isinstance(pack, str) else "")
    except ValueError:
        return False
    return True


def _replace(space: NodeSpace, old: PlaceholderNode, new: Node) -> list[str]:
    uuid = old.uuid
    kept, kept_back = _split(space.rest.edges, uuid), _split(space.rest.feedback, uuid)
    edges = [*(list(edge) for edge in space.edges if uuid in (edge[0], edge[2])), *kept[0]]
    back = [*(list(edge) for edge in space.feedback_edges if uuid in (edge[0], edge[2])), *kept_back[0]]
    held = {target: target._value for port in old.made_ports for target in port._targets}
    groups, error = space.saved_groups(), old.slot.error
    new.slot.stale = True
    new.slot.error, new.slot.trouble = error, error is not None
    space.remove_node_by_id(uuid)
    space._place(new)
    space.load_groups(groups)
    plain, feedback = EdgeRestorer(space.engine, space.nodes), EdgeRestorer(space.engine, space.nodes)
    plain.connect(edges)
    feedback.restore_feedback(back)
    space.rest.edges = [*kept[1], *plain.kept]
    space.rest.feedback = [*kept_back[1], *feedback.kept]
    for target, value in held.items():
        if target._value is NoValue and target._sources:
            target._value = value
    return [*plain.problems, *feedback.problems]


def _split(edges: list[Any], uuid: str) -> tuple[list[Any], list[Any]]:
    """(the edges that were kept aside of a node, those of others)."""
    own = [edge for edge in edges if isinstance(edge, list) and uuid in edge[::2]]
    return own, [edge for edge in edges if edge not in own]
