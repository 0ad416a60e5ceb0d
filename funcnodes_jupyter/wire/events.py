"""The facts about a nodespace that travel to every client: a closed union, told apart by ``event``.

Only what happened stands here, never a wish. A client that applies these to a
:class:`~funcnodes_jupyter.wire.messages.FullState` in order holds the same graph as the worker.
"""

from __future__ import annotations

from typing import Any, Literal

from msgspec import UNSET, Struct, UnsetType, field

RunState = Literal["incomplete", "idle", "queued", "running", "done", "error", "cancelled"]
"""What a node is doing. ``incomplete``: a required input has no value; ``idle``: never run."""

NodeMode = Literal["enabled", "disabled", "bypassed", "frozen"]
"""How a node takes part. ``disabled``: it never runs, and what follows cannot be up to date; ``bypassed``: it hands
its input on as it is; ``frozen``: it keeps its outputs, whatever comes."""

GraphMode = Literal["reactive", "paused"]
"""``paused``: an edit marks what depends on it stale, and nothing runs before somebody asks for it."""

LogKind = Literal["print", "log", "warning"]

PortKind = Literal["number", "text", "boolean", "table", "array", "figure", "image", "any"]
"""Broad type of a port; the editor draws its colour and form from it."""

Scalar = str | int | float | bool | None


class ValueInfo(Struct, omit_defaults=True):
    """A value as a person sees it in one line. ``value`` is there for small JSON scalars only."""

    text: str
    type: str
    value: Scalar | UnsetType = UNSET
    shape: list[int] | None = None
    is_default: bool = False
    truncated: bool = False


class ErrorInfo(Struct):
    """Why a node failed: ``text`` is "Type: message", ``line`` the line in the user's own function.

    ``inputs`` holds one short line a port: what the function was called with.
    """

    text: str
    type: str
    traceback: str
    function: str = ""
    line: int | None = None
    inputs: dict[str, str] = {}


class ProgressInfo(Struct):
    """How far a running node is: ``fraction`` 0…1, or None when the total is not known."""

    fraction: float | None
    text: str = ""


class LogLine(Struct, omit_defaults=True):
    """What a node's function printed, logged or warned of, without the end of the line."""

    text: str
    kind: LogKind = "print"


LOG_LINES = 200
"""How many lines of a node's log are kept."""


class NodeLog(Struct):
    """The last lines of a node's newest run; ``first`` is the number of the first one, counted from the run's start."""

    first: int = 0
    lines: list[LogLine] = []


class PortState(Struct):
    """A port of a node. ``type`` is the type description of the core; ``value`` None means no value."""

    id: str
    name: str
    is_input: bool
    kind: PortKind
    type: Any = "Any"
    description: str = ""
    required: bool = True
    hidden: bool = False
    value: ValueInfo | None = None
    value_options: dict[str, Any] = {}
    render_options: dict[str, Any] = {}


class NodeState(Struct):
    """A node as the editor shows it. ``pos`` and ``size`` are canvas pixels at 100 % zoom."""

    uuid: str
    node_id: str
    name: str
    title: str
    description: str = ""
    source: str = ""
    io: list[PortState] = []
    preview_io: str | None = None
    pos: tuple[float, float] | None = None
    size: tuple[float, float] | None = None
    collapsed: bool = False
    state: RunState = "idle"
    stale: bool = False
    missing: list[str] = []
    blame: str = ""
    seconds: float | None = None
    error: ErrorInfo | None = None
    progress: ProgressInfo | None = None
    unknown: bool = False
    mode: NodeMode = "enabled"
    timeout: float | None = None
    """Seconds after which a run is ended; None for never."""
    retries: int = 0
    """How often a run that failed is tried again."""
    stubborn: bool = False
    """A run was to end and does not: the function cannot be interrupted. Restarting the worker ends it."""
    untrusted: bool = False
    """It holds code that came from elsewhere and does not run before a person trusts it."""
    log: NodeLog = field(default_factory=NodeLog)


class NodeChange(Struct, omit_defaults=True):
    """The fields of a :class:`NodeState` that changed; what did not change is left out."""

    name: str | UnsetType = UNSET
    pos: tuple[float, float] | UnsetType | None = UNSET
    size: tuple[float, float] | UnsetType | None = UNSET
    collapsed: bool | UnsetType = UNSET
    state: RunState | UnsetType = UNSET
    stale: bool | UnsetType = UNSET
    missing: list[str] | UnsetType = UNSET
    blame: str | UnsetType = UNSET
    seconds: float | UnsetType | None = UNSET
    error: ErrorInfo | UnsetType | None = UNSET
    progress: ProgressInfo | UnsetType | None = UNSET
    mode: NodeMode | UnsetType = UNSET
    timeout: float | UnsetType | None = UNSET
    retries: int | UnsetType = UNSET
    stubborn: bool | UnsetType = UNSET
    untrusted: bool | UnsetType = UNSET


class GroupLook(Struct):
    """How a frame around nodes looks. ``color`` is a word that the editor knows, or empty."""

    name: str = ""
    color: str = ""
    collapsed: bool = False


class GroupState(Struct):
    """A frame around nodes and other frames: those that stand in it directly, and the one that it stands in."""

    node_ids: list[str]
    child_groups: list[str]
    parent_group: str | None
    meta: GroupLook


# --- what each event says -----------------------------------------------------------------------


class NodeAddedData(Struct):
    uuid: str
    node_id: str
    serialized: NodeState


class NodeRef(Struct):
    uuid: str


class NodeUpdatedData(Struct):
    uuid: str
    changed: NodeChange


class EdgeData(Struct, omit_defaults=True):
    """An edge. ``feedback``: it closes a circle and starts a new wave; ``warning``: why its ports may not fit."""

    src: tuple[str, str]
    dst: tuple[str, str]
    feedback: bool = False
    warning: str = ""


class NodeDoneData(Struct):
    uuid: str
    seconds: float


class NodeErrorData(Struct):
    uuid: str
    error: str
    traceback: str
    info: ErrorInfo


class NodeProgressData(Struct):
    uuid: str
    progress: float | None
    message: str = ""


class ValueChangedData(Struct):
    node_uuid: str
    io_id: str
    io_type: Literal["input", "output"]
    value: ValueInfo | None


class OptionsChangedData(Struct):
    node_uuid: str
    io_id: str
    value_options: dict[str, Any]


class NodeLogData(Struct):
    """New lines, numbered from ``first``. What a client has from that number on is void; 0 begins anew."""

    uuid: str
    first: int
    lines: list[LogLine]


class GroupData(Struct):
    """A group as it is now, None when it is gone."""

    group_id: str
    group: GroupState | None


class ModeData(Struct):
    mode: GraphMode


class HistoryInfo(Struct):
    """What undo and redo would do, in words; empty when there is nothing."""

    undo: str = ""
    redo: str = ""


class Nothing(Struct):
    """An event that carries no data."""


class ClientsData(Struct):
    clients: int


class NodeAdded(Struct, tag_field="event", tag="node_added"):
    data: NodeAddedData


class NodeRemoved(Struct, tag_field="event", tag="node_removed"):
    """The node is gone, and with it every edge that touched it."""

    data: NodeRef


class NodeUpdated(Struct, tag_field="event", tag="node_updated"):
    data: NodeUpdatedData


class EdgeAdded(Struct, tag_field="event", tag="edge_added"):
    data: EdgeData


class EdgeRemoved(Struct, tag_field="event", tag="edge_removed"):
    data: EdgeData


class NodeTriggered(Struct, tag_field="event", tag="node_triggered"):
    """The node's function began to run."""

    data: NodeRef


class NodeDone(Struct, tag_field="event", tag="node_done"):
    """The node ran without an error; it is neither stale nor failed now."""

    data: NodeDoneData


class NodeError(Struct, tag_field="event", tag="node_error"):
    data: NodeErrorData


class NodeProgress(Struct, tag_field="event", tag="node_progress"):
    data: NodeProgressData


class NodeLogged(Struct, tag_field="event", tag="node_log"):
    """The node's function printed, logged or warned."""

    data: NodeLogData


class GroupChanged(Struct, tag_field="event", tag="group_changed"):
    """A group came, went or is another. Those in and around it may be told of later."""

    data: GroupData


class ModeChanged(Struct, tag_field="event", tag="mode_changed"):
    data: ModeData


class HistoryChanged(Struct, tag_field="event", tag="history_changed"):
    data: HistoryInfo


class ValueChanged(Struct, tag_field="event", tag="io_value_changed"):
    data: ValueChangedData


class OptionsChanged(Struct, tag_field="event", tag="io_options_changed"):
    data: OptionsChangedData


class LibraryChanged(Struct, tag_field="event", tag="library_changed"):
    data: Nothing


class Cleared(Struct, tag_field="event", tag="cleared"):
    data: Nothing


class Loaded(Struct, tag_field="event", tag="loaded"):
    """Another document was loaded: ask for the full state again."""

    data: Nothing


class ClientConnected(Struct, tag_field="event", tag="client_connected"):
    data: ClientsData


class ClientDisconnected(Struct, tag_field="event", tag="client_disconnected"):
    data: ClientsData


Event = (
    NodeAdded
    | NodeRemoved
    | NodeUpdated
    | EdgeAdded
    | EdgeRemoved
    | NodeTriggered
    | NodeDone
    | NodeError
    | NodeProgress
    | NodeLogged
    | GroupChanged
    | ModeChanged
    | HistoryChanged
    | ValueChanged
    | OptionsChanged
    | LibraryChanged
    | Cleared
    | Loaded
    | ClientConnected
    | ClientDisconnected
)
