"""What happened since the last flush, newest only: the worker's observer of the graph.

Facts come in under the graph lock, from either thread, and are only noted. Structure keeps its order; of
values, options, runs, progress and logs only the newest counts.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from funcnodes_jupyter.core.facts import (
    Cleared,
    EdgeAdded,
    EdgeRemoved,
    Fact,
    GraphModeChanged,
    GroupsChanged,
    HistoryChanged,
    Loaded,
    NodeAdded,
    NodeChanged,
    NodeDone,
    NodeFailed,
    NodeLogged,
    NodeProgressed,
    NodeRemoved,
    NodeTriggered,
    Observer,
    OptionsChanged,
    SettingsChanged,
    ValueChanged,
)
from funcnodes_jupyter.core.node import Node
from funcnodes_jupyter.core.nodeio import NodeInput, NodeIO
from funcnodes_jupyter.worker.dirty import SAVED_FIELDS
from funcnodes_jupyter.worker.placement import Places

Structure = NodeAdded | NodeRemoved | EdgeAdded | EdgeRemoved | Cleared | Loaded
Run = NodeTriggered | NodeDone | NodeFailed
Rare = (
    NodeProgressed | NodeLogged | OptionsChanged | HistoryChanged | GroupsChanged | SettingsChanged | GraphModeChanged
)

_RUNS: Final = (NodeTriggered, NodeDone, NodeFailed)
"""Made once: a union written where it is used would be made anew for each fact."""
_STATE: Final = ("state",)


@dataclass(slots=True)
class Changes:
    """One flush's worth of facts. The dicts without values are sets that keep their order."""

    structure: list[Structure] = field(default_factory=list)
    values: dict[NodeIO, None] = field(default_factory=dict)
    options: dict[NodeIO, None] = field(default_factory=dict)
    nodes: dict[Node, None] = field(default_factory=dict)
    reshaped: dict[Node, None] = field(default_factory=dict)
    runs: dict[Node, Run] = field(default_factory=dict)
    progress: dict[Node, NodeProgressed] = field(default_factory=dict)
    mode: GraphModeChanged | None = None
    history: HistoryChanged | None = None
    groups: dict[str, None] = field(default_factory=dict)
    logs: dict[Node, None] = field(default_factory=dict)


class Pending:
    """Notes facts until they are taken.

    Args:
        wake: Called once when the first fact after a take comes in; any thread, under the graph lock.
        edited: Gets each fact that something changed which belongs into the saved graph; likewise.
        places: Told of each node that came, went or was moved.
    """

    def __init__(self, wake: Callable[[], None], edited: Observer, places: Places) -> None:
        self._wake = wake
        self._edited = edited
        self._places = places
        self._changes: Changes | None = None

    def observe(self, fact: Fact) -> None:
        """Note one fact. Called under the graph lock."""
        changes = self._changes
        if changes is None:
            changes = self._changes = Changes()
            self._wake()
        # What a wave is made of comes first.
        if isinstance(fact, ValueChanged):
            port = fact.port
            changes.values[port] = None
            # What an input holds that nobody sends, and what the output of a frozen node holds, is part of the graph.
            if not port._sources if isinstance(port, NodeInput) else port.node.mode == "frozen":
                self._edited(fact)
        elif isinstance(fact, NodeChanged):
            changes.nodes[fact.node] = None
            if fact.fields != _STATE:
                self._note_fields(changes, fact)
        elif isinstance(fact, _RUNS):
            node = fact.node
            changes.runs[node] = fact
            changes.nodes[node] = None
            if changes.progress:
                changes.progress.pop(node, None)
            if isinstance(fact, NodeTriggered):
                changes.logs[node] = None  # a run begins with an empty one
            elif isinstance(fact, NodeFailed):
                self._edited(fact)
        else:
            self._note_rare(changes, fact)

    def _note_fields(self, changes: Changes, fact: NodeChanged) -> None:
        if not SAVED_FIELDS.isdisjoint(fact.fields):
            self._edited(fact)
        if "layout" in fact.fields:
            self._places.changed(fact.node.uuid)
        if "ports" in fact.fields:
            changes.reshaped[fact.node] = None

    def _note_rare(self, changes: Changes, fact: Structure | Rare) -> None:
        if isinstance(fact, NodeProgressed):
            changes.progress[fact.node] = fact
        elif isinstance(fact, NodeLogged):
            changes.logs[fact.node] = None
        elif isinstance(fact, OptionsChanged):
            changes.options[fact.port] = None
            self._edited(fact)
        elif isinstance(fact, HistoryChanged):
            changes.history = fact
        elif isinstance(fact, GroupsChanged):
            changes.groups.update(dict.fromkeys(fact.group_ids))
            self._edited(fact)
        elif isinstance(fact, SettingsChanged):
            self._edited(fact)
        elif isinstance(fact, GraphModeChanged):
            changes.mode = fact
            self._edited(fact)
        else:
            if isinstance(fact, Cleared | Loaded):
                changes.structure.clear()
                self._places.reset()
            elif isinstance(fact, NodeAdded):
                self._places.changed(fact.node.uuid)
            elif isinstance(fact, NodeRemoved):
                self._places.gone(fact.uuid)
            changes.structure.append(fact)
            self._edited(fact)

    def take(self) -> Changes | None:
        """What was noted, None when nothing was. Called under the graph lock."""
        changes, self._changes = self._changes, None
        return changes
