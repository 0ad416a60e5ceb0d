"""The mirror: few events for many changes, and the same graph at the other end."""

from __future__ import annotations

import asyncio
from typing import Any

import msgspec
import pytest

from funcnodes_jupyter.core.nodespace import NodeSpace
from funcnodes_jupyter.wire.events import Event
from funcnodes_jupyter.worker import mirror as mirror_module
from funcnodes_jupyter.worker.mirror import Mirror
from funcnodes_jupyter.worker.nodestate import node_state


class Watched:
    """A nodespace with a mirror that is flushed by hand."""

    def __init__(self, space: NodeSpace) -> None:
        self.space = space
        self.woken = 0
        self.edited = 0
        self.touched: list[Any] = []
        self.published: list[tuple[int, list[Event]]] = []
        self.mirror = Mirror(
            space,
            wake=self._wake,
            edited=self._edit,
            publish=lambda first, new: self.published.append((first, new)),
            touched=self.touched.extend,
        )
        self.start = self.mirror.seq

    def _wake(self) -> None:
        self.woken += 1

    def _edit(self, fact: Any) -> None:
        self.edited += 1

    def flush(self) -> list[tuple[str, Any]]:
        """Flush; the new events as (name, data)."""
        self.published.clear()
        self.mirror.flush()
        return [(str(e.__struct_config__.tag), e.data) for _, new in self.published for e in new]

    def agrees(self) -> bool:
        """Whether the mirror shows what is there."""
        there = {uuid: node_state(node) for uuid, node in self.space.nodes.items()}
        return self.mirror.nodes == there and set(self.mirror.edges) == set(self.space.edges)


@pytest.fixture
def watched(test_nodes: Any) -> Watched:
    return Watched(NodeSpace(test_nodes.library()))


def names(events: list[tuple[str, Any]]) -> list[str]:
    return [name for name, _ in events]


def test_many_values_become_the_newest(watched: Watched) -> None:
    node = watched.space.add_node_by_id("t.add")
    watched.flush()
    for value in range(100):
        node.inputs["a"] = value
    events = watched.flush()
    assert [data.value.text for name, data in events if name == "io_value_changed"] == ["99"]
    assert watched.agrees()


def test_it_wakes_once_a_flush(watched: Watched) -> None:
    node = watched.space.add_node_by_id("t.add")
    for value in range(10):
        node.inputs["a"] = value
    assert watched.woken == 1
    watched.flush()
    node.inputs["a"] = 5
    assert watched.woken == 2


def test_nothing_new_is_no_event(watched: Watched) -> None:
    assert watched.flush() == []
    assert watched.published == []


def test_what_came_and_went_between_two_flushes_is_not_told(watched: Watched) -> None:
    node = watched.space.add_node_by_id("t.add")
    node.inputs["a"] = 3
    watched.space.remove_node_by_id(node.uuid)
    assert watched.flush() == []


def test_a_new_node_brings_its_values(watched: Watched) -> None:
    node = watched.space.add_node_by_id("t.add", name="sum")
    node.inputs["a"] = 3
    (name, data), *rest = watched.flush()
    assert name == "node_added"
    assert next(port.value.text for port in data.serialized.io if port.id == "a") == "3"
    assert set(names(rest)) <= {"io_value_changed"}
    assert watched.agrees()


def test_edges_come_after_their_nodes_and_go_before_them(watched: Watched) -> None:
    space = watched.space
    a, b = space.add_node_by_id("t.add", uuid="a"), space.add_node_by_id("t.add", uuid="b")
    a.outputs["out"].connect(b.inputs["a"])
    assert names(watched.flush())[:3] == ["node_added", "node_added", "edge_added"]
    space.remove_node_by_id("a")
    assert names(watched.flush())[:2] == ["edge_removed", "node_removed"]
    assert watched.agrees()


def test_an_edge_that_moves_within_a_flush(watched: Watched) -> None:
    space = watched.space
    a, b = space.add_node_by_id("t.add", uuid="a"), space.add_node_by_id("t.add", uuid="b")
    watched.flush()
    for _ in range(3):
        a.outputs["out"].connect(b.inputs["a"])
        a.outputs["out"].disconnect(b.inputs["a"])
    watched.flush()
    assert watched.agrees()


def test_a_run_is_told_with_its_outcome_last(watched: Watched) -> None:
    node = watched.space.add_node_by_id("t.add")
    watched.flush()
    node.inputs["a"] = 1
    asyncio.run(watched.space.await_done())
    events = watched.flush()
    told = names(events)
    assert told.index("io_value_changed") < told.index("node_done")
    assert watched.agrees()
    state = watched.mirror.nodes[node.uuid]
    assert (state.state, state.stale) == ("done", False)
    node.inputs["a"] = 2
    watched.flush()
    assert watched.mirror.nodes[node.uuid].state == "queued"
    assert watched.agrees()


def test_a_failure_downstream_shows_who_is_to_blame(watched: Watched) -> None:
    space = watched.space
    bad, after = space.add_node_by_id("t.fail", uuid="bad"), space.add_node_by_id("t.fail", uuid="after")
    bad.outputs["out"].connect(after.inputs["text"])
    bad.inputs["text"] = "no"
    asyncio.run(space.await_done())
    watched.flush()
    assert watched.mirror.nodes["bad"].state == "error"
    assert watched.agrees()


def test_clearing_and_loading(watched: Watched) -> None:
    space = watched.space
    space.add_node_by_id("t.add", uuid="a")
    saved = space.serialize()
    watched.flush()
    space.clear()
    assert names(watched.flush()) == ["cleared"]
    assert watched.agrees()
    space.deserialize(saved)
    assert names(watched.flush()) == ["loaded"]
    assert watched.agrees()
    assert watched.mirror.nodes["a"].stale is False or watched.mirror.nodes["a"].state == "idle"


def test_numbers_have_no_gaps(watched: Watched) -> None:
    seq = watched.start
    for _ in range(5):
        watched.space.add_node_by_id("t.add")
        watched.flush()
        for first, new in watched.published:
            assert first == seq + 1
            seq += len(new)
    assert watched.mirror.seq == seq


def test_missed_events(watched: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    watched.space.add_node_by_id("t.add")
    watched.flush()
    mirror = watched.mirror
    assert mirror.missed_since(mirror.seq) == []
    missed = mirror.missed_since(watched.start)
    assert missed is not None
    assert [event.__struct_config__.tag for event in missed] == ["node_added"]
    assert mirror.missed_since(watched.start - 1) is None
    assert mirror.missed_since(mirror.seq + 1) is None


def test_only_so_many_events_are_kept(test_nodes: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mirror_module, "KEPT_EVENTS", 3)
    watched = Watched(NodeSpace(test_nodes.library()))
    for _ in range(5):
        watched.space.add_node_by_id("t.add")
        watched.flush()
    assert watched.mirror.missed_since(watched.mirror.seq - 3) is not None
    assert watched.mirror.missed_since(watched.mirror.seq - 4) is None


def test_an_event_does_not_change_after_it_was_told(watched: Watched) -> None:
    node = watched.space.add_node_by_id("t.add")
    watched.flush()
    (event,) = watched.mirror.missed_since(watched.start) or []
    before = msgspec.json.encode(event)
    node.name = "other"
    node.inputs["a"] = 7
    watched.flush()
    assert msgspec.json.encode(event) == before


def test_touched_ports_are_told(watched: Watched) -> None:
    node = watched.space.add_node_by_id("t.add", uuid="n")
    node.inputs["a"] = 1
    watched.flush()
    assert ("n", "a") in watched.touched


def test_another_port_makes_clients_ask_again(watched: Watched) -> None:
    from funcnodes_jupyter.core.nodeio import NodeInput

    node = watched.space.add_node_by_id("t.add")
    watched.flush()
    node.add_input(NodeInput("more", type=int))
    assert "loaded" in names(watched.flush())
    assert watched.agrees()


def test_an_unknown_class_is_shown_as_such(watched: Watched) -> None:
    watched.space.deserialize({"format": 1, "nodes": [{"id": "x", "node_id": "gone.node", "io": {"a": {"value": 1}}}]})
    watched.flush()
    state = watched.mirror.nodes["x"]
    assert (state.unknown, state.node_id, [port.id for port in state.io if not port.hidden]) == (
        True,
        "gone.node",
        ["a"],
    )
