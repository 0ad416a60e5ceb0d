"""What is kept of a graph for those who look at it later."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

import msgspec
import pytest

from funcnodes_jupyter.wire.events import GroupLook, GroupState, LogLine, NodeLog, NodeState, PortState, ValueInfo
from funcnodes_jupyter.wire.messages import FullState, Preview, WorkerIdentity
from funcnodes_jupyter.worker.tables import TABLE_MIME
from funcnodes_jupyter.worker.viewing import (
    STATE,
    STATE_BYTES,
    long_texts,
    saved_state,
    state_of_document,
    state_to_save,
    with_lines,
    with_runs,
)

DOCUMENT: dict[str, Any] = {
    "format": 1,
    "nodes": [
        {"id": "n", "node_id": "basic.number", "name": "three", "io": {"value": {"is_input": True, "value": 3}}},
        {"id": "s", "node_id": "basic.add", "name": "sum", "io": {"b": {"is_input": True, "value": 4}}},
        {"id": "u", "node_id": "elsewhere.node", "name": "other", "io": {}},
    ],
    "edges": [["n", "out", "s", "a"]],
    "groups": {"g": {"node_ids": ["n"], "child_groups": [], "parent_group": None, "meta": {"name": "numbers"}}},
    "view": {"n": {"pos": [10, 20]}},
}


@dataclass
class Seen:
    nodes: dict[str, NodeState]
    edges: tuple[tuple[str, str, str, str], ...] = ()
    feedback: frozenset[tuple[str, str, str, str]] = frozenset()
    groups: dict[str, GroupState] = field(default_factory=dict)


def node(uuid: str, **changes: Any) -> NodeState:
    return NodeState(uuid, "basic.add", uuid, "Add", **changes)


# --- a graph as it is saved -----------------------------------------------------------------------------


def test_a_saved_graph_as_an_editor_would_show_it() -> None:
    state = state_of_document("demo", DOCUMENT)
    three, total, other = state.nodes
    assert (state.worker.name, three.pos, three.stale, total.state) == ("demo", (10, 20), False, "idle")
    assert other.unknown
    assert state.edges == [("n", "out", "s", "a")]
    assert state.groups["g"].meta.name == "numbers"


def test_what_was_seen_last_is_old() -> None:
    kept = [Preview("s", "out", {"text/plain": "7"}, stale=True), Preview("gone", "out", {})]
    state = state_of_document("demo", DOCUMENT, previews=kept)
    assert [(preview.node, preview.stale) for preview in state.previews] == [("s", True)]
    assert [each.stale for each in state.nodes[:2]] == [False, True]


def test_what_was_seen_of_runs_stands_in_the_places_of_the_graph() -> None:
    state = state_of_document("demo", DOCUMENT)
    ran = msgspec.structs.replace(state.nodes[1], name="elsewhere", pos=(9, 9), state="done", seconds=1.0)
    other = msgspec.structs.replace(state.nodes[0], node_id="another.class", state="done")
    preview = Preview("s", "out", {"text/plain": "7"})
    seen = FullState(0, state.worker, [ran, other], previews=[preview])
    three, total, _ = with_runs(state, [seen]).nodes
    assert (total.name, total.pos, total.state, total.seconds) == ("sum", None, "done", 1.0)
    assert three.state == "idle"
    assert with_runs(state, [seen]).previews == [preview]


def test_a_node_that_shows_something_has_at_least_a_line() -> None:
    port = PortState("out", "out", False, "any", value=ValueInfo("{'a': 1}", "dict"))
    empty = PortState("out", "out", False, "any")
    shown, bare = node("a", io=[port], preview_io="out"), node("b", io=[empty], preview_io="out")
    state = with_lines(FullState(0, WorkerIdentity("", "demo"), [shown, bare]))
    assert state.previews == [Preview("a", "out", {"text/plain": "{'a': 1}"})]
    assert with_lines(state) == state


def test_long_texts_are_told_whole() -> None:
    code = "x = 1\n" * 1000
    ports = {"__source__": {"is_input": True, "value": code}, "a": {"is_input": True, "value": "short"}, "b": {}}
    large = {"__source__": {"is_input": True, "value": "\n" * 1_000_000}}
    nodes = [{"id": "c", "node_id": "code", "io": ports}, {"id": "d", "node_id": "code", "io": large}]
    assert long_texts({"nodes": nodes}) == {"c.__source__": code}
    assert long_texts({}) == {}


# --- a graph as it is seen ------------------------------------------------------------------------------


def test_what_is_saved_is_read_again() -> None:
    edges = (("a", "out", "b", "a"), ("b", "out", "a", "a"))
    groups = {"g": GroupState(["a"], [], None, GroupLook("numbers"))}
    graph = Seen({"a": node("a"), "b": node("b")}, edges, frozenset(edges[1:]), groups)
    saved = state_to_save("demo", graph, {("a", "out"): {"text/plain": "1", "text/html": "<b>1</b>"}})
    state = saved_state({STATE: json.loads(json.dumps(saved))})
    assert state is not None
    assert (state.worker.name, state.edges, state.groups) == ("demo", list(edges), groups)
    assert [note.src for note in state.edge_notes if note.feedback] == [("b", "out")]
    assert [preview.data for preview in state.previews] == [{"text/html": "<b>1</b>"}], "what is drawn, and no more"


def test_previews_that_are_too_large_are_left_out_and_the_others_are_not() -> None:
    graph = Seen({"a": node("a"), "b": node("b")})
    picture = {"image/png": "A" * STATE_BYTES, "text/plain": "Figure"}
    table = {TABLE_MIME: {"columns": [], "rows": [], "offset": 0, "total_rows": 0, "total_columns": 0}}
    saved = state_to_save("demo", graph, {("a", "out"): picture, ("b", "out"): table})
    assert saved is not None
    assert [preview["node"] for preview in saved["previews"]] == ["b"]
    assert len(json.dumps(saved)) < STATE_BYTES


def test_logs_that_are_too_large_are_left_out_and_the_graph_is_not() -> None:
    log = NodeLog(0, [LogLine("x" * 1000) for _ in range(200)])
    saved = state_to_save("demo", Seen({"a": node("a", log=log), "b": node("b", log=log)}), {})
    assert saved is not None
    assert [each["log"]["lines"] for each in saved["nodes"]] == [[], []]
    small = state_to_save("demo", Seen({"a": node("a", log=NodeLog(0, [LogLine("epoch 1")]))}), {})
    assert small is not None
    assert small["nodes"][0]["log"]["lines"] == [{"text": "epoch 1"}]


def test_a_graph_that_is_too_large_is_left_out() -> None:
    assert state_to_save("demo", Seen({"a": node("a", description="x" * STATE_BYTES)}), {}) is None


@pytest.mark.parametrize(
    "held", [{}, {"state": 1}, {"state": {}}, {"state": {"seq": 0, "worker": {}}}, {"state": None}]
)
def test_a_state_that_is_none_is_none(held: dict[str, Any]) -> None:
    assert saved_state(held) is None
