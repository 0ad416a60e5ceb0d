"""Values between a kernel and its worker: sent, linked, observed, awaited, large and small."""

from __future__ import annotations

import asyncio
import os
import queue
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import psutil
import pytest
from kernels import run_cells

from funcnodes_jupyter.notebook.errors import CellRefusedError, FlowError, NodeClashError, ValueNotSentError
from funcnodes_jupyter.notebook.flow import Flow
from funcnodes_jupyter.notebook.valuecard import MOST_ROWS

NOTEBOOKS = Path(__file__).parent.parent.parent / "notebooks"
PATIENCE = 30.0
LARGE = 4_000_000
needs_memfd = pytest.mark.skipif(not hasattr(os, "memfd_create"), reason="Linux has it")


def worker_pid(flow: Flow) -> int:
    pid = flow._remote.status().pid
    assert pid is not None
    return pid


def memory_files(pid: int) -> int:
    """How many open files of a process are shared memory of ours."""
    return sum(
        "memfd:funcnodes" in str(path.readlink()) for path in Path(f"/proc/{pid}/fd").iterdir() if path.is_symlink()
    )


def test_a_value_of_the_notebook_becomes_a_node_and_is_replaced(flow: Flow) -> None:
    table = pd.DataFrame({"a": [1, 2, 3]})
    flow.push(df=table, factor=2)
    pd.testing.assert_frame_equal(flow["df"].value, table)
    flow.add("basic.multiply", name="twice")
    flow.connect("factor.out", "twice.a")
    flow["twice"].inputs["b"] = 10
    assert flow["twice"].value == 20
    flow.push(factor=5)
    assert flow["twice"].value == 50
    assert [node.name for node in flow] == ["df", "factor", "twice"]
    with pytest.raises(NodeClashError):
        flow.push(twice=1)


def test_a_port_shows_the_head_of_its_table_and_no_html_of_a_value(flow: Flow) -> None:
    flow.push(df=pd.DataFrame({"<b>mass</b>": range(1000)}))
    shown = flow["df"].outputs["out"]._repr_html_()
    assert shown is not None
    assert shown.count("<tr>") == 1 + MOST_ROWS
    assert "1,000 rows" in shown
    assert "&lt;b&gt;mass" in shown
    assert "<b>" not in shown
    assert shown in flow["df"]._repr_mimebundle_()["text/html"]


@needs_memfd
def test_large_values_go_through_shared_memory_and_nothing_is_left(flow: Flow) -> None:
    array = np.arange(LARGE, dtype=float)
    named = set(Path("/dev/shm").iterdir())
    flow.push(array=array)
    assert flow._remote.shares
    back = flow["array"].value
    assert np.array_equal(back, array)
    assert back.flags.writeable
    back[:] = 0  # a copy of this process, whatever the worker holds
    assert flow["array"].value[-1] == LARGE - 1
    # The worker maps what it was sent, and lends nothing any more.
    assert memory_files(os.getpid()) <= 1
    assert memory_files(worker_pid(flow)) == 1
    flow.push(array=None)
    assert flow["array"].value is None
    assert set(Path("/dev/shm").iterdir()) == named


@pytest.mark.parametrize("side", ["sender", "receiver"])
def test_where_memory_cannot_be_shared_the_socket_carries_it(
    flow: Flow, monkeypatch: pytest.MonkeyPatch, side: str
) -> None:
    array = np.arange(LARGE, dtype=float)
    if side == "sender":
        monkeypatch.delattr(os, "memfd_create", raising=False)
    else:  # the worker cannot get at what this process has open, as in another container
        monkeypatch.setattr(os, "getpid", lambda: 1)
    flow.push(array=array)
    monkeypatch.undo()
    flow._remote.shares = False
    assert np.array_equal(flow["array"].value, array)
    flow._remote.shares = True


BORROWER = """
import sys, pathlib
from funcnodes_jupyter.notebook.remote import Remote
base, uuid = pathlib.Path(sys.argv[1]), sys.argv[2]
question = {"node": uuid, "io": "out", "format": "pickle", "shared": True}
Remote("shared", base, str(base)).command("get_io_full_value", question, 30)
print("lent", flush=True)
sys.stdin.read()
"""


@needs_memfd
def test_nothing_is_lent_any_more_when_a_kernel_was_killed(flow: Flow, base_dir: Path) -> None:
    flow.push(array=np.arange(LARGE, dtype=float))
    before = memory_files(worker_pid(flow))
    command = [sys.executable, "-c", BORROWER, str(base_dir), flow["array"].uuid]
    with subprocess.Popen(command, stdin=-1, stdout=-1, text=True) as borrower:
        assert borrower.stdout is not None
        assert borrower.stdout.readline() == "lent\n"  # and it never says that it has mapped it
        assert memory_files(worker_pid(flow)) == before + 1
        borrower.kill()
    deadline = time.monotonic() + PATIENCE
    while memory_files(worker_pid(flow)) > before and time.monotonic() < deadline:
        flow._remote.command("heartbeat", {})
    assert memory_files(worker_pid(flow)) == before


def test_a_value_that_cannot_travel_is_named_with_the_reason(flow: Flow) -> None:
    with pytest.raises(ValueNotSentError, match=r"'lock' cannot be sent to the worker: TypeError: cannot pickle"):
        flow.push(lock=__import__("threading").Lock())
    with pytest.raises(ValueNotSentError, match=r"runs Python 3.*put the class into a module"):
        flow.push(it=_only_here())
    with pytest.raises(CellRefusedError, match="no source"):
        flow.push(double=eval("lambda x: 2 * x", {"__name__": "__main__"}))
    assert flow.nodes == [], "no empty nodes are left of them"
    flow.push(it=1)
    with pytest.raises(ValueNotSentError):
        flow.push(it=_only_here())
    assert flow["it"].value == 1, "what was there is left alone"


@pytest.mark.parametrize(
    "value", [np.ma.masked_array([1, 2], [False, True]), np.char.array(["a", "b"]), np.longdouble(2)]
)
def test_values_of_numpy_that_are_no_plain_arrays(flow: Flow, value: Any) -> None:
    flow.push(x=value)
    flow.push(y=2)
    assert repr(flow["x"].value) == repr(value)
    assert flow["y"].value == 2


def _only_here() -> Any:
    made = type("OnlyHere", (), {"__module__": "json"})
    import json

    json.OnlyHere = made  # type: ignore[attr-defined]
    return made()


def test_the_worker_serves_others_while_a_large_value_comes(flow: Flow) -> None:
    before = psutil.Process(worker_pid(flow)).create_time()
    flow._remote.shares = False
    flow.push(array=np.arange(LARGE, dtype=float))
    flow._remote.shares = True
    assert flow._remote.command("heartbeat", {}) is True
    assert psutil.Process(worker_pid(flow)).create_time() == before


# --- waiting --------------------------------------------------------------------------------------


async def test_awaiting_a_node_gives_its_value_and_leaves_the_loop_free(flow: Flow) -> None:
    flow.define("import time\n\ndef slow(a: int = 1):\n    time.sleep(0.3)\n    return a")
    flow.define("def two() -> tuple[int, int]:\n    return 1, 2")
    node = flow.add("nb:slow", a=4)
    turns = 0

    async def count() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    counting = asyncio.create_task(count())
    assert await node == 4
    counting.cancel()
    assert turns > 10
    assert await flow.add("nb:two") == {"out0": 1, "out1": 2}


def test_a_run_to_a_node_leaves_others_stale(flow: Flow) -> None:
    flow.mode = "paused"
    flow.add("basic.add", name="one", a=1, b=1)
    flow.add("basic.add", name="two", a=2, b=2)
    flow.run(to="one")
    flow.wait(PATIENCE)
    assert (flow["one"].value, flow["two"].state) == (2, "idle")
    flow.run(to=["two"])
    assert flow["two"].value == 4
    flow.mode = "reactive"


# --- observing ------------------------------------------------------------------------------------


def test_an_observer_hears_of_each_new_value_until_it_is_stopped(flow: Flow) -> None:
    flow.add("basic.add", name="sum", a=1, b=1)
    assert flow["sum"].value == 2
    heard: queue.Queue[Any] = queue.Queue()
    stop = flow.observe("sum.out", heard.put)
    flow["sum"].inputs["a"] = 5
    assert heard.get(timeout=PATIENCE) == 6
    flow["sum"].inputs["a"] = 7
    assert heard.get(timeout=PATIENCE) == 8
    stop()
    stop()
    flow["sum"].inputs["a"] = 9
    assert flow["sum"].value == 10
    assert heard.empty()


def test_an_observer_that_fails_is_called_again(flow: Flow, capsys: pytest.CaptureFixture[str]) -> None:
    flow.add("basic.add", name="sum", a=1, b=1)
    flow.wait(PATIENCE)
    heard: queue.Queue[Any] = queue.Queue()

    def fail(value: Any) -> None:
        heard.put(value)
        raise ValueError("not this one")

    stop = flow.observe("sum.out", fail)
    for number in (2, 3):
        flow["sum"].inputs["a"] = number
        assert heard.get(timeout=PATIENCE) == number + 1
    stop()
    assert "ValueError: not this one" in capsys.readouterr().err


def test_an_observer_goes_on_after_a_restart_of_the_worker(flow: Flow) -> None:
    flow.add("basic.add", name="sum", a=1, b=1)
    flow.wait(PATIENCE)
    heard: queue.Queue[Any] = queue.Queue()
    stop = flow.observe("sum.out", heard.put)
    flow._remote.command("save", {})
    flow.restart()
    flow["sum"].inputs["a"] = 41
    while heard.get(timeout=PATIENCE) != 42:
        pass
    stop()


# --- linking --------------------------------------------------------------------------------------


def test_only_a_notebook_has_variables_to_link(flow: Flow) -> None:
    with pytest.raises(FlowError, match="Only a notebook"):
        flow.link("x")


def test_a_linked_variable_is_sent_again_when_a_cell_gives_it_another_value(tmp_path: Path) -> None:
    cells = run_cells(
        tmp_path,
        "%load_ext funcnodes_jupyter\nflow = %funcnodes linked",
        "import pandas as pd\ndf = pd.DataFrame({'a': [1, 2]})\nunlink = flow.link('df')\nlen(flow['df'].value)",
        "df = df.head(1)",
        "len(flow['df'].value)",
        "other = 1",
        "unlink()\ndf = pd.DataFrame({'a': range(9)})",
        "len(flow['df'].value)",
        "lock = 3\nunlink = flow.link('lock')\nimport threading",
        "lock = threading.Lock()",
        "def double(a=4):\n    return a * other * 2\nother = 2\nflow.push(double=double)\n"
        "flow.add('py.call', name='called')\nflow.connect('double.out', 'called.function')\nflow['called'].value",
    )
    shown = [cell["shown"][0]["text/plain"] for cell in cells if cell["shown"]]
    assert shown == ["2", "1", "1", "16"]
    assert "lock was not sent to the graph: The value of 'lock' cannot be sent" in cells[8]["text"]
