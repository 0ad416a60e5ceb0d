"""The nodespace: the one object that users of a graph hold. It delegates; each job stands elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Any

from funcnodes_jupyter.core import document as saved
from funcnodes_jupyter.core.edits import Edits
from funcnodes_jupyter.core.engine import Engine
from funcnodes_jupyter.core.errors import (
    AmbiguousNameError,
    IONotFoundError,
    NodeExistsError,
    NodeNotFoundError,
)
from funcnodes_jupyter.core.events import EventEmitter
from funcnodes_jupyter.core.facts import Cleared, Edge, Loaded, NodeAdded, NodeRemoved, Observer
from funcnodes_jupyter.core.groups import Groups
from funcnodes_jupyter.core.history import History
from funcnodes_jupyter.core.library import Library, Shelf, flatten_shelf
from funcnodes_jupyter.core.memento import Memento
from funcnodes_jupyter.core.modes import GraphMode, checked_graph_mode
from funcnodes_jupyter.core.node import Node
from funcnodes_jupyter.core.nodeio import NodeIO
from funcnodes_jupyter.core.placeholder import PlaceholderNode
from funcnodes_jupyter.core.restoring import EdgeRestorer, rebuilt, reconnect, restore_errors, restore_nodes
from funcnodes_jupyter.core.runner import Runner
from funcnodes_jupyter.core.traversal import ancestors, descendants
from funcnodes_jupyter.core.values import NoValue
from funcnodes_jupyter.core.wiring import edge_of

_KNOWN_KEYS = frozenset({"format", "nodes", "edges", "feedback", "prop", "groups", "view", "errors", "mode"})
RUN_SCOPES = ("stale", "all", "only", "to", "from")


class NodeSpace(EventEmitter):
    """A reactive graph of nodes with its library.

    Args:
        library: What nodes can be made of; an empty one when left out.
        threaded: Set when a second thread changes the graph: callbacks are queued for the nodes' thread.
    """

    __slots__ = (
        "_extras",
        "_kept_edges",
        "_kept_feedback",
        "_nodes",
        "_props",
        "_secrets",
        "edits",
        "engine",
        "groups",
        "history",
        "lib",
    )

    def __init__(self, library: Library | None = None, *, threaded: bool = False) -> None:
        self._listeners = None
        self.lib = library or Library()
        self.engine = Engine(owned=True)
        self.engine.defers = threaded
        self._nodes: dict[str, Node] = {}
        self.groups = Groups(self.engine, self._nodes)
        self._props: dict[str, Any] = {}
        self._secrets: dict[str, Any] = {}
        self._extras: dict[str, Any] = {}
        self.history = History(self)
        self.edits = Edits(self, self.history)
        self._kept_edges: list[Any] = []
        self._kept_feedback: list[Any] = []

    # --- parts ------------------------------------------------------------------------------------

    @property
    def lock(self) -> Any:
        """The re-entrant lock that guards the graph."""
        return self.engine.lock

    @property
    def runner(self) -> Runner:
        return self.engine.runner

    @property
    def nodes(self) -> Mapping[str, Node]:
        """The nodes by uuid, in the order in which they were added."""
        return MappingProxyType(self._nodes)

    @property
    def edges(self) -> list[Edge]:
        """All edges between nodes of this nodespace."""
        return [
            (node.uuid, port.id, target.node.uuid, target.id)
            for node in self._nodes.values()
            for port in node.made_ports
            for target in port._targets
        ]

    @property
    def feedback_edges(self) -> list[Edge]:
        """The edges that close a circle; they are not among :attr:`edges`."""
        feedback = self.engine.feedback
        return [] if feedback is None else [edge_of(source, target) for source, target in feedback.edges()]

    def subscribe(self, observer: Observer) -> Callable[[], None]:
        """Tell ``observer`` every fact, under the lock; returns the function that ends it."""
        return self.engine.subscribe(observer)

    # --- nodes ------------------------------------------------------------------------------------

    def add_node_by_id(self, node_id: str, **options: Any) -> Node:
        """Make a node of a class of the library; ``options`` as for :class:`Node`.

        Raises:
            NodeClassNotFoundError: the library has no such class.
            NodeExistsError: a node with that uuid is there already.
        """
        cls = self.lib.get_node_by_id(node_id)
        with self.lock:
            self._refuse_known(options.get("uuid") or options.get("id"))
            triggers = options.pop("trigger_on_create", None)
            node = cls(engine=self.engine, trigger_on_create=False, **options)
            self._place(node)
        if cls.default_trigger_on_create if triggers is None else triggers:
            node._request_if_ready()
        return node

    def add_node_instance(self, node: Node) -> Node:
        """Take a node made by hand, with what it is connected to, into this nodespace's engine."""
        with self.lock:
            self._refuse_known(node.uuid)
            self.engine.adopt(node.engine)
            node.removed = False
            self._place(node)
        self.runner.wake()
        return node

    def _refuse_known(self, uuid: str | None) -> None:
        if uuid is not None and uuid in self._nodes:
            raise NodeExistsError(f"There is a node {uuid!r} already.")

    def _place(self, node: Node) -> None:
        self._nodes[node.uuid] = node
        node._space = self
        if self.engine.observed:
            self.engine.tell(NodeAdded(node))
        self.engine.announce(self, "node_added", node=node)

    def get_node_by_id(self, uuid: str) -> Node:
        """The node of that uuid, else NodeNotFoundError."""
        try:
            return self._nodes[uuid]
        except KeyError:
            raise NodeNotFoundError(f"There is no node {uuid!r}.") from None

    def find(self, name_or_uuid: str) -> Node:
        """The node of that uuid, or the only one of that name.

        Raises:
            NodeNotFoundError: there is none.
            AmbiguousNameError: several nodes bear the name; it names them.
        """
        if name_or_uuid in self._nodes:
            return self._nodes[name_or_uuid]
        named = [node for node in self._nodes.values() if node.name == name_or_uuid]
        if len(named) > 1:
            raise AmbiguousNameError(name_or_uuid, [node.uuid for node in named])
        if not named:
            raise NodeNotFoundError(f"No node is called {name_or_uuid!r}.")
        return named[0]

    def remove_node_by_id(self, uuid: str) -> None:
        """Take a node away, with its edges; a run of it is cancelled."""
        node = self.get_node_by_id(uuid)
        self.runner.cancel(node)
        with self.lock:
            for port in list(node.made_ports):
                port.disconnect()
            self.engine.schedule.withdraw(node)
            node.removed = True
            del self._nodes[uuid]
            self.groups.forget_node(uuid)
            if self.engine.observed:
                self.engine.tell(NodeRemoved(uuid))
            self.engine.announce(self, "node_removed", node=node)
            self.engine.announce(node, "cleanup")
            node._space = None
        self.runner.wake()
        if self.engine.defers:
            self.runner.call(lambda: self._clean_up(node))
        else:
            node.cleanup()

    def _clean_up(self, node: Node) -> None:
        with self.lock:
            gone = node.removed
        if gone:  # and not brought back meanwhile
            node.cleanup()

    def remove_node_instance(self, node: Node) -> None:
        """Take this node away; see :meth:`remove_node_by_id`."""
        self.remove_node_by_id(node.uuid)

    def bring_back(self, memento: Memento) -> Node:
        """Put a removed node back: its values, its edges, and what came of its last run.

        Raises:
            NodeNotFoundError: a node at the other end of an edge is not there.
            NodeExistsError: a node with that uuid is there.
        """
        with self.lock:
            self._refuse_known(memento.uuid)
            node = rebuilt(memento, self.engine)
            self._place(node)
            reconnect(memento, node, self._nodes)
        self.runner.wake()
        return node

    # --- edges ------------------------------------------------------------------------------------

    def port(self, address: str) -> NodeIO:
        """The port at ``"node.port"``, the node by name or uuid."""
        name, dot, port_id = address.rpartition(".")
        if not dot:
            raise IONotFoundError(f"{address!r} is no port: write 'node.port'.")
        return self.find(name)[port_id]

    def connect(self, source: str, target: str, replace: bool = False, feedback: bool = False) -> Edge | None:
        """Connect ``"a.out"`` with ``"b.in"``; None when they are connected already. See :meth:`Engine.connect`."""
        return self.engine.connect(self.port(source), self.port(target), replace=replace, feedback=feedback)

    def disconnect(self, source: str, target: str) -> None:
        """Take away the edge between ``"a.out"`` and ``"b.in"``."""
        self.engine.disconnect(self.port(source), self.port(target))
        self.runner.wake()

    # --- running ----------------------------------------------------------------------------------

    async def await_done(self) -> None:
        """Return when nothing runs and nothing is requested."""
        await self.runner.wait_idle()

    def run(self, nodes: Iterable[Node] = (), scope: str = "stale") -> int:
        """Request runs and return how many.

        Args:
            nodes: What ``only``, ``to`` and ``from`` are about.
            scope: ``stale``: what is out of date or failed; ``all``: everything; ``only`` these nodes; ``to``: they
                and what is out of date above them; ``from``: they and everything below.

        Raises:
            ValueError: a scope that does not exist.
        """
        if scope not in RUN_SCOPES:
            raise ValueError(f"{scope!r} is no scope: {', '.join(RUN_SCOPES)}.")
        chosen = list(nodes)
        with self.lock:
            wanted = [node for node in self._scope(chosen, scope) if not self._cannot_run(node)]
            for node in wanted:
                node.slot.forced = scope == "only"
                self.engine.request(node)
        self.runner.wake()
        return len(wanted)

    def _scope(self, nodes: list[Node], scope: str) -> list[Node]:
        if scope == "only":
            return nodes
        if scope == "from":
            return [*nodes, *descendants(nodes)]
        if scope == "to":
            return [*(node for node in ancestors(nodes) if _outdated(node)), *nodes]
        everything = list(self._nodes.values())
        return everything if scope == "all" else [node for node in everything if _outdated(node)]

    @staticmethod
    def _cannot_run(node: Node) -> bool:
        return node.mode in ("disabled", "frozen") or bool(node.missing()) or isinstance(node, PlaceholderNode)

    # --- editing ----------------------------------------------------------------------------------

    @property
    def mode(self) -> GraphMode:
        """reactive or paused; see :mod:`funcnodes_jupyter.core.modes`."""
        return "paused" if self.engine.paused else "reactive"

    def set_mode(self, mode: str) -> None:
        """Let changes run what depends on them, or only mark it out of date.

        Raises:
            ValueError: graphs have no such mode.
        """
        self.engine.set_mode(checked_graph_mode(mode))

    @property
    def feedback_limit(self) -> int:
        """How often a loop of feedback edges may go round before it is stopped as a runaway."""
        return self.engine.feedback_limit

    @feedback_limit.setter
    def feedback_limit(self, limit: int) -> None:
        self.engine.feedback_limit = limit

    def undo(self) -> str:
        """Take back the newest step of :attr:`edits`; returns it in words. See :meth:`History.undo`."""
        label = self.history.undo()
        self.runner.wake()
        return label

    def redo(self) -> str:
        """Do again what was undone last; likewise."""
        label = self.history.redo()
        self.runner.wake()
        return label

    def saved_groups(self) -> dict[str, Any]:
        """The groups in their saved form."""
        return self.groups.serialize()

    def load_groups(self, groups: Mapping[str, Any]) -> None:
        """Have these groups, in their saved form."""
        self.groups.restore(groups)

    def saved_rest(self) -> dict[str, Any]:
        """What a graph holds beside nodes, edges and groups."""
        return {
            "prop": dict(self._props),
            "extras": dict(self._extras),
            "kept": (self._kept_edges, self._kept_feedback),
        }

    def load_rest(self, rest: Mapping[str, Any]) -> None:
        """Have this of :meth:`saved_rest`."""
        self._props, self._extras = dict(rest.get("prop", {})), dict(rest.get("extras", {}))
        self._kept_edges, self._kept_feedback = rest.get("kept", ([], []))

    # --- properties -------------------------------------------------------------------------------

    def set_property(self, key: str, value: Any, secret: bool = False) -> None:
        """Keep ``value`` under ``key``, in the place of what was there; a secret one is never saved."""
        with self.lock:
            kept, other = (self._secrets, self._props) if secret else (self._props, self._secrets)
            kept[key] = value
            other.pop(key, None)

    def remove_property(self, key: str) -> None:
        """Forget what was kept under ``key``, secret or not; an unknown key is ignored."""
        with self.lock:
            self._props.pop(key, None)
            self._secrets.pop(key, None)

    def get_property(self, key: str, default: Any = None) -> Any:
        """What was kept under ``key``, secret or not."""
        return self._secrets.get(key, self._props.get(key, default))

    # --- library ----------------------------------------------------------------------------------

    def add_shelf(self, shelf: Shelf) -> Shelf:
        """Add a shelf to the library; see :meth:`Library.add_shelf`."""
        return self.lib.add_shelf(shelf)

    def remove_shelf(self, shelf: Shelf, with_nodes: bool = True) -> None:
        """Take away what a shelf brought, and the nodes made of it unless ``with_nodes`` is False."""
        classes = flatten_shelf(shelf)[0] if with_nodes else []
        for node in [node for node in self._nodes.values() if type(node) in classes]:
            self.remove_node_by_id(node.uuid)
        self.lib.remove_shelf(shelf)

    # --- saving -----------------------------------------------------------------------------------

    def serialize(self) -> saved.Document:
        """The graph as a plain dict that JSON can hold; see :mod:`funcnodes_jupyter.core.document`."""
        with self.lock:
            nodes = sorted(self._nodes.values(), key=lambda node: node.uuid)
            records = [saved.node_record(node) for node in nodes]
            document: saved.Document = {
                **self._extras,
                "format": saved.FORMAT_VERSION,
                "edges": sorted([*map(list, self.edges), *self._kept_edges], key=str),
                "prop": dict(self._props),
                "groups": self.groups.serialize(),
                "view": {node.uuid: view for node in nodes if (view := saved.view_record(node))},
            }
            for key, found in (
                ("feedback", sorted([*map(list, self.feedback_edges), *self._kept_feedback], key=str)),
                ("errors", {node.uuid: error.to_dict() for node in nodes if (error := node.slot.error) is not None}),
                ("mode", "paused" if self.engine.paused else ""),
            ):
                if found:
                    document[key] = found
        document["nodes"] = [saved.encoded_record(record) for record in records]
        return document

    def full_serialize(self, with_io_values: bool = False) -> dict[str, Any]:
        """All that there is to know of the graph and its library but the secrets; values as they are if asked for."""
        with self.lock:
            return {
                "nodes": [node.full_serialize(with_io_values) for node in self._nodes.values()],
                "edges": [list(edge) for edge in self.edges],
                "prop": dict(self._props),
                "groups": self.groups.serialize(),
                "lib": self.lib.full_serialize(),
            }

    def deserialize(self, document: Mapping[str, Any]) -> list[str]:
        """Replace the graph by a saved one. Nothing runs: nodes come back stale. What was done before cannot be undone.

        Returns:
            What could not be restored, a sentence each (it is kept in the document all the same).

        Raises:
            DocumentError: it is no saved graph. Nothing is changed then.
        """
        data = saved.migrate(document)
        with self.lock:
            self.clear()
            problems = self._restore(data)
            self.history.clear()
            if self.engine.observed:
                self.engine.tell(Loaded())
        return problems

    def _restore(self, data: saved.Document) -> list[str]:
        nodes, problems = restore_nodes(data, self.lib, self.engine)
        self._nodes.update(nodes)
        for node in self._nodes.values():
            node._space = self
            node.slot.stale = True
        problems += restore_errors(data.get("errors") or {}, self._nodes)
        edges, feedback = EdgeRestorer(self.engine, self._nodes), EdgeRestorer(self.engine, self._nodes)
        edges.restore(data.get("edges") or ())
        feedback.restore_feedback(data.get("feedback") or ())
        self._kept_edges, self._kept_feedback = edges.kept, feedback.kept
        self._props = dict(data.get("prop") or {})
        problems += self.groups.restore(data.get("groups") or {})
        self._extras = {key: value for key, value in data.items() if key not in _KNOWN_KEYS}
        self.engine.set_mode("paused" if data.get("mode") == "paused" else "reactive")
        return problems + edges.problems + feedback.problems + _empty_though_frozen(self._nodes.values())

    def clear(self) -> None:
        """Take away all nodes, groups and properties."""
        with self.lock:
            for uuid in list(self._nodes):
                self.remove_node_by_id(uuid)
            self.groups.clear()
            self._props = {}
            self._extras = {}
            self._kept_edges, self._kept_feedback = [], []
            if self.engine.observed:
                self.engine.tell(Cleared())

    def _begin_listening(self) -> None:
        self.engine.listened = True

    def __repr__(self) -> str:
        return f"<NodeSpace: {len(self._nodes)} nodes, {len(self.edges)} edges>"


def _empty_though_frozen(nodes: Iterable[Node]) -> list[str]:
    """A sentence for each frozen node whose outputs had no form in the document."""
    return [
        f"{node.name} is frozen, but what it held could not be saved: unfreeze it to compute it again."
        for node in nodes
        if node.mode == "frozen" and node._outs and all(port._value is NoValue for port in node._outs)
    ]


def _outdated(node: Node) -> bool:
    return node.stale or node.state in ("error", "cancelled", "idle")
