"""The handle on a real worker: building, setting, reading, and what it says when something cannot be."""

from __future__ import annotations

import asyncio
import math
import signal
import threading
from pathlib import Path
from typing import Any

import pytest

from funcnodes_jupyter.core.errors import AmbiguousNameError, IONotFoundError, NodeConnectionError, NodeNotFoundError
from funcnodes_jupyter.core.values import NoValue
from funcnodes_jupyter.notebook.errors import (
    FlowClosedError,
    FlowTimeoutError,
    InputConnectedError,
    NodeClashError,
    NodeFailedError,
    NotComputedError,
)
from funcnodes_jupyter.notebook.flow import Flow
from funcnodes_jupyter.notebook.graph import port_of
from funcnodes_jupyter.notebook.remote import Remote
from funcnodes_jupyter.wire.errors import CommandError


def build_sum(flow: Flow) -> None:
    flow.add("basic.number", name="three", value=3.0)
    flow.add("basic.add", name="sum", b=4)
    flow.connect("three.out", "sum.a")


def build_slow(flow: Flow) -> None:
    """A node that computes for minutes, unless it is cancelled."""
    flow.add("data.sample_penguins", name="penguins")
    flow.add("data.bootstrap_mean", name="slow", column="body_mass_g", samples=1_000_000)
    flow.connect("penguins.out", "slow.table")


def until_running(flow: Flow, name: str) -> None:
    flow._remote.until(lambda graph: graph.find(name).state == "running", 30)


# --- building -----------------------------------------------------------------------------------


def test_a_graph_computes(flow: Flow) -> None:
    build_sum(flow)
    assert flow["sum"].outputs["out"].value == 7
    assert flow.edges == [("three.out", "sum.a")]
    assert [node.name for node in flow] == ["three", "sum"]
    assert len(flow) == 2
    assert "sum" in flow


def test_building_twice_changes_nothing(flow: Flow) -> None:
    build_sum(flow)
    flow.add("basic.list", name="list", value=[1, 2])
    flow.add("basic.number", name="nan", value=math.nan)
    flow.add("data.filter_rows", name="filter", test="≥", value="a")
    flow.wait(30)
    before = flow._remote.graph(), flow._remote._link._view.seq
    build_sum(flow)
    flow.add("basic.list", name="list", value=[1, 2])
    flow.add("basic.number", name="nan", value=math.nan)
    flow.add("data.filter_rows", name="filter", test=">=", value="a")
    flow.wait(30)
    assert (flow._remote.graph(), flow._remote._link._view.seq) == before


def test_adding_again_sets_what_differs(flow: Flow) -> None:
    node = flow.add("basic.add", name="sum", a=1, b=2)
    assert flow.add("basic.add", name="sum", b=3) == node
    assert (node.inputs["a"].value, node.inputs["b"].value) == (1, 3)
    flow.add("basic.list", name="list", value=[1])
    flow.add("basic.list", name="list", value=[2])
    assert flow["list"].outputs["out"].value == [2]


def test_adding_again_leaves_the_place_to_the_person(flow: Flow) -> None:
    node = flow.add("basic.number", name="n", pos=(10, 20))
    flow._remote.command("update_node", {"uuid": node.uuid, "frontend": {"pos": [50, 60]}})
    flow.add("basic.number", name="n", pos=(10, 20))
    assert flow._remote.graph().nodes[node.uuid].pos == (50, 60)


def test_a_node_is_called_after_its_class(flow: Flow) -> None:
    flow.add("basic.number")
    assert flow["number"].node_id == "basic.number"


def test_another_class_under_the_name(flow: Flow) -> None:
    flow.add("basic.number", name="n")
    with pytest.raises(NodeClashError, match=r"'n' is a basic.number already, not a basic.text"):
        flow.add("basic.text", name="n")


@pytest.mark.parametrize(
    ("node_id", "inputs", "code", "text"),
    [
        ("basic.addd", {}, "NodeClassNotFoundError", "Did you mean basic.add"),
        ("basic.add", {"c": 1}, "IONotFoundError", "no port 'c', only a, b"),
        ("basic.add", {"a": "one"}, "ValueConversionError", "n.a: 'one' is not"),
    ],
)
def test_nodes_that_cannot_be(flow: Flow, node_id: str, inputs: dict[str, Any], code: str, text: str) -> None:
    with pytest.raises(CommandError, match=text) as caught:
        flow.add(node_id, name="n", **inputs)
    assert caught.value.code == code
    assert len(flow) == 0


def test_values_that_are_no_plain_data(flow: Flow) -> None:
    with pytest.raises(TypeError, match=r"n\.value: a set_iterator cannot be set from here"):
        flow.add("basic.value", name="n", value=iter({1}))
    assert len(flow) == 0


def test_connecting(flow: Flow) -> None:
    build_sum(flow)
    flow.add("basic.number", name="five", value=5.0)
    with pytest.raises(CommandError) as caught:
        flow.connect("five.out", "sum.a")
    assert caught.value.code == "MultipleConnectionsError"
    flow.connect("five.out", "sum.a", replace=True)
    assert flow["sum"].outputs["out"].value == 9
    flow.disconnect("five.out", "sum.a")
    flow.disconnect("five.out", "sum.a")
    assert flow.edges == []
    with pytest.raises(CommandError) as caught:
        flow.connect("sum.out", "sum.a")
    assert caught.value.code == "CycleError"


@pytest.mark.parametrize(
    ("source", "error", "text"),
    [
        ("sum", NodeConnectionError, "'sum' names no port: write it as 'node.port'"),
        ("sun.out", NodeNotFoundError, r"no node 'sun'. There is sum"),
        ("sum.result", IONotFoundError, "'sum' has no output 'result', only out"),
        ("sum.a", IONotFoundError, "'sum' has no output 'a'"),
    ],
)
def test_ends_that_are_not_there(flow: Flow, source: str, error: type[Exception], text: str) -> None:
    build_sum(flow)
    with pytest.raises(error, match=text):
        flow.connect(source, "sum.b")


def test_removing(flow: Flow) -> None:
    build_sum(flow)
    node = flow["three"]
    flow.remove("three")
    assert flow.edges == []
    with pytest.raises(NodeNotFoundError, match="was removed"):
        _ = node.state
    with pytest.raises(NodeNotFoundError, match="'three'"):
        flow.remove("three")


def test_a_name_of_several_nodes(flow: Flow) -> None:
    uuids = [flow._remote.command("add_node", {"node_id": "basic.number", "name": "n"})["uuid"] for _ in range(2)]
    with pytest.raises(AmbiguousNameError) as caught:
        _ = flow["n"]
    assert all(uuid in str(caught.value) for uuid in uuids)
    flow[uuids[0]].name = "first"
    assert flow["n"].uuid == uuids[1]


# --- inputs -------------------------------------------------------------------------------------

VALUES: list[tuple[str, Any]] = [
    ("basic.number", 2.5), ("basic.number", math.inf), ("basic.text", ""), ("basic.text", "3"), ("basic.boolean", True),
    ("basic.value", None), ("basic.value", "(1, 2)"), ("basic.value", (1, 2)), ("basic.value", {1: {"a"}}),
    ("basic.value", 2**80), ("basic.list", [1, [None]]), ("basic.dict", {"a": [1.5]}), ("basic.whole_number", -1),
]  # fmt: skip


@pytest.mark.parametrize(("node_id", "value"), VALUES, ids=str)
def test_a_value_arrives_as_it_is(flow: Flow, node_id: str, value: Any) -> None:
    node = flow.add(node_id, name="n")
    node.inputs["value"] = value
    for there in (node.inputs["value"].value, node.outputs["out"].value):
        assert there == value
        assert type(there) is type(value)


def test_paths_and_numbers_of_numpy(flow: Flow) -> None:
    numpy = pytest.importorskip("numpy")
    assert flow.add("basic.text", name="path", value=Path("a/b")).outputs["out"].value == "a/b"
    assert flow.add("basic.number", name="number", value=numpy.float32(0.5)).outputs["out"].value == 0.5


def test_an_input_without_a_value(flow: Flow) -> None:
    node = flow.add("basic.add", name="sum")
    assert node.inputs["a"].value is NoValue
    node.inputs["a"] = 1
    node.inputs["a"].reset()
    assert node.inputs["a"].value is NoValue
    assert list(node.inputs) == ["a", "b"]
    assert node.inputs["a"].description == "First number."


def test_wrong_values_leave_the_old_one(flow: Flow) -> None:
    node = flow.add("basic.number", name="n", value=1.0)
    with pytest.raises(CommandError, match=r"n\.value: 'abc' is not a number"):
        node.inputs["value"] = "abc"
    assert node.inputs["value"].value == 1.0
    with pytest.raises(IONotFoundError, match="'n' has no input 'vaule', only value"):
        node.inputs["vaule"] = 1


def test_a_connected_input_cannot_be_set(flow: Flow) -> None:
    build_sum(flow)
    with pytest.raises(InputConnectedError, match=r"sum\.a gets its value from three\.out"):
        flow["sum"].inputs["a"] = 1
    assert flow["sum"].inputs["a"].source == "three.out"
    assert flow["sum"].inputs["a"].value == 3.0


def test_columns_are_options(flow: Flow) -> None:
    flow.add("data.sample_penguins", name="penguins").run()
    group = flow.add("data.group_aggregate", name="group")
    flow.connect("penguins.out", "group.table")
    # They are made in the nodes' thread, after the table has come.
    flow._remote.until(lambda graph: bool(port_of(graph.find("group"), "column", is_input=True).value_options), 30)
    assert group.inputs["column"].options[:2] == ["", "bill_length_mm"]


# --- outputs ------------------------------------------------------------------------------------


def test_reading_waits_for_the_newest_value(flow: Flow) -> None:
    build_sum(flow)
    for value in range(50):
        flow["three"].inputs["value"] = float(value)
        assert flow["sum"].outputs["out"].value == value + 4


def test_tables_come_whole(flow: Flow) -> None:
    pandas = pytest.importorskip("pandas")
    node = flow.add("data.sample_penguins", name="penguins")
    node.run()
    table = node.outputs["out"].value
    assert isinstance(table, pandas.DataFrame)
    assert table.shape == (344, 8)


def test_a_node_that_failed(flow: Flow) -> None:
    flow.add("basic.divide", name="ratio", a=1, b=0)
    flow.add("basic.negate", name="after")
    flow.connect("ratio.out", "after.value")
    with pytest.raises(NodeFailedError, match="The node 'ratio' failed: ZeroDivisionError: division by zero") as caught:
        _ = flow["ratio"].outputs["out"].value
    assert "return a / b" in str(caught.value)
    with pytest.raises(NodeFailedError, match="'after' is out of date, because a node before it failed") as caught:
        _ = flow["after"].outputs["out"].value
    assert caught.value.node == "ratio"
    assert flow["ratio"].state == "error"
    assert "ZeroDivisionError" in (flow["ratio"].error or "")
    flow["ratio"].inputs["b"] = 2
    assert flow["after"].outputs["out"].value == -0.5
    assert flow["ratio"].error is None


def test_a_node_that_cannot_run(flow: Flow) -> None:
    node = flow.add("basic.add", name="sum", a=1)
    with pytest.raises(NotComputedError, match="'sum' cannot run: it has no value for b"):
        _ = node.outputs["out"].value
    flow.add("basic.negate", name="after")
    flow.connect("sum.out", "after.value")
    with pytest.raises(NotComputedError, match="'sum' cannot run: it has no value for b"):
        _ = flow["after"].outputs["out"].value
    with pytest.raises(IONotFoundError, match="'sum' has no output 'result', only out"):
        _ = node.outputs["result"]


def test_waiting_ends(flow: Flow) -> None:
    build_slow(flow)
    flow.timeout = 0.2
    with pytest.raises(FlowTimeoutError, match=r"Not done after 0.2 s: .*'slow' is"):
        _ = flow["slow"].outputs["out"].value
    with pytest.raises(FlowTimeoutError):
        flow.wait(0.1)
    until_running(flow, "slow")
    flow.cancel()
    flow.wait(30)
    with pytest.raises(NotComputedError, match=r"'slow' was cancelled. flow.run\('slow'\)"):
        _ = flow["slow"].outputs["out"].value


def test_the_worker_answers_while_a_node_computes(flow: Flow) -> None:
    build_slow(flow)
    until_running(flow, "slow")
    flow.add("basic.number", name="n", value=1.0)
    assert flow["n"].inputs["value"].value == 1.0
    assert flow["n"].state == "queued"
    flow["slow"].cancel()
    assert flow["n"].outputs["out"].value == 1.0


@pytest.mark.skipif(threading.current_thread() is not threading.main_thread(), reason="signals need the main thread")
def test_ctrl_c_ends_the_waiting_and_nothing_else(flow: Flow) -> None:
    build_slow(flow)
    until_running(flow, "slow")
    timer = threading.Timer(0.3, lambda: signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT))
    timer.start()
    with pytest.raises(KeyboardInterrupt):
        _ = flow["slow"].outputs["out"].value
    timer.join()
    assert flow["slow"].state == "running"


# --- loops and threads --------------------------------------------------------------------------


def test_a_running_loop_is_no_obstacle(flow: Flow) -> None:
    """As in a kernel, whose main thread runs a loop while a cell is executed."""

    async def cell() -> Any:
        build_sum(flow)
        return flow["sum"].outputs["out"].value

    assert asyncio.run(cell()) == 7


def test_several_threads_may_use_one_handle(flow: Flow) -> None:
    build_sum(flow)
    found: list[Any] = []
    threads = [threading.Thread(target=lambda: found.append(flow["sum"].outputs["out"].value)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert found == [7] * 8


def test_two_handles_see_one_graph(flow: Flow, base_dir: Path) -> None:
    other = Flow(Remote("shared", base_dir, "/"))
    try:
        build_sum(flow)
        assert other["sum"].outputs["out"].value == 7
        other["three"].inputs["value"] = 1.0
        assert flow["sum"].outputs["out"].value == 5
    finally:
        other.close()
    assert flow["three"].inputs["value"].value == 1.0


def test_a_closed_handle_says_so(open_flow: Any) -> None:
    flow = open_flow("closed")
    flow.close()
    flow.close()
    with pytest.raises(FlowClosedError, match="closed"):
        flow.add("basic.number")


# --- showing ------------------------------------------------------------------------------------


def test_outline(flow: Flow) -> None:
    assert repr(flow) == "FuncNodes 'shared': 0 nodes"
    build_sum(flow)
    flow.add("basic.divide", name="ratio", a=1, b=0)
    flow.add("basic.add", name="open")
    flow.wait(30)
    lines = repr(flow).splitlines()
    assert lines[0] == "FuncNodes 'shared': 4 nodes"
    assert lines[3].split() == ["ratio", "Divide", "failed", "ZeroDivisionError:", "division", "by", "zero"]
    assert lines[4].split() == ["open", "Add", "needs", "a,", "b"]
    assert repr(flow["open"]) == "<node 'open' (basic.add): incomplete>"
    assert repr(flow["sum"].inputs) == "{'a': 3.0, 'b': 4}"
    card = flow["sum"]._repr_mimebundle_()
    lines = card["text/plain"].splitlines()
    assert lines[0].startswith("sum (basic.add): done in ")
    assert lines[1:] == ["  input   a = 3.0  from three.out", "  input   b = 4", "  output  out = 7.0"]
    assert "<code>7.0</code>" in card["text/html"]
    assert repr(flow["sum"].outputs) == "{'out': 7.0}"
    shown = flow["sum"].inputs._repr_html_()
    assert "3.0  from three.out" in shown
    assert "output" not in shown
    assert flow["sum"].outputs["out"]._repr_html_() is None  # its text says it all


def test_without_a_server_the_outline_is_shown(flow: Flow) -> None:
    bundle, _ = flow._repr_mimebundle_()
    assert not any("widget" in mime for mime in bundle)
    assert "needs a running Jupyter server" in bundle["text/plain"]


def test_with_a_server_the_editor_is_shown(flow: Flow, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Remote, "server_base_url", "/user/ada/")
    data, _ = flow._repr_mimebundle_()
    assert data["text/plain"] == "FuncNodes 'shared': 0 nodes"
    widget = flow.widget(height=300)
    assert data["application/vnd.jupyter.widget-view+json"]["model_id"] == widget.model_id
    assert (widget.base_path, widget.worker_id, widget.worker_name, widget.height) == (
        "/user/ada/", flow.uuid, "shared", 300,
    )  # fmt: skip
    assert len(widget._esm.encode()) < 8_000


# --- the worker ends ----------------------------------------------------------------------------


def test_the_worker_runs_in_the_given_folder(flow: Flow, base_dir: Path) -> None:
    (base_dir / "t.csv").write_text("x\n5\n")
    flow.add("data.read_csv", name="read", path="t.csv")
    assert flow["read"].outputs["out"].value["x"].tolist() == [5]


# --- steering -------------------------------------------------------------------------------------


def test_what_was_done_can_be_undone_and_done_again(flow: Flow) -> None:
    build_sum(flow)
    flow["sum"].inputs["b"] = 10
    assert flow["sum"].outputs["out"].value == 13
    assert flow.undo() == "Set sum.b"
    assert flow["sum"].outputs["out"].value == 7
    assert flow.redo() == "Set sum.b"
    assert flow["sum"].outputs["out"].value == 13
    flow.remove("sum")
    flow.undo()
    assert flow.edges == [("three.out", "sum.a")]


def test_a_paused_flow_runs_when_it_is_asked(flow: Flow) -> None:
    build_sum(flow)
    flow.wait(30)
    flow.mode = "paused"
    try:
        flow["three"].inputs["value"] = 5.0
        assert (flow.mode, flow["sum"].stale) == ("paused", True)
        flow.run()
        assert flow["sum"].outputs["out"].value == 9
    finally:
        flow.mode = "reactive"


def test_a_node_is_frozen_bypassed_and_limited(flow: Flow) -> None:
    build_sum(flow)
    flow.wait(30)
    node = flow["sum"]
    node.mode = "frozen"
    flow["three"].inputs["value"] = 5.0
    flow.wait(30)
    assert (node.mode, node.outputs["out"].value) == ("frozen", 7)
    node.mode = "bypassed"
    assert node.outputs["out"].value == 5
    node.timeout, node.retries = 20.0, 2
    assert (node.timeout, node.retries) == (20.0, 2)


def test_a_loop_counts(flow: Flow) -> None:
    flow.add("basic.add", name="count", b=1)
    flow.add("basic.minimum", name="cap", b=10)
    flow.connect("count.out", "cap.a")
    flow.connect("cap.out", "count.a", feedback=True)
    flow["count"].inputs["a"] = 0
    flow.wait(30)
    assert flow["cap"].outputs["out"].value == 10
