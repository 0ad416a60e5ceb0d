"""What of the saved graph changed since somebody last looked: noted fact by fact, and read by nobody yet.

To note a fact takes as long in a graph of ten thousand nodes as in one of ten.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from funcnodes_jupyter.core.facts import (
    Cleared,
    EdgeAdded,
    EdgeRemoved,
    Fact,
    GraphModeChanged,
    GroupsChanged,
    Loaded,
    NodeAdded,
    NodeChanged,
    NodeFailed,
    NodeRemoved,
    OptionsChanged,
    SettingsChanged,
    ValueChanged,
)
from funcnodes_jupyter.core.node import Node
from funcnodes_jupyter.core.parts import Mark, Section
from funcnodes_jupyter.core.wiring import edge_of

_SECTIONS_OF: Final[dict[str, tuple[Section, ...]]] = {
    "name": ("nodes",),
    "properties": ("nodes",),
    "ports": ("nodes",),
    "limits": ("nodes",),
    "mode": ("nodes", "errors"),
    "layout": ("view",),
    "error": ("errors",),
}
"""Where in the saved graph each field of a node stands; one that is not here is not saved."""
SAVED_FIELDS = frozenset(_SECTIONS_OF)


class Dirty:
    """Marks what is to be saved. All methods are called under the graph lock, and return at once."""

    def __init__(self) -> None:
        self._marks: set[Mark] = set()
        self._everything = False

    def note(self, fact: Fact) -> None:
        """Mark what this fact concerns; of those that concern nothing saved, nothing."""
        if isinstance(fact, ValueChanged | OptionsChanged):
            self._marks.add(("nodes", fact.port.node.uuid))
        elif isinstance(fact, NodeChanged):
            self._marks.update(
                (section, fact.node.uuid) for field in fact.fields for section in _SECTIONS_OF.get(field, ())
            )
        elif isinstance(fact, NodeFailed):
            self._marks.add(("errors", fact.node.uuid))
        elif isinstance(fact, EdgeAdded | EdgeRemoved):
            # With a source, an input holds no value of its own.
            self._marks.update((("edges", fact.edge), ("feedback", fact.edge), ("nodes", fact.edge[2])))
        elif isinstance(fact, NodeAdded):
            self._mark_node(fact.node.uuid)
            self._marks.update(("edges", edge) for edge in _edges_of(fact.node))
        elif isinstance(fact, NodeRemoved):
            self._mark_node(fact.uuid)
        elif isinstance(fact, GroupsChanged):
            self._marks.update(("groups", group_id) for group_id in fact.group_ids)
        elif isinstance(fact, GraphModeChanged):
            self._marks.add(("rest", "mode"))
        elif isinstance(fact, SettingsChanged):
            self._marks.update((("rest", "prop"), ("rest", "type_check")))
        elif isinstance(fact, Cleared | Loaded):
            self._everything = True

    def _mark_node(self, uuid: str) -> None:
        self._marks.update((("nodes", uuid), ("view", uuid), ("errors", uuid)))

    def mark(self, marks: Iterable[Mark] = (), everything: bool = False) -> None:
        """These are to be saved, or everything: there may be another graph altogether."""
        self._marks.update(marks)
        self._everything = self._everything or everything

    def take(self) -> tuple[set[Mark], bool]:
        """What is marked, and whether everything is; from here on nothing is any more."""
        taken = self._marks, self._everything
        self._marks, self._everything = set(), False
        return taken


def _edges_of(node: Node) -> Iterator[tuple[str, str, str, str]]:
    """The edges that a node brings along, as one that was made by hand may."""
    for port in node.made_ports:
        for target in port._targets:
            yield edge_of(port, target)
        for source in getattr(port, "_sources", ()):
            yield edge_of(source, port)
