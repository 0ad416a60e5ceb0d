"""Edges between ports: which are allowed, and what happens to the values at their ends.

Nothing here keeps state; everything belongs to the engine that the functions receive. They are called under
its lock, except :func:`connect` and :func:`disconnect`, which take it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from funcnodes_jupyter.core.callports import SOURCE
from funcnodes_jupyter.core.compatibility import why_not
from funcnodes_jupyter.core.errors import (
    CycleError,
    MultipleConnectionsError,
    NodeConnectionError,
    TypeMismatchError,
)
from funcnodes_jupyter.core.facts import Edge, EdgeAdded, EdgeRemoved, NodeChanged
from funcnodes_jupyter.core.feedback import Feedback
from funcnodes_jupyter.core.invocation import obstacle
from funcnodes_jupyter.core.nodeio import NodeInput, NodeIO
from funcnodes_jupyter.core.traversal import origins, path_between, reached, receivers
from funcnodes_jupyter.core.values import NoValue

if TYPE_CHECKING:
    from funcnodes_jupyter.core.engine import Engine
    from funcnodes_jupyter.core.node import Node


def edge_of(source: NodeIO, target: NodeIO) -> Edge:
    """The edge between two ports as uuids and ids."""
    return (source._node.uuid, source._spec.id, target._node.uuid, target._spec.id)  # type: ignore[union-attr]


def connect(
    engine: Engine, source: NodeIO, target: NodeInput, replace: bool, does_trigger: bool | None, feedback: bool
) -> Edge | None:
    """See :meth:`Engine.connect`; both nodes belong to ``engine``."""
    if leads(engine, source, target):
        return None
    warning = _checked_types(engine, source, target)
    if feedback:
        _refuse_forward(source, target)
    else:
        _refuse_cycle(source, target)
    _make_room(engine, target, replace)
    kind = "forward" if source._spec.is_input else "connect"
    if engine.listened:
        engine.announce(source, f"before_{kind}", other=target)
    if feedback:
        _link_back(engine, source, target, warning)
    else:
        _link(engine, source, target, does_trigger, warning)
    if engine.listened:
        engine.announce(source, f"after_{kind}", result=edge_of(source, target))
    return edge_of(source, target)


def disconnect(engine: Engine, a: NodeIO, b: NodeIO) -> None:
    """See :meth:`Engine.disconnect`."""
    source, target = (a, b) if isinstance(b, NodeInput) and leads(engine, a, b) else (b, a)
    if not isinstance(target, NodeInput) or not leads(engine, source, target):
        raise NodeConnectionError(f"There is no edge between {a.full_name} and {b.full_name}.")
    engine.announce(source, "before_disconnect", other=target)
    if source in target._sources:
        _unlink(engine, source, target)
    else:
        _unlink_back(engine, source, target)
    engine.announce(source, "after_disconnect", result=edge_of(source, target))


def leads(engine: Engine, source: NodeIO, target: NodeInput) -> bool:
    """Whether there is an edge, of either kind, from ``source`` to ``target``."""
    return source in target._sources or (engine.feedback is not None and engine.feedback.has(source, target))


def directed(a: NodeIO, b: NodeIO) -> tuple[NodeIO, NodeInput]:
    """Which of two ports is the source.

    Raises:
        NodeConnectionError: two outputs, a port with itself, or the code of a node: whoever trusts that has read it,
            and a wire could put other code in its place.
    """
    if isinstance(b, NodeInput):
        source, target = a, b
    elif isinstance(a, NodeInput):
        source, target = b, a
    else:
        raise NodeConnectionError(f"{a.full_name} and {b.full_name} are both outputs: connect an output with an input.")
    if source is target:
        raise NodeConnectionError(f"{a.full_name} cannot be connected with itself.")
    if target._spec.id == SOURCE:
        raise NodeConnectionError(f"{target.full_name} is code, which comes along no wire: type it there.")
    return source, target


# --- what is refused ------------------------------------------------------------------------------


def misfit(source: NodeIO, target: NodeInput) -> str:
    """Why a value of ``source`` may not fit ``target``, empty when it may."""
    given = source._spec.type if source._overrides is None else source.type
    wanted = target._spec.type if target._overrides is None else target.type
    return "" if given == wanted else why_not(given, wanted) or ""


def _checked_types(engine: Engine, source: NodeIO, target: NodeInput) -> str:
    """Why the ports may not fit, empty when they do or nobody wants to know."""
    if engine.type_check == "off":
        return ""
    reason = misfit(source, target)
    if reason and engine.type_check == "refuse":
        raise TypeMismatchError(source.full_name, target.full_name, reason)
    return reason


def _refuse_cycle(source: NodeIO, target: NodeInput) -> None:
    if source._node is target._node:
        raise CycleError([source.full_name, target.full_name])
    if not target._targets and not _has_targets(target.node):
        return  # nothing follows the target, so no circle can be closed
    if not source._spec.is_input and not _has_sources(source.node):
        return  # nothing leads to the source, likewise
    if source in receivers(target):
        raise CycleError([source.full_name, target.full_name])
    for origin in origins(source):
        for reached_node in reached(target):
            path = path_between(reached_node, origin)
            if path is not None:
                raise CycleError([*(node.name for node in path), reached_node.name])


# Plain loops, not any(): each new edge comes by here.


def _has_targets(node: Node) -> bool:
    for port in node._outs:
        if port._targets:
            return True
    return node._trigger_out is not None


def _has_sources(node: Node) -> bool:
    for port in node._ins:
        if port._sources:
            return True
    return node._trigger_in is not None and bool(node._trigger_in._sources)


def _refuse_forward(source: NodeIO, target: NodeInput) -> None:
    if source.is_input:
        raise NodeConnectionError(
            f"{source.full_name} is an input: a feedback edge to {target.full_name} begins at an output."
        )


def _make_room(engine: Engine, target: NodeInput, replace: bool) -> None:
    """Have the input without a source, if it takes only one."""
    if not target._sources and engine.feedback is None:
        return
    loop = engine.feedback.source_of(target) if engine.feedback is not None else None
    if target.spec.allow_multiple or not (target._sources or loop):
        return
    sources = (*target._sources, *(() if loop is None else (loop,)))
    if not replace:
        raise MultipleConnectionsError(
            f"{target.full_name} receives from {sources[0].full_name} already: remove that edge first, or replace it."
        )
    for old in sources:
        disconnect(engine, old, target)


# --- what is done ---------------------------------------------------------------------------------


def note_edge(source: NodeIO, target: NodeInput) -> None:
    """Note the edge at both ends, and nothing else."""
    if source._targets:
        source._targets.append(target)
    else:
        source._targets = [target]
    if target._sources:
        target._sources.append(source)
    else:
        target._sources = [source]


def forget_edge(source: NodeIO, target: NodeInput) -> None:
    """Take back :func:`note_edge`."""
    assert isinstance(source._targets, list)
    assert isinstance(target._sources, list)
    source._targets.remove(target)
    target._sources.remove(source)


def link_as_is(engine: Engine, source: NodeIO, target: NodeInput, warning: str) -> None:
    """Have the edge, with the values at its ends as they are."""
    note_edge(source, target)
    engine.schedule.edge_added(source, target)
    if engine.observed:
        engine.tell(EdgeAdded(edge_of(source, target), warning=warning))


def _link(engine: Engine, source: NodeIO, target: NodeInput, does_trigger: bool | None, warning: str) -> None:
    link_as_is(engine, source, target, warning)
    value = source._value
    if value is not NoValue:
        # Also while the source's node runs: the target waits for it, and gets this value if nothing newer comes.
        engine.receive(target, value, does_trigger)
    elif target._value is not NoValue:
        engine.clear_input(target)
    else:
        if obstacle(source) is not None:
            engine.schedule.mark_stale(reached(target))
        if engine.observed:
            engine.tell(NodeChanged(target.node, ("state",)))


def _link_back(engine: Engine, source: NodeIO, target: NodeInput, warning: str) -> None:
    if engine.feedback is None:
        engine.feedback = Feedback()
    engine.feedback.add(source, target)
    if engine.observed:
        engine.tell(EdgeAdded(edge_of(source, target), feedback=True, warning=warning))


def _unlink(engine: Engine, source: NodeIO, target: NodeInput) -> None:
    forget_edge(source, target)
    engine.schedule.edge_removed(source, target)
    if engine.observed:
        engine.tell(EdgeRemoved(edge_of(source, target)))
    if target.id != "_triggerinput":
        engine.clear_input(target)
    for node in reached(target):
        if node.slot.blame is not None:
            node.slot.blame = None  # it may be gone with this edge


def _unlink_back(engine: Engine, source: NodeIO, target: NodeInput) -> None:
    assert engine.feedback is not None
    engine.schedule.pending -= engine.feedback.remove(source, target)
    if engine.observed:
        engine.tell(EdgeRemoved(edge_of(source, target)))
