"""Where the nodes of a cell go that nobody placed: right of what they depend on, and down past whatever stands there.

A node that its remark places keeps its slot free all the same, and what depends on it goes by that slot: so one node
that is moved moves no other, and its place is all that the text has to tell.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from funcnodes_jupyter.convert.cells.draft import CellGraph, Draft, Wire
from funcnodes_jupyter.convert.cells.live import LiveNode
from funcnodes_jupyter.convert.cells.records import PLACED
from funcnodes_jupyter.worker.nodestate import POS, as_pair
from funcnodes_jupyter.worker.placement import GAP_X, GAP_Y, NODE_WIDTH, ORIGIN, Box, Places, moved_free

Place = tuple[float, float]
_ROUNDS = 3
"""After so many looks at what a place that is kept does to those behind it, all places are kept."""


class Slots:
    """Gives nodes their slots; they come in the order of the cell.

    Args:
        standing: The places of those that have one that counts, by key.
        taken: What is in the way.
    """

    def __init__(self, standing: Mapping[str, Place], taken: Sequence[Box]) -> None:
        self._columns: dict[str, int] = {}
        self._slots = dict(standing)
        self._taken = list(taken)

    def take(self, draft: Draft, box_at: Callable[[Place], Box], own: Place | None) -> Place | None:
        """The slot of the next node, None when it stands already.

        Args:
            box_at: Its box at a place.
            own: Where its remark puts it; that is not in the way of its slot.
        """
        wanted = self._wanted(draft)
        if draft.key in self._slots:
            return None
        box, own_box = box_at(wanted), None if own is None else box_at(own)
        # What is put below another has the usual gap to it.
        wide = Box(box.left, box.top, box.right, box.bottom + GAP_Y / 2)
        slot = moved_free(wide, [other for other in self._taken if other != own_box])
        self._slots[draft.key] = slot
        self._taken.append(box_at(slot))
        return slot

    def _wanted(self, draft: Draft) -> Place:
        sources = [source.key for source in draft.inputs.values() if isinstance(source, Wire)]
        column = 1 + max((self._columns[key] for key in (*sources, *draft.after)), default=-1)
        self._columns[draft.key] = column
        above = [self._slots[key] for key in sources if key in self._slots]
        left = max([ORIGIN[0] + column * (NODE_WIDTH + GAP_X), *(place[0] + NODE_WIDTH + GAP_X for place in above)])
        return left, min((place[1] for place in above), default=ORIGIN[1])


def moved_nodes(places: Places, graph: CellGraph, nodes: Mapping[str, LiveNode]) -> set[str]:
    """The nodes, by key, that somebody placed, and those that would not stand where they do if the cell told only of these.

    What is in the way of a slot moves it, so this looks again until nothing more would move.

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
    slots = Slots({}, [places.box_of(nodes[key].node, place) for key, place in kept.items()])
    found = dict(kept)
    for key, draft in graph.drafts.items():
        if key in nodes:
            slot = slots.take(draft, partial(places.box_of, nodes[key].node), kept.get(key))
            assert slot is not None
            found.setdefault(key, slot)
    return found
