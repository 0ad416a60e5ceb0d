"""The kernel's view of a graph: a snapshot, continued by events."""

from __future__ import annotations

from typing import Any

import pytest

from funcnodes_jupyter.core.errors import AmbiguousNameError, NodeNotFoundError
from funcnodes_jupyter.notebook.graph import Graph, GraphView
from funcnodes_jupyter.wire import events
from funcnodes_jupyter.wire.events import NodeChange, NodeState, PortState, ValueInfo
from funcnodes_jupyter.wire.messages import FullState, NodespaceEvents, WorkerIdentity


def node(uuid: str, **fields: Any) -> NodeState:
    ports = [PortState(id="a", name="a", is_input=True, kind="any"), PortState("out", "out", False, "any")]
    return NodeState(**{"uuid": uuid, "node_id": "t.n", "name": uuid.upper(), "title": "N", "io": ports, **fields})


@pytest.fixture
def view() -> GraphView:
    made = GraphView()
    state = FullState(10, WorkerIdentity("w", "w"), [node("a"), node("b")], [("a", "out", "b", "a")])
    made.replace(state)
    return made


def test_a_full_state_replaces(view: GraphView) -> None:
    assert not view.outdated
    assert view.seq == 10
    assert set(view.snapshot().nodes) == {"a", "b"}


CASES: list[tuple[Any, Any, Any]] = [
    (events.NodeAdded(events.NodeAddedData("c", "t.n", node("c"))), lambda g: "c" in g.nodes, True),
    (events.NodeRemoved(events.NodeRef("a")), lambda g: (set(g.nodes), g.edges), ({"b"}, ())),
    (events.EdgeRemoved(events.EdgeData(("a", "out"), ("b", "a"))), lambda g: g.edges, ()),
    (events.EdgeAdded(events.EdgeData(("b", "out"), ("a", "a"))), lambda g: g.edges[-1], ("b", "out", "a", "a")),
    (events.NodeTriggered(events.NodeRef("a")), lambda g: g.nodes["a"].state, "running"),
    (events.NodeDone(events.NodeDoneData("a", 2.0)), lambda g: (g.nodes["a"].state, g.nodes["a"].seconds),
     ("done", 2.0)),
    (events.NodeUpdated(events.NodeUpdatedData("a", NodeChange(name="x", stale=True))),
     lambda g: (g.nodes["a"].name, g.nodes["a"].stale, g.nodes["a"].state), ("x", True, "idle")),
    (events.ValueChanged(events.ValueChangedData("a", "a", "input", ValueInfo("1", "int", 1))),
     lambda g: [port.value and port.value.value for port in g.nodes["a"].io], [1, None]),
    (events.Cleared(events.Nothing()), lambda g: (dict(g.nodes), g.edges), ({}, ())),
]  # fmt: skip


@pytest.mark.parametrize(("event", "look", "expected"), CASES, ids=lambda case: type(case).__name__)
def test_events_continue(view: GraphView, event: Any, look: Any, expected: Any) -> None:
    before = view.snapshot()
    view.apply(NodespaceEvents(first=11, seq=11, events=[event]))
    assert look(view.snapshot()) == expected
    assert view.seq == 11
    assert before.nodes["a"] == node("a"), "a snapshot never changes"


def test_known_events_are_skipped(view: GraphView) -> None:
    removal, addition = events.NodeRemoved(events.NodeRef("a")), events.NodeTriggered(events.NodeRef("b"))
    view.apply(NodespaceEvents(first=10, seq=11, events=[removal, addition]))
    assert set(view.snapshot().nodes) == {"a", "b"}
    assert view.snapshot().nodes["b"].state == "running"


def test_a_gap_asks_for_everything(view: GraphView) -> None:
    view.apply(NodespaceEvents(first=13, seq=13, events=[events.Cleared(events.Nothing())]))
    assert view.outdated
    assert set(view.snapshot().nodes) == {"a", "b"}


def test_another_document_asks_for_everything(view: GraphView) -> None:
    view.apply(NodespaceEvents(first=11, seq=11, events=[events.Loaded(events.Nothing())]))
    assert view.outdated


def test_finding() -> None:
    graph = Graph({"a": node("a", name="read"), "b": node("b", name="read"), "c": node("c", name="filter")}, ())
    assert graph.find("c").uuid == graph.find("filter").uuid == "c"
    with pytest.raises(AmbiguousNameError, match=r"2 nodes are called 'read'.*a, b"):
        graph.find("read")
    with pytest.raises(NodeNotFoundError, match=r"no node 'fliter'. There is filter"):
        graph.find("fliter")


@pytest.mark.parametrize(
    ("states", "settled"),
    [
        ({}, True),
        ({"c": "queued"}, False),
        ({"a": "running"}, False),
        ({"other": "running"}, True),
        ({"a": "error"}, True),
    ],
)
def test_settled(states: dict[str, Any], settled: bool) -> None:
    nodes = {uuid: node(uuid, state=states.get(uuid, "done")) for uuid in ("a", "b", "c", "other")}
    edges = (("a", "out", "b", "a"), ("b", "out", "c", "a"), ("a", "out", "other", "a"))
    assert Graph(nodes, edges).settled("c") is settled
