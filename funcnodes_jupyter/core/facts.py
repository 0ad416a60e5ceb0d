"""What happened in a nodespace, for machines: a closed union of small records.

An observer is called under the graph lock with one fact at a time. It must return at once and run no
user code; a worker's observer only notes what to tell its clients.

Nobody changes a fact, but they are not frozen: that would cost three times as much to make one, and each run
of a node makes six.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from funcnodes_jupyter.core.modes import GraphMode
    from funcnodes_jupyter.core.node import Node
    from funcnodes_jupyter.core.nodeio import NodeIO
    from funcnodes_jupyter.core.runreport import RunError

Edge = tuple[str, str, str, str]
"""(source node uuid, source port id, destination node uuid, destination port id)"""


@dataclass(slots=True, unsafe_hash=True)
class NodeAdded:
    node: Node


@dataclass(slots=True, unsafe_hash=True)
class NodeRemoved:
    uuid: str


@dataclass(slots=True, unsafe_hash=True)
class NodeChanged:
    """``fields`` of the node changed: name, properties, layout, state, run, error, ports, mode, limits.

    ``error`` says that the last one is over; with another mode it may be, too. ``run`` says that a run came to nothing.
    """

    node: Node
    fields: tuple[str, ...]


@dataclass(slots=True, unsafe_hash=True)
class EdgeAdded:
    """``feedback``: the edge closes a circle; ``warning``: why its ports may not fit, empty when they do."""

    edge: Edge
    feedback: bool = False
    warning: str = ""


@dataclass(slots=True, unsafe_hash=True)
class EdgeRemoved:
    edge: Edge


@dataclass(slots=True, unsafe_hash=True)
class NodeTriggered:
    node: Node


@dataclass(slots=True, unsafe_hash=True)
class NodeDone:
    node: Node
    seconds: float


@dataclass(slots=True, unsafe_hash=True)
class NodeFailed:
    node: Node
    error: RunError


@dataclass(slots=True, unsafe_hash=True)
class NodeProgressed:
    """``fraction`` is 0…1, or None when the total is not known."""

    node: Node
    fraction: float | None
    text: str


@dataclass(slots=True, unsafe_hash=True)
class NodeLogged:
    """The log of the node's newest run is different."""

    node: Node


@dataclass(slots=True, unsafe_hash=True)
class ValueChanged:
    port: NodeIO


@dataclass(slots=True, unsafe_hash=True)
class OptionsChanged:
    port: NodeIO


@dataclass(slots=True, unsafe_hash=True)
class GroupsChanged:
    """These groups came, went, or are not what they were."""

    group_ids: tuple[str, ...]


@dataclass(slots=True, unsafe_hash=True)
class GraphModeChanged:
    mode: GraphMode


@dataclass(slots=True, unsafe_hash=True)
class SettingsChanged:
    """A setting of the graph that is saved with it is another."""


@dataclass(slots=True, unsafe_hash=True)
class HistoryChanged:
    """What undo and redo would do, in words; empty when there is nothing."""

    undo: str
    redo: str


@dataclass(slots=True, unsafe_hash=True)
class Cleared:
    pass


@dataclass(slots=True, unsafe_hash=True)
class Loaded:
    pass


Fact = (
    NodeAdded
    | NodeRemoved
    | NodeChanged
    | EdgeAdded
    | EdgeRemoved
    | NodeTriggered
    | NodeDone
    | NodeFailed
    | NodeProgressed
    | NodeLogged
    | ValueChanged
    | OptionsChanged
    | GroupsChanged
    | GraphModeChanged
    | SettingsChanged
    | HistoryChanged
    | Cleared
    | Loaded
)
Observer = Callable[[Fact], None]
