"""The nodespace: the one object that users of a graph hold. It delegates; each job stands elsewhere."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Any

from funcnodes_jupyter.core import saving
from funcnodes_jupyter.core.bulk import made_to_stay
from funcnodes_jupyter.core.document import Document, Record, migrate
from funcnodes_jupyter.core.edits import Edits
from funcnodes_jupyter.core.engine import Engine
from funcnodes_jupyter.core.errors import (
    AmbiguousNameError,
    IONotFoundError,
    NodeExistsError,
    NodeNotFoundError,
)
from funcnodes_jupyter.core.events import EventEmitter
from funcnodes_jupyter.core.executors import PoolSizes
from funcnodes_jupyter.core.facts import Cleared, Edge, Loaded, NodeAdded, NodeRemoved, Observer, SettingsChanged
from funcnodes_jupyter.core.groups import Groups
from funcnodes_jupyter.core.history import History
from funcnodes_jupyter.core.library import Library
from funcnodes_jupyter.core.memento import Memento
from funcnodes_jupyter.core.modes import GraphMode, TypeCheck, checked_graph_mode, checked_type_check
from funcnodes_jupyter.core.node import Node
from funcnodes_jupyter.core.nodeio import NodeIO
from funcnodes_jupyter.core.restoring import make_node, rebuilt, reconnect
from funcnodes_jupyter.core.runner import Runner
from funcnodes_jupyter.core.scopes import nodes_to_run
from funcnodes_jupyter.core.shelf import Shelf, flatten_shelf
from funcnodes_jupyter.core.wiring import edge_of

_log = logging.getLogger(__name__)


class NodeSpace(EventEmitter):
    """A reactive graph of nodes with its library.

    Args:
        library: What nodes can be made of; an empty one when left out.
        threaded: Set when a second thread changes the graph: callbacks are queued for the nodes' thread.
        pools: How many functions may run at once in threads and in processes.
    """

    __slots__ = ("_nodes", "_secrets", "edits", "engine", "groups", "history", "lib", "rest")

    def __init__(
        self, library: Library | None = None, *, threaded: bool = False, pools: PoolSizes | None = None
    ) -> None:
        self._listeners = None
        self.lib = library or Library()
        self.engine = Engine(owned=True)
        self.engine.defers = threaded
        if pools is not None:
            self.engine.runner.use_pools(pools)
        self._nodes: dict[str, Node] = {}
        self.groups = Groups(self.engine, self._nodes)
        self._secrets: dict[str, Any] = {}
        self.rest = saving.Rest()
        self.history = History(self)
        self.edits = Edits(self, self.history)

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
            (node.uuid, port._spec.id, target._node.uuid, target._spec.id)  # type: ignore[union-attr]
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
        engine = self.engine
        with engine.lock:
            self._refuse_known(options.get("uuid") or options.get("id"))
            triggers = options.pop("trigger_on_create", None)
            node = cls(engine=engine, trigger_on_create=False, **options)
            self._place(node)
        if cls.default_trigger_on_create if triggers is None else triggers:
            node._request_if_ready()
        return node

    def add_saved(self, record: Record, view: Mapping[str, Any]) -> Node:
        """Add a node in its saved form, with the values and the ports that stand there. It does not run by itself.

        Raises:
            NodeClassNotFoundError: the library has no such class.
            NodeExistsError: a node with that uuid is there already.
        """
        with self.lock:
            self._refuse_known(record["id"])
            node = make_node(record, view, self.lib, self.engine)
            self._place(node)
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
        if self.engine.listened:
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
            self._clean_up(node)

    def _clean_up(self, node: Node) -> None:
        with self.lock:
            gone = node.removed
        if not gone:  # brought back meanwhile
            return
        try:
            node.cleanup()
        except Exception:  # noqa: BLE001 - users' code may raise anything
            # As with callbacks: the node is gone all the same, and what is removed with it is to go, too.
            _log.exception("The cleanup of %s failed", node.name)

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
        node = self._nodes.get(name) or self.find(name)
        return node[port_id]

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
            scope: One of :data:`RUN_SCOPES`.

        Raises:
            ValueError: a scope that does not exist.
        """
        chosen = list(nodes)
        with self.lock:
            wanted = nodes_to_run(self._nodes.values(), chosen, scope)
            for node in wanted:
                # Whoever names a node and nothing above it wants it computed with what is there.
                node.slot.forced = scope in ("only", "from") and node in chosen
                self.engine.request(node)
        self.runner.wake()
        return len(wanted)

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
    def type_check(self) -> TypeCheck:
        """Whether connecting ports whose types do not fit warns, is refused, or is nobody's business (off).

        Can be assigned; edges that exist stay.

        Raises:
            ValueError: another word is assigned.
        """
        return self.engine.type_check

    @type_check.setter
    def type_check(self, check: str) -> None:
        with self.lock:
            self.engine.type_check = checked_type_check(check)
            self._settings_changed()

    def _settings_changed(self) -> None:
        if self.engine.observed:
            self.engine.tell(SettingsChanged())

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

    # --- properties -------------------------------------------------------------------------------

    def set_property(self, key: str, value: Any, secret: bool = False) -> None:
        """Keep ``value`` under ``key``, in the place of what was there; a secret one is never saved."""
        with self.lock:
            kept, other = (self._secrets, self.rest.properties) if secret else (self.rest.properties, self._secrets)
            kept[key] = value
            other.pop(key, None)
            self._settings_changed()

    def remove_property(self, key: str) -> None:
        """Forget what was kept under ``key``, secret or not; an unknown key is ignored."""
        with self.lock:
            self.rest.properties.pop(key, None)
            self._secrets.pop(key, None)
            self._settings_changed()

    def get_property(self, key: str, default: Any = None) -> Any:
        """What was kept under ``key``, secret or not."""
        return self._secrets.get(key, self.rest.properties.get(key, default))

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

    def serialize(self) -> Document:
        """The graph as a plain dict that JSON can hold; see :mod:`funcnodes_jupyter.core.document`."""
        return saving.document_of(self)

    def full_serialize(self, with_io_values: bool = False) -> dict[str, Any]:
        """All that there is to know of the graph and its library but the secrets; values as they are if asked for."""
        with self.lock:
            return {
                "nodes": [node.full_serialize(with_io_values) for node in self._nodes.values()],
                "edges": [list(edge) for edge in self.edges],
                "prop": dict(self.rest.properties),
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
        data = migrate(document)
        with self.lock:
            problems = self.put_document(data)
            self.history.clear()
        return problems

    def put_document(self, data: Document) -> list[str]:
        """The same for a document in the newest format, with what was done before still known."""
        with self.lock:
            self.clear()
            with made_to_stay():
                nodes, problems = saving.restore(self, data)
            self._nodes.update(nodes)
            for node in nodes.values():
                node._space = self
            problems += self.groups.restore(data.get("groups") or {})
            if self.engine.observed:
                self.engine.tell(Loaded())
        return problems

    def clear(self) -> None:
        """Take away all nodes, groups and properties."""
        with self.lock:
            for uuid in list(self._nodes):
                self.remove_node_by_id(uuid)
            self.groups.clear()
            self.rest = saving.Rest()
            if self.engine.observed:
                self.engine.tell(Cleared())

    def _begin_listening(self, event: str) -> None:
        self.engine.listen_for({event})

    def __repr__(self) -> str:
        return f"<NodeSpace: {len(self._nodes)} nodes, {len(self.edges)} edges>"
