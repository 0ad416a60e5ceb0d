"""What a handle says and does when its worker ends."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable

import psutil
import pytest

from funcnodes_jupyter.notebook.errors import NotComputedError, WorkerGoneError
from funcnodes_jupyter.notebook.flow import Flow
from funcnodes_jupyter.notebook.flow import open_flow as open_by_name

OpenFlow = Callable[..., Flow]


def kill_worker(flow: Flow) -> None:
    pid = flow._remote.status().pid
    assert pid is not None
    process = psutil.Process(pid)
    os.kill(pid, signal.SIGKILL)
    psutil.wait_procs([process], timeout=10)


def build(flow: Flow) -> None:
    flow.add("basic.number", name="n", value=2.0, pos=(10, 20))
    flow.add("basic.add", name="sum", b=1)
    flow.connect("n.out", "sum.a")
    assert flow["sum"].outputs["out"].value == 3
    flow._remote.command("save", {})


def test_killed_and_started_again(open_flow: OpenFlow) -> None:
    flow = open_flow("killed")
    build(flow)
    kill_worker(flow)
    with pytest.raises(WorkerGoneError, match=r"The worker 'killed' is not running.*flow\.restart\(\)"):
        flow["n"].inputs["value"] = 5.0
    assert repr(flow).splitlines()[0] == "FuncNodes 'killed': 2 nodes (worker not running)"

    flow.restart()
    assert flow["n"].inputs["value"].value == 2.0
    assert flow.edges == [("n.out", "sum.a")]
    assert flow["sum"].stale
    with pytest.raises(NotComputedError, match=r"'sum' is out of date. flow.run\('sum'\)"):
        _ = flow["sum"].outputs["out"].value
    flow.run()
    assert flow["sum"].outputs["out"].value == 3


def test_waiting_ends_with_the_worker(open_flow: OpenFlow) -> None:
    flow, other = open_flow("slow"), open_flow("slow")
    flow.add("data.sample_penguins", name="penguins")
    flow.add("data.bootstrap_mean", name="slow", column="body_mass_g", samples=1_000_000)
    flow.connect("penguins.out", "slow.table")
    flow["penguins"].run()
    flow._remote.until(lambda graph: graph.find("slow").state == "running", 30)
    kill_worker(other)
    with pytest.raises(WorkerGoneError):
        flow.wait(30)


def test_another_handle_restarts_it(open_flow: OpenFlow) -> None:
    flow, other = open_flow("twice"), open_flow("twice")
    build(flow)
    flow.restart()
    flow.run()
    assert flow["sum"].outputs["out"].value == 3
    # The other handle finds the new process by the worker's record, without being told.
    assert other["sum"].outputs["out"].value == 3


def test_opening_by_name_gives_the_same_handle_and_revives() -> None:
    flow = open_by_name("by name")
    try:
        assert open_by_name(" by name ") is flow
        build(flow)
        kill_worker(flow)
        assert open_by_name("by name") is flow
        assert flow["n"].inputs["value"].value == 2.0
    finally:
        flow.close()
    again = open_by_name("by name")
    try:
        assert again is not flow
        assert "sum" in again
    finally:
        again.close()
