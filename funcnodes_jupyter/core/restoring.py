"""From a saved graph back to nodes and edges. Nothing runs, nothing is dropped: what has no place here is kept."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from funcnodes_jupyter.core import wiring
from funcnodes_jupyter.core.document import VIEW_PREFIX, Document, Record
from funcnodes_jupyter.core.encoding import decode_value
from funcnodes_jupyter.core.errors import NodeNotFoundError
from funcnodes_jupyter.core.modes import NODE_MODES
from funcnodes_jupyter.core.node import Node
from funcnodes_jupyter.core.nodeio import NodeInput, NodeIO, NodeOutput
from funcnodes_jupyter.core.placeholder import PlaceholderNode
from funcnodes_jupyter.core.portspec import OVERRIDABLE
from funcnodes_jupyter.core.runreport import RunError
from funcnodes_jupyter.core.savedport import DECLARED, LOST, options_of
from funcnodes_jupyter.core.traversal import followers_by_edges, receivers, successors
from funcnodes_jupyter.core.values import NoValue

if TYPE_CHECKING:
    from funcnodes_jupyter.core.engine import Engine
    from funcnodes_jupyter.core.library import Library
    from funcnodes_jupyter.core.memento import Memento

_KNOWN = frozenset({"id", "node_id", "node_name", "pack", "name", "io", "properties", "order"})
_SETTINGS: dict[str, Callable[[Any], bool]] = {
    "mode": lambda value: isinstance(value, str) and value in NODE_MODES,
    "timeout": lambda value: value is None or (type(value) in (int, float) and value > 0),
    "retries": lambda value: value is None or (type(value) is int and value >= 0),
}
"""How a node may take part and run."""
_PORT_OWN = frozenset({"is_input", "value", "added", LOST})
Decode = Callable[[Any], Any]
"""From a saved value to a live one."""
_TRIGGERS = ("_triggerinput", "_triggeroutput")


# --- nodes ----------------------------------------------------------------------------------------


def make_node(record: Record, view: Mapping[str, Any], library: Library, engine: Engine) -> Node:
    """The node of a record whose values are decoded; called under the graph lock.

    Raises:
        Exception: whatever its class raises. :func:`make_placeholder` keeps the record then.
    """
    pack = record.get("pack")
    cls = library.get_node_by_id(record["node_id"], pack if isinstance(pack, str) else "")
    return _make(cls, record, view, engine, decode_value)


def _make(cls: type[Node], record: Record, view: Mapping[str, Any], engine: Engine, decode: Decode) -> Node:
    settings = {key: record[key] for key, fits in _SETTINGS.items() if key in record and fits(record[key])}
    node = cls(
        uuid=record["id"],
        name=record.get("name") or None,
        properties=_properties(record, view),
        trigger_on_create=False,
        engine=engine,
        **settings,
    )
    # Also settings as only a later version has them.
    known = _KNOWN | settings.keys()
    kept = {} if record.keys() <= known else {key: value for key, value in record.items() if key not in known}
    kept_io = _restore_ports(node, _in_order(record), decode)
    if kept_io:
        kept["io"] = kept_io
    if kept:
        node.kept = kept
    return node


def _in_order(record: Record) -> Mapping[str, Mapping[str, Any]]:
    """The ports of a record as they stood in the node; those of which nothing is said come first."""
    ports: Mapping[str, Mapping[str, Any]] = record.get("io") or {}
    order = record.get("order")
    if not isinstance(order, list):
        return ports
    places = {port_id: place for place, port_id in enumerate(order) if isinstance(port_id, str)}
    return {port_id: ports[port_id] for port_id in sorted(ports, key=lambda port_id: places.get(port_id, -1))}


def make_placeholder(record: Record, view: Mapping[str, Any], engine: Engine) -> PlaceholderNode:
    """Stands for a node whose class is not there, or refuses the record."""
    node = PlaceholderNode(record, engine)
    for key, value in _properties(record, view).items():
        node.set_property(key, value)
    for port_id, port in record.get("io", {}).items():
        if port_id in node.inputs and "value" in port:
            node.inputs[port_id]._value = decode_value(port["value"])
    return node


def _properties(record: Record, view: Mapping[str, Any]) -> dict[str, Any]:
    layout = {f"{VIEW_PREFIX}{key}": value for key, value in view.items()} if view else {}
    return {**record.get("properties", {}), **layout}


def _restore_ports(node: Node, ports: Mapping[str, Mapping[str, Any]], decode: Decode) -> dict[str, Any]:
    """Give the ports of ``node`` what was saved of them; returns what has no place."""
    kept: dict[str, Any] = {}
    for port_id, saved in ports.items():
        port = _port_of(node, port_id, saved, decode)
        if port is None:
            kept[port_id] = dict(saved)
            continue
        if "value" in saved:
            port._value = decode(saved["value"])
        if len(saved) > 2 or "value" not in saved or "is_input" not in saved:
            options, rest = options_of(saved, OVERRIDABLE, decode)
            port.override(**options)
            unknown = {key: value for key, value in rest.items() if key not in _PORT_OWN}
            declared = saved.get("added")
            if isinstance(declared, Mapping):
                _, left = options_of(declared, DECLARED, decode)
                if left:
                    unknown["added"] = left
            if unknown:
                side = {"is_input": saved["is_input"]} if "is_input" in saved else {}
                kept[port_id] = side | unknown
    return kept


def _port_of(node: Node, port_id: str, saved: Mapping[str, Any], decode: Decode) -> NodeIO | None:
    is_input = bool(saved.get("is_input", True))
    side: Iterable[NodeIO] = node._ins if is_input else node._outs
    for port in side:
        if port._spec.id == port_id:
            return port
    if port_id in _TRIGGERS:
        return node[port_id]
    declared = saved.get("added")
    if not isinstance(declared, Mapping) or port_id in node.inputs or port_id in node.outputs:
        return None
    options, _ = options_of(declared, DECLARED, decode)
    if is_input:
        return node.add_input(NodeInput(port_id, **options))
    for key in ("default", "required", "does_trigger"):
        options.pop(key, None)
    return node.add_output(NodeOutput(port_id, **options))


def restore_errors(errors: Mapping[str, Any], nodes: Mapping[str, Node]) -> list[str]:
    """Let nodes say again why their last run failed; returns what could not be read."""
    problems = []
    for uuid, saved in errors.items():
        node = nodes.get(uuid)
        if node is None:
            continue
        try:
            node.slot.error = RunError.from_dict(saved)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            problems.append(f"Why {node.name} failed cannot be read: {error!r}.")
        else:
            node.slot.trouble = True
    return problems


# --- edges ----------------------------------------------------------------------------------------


class EdgeRestorer:
    """Puts edges between nodes at rest: all at once, with one look for circles instead of one an edge.

    ``problems`` says what is wrong, ``kept`` holds the edges that found no place.
    """

    def __init__(self, engine: Engine, nodes: Mapping[str, Node]) -> None:
        self._engine = engine
        self._nodes = nodes
        self.problems: list[str] = []
        self.kept: list[Any] = []

    def restore(self, edges: Iterable[Any]) -> None:
        """Put ``edges``, each ``[source uuid, port, target uuid, port]``; values go along them, nothing runs."""
        placed: list[tuple[NodeIO, NodeInput, Any]] = []
        for edge in edges:
            try:
                source, target = self._ends(edge)
                self._refuse_second_source(source, target)
            except (ValueError, KeyError, TypeError) as error:
                self._keep(edge, error)
            else:
                if source not in target._sources:
                    wiring.note_edge(source, target)
                    source.node.followers = None
                    placed.append((source, target, edge))
        if _has_circle(self._nodes.values()):
            self._restore_one_by_one(placed)
        for source, _, _ in placed:
            if source._value is not NoValue:
                for follower in receivers(source):
                    follower._value = source._value

    def restore_feedback(self, edges: Iterable[Any]) -> None:
        """The same for edges that close a circle."""
        for edge in edges:
            try:
                source, target = self._ends(edge)
                if source in target._sources:
                    raise ValueError(f"{source.full_name} leads to {target.full_name} already, and not as feedback.")
                self._engine.connect(source, target, feedback=True)
            except (ValueError, KeyError, TypeError) as error:
                self._keep(edge, error)

    def connect(self, edges: Iterable[Any]) -> None:
        """The same as :meth:`restore` among nodes that may be running: one by one, and whoever follows is told."""
        for edge in edges:
            try:
                source, target = self._ends(edge)
                self._refuse_second_source(source, target)
                self._engine.connect(source, target, does_trigger=False)
            except (ValueError, KeyError, TypeError) as error:
                self._keep(edge, error)

    def _keep(self, edge: Any, error: Exception) -> None:
        self.problems.append(f"The edge {edge} is kept aside: {error}")
        self.kept.append(edge)

    def _ends(self, edge: Any) -> tuple[NodeIO, NodeInput]:
        source_uuid, source_id, target_uuid, target_id = edge
        nodes = self._nodes
        if source_uuid not in nodes or target_uuid not in nodes:
            raise NodeNotFoundError(f"There is no node {target_uuid if source_uuid in nodes else source_uuid!r}.")
        source, target = nodes[source_uuid], nodes[target_uuid]
        if isinstance(source, PlaceholderNode):
            source.ensure_port(source_id, is_input=False)
        if isinstance(target, PlaceholderNode):
            target.ensure_port(target_id, is_input=True)
        return wiring.directed(source[source_id], target[target_id])

    def _refuse_second_source(self, source: NodeIO, target: NodeInput) -> None:
        if target._sources and source not in target._sources and not target.spec.allow_multiple:
            raise ValueError(f"{target.full_name} receives from {target._sources[0].full_name} already.")

    def _restore_one_by_one(self, placed: list[tuple[NodeIO, NodeInput, Any]]) -> None:
        """There is a circle: find out which edges close one, and keep these aside."""
        for source, target, _ in placed:
            wiring.forget_edge(source, target)
            source.node.followers = None
        for source, target, edge in placed:
            try:
                self._engine.connect(source, target, does_trigger=False)
            except ValueError as error:
                self._keep(edge, error)


def _has_circle(nodes: Iterable[Node]) -> bool:
    """Whether the edges lead back somewhere: after Kahn, what never loses its last predecessor is on a circle."""
    waiting: dict[Node, int] = dict.fromkeys(nodes, 0)
    for node in waiting:
        for follower in _followers(node):
            waiting[follower] += 1
    free = [node for node, count in waiting.items() if not count]
    settled = 0
    while free:
        node = free.pop()
        settled += 1
        for follower in _followers(node):
            waiting[follower] -= 1
            if not waiting[follower]:
                free.append(follower)
    return settled < len(waiting)


def _followers(node: Node) -> Iterable[Node]:
    """What follows by the edges, also of a frozen node."""
    return followers_by_edges(node) if node.mode == "frozen" else successors(node)


def restore_nodes(data: Document, library: Library, engine: Engine) -> tuple[dict[str, Node], list[str]]:
    """(the nodes of a document by uuid, what could not be restored and is kept as a placeholder)."""
    nodes: dict[str, Node] = {}
    problems: list[str] = []
    layout = data.get("view") or {}
    for record in data.get("nodes", []):
        view = layout.get(record["id"]) or {}
        node: Node
        try:
            node = make_node(record, view, library, engine)
        except Exception as error:  # noqa: BLE001 - whatever it is, the rest of the graph must not be lost for it
            problems.append(f"{record.get('name') or record['node_id']}: {error}")
            node = make_placeholder(record, view, engine)
        nodes[node.uuid] = node
    return nodes, problems


# --- bringing back --------------------------------------------------------------------------------


def rebuilt(memento: Memento, engine: Engine) -> Node:
    """The node of a memento, without its edges. Called under the graph lock."""
    record = {**memento.record, "io": dict(memento.record.get("io", {}))}
    node: Node | PlaceholderNode
    if issubclass(memento.cls, PlaceholderNode):
        node = make_placeholder(record, memento.view, engine)
        _have_ports(node, memento)
    else:
        node = _make(memento.cls, record, memento.view, engine, lambda value: value)
    slot = node.slot
    slot.ran, slot.seconds, slot.error = memento.ran, memento.seconds, memento.error
    slot.trouble, slot.cancelled, slot.stale = memento.trouble, memento.cancelled, memento.stale
    for port_id, value in memento.values.items():
        node[port_id]._value = value
    return node


def _have_ports(node: PlaceholderNode, memento: Memento) -> None:
    """Also those ports that only edges tell of, with the values that they held."""
    for port_id in memento.incoming:
        node.ensure_port(port_id, is_input=True)
    for port_id, *_ in memento.outgoing:
        node.ensure_port(port_id, is_input=False)
    for port in node.made_ports:
        port._value = NoValue


def reconnect(memento: Memento, node: Node, nodes: Mapping[str, Node]) -> None:
    """Put back the edges of a node that was just rebuilt, as far as the nodes at their other ends are there.

    What it computed before counts as long as its inputs are the same; a run that its removal ended begins again, and
    what follows it runs again.
    """
    same = [
        _reconnect(nodes[uuid][io], node.get_input(port_id), feedback, triggers=False)
        for port_id, sources in memento.incoming.items()
        for uuid, io, feedback in sources
        if uuid in nodes
    ]
    if memento.due or (memento.ran and not all(same)):
        node.engine.ask(node)
    for port_id, uuid, io, feedback in memento.outgoing:
        if uuid in nodes:
            _reconnect(node[port_id], nodes[uuid].get_input(io), feedback, triggers=True)


def _reconnect(source: NodeIO, target: NodeInput, feedback: bool, triggers: bool) -> bool:
    """Have the edge again; returns whether the target held the source's value already."""
    engine = target.node.engine
    if feedback or source._value is not target._value:
        engine.connect(source, target, does_trigger=triggers and None, feedback=feedback)
        return feedback
    if source not in target._sources:
        wiring.link_as_is(engine, source, target, wiring.misfit(source, target))
    return True
