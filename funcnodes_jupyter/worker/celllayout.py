"""Where the nodes of a cell go that nobody placed: right of what they depend on, and down past whatever stands there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from funcnodes_jupyter.convert.cells.draft import CellGraph, Draft, Wire
from funcnodes_jupyter.convert.cells.live import LiveNode
from funcnodes_jupyter.convert.cells.records import PLACED
from funcnodes_jupyter.worker.nodestate import POS, as_pair
from funcnodes_jupyter.worker.placement import GAP_X, GAP_Y, NODE_WIDTH, ORIGIN, Box, Places, moved_free

Place = tuple[float, float]
_ROUNDS = 3
"""After so many looks at what a place that is kept does to those behind it, all places are kept."""


class Columns:
    """Gives each draft its place; they come in the order of the cell."""

    def __init__(self) -> None:
        self._columns: dict[str, int] = {}

    def wanted(self, draft: Draft, places: Mapping[str, Place]) -> Place:
        """Where a draft would stand if nothing were there. ``places`` are those of the drafts that have one, by key."""
        sources = [source.key for source in draft.inputs.values() if isinstance(source, Wire)]
        column = 1 + max((self._columns[key] for key in (*sources, *draft.after)), default=-1)
        self._columns[draft.key] = column
        above = [places[key] for key in sources if key in places]
        left = max([ORIGIN[0] + column * (NODE_WIDTH + GAP_X), *(place[0] + NODE_WIDTH + GAP_X for place in above)])
        return left, min((place[1] for place in above), default=ORIGIN[1])


def free(box: Box, taken: Sequence[Box]) -> Place:
    """A place for ``box`` with the usual gap to what is put below it."""
    return moved_free(Box(box.left, box.top, box.right, box.bottom + GAP_Y / 2), taken)


def moved_nodes(places: Places, graph: CellGraph, nodes: Mapping[str, LiveNode]) -> set[str]:
    """The nodes, by key, that somebody placed, and those that would not stand where they do if the cell told only of these.

    A place that is kept moves what is placed after it, so this looks again until nothing more would move.

    Args:
        places: Knows how large nodes are.
        graph: What the cell is read as.
        nodes: The nodes that there are, by key.
    """
    now = {
        key: place for key, live in nodes.items() if (place := as_pair(live.node.get_property(POS))) is not None
    }  # fmt: skip
    kept = {key for key, place in now.items() if as_pair(nodes[key].node.get_property(PLACED)) != place}
    if not kept:  # nobody has arranged them, so any order will do
        return kept
    for _ in range(_ROUNDS):
        fresh = _fresh(places, graph, nodes, {key: now[key] for key in kept})
        moved = {key for key, place in now.items() if fresh[key] != place}
        if not moved:
            return kept
        kept |= moved
    return set(now)


def _fresh(
    places: Places, graph: CellGraph, nodes: Mapping[str, LiveNode], kept: Mapping[str, Place]
) -> Mapping[str, Place]:
    """Where all would stand if the cell said only where those in ``kept`` stand."""
    found = dict(kept)
    boxes = [places.box_of(nodes[key].node, place) for key, place in kept.items()]
    columns = Columns()
    for key, draft in graph.drafts.items():
        wanted = columns.wanted(draft, found)
        if key not in nodes or key in kept:
            continue
        found[key] = free(places.box_of(nodes[key].node, wanted), boxes)
        boxes.append(places.box_of(nodes[key].node, found[key]))
    return found
