"""In a real kernel, and in a process that ends: nothing hangs, nothing is left behind."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import nbformat
import psutil
import pytest
from kernels import errors_of, run_cells


@pytest.fixture(autouse=True)
def quiet_debugger(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYDEVD_DISABLE_FILE_VALIDATION", "1")


@pytest.mark.usefixtures("no_worker_left")
def test_magics(tmp_path: Path) -> None:
    load, first, assigned, again, twice, cwd, listed = run_cells(
        tmp_path,
        "%load_ext funcnodes_jupyter",
        "%funcnodes 'my flow'",
        "flow = %funcnodes my flow",
        "flow.add('basic.number', name='n', value=2.0); flow",
        "same = %funcnodes my flow\nprint(same is flow)",
        "flow.add('data.read_csv', name='read', path='here.csv')\n"
        "open('here.csv', 'w').write('x\\n3\\n')\n"
        "flow.run('read'); print(flow['read'].outputs['out'].value['x'].tolist())",
        "%funcnodes",
    )
    assert load == assigned == {"text": "", "shown": []}
    assert "FuncNodes 'my flow': 0 nodes" in first["shown"][0]["text/plain"]
    assert "FuncNodes 'my flow': 1 node" in again["shown"][0]["text/plain"]
    assert twice["text"] == "True\n"
    assert cwd["text"] == "[3]\n"
    assert "my flow" in listed["shown"][0]["text/plain"]


@pytest.mark.usefixtures("no_worker_left")
def test_the_verbs_of_the_command_line_in_a_notebook(tmp_path: Path) -> None:
    _, opened, listed, renamed, copied, exported, imported, stopped, deleted, helped = run_cells(
        tmp_path,
        "%load_ext funcnodes_jupyter",
        "flow = %funcnodes verbs",
        "%funcnodes worker list",
        "%funcnodes worker rename verbs 'other verbs'",
        "%funcnodes worker duplicate 'other verbs'",
        f"%funcnodes worker export 'other verbs' '{tmp_path}/taken.fnw'",
        f"%funcnodes worker import '{tmp_path}/taken.fnw' came",
        "%funcnodes worker stop 'other verbs'",
        "%funcnodes worker delete -y 'other verbs copy'",
        "%funcnodes worker --help",
    )
    assert opened["shown"] == []
    rows = listed["shown"][0]["text/plain"].splitlines()
    assert rows[0].split() == ["NAME", "STATE", "PID", "UUID", "FOLDER"]
    assert any(row.startswith("verbs") and "running" in row for row in rows)
    assert "other verbs  running" in renamed["shown"][0]["text/plain"]
    assert "other verbs copy  stopped" in copied["shown"][0]["text/plain"]
    assert exported["shown"][0]["text/plain"] == f"Worker other verbs was exported to {tmp_path}/taken.fnw."
    assert "came  stopped" in imported["shown"][0]["text/plain"]
    assert "other verbs  stopped" in stopped["shown"][0]["text/plain"]
    assert "was moved to" in deleted["shown"][0]["text/plain"]
    assert "Interrupt what a worker computes." in helped["text"]


def test_what_the_magic_refuses(tmp_path: Path) -> None:
    refused = {
        "%funcnodes --height tall x": "--height takes pixels",
        f"%funcnodes {'x' * 200}": "at most 100 characters",
        "%funcnodes worker fly": "invalid choice: 'fly'",
        "%funcnodes worker stop": "the following arguments are required: WORKER",
        "%funcnodes worker stop nobody": "there is no worker 'nobody'",
        "%funcnodes worker rename 'half": "No closing quotation",
        "%funcnodes worker delete mine": "add --yes",
        "%funcnodes worker import /dev/null": "no zip archive",
        "%funcnodes worker new mine": "a worker ends with the process that starts it",
    }
    for (line, message), said in zip(refused.items(), errors_of(tmp_path, *refused), strict=True):
        assert message in said, line


@pytest.mark.usefixtures("no_worker_left")
def test_an_await_in_a_cell_sees_the_same_flow(tmp_path: Path) -> None:
    (shown,) = run_cells(
        tmp_path,
        "import asyncio, funcnodes_jupyter\n"
        "flow = funcnodes_jupyter.open('awaited')\n"
        "await asyncio.sleep(0)\n"
        "flow.add('basic.add', name='sum', a=1, b=2)\n"
        "print(await asyncio.to_thread(lambda: flow['sum'].outputs['out'].value), flow['sum'].outputs['out'].value)",
    )
    assert shown["text"] == "3 3\n"


@pytest.mark.usefixtures("no_worker_left")
def test_a_script_that_ends(tmp_path: Path) -> None:
    code = (
        "import funcnodes_jupyter\n"
        "flow = funcnodes_jupyter.open('script')\n"
        "flow.add('basic.add', name='sum', a=1, b=2)\n"
        "print(flow['sum'].outputs['out'].value)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "3\n", "")


def test_importing_the_package_starts_nothing() -> None:
    code = "import sys, threading, funcnodes_jupyter; print(threading.active_count(), 'tornado' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "1 False\n"


@pytest.mark.usefixtures("no_worker_left")
@pytest.mark.parametrize("killed", ["runner", "kernel"])
def test_a_notebook_that_is_killed_while_it_runs_leaves_no_worker(tmp_path: Path, killed: str) -> None:
    """Run as at a terminal, without a Jupyter server: the worker is the kernel's own."""
    cell = (
        "import os\n%load_ext funcnodes_jupyter\nflow = %funcnodes killed\n"
        "flow.define('import time\\n\\ndef nap(a: float = 600.0):\\n    time.sleep(a)')\nflow.add('nb:nap')\n"
        "print(os.getpid(), file=open('begun', 'w'), flush=True)\nflow.wait()"
    )
    nbformat.write(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell)]), tmp_path / "long.ipynb")
    os.mkfifo(tmp_path / "begun")
    command = [sys.executable, "-m", "jupyter", "nbconvert", "--to", "notebook", "--execute", "long.ipynb"]
    with subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as runner:
        kernel = psutil.Process(int((tmp_path / "begun").read_text()))  # waits until it is written
        (runner if killed == "runner" else kernel).kill()
        kernel.wait(60)
        runner.kill()
