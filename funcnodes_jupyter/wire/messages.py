"""The frames two sides exchange and the records inside them, as typed structs.

Every frame is one JSON object with a ``type``; an unknown field is ignored on reading. The browser's
types are generated from these structs (see :mod:`funcnodes_jupyter.wire.schema`), so this module and
:mod:`funcnodes_jupyter.wire.events` are the one place where the protocol is written down.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from msgspec import UNSET, Meta, Struct, UnsetType, field

from funcnodes_jupyter.wire.events import EdgeData, Event, GraphMode, GroupState, HistoryInfo, NodeState

PROTOCOL_VERSION = 1
MAX_FRAME_BYTES = 1024 * 1024
"""A frame stays at or under this many bytes; larger payloads travel in binary parts."""

Word = Annotated[str, Meta(max_length=200)]
FrameId = Word | Annotated[int, Meta(ge=-(2**63), le=2**63 - 1)] | None
"""What a sender gives a command to know its reply by. Bounded, because it comes back."""


# --- client to server -------------------------------------------------------------------------


class Ping(Struct, tag="ping"):
    """Asks for a :class:`Pong`."""


class Cmd(Struct, tag="cmd"):
    """One command; ``id`` is echoed by the reply."""

    cmd: Word
    kwargs: dict[str, Any] = {}
    id: FrameId = None


ClientFrame = Ping | Cmd


# --- what frames carry ------------------------------------------------------------------------


class WorkerIdentity(Struct):
    """Which worker is speaking."""

    uuid: str
    name: str


class WorkerMeta(Struct):
    """What a worker is: ``id`` and ``name`` are its identity, ``version`` is the package's, ``python`` its interpreter's.

    ``protocol`` and ``format`` number the wire and the saved graph.
    """

    id: str
    name: str
    version: str
    python: str
    protocol: int
    format: int


class LoadReport(Struct):
    """What of a loaded graph could not be restored, a sentence each. It is kept all the same."""

    problems: list[str] = []


class ShelfInfo(Struct):
    """One shelf of the library with its nodes and the shelves inside it. ``pack`` names who brought it, if a pack did."""

    name: str
    description: str = ""
    pack: str = ""
    nodes: list[NodeClassInfo] = []
    subshelves: list[ShelfInfo] = []


class NodeClassInfo(Struct):
    """A node class as the library lists it; ``inputs`` and ``outputs`` hold no values.

    ``node_id`` is what it is added by: ``pack:id`` where another pack has the short id.
    """

    node_id: str
    node_name: str
    description: str = ""
    inputs: list[PortClassInfo] = []
    outputs: list[PortClassInfo] = []


class PortClassInfo(Struct):
    """A port of a node class: what the library shows before a node exists."""

    id: str
    name: str
    kind: str
    description: str = ""


class PackProblemInfo(Struct):
    """A part of a pack that could not be loaded, and why: module, shelf, render_options, react_plugin, library."""

    part: str
    text: str
    traceback: str = ""


class PluginInfo(Struct):
    """Code of a pack for the browser: an ES module of ``size`` bytes, named by the SHA-256 of these, in hex."""

    sha256: str
    size: int


class PackInfo(Struct):
    """A pack of nodes that is installed beside the worker, and what of it could be loaded.

    ``version`` is that of the code that runs; ``installed`` the one on disk, empty when it was uninstalled.
    """

    name: str
    version: str
    module: str
    installed: str
    needs_restart: bool = False
    shelves: list[str] = []
    problems: list[PackProblemInfo] = []
    renderers: list[str] = []
    """The renderers that its types ask for and the editor does not have: its own code brings them."""
    plugin: PluginInfo | None = None


class RescanReport(Struct):
    """What came of looking for packs again: the names of those that came, and which placeholders became nodes."""

    added: list[str] = []
    revived: list[str] = []
    problems: list[str] = []


class UnknownClass(Struct):
    """A class of nodes that is not there, by its id, and how many ``nodes`` of the graph are of it."""

    node_id: str
    nodes: int


class PackageState(Struct):
    """How a worker's process stands to the packages on the disk.

    ``prefix`` is the folder of its Python; ``outdated`` names what it runs in another version than is installed;
    ``unknown`` are the classes that it lacks and of which the graph does not say where they come from.
    """

    prefix: str
    outdated: list[str] = []
    unknown: list[UnknownClass] = []


class LibraryInfo(Struct):
    """Everything a person can add, shelf by shelf, and the packs that brought it."""

    shelves: list[ShelfInfo] = []
    packs: list[PackInfo] = []


class FullState(Struct):
    """The whole graph as it was when ``seq`` was the newest event."""

    seq: int
    worker: WorkerIdentity
    nodes: list[NodeState] = []
    edges: list[tuple[str, str, str, str]] = []
    edge_notes: list[EdgeData] = []
    """Of the edges those that are feedback, or whose ports may not fit."""
    groups: dict[str, GroupState] = {}
    """By their ids."""
    previews: list[Preview] = []
    mode: GraphMode = "reactive"
    history: HistoryInfo = field(default_factory=HistoryInfo)


class Resumed(Struct):
    """Answer to ``resume``: the missed events, or a snapshot when the gap is too old."""

    events: list[Event] = []
    first: int = 0
    seq: int = 0
    snapshot: FullState | None = None


class TablePage(Struct):
    """A window of rows of a table; cells are texts ready to show."""

    columns: list[TableColumn]
    rows: list[list[str]]
    offset: int
    total_rows: int
    total_columns: int


class TableColumn(Struct):
    """Name, dtype text and alignment of a table's column; the index comes first, if it has meaning."""

    name: str
    dtype: str = ""
    align: Literal["left", "right"] = "left"
    is_index: bool = False


# --- server to client -------------------------------------------------------------------------


class Pong(Struct, tag="pong"):
    """Answer to :class:`Ping`."""


class Hello(Struct, tag="hello"):
    """First frame of a connection."""

    protocol: int
    worker: WorkerIdentity
    seq: int


class Result(Struct, tag="result"):
    """A command's result, to the asking client only."""

    id: str | int | None
    cmd: str
    result: Any = None


class Error(Struct, tag="error"):
    """A command's failure; ``code`` is the error's class name."""

    id: str | int | None
    cmd: str
    error: str
    code: str
    traceback: str | UnsetType = UNSET


class NodespaceEvent(Struct, tag="nodespaceevent"):
    """One event, to clients that did not ask for batches."""

    event: str
    data: Any
    seq: int


class NodespaceEvents(Struct, tag="nodespaceevents"):
    """One flush: the events ``first`` … ``seq``, the newest value per port only."""

    first: int
    seq: int
    events: list[Event]


class Preview(Struct, tag="preview"):
    """What a watched port shows, as a mime bundle. Not numbered: the newest one wins.

    ``data`` maps mime types to text, JSON, or base64 for binary types. ``stale`` tells that it was
    made by an earlier life of the worker or before the node became stale. ``renderer`` is what a pack
    wants it drawn by, and ``value_type`` the full name of the value's class.
    """

    node: str
    io: str
    data: dict[str, Any]
    stale: bool = False
    renderer: str = ""
    value_type: str = ""


class Progress(Struct, tag="progress"):
    """Long work of the worker or the Workermanager; ``progress`` is 0…1."""

    text: str
    progress: float
    workerid: str
    done: bool = False


class LargeMessage(Struct, tag="large_message"):
    """The payload of ``msg_id`` follows in binary frames."""

    msg_id: str


ServerFrame = Pong | Hello | Result | Error | NodespaceEvent | NodespaceEvents | Preview | Progress | LargeMessage


class BinaryHeader(Struct):
    """The JSON header of a binary frame: 4-byte big-endian length, header, payload."""

    type: Literal["value", "preview", "result"]
    mime: str
    part: int
    parts: int
    id: str | int | None = None
    node: str = ""
    io: str = ""


class WireNames(Struct):
    """Holds one of everything, so that the schema has one root."""

    client: ClientFrame
    server: ServerFrame
    state: FullState
    resumed: Resumed
    meta: WorkerMeta
    loaded: LoadReport
    library: LibraryInfo
    rescan: RescanReport
    table: TablePage
    binary: BinaryHeader
