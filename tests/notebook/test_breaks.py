"""What a handle says and does when its worker ends, or does not answer."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

import psutil
import pytest
from kernels import run_cells

from funcnodes_jupyter.notebook import background, link, silence
from funcnodes_jupyter.notebook.errors import FlowTimeoutError, NotComputedError, WorkerGoneError
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


# --- a worker that does not answer ----------------------------------------------------------------

needs_proc = pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="Linux says whether a process is stopped")


def freeze(pid: int) -> None:
    """Stop a process; its threads stop one after the other, and may yet answer."""
    os.kill(pid, signal.SIGSTOP)
    threads = Path(f"/proc/{pid}/task")
    while any("\nState:\tT" not in (thread / "status").read_text() for thread in threads.iterdir()):
        pass


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who waits asks soon whether the worker is still there, and does not wait long for an answer."""
    monkeypatch.setattr(silence, "QUIET_SECONDS", 0.1)
    monkeypatch.setattr(background, "LOOK_SECONDS", 0.1)
    monkeypatch.setattr(link, "SIGN_SECONDS", 0.3)


@pytest.fixture
def frozen(open_flow: OpenFlow, request: pytest.FixtureRequest, impatient: None) -> Iterator[Frozen]:
    flow = open_flow(request.node.name)
    build(flow)
    flow.define("import time\n\ndef slow(a: float = 0.1):\n    time.sleep(a)\n    return a")
    pid = flow._remote.status().pid
    assert pid is not None
    freeze(pid)
    flow._remote._link._client._timeout = 0.3
    yield Frozen(flow, pid)
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGCONT)


class Frozen(NamedTuple):
    flow: Flow
    pid: int

    def thaw(self) -> None:
        self.flow._remote._link._client._timeout = 30
        os.kill(self.pid, signal.SIGCONT)


REMEDY = r"The worker '{}' does not answer: it is frozen, .* flow\.restart\(\) ends it and starts it again"
CALLS: dict[str, Callable[[Flow], object]] = {
    "setting": lambda flow: flow["n"].inputs.__setitem__("value", 3.0),
    "reading": lambda flow: flow["sum"].value,
    "adding": lambda flow: flow.add("basic.number", name="more"),
    "pushing": lambda flow: flow.push(x=1),
    "running": lambda flow: flow.run(),
    "cancelling": lambda flow: flow.cancel(),
    "waiting": lambda flow: flow.wait(0.5),
    "exporting": lambda flow: flow.export(),
    "observing": lambda flow: flow.observe("sum.out", print),
}


@needs_proc
@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
def test_whatever_is_asked_of_a_frozen_worker_says_so_and_works_again(
    frozen: Frozen, call: Callable[[Flow], object]
) -> None:
    flow = frozen.flow
    flow.timeout = 0.5
    with pytest.raises(FlowTimeoutError, match=REMEDY.format(re.escape(flow.name))):
        call(flow)
    assert repr(flow).splitlines()[0].endswith("2 nodes (worker does not answer)")
    frozen.thaw()
    flow.timeout = 60
    flow["n"].inputs["value"] = 8
    assert flow["sum"].value == 9


@needs_proc
async def test_a_frozen_worker_is_told_of_while_it_is_waited_for(
    frozen: Frozen, capsys: pytest.CaptureFixture[str]
) -> None:
    flow = frozen.flow
    frozen.thaw()
    node = flow.add("nb:slow", name="slow", a=1.0)
    freeze(frozen.pid)

    async def awaited() -> Any:
        return await node

    for wait in (lambda: asyncio.to_thread(lambda: node.value), awaited):
        waiting = asyncio.ensure_future(wait())
        said = ""
        while not said and not waiting.done():
            said = capsys.readouterr().err
            await asyncio.sleep(0.01)
        assert re.search(REMEDY.format(re.escape(flow.name)), said)
        os.kill(frozen.pid, signal.SIGCONT)
        assert await waiting == 1.0
        freeze(frozen.pid)


async def test_awaiting_ends_when_the_time_is_up(flow: Flow) -> None:
    # Not of the impatient ones: a worker that is slow to answer counts as one that does not.
    flow.define("import time\n\ndef slow(a: float = 60.0):\n    time.sleep(a)")
    node = flow.add("nb:slow", name="slow")
    flow._remote.until(lambda graph: graph.find("slow").state == "running", 30)
    flow.timeout = 0.2
    with pytest.raises(FlowTimeoutError, match=r"Not done after 0.2 s: 'slow' is .*\. It goes on\."):
        await node
    flow.cancel()


async def test_awaiting_ends_with_the_worker(open_flow: OpenFlow) -> None:
    flow, other = open_flow("awaited"), open_flow("awaited")
    flow.define("import time\n\ndef slow(a: float = 60.0):\n    time.sleep(a)")
    node = flow.add("nb:slow", name="slow")
    flow._remote.until(lambda graph: graph.find("slow").state == "running", 30)
    waiting = asyncio.ensure_future(node._awaited())
    await asyncio.sleep(0)
    kill_worker(other)
    with pytest.raises(WorkerGoneError, match=r"'awaited' is not running.*flow\.restart\(\)"):
        await waiting


@needs_proc
def test_a_frozen_worker_is_restarted(frozen: Frozen) -> None:
    flow = frozen.flow
    flow.restart()
    flow.run()
    assert flow["sum"].value == 3


def test_who_ends_does_not_wait_for_a_value_that_blocks() -> None:
    code = (
        "import asyncio, threading\nfrom funcnodes_jupyter.notebook.daemon import in_daemon\n"
        "async def main():\n"
        "    begun = asyncio.Event()\n"
        "    loop = asyncio.get_running_loop()\n"
        "    def block():\n"
        "        loop.call_soon_threadsafe(begun.set)\n"
        "        threading.Event().wait()\n"
        "    task = asyncio.ensure_future(in_daemon(block))\n"
        "    await begun.wait()\n"
        "    task.cancel()\n"
        "asyncio.run(main())\n"
    )
    assert subprocess.run([sys.executable, "-c", code], timeout=60, check=False).returncode == 0


# --- interrupts in a kernel -----------------------------------------------------------------------

INTERRUPTED = """
import threading

asked = set(flow._remote._link._client._pending)

def interrupt():  # as soon as something is asked of the worker
    while not flow._remote._link._client._pending.keys() - asked:
        time.sleep(0.01)
    os.kill(os.getpid(), signal.SIGINT)

threading.Thread(target=interrupt).start()
try:
    {}
except (KeyboardInterrupt, asyncio.CancelledError):
    print("ended")
"""
INTERRUPTIBLE = (
    "flow['n'].inputs['value'] = 3.0",
    "flow['sum'].value",
    "flow.wait()",
    "flow.push(x=3)",
    "flow.add('basic.number', name='more')",
    "flow.export()",
    "flow.run_cell('x = 3')",
    "get_ipython().run_cell_magic('funcnodes', flow.name, 'x = 3')",
    "await node",
    "await asyncio.sleep(0); flow['sum'].value",
)


def test_an_interrupt_ends_each_call_and_the_handle_works_on(tmp_path: Path) -> None:
    begin = """
import asyncio, os, signal, time
%load_ext funcnodes_jupyter
flow = %funcnodes interrupted
flow.add('basic.number', name='n', value=2.0)
node = flow.add('basic.add', name='sum', b=1)
flow.connect('n.out', 'sum.a')
print(node.value)
pid = flow._remote.status().pid
os.kill(pid, signal.SIGSTOP)
"""
    after = "os.kill(pid, signal.SIGCONT)\nflow['n'].inputs['value'] = 6.0\nprint(flow['sum'].value, await node)"
    calls = [INTERRUPTED.format(call) for call in INTERRUPTIBLE]
    first, *ended, last = run_cells(tmp_path, begin, *calls, after)
    assert first["text"] == "3.0\n"
    assert [cell["text"] for cell in ended] == ["ended\n"] * len(calls)
    assert last["text"] == "7.0 7.0\n"


def test_a_restart_that_is_interrupted_is_ended_all_the_same(tmp_path: Path) -> None:
    begin = """
import asyncio, os, signal, time
%load_ext funcnodes_jupyter
flow = %funcnodes restarted
flow.add('basic.number', name='n', value=2.0)
flow._remote.command('save', {})
def interrupt():
    while flow._remote._link._begun is None:
        time.sleep(0.001)
    os.kill(os.getpid(), signal.SIGINT)
import threading
threading.Thread(target=interrupt).start()
try:
    flow.restart()
except KeyboardInterrupt:
    print("ended")
print(flow['n'].inputs['value'].value)
"""
    (shown,) = run_cells(tmp_path, begin)
    assert shown["text"] == "ended\n2.0\n"
