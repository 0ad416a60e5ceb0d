"""``funcnodes run``: a graph computed at a terminal."""

from __future__ import annotations

import json
import pickle
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
import pandas as pd
import psutil
import pytest

SCRIPT = """\
import math

side = 3.0
height = 4.0
area = side * height
root = math.sqrt(area)
rows = [{"a": 1, "b": "x"}, {"a": 2, "b": "y"}]
"""
SLOW = "import time\nx = 1\n\n\ndef slow(v):\n    time.sleep(600)\n    return v\n\n\ny = slow(x)\n"
TABLE = {
    "format": 1,
    "nodes": [
        {"id": "p", "node_id": "data.sample_penguins", "name": "penguins", "io": {}},
        {
            "id": "h",
            "node_id": "data.first_rows",
            "name": "first rows",
            "io": {"count": {"is_input": True, "value": 2}},
        },
        {"id": "s", "node_id": "plot.scatter", "name": "drawn", "io": {}},
    ],
    "edges": [["p", "out", "h", "table"], ["p", "out", "s", "table"]],
}


@pytest.fixture
def script(tmp_path: Path) -> Path:
    (tmp_path / "box.py").write_text(SCRIPT)
    return tmp_path / "box.py"


def test_inputs_are_set_as_they_are_typed_and_outputs_written(terminal: Any, script: Path, tmp_path: Path) -> None:
    done = terminal("run", "box.py", "--set", "side.value=6", "--set-json", "height.value=6", "--output", "root.out")
    assert (done.returncode, done.stdout) == (0, "6.0\n"), done.stderr
    assert "root: done in" in done.stderr
    outputs = [f"--output={name}" for name in ("root.out=r.json", "rows.out=rows.csv", "rows.out=rows.pkl")]
    done = terminal("run", "box.py", "--quiet", *outputs)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert json.loads((tmp_path / "r.json").read_text()) == pytest.approx(12**0.5)
    assert (tmp_path / "rows.csv").read_text() == "a,b\n1,x\n2,y\n"
    assert pickle.loads((tmp_path / "rows.pkl").read_bytes())[1] == {"a": 2, "b": "y"}
    assert not (tmp_path / "base").exists(), "nothing is kept that was not asked for"


def test_tables_and_figures(funcnodes: Any, tmp_path: Path) -> None:
    node = next(node for node in TABLE["nodes"] if node["id"] == "s")  # type: ignore[index]
    node["io"] = {name: {"is_input": True, "value": value} for name, value in
                  {"x": "bill_length_mm", "y": "body_mass_g"}.items()}  # type: ignore[index]  # fmt: skip
    (tmp_path / "t.json").write_text(json.dumps(TABLE))
    done = funcnodes("run", "t.json", "--output", "first rows.out=rows.csv", "--output", "drawn.out=drawn.png")
    assert done.returncode == 0, done.stderr
    assert len(pd.read_csv(tmp_path / "rows.csv")) == 2
    assert (tmp_path / "drawn.png").read_bytes().startswith(b"\x89PNG")


def test_only_what_is_asked_for_has_to_succeed(funcnodes: Any, tmp_path: Path) -> None:
    (tmp_path / "f.py").write_text("import math\n\ngood = 1 + 1\nzero = -1\nbad = math.sqrt(zero)\n")
    assert funcnodes("run", "f.py", "--output", "good.out").stdout == "2\n"
    done = funcnodes("run", "f.py")
    assert done.returncode == 1
    assert "bad failed." in done.stderr
    assert "ValueError: math domain error" in done.stderr


def test_an_archive_with_code_asks_for_trust_and_may_be_kept(funcnodes: Any, script: Path, tmp_path: Path) -> None:
    assert funcnodes("convert", "box.py", "box.fnw").returncode == 0
    done = funcnodes("run", "box.fnw", "--output", "root.out")
    assert (done.returncode, done.stdout) == (2, "")
    assert ": this code came with the file" in done.stderr
    done = funcnodes("run", "box.fnw", "mine", "--trust", "--set", "side.value=1", "--output", "area.out", "--keep")
    assert (done.returncode, done.stdout) == (0, "4.0\n"), done.stderr
    assert "The graph is kept as the worker 'mine'." in done.stderr
    assert funcnodes("convert", "mine", "mine.py").returncode == 0
    assert "side = 1.0" in (tmp_path / "mine.py").read_text()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["box.txt"], "box.txt: a graph to run ends in .fnw, .json, .py, .ipynb"),
        (["box.py", "--set", "side"], "--set side: write it as NODE.INPUT=VALUE"),
        (["box.py", "--set", "sid.value=3"], "There is no node 'sid'. There is side"),
        (["box.py", "--set", "side.width=3"], "'side' has no input 'width', only value"),
        (["box.py", "--set", "side.value=wide"], "side.value"),
        (["box.py", "--set-json", "side.value={"], "--set-json side.value={: Expecting"),
        (["box.py", "--output", "root.out=r.docx"], "r.docx: a result ends in .json, .csv, .png"),
        (["box.py", "--output", "root.out=no/r.json"], "there is no folder no"),
        (
            ["box.py", "--set-json", f"side.value={'[' * 20_000}"],
            "--set-json side.value: the value is nested too deeply",
        ),
        (["box.py", "--timeout", "nan"], "nan is no time to wait"),
        (["box.py", "--timeout", "-1"], "-1 is no time to wait"),
        (["box.py", "--output", "root.out=r.json", "--nonsense"], "unrecognized arguments: --nonsense"),
    ],
)
def test_what_means_nothing_is_said_before_anything_runs(
    funcnodes: Any, script: Path, arguments: list[str], words: str
) -> None:
    done = funcnodes("run", *arguments)
    assert done.returncode == 2, done.stderr
    assert words in done.stderr
    assert "Traceback" not in done.stderr


def test_one_graph_of_a_notebook(funcnodes: Any, tmp_path: Path) -> None:
    cells = [
        nbformat.v4.new_code_cell(f"%%funcnodes {name}\nimport math\nx = {x}\ny = math.sqrt(x)")
        for name, x in (("one", 4), ("two", 9))
    ]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), tmp_path / "n.ipynb")
    done = funcnodes("run", "n.ipynb", "two", "--output", "y.out", "--trust")
    assert (done.returncode, done.stdout) == (0, "3.0\n"), done.stderr
    done = funcnodes("run", "n.ipynb", "three")
    assert done.returncode == 1
    assert "There is no workflow 'three' in this notebook, only one, two." in done.stderr


def test_it_gives_up_after_the_time_it_was_given(funcnodes: Any, tmp_path: Path) -> None:
    (tmp_path / "slow.py").write_text(SLOW)
    begun = time.monotonic()
    done = funcnodes("run", "slow.py", "--timeout", "1")
    assert done.returncode == 1
    assert "'y' is running" in done.stderr
    assert "goes on" not in done.stderr
    assert time.monotonic() - begun < 60


def test_a_graph_that_takes_its_process_down_fails(funcnodes: Any, tmp_path: Path) -> None:
    (tmp_path / "crash.py").write_text("import os\n\nx = 7\nos._exit(x)\n")
    done = funcnodes("run", "crash.py")
    assert done.returncode == 1
    assert "funcnodes run: The process that computed the graph is gone: ended with exit code 7." in done.stderr
    assert "Traceback" not in done.stderr


def test_a_process_that_ends_while_its_value_is_fetched_is_told_of_as_any_other(funcnodes: Any, tmp_path: Path) -> None:
    (tmp_path / "deadly.py").write_text(
        "import os\n\n\nclass Deadly:\n    def __reduce__(self):\n        os._exit(7)\n"
    )
    (tmp_path / "fatal.py").write_text("import deadly\n\nvalue = deadly.Deadly()\n")
    done = funcnodes("run", "fatal.py", "--output", "value.out=value.pkl")
    assert done.returncode == 1
    assert "funcnodes run: The process that computed the graph is gone: ended with exit code 7." in done.stderr
    assert "flow." not in done.stderr
    assert not (tmp_path / "value.pkl").exists()


@dataclass
class Running:
    """``funcnodes run`` on a graph that waits, in a folder for temporary files of its own."""

    command: subprocess.Popen[str]
    temporary: Path

    def said(self) -> str:
        assert self.command.stderr is not None
        return self.command.stderr.read()

    def others(self) -> list[psutil.Process]:
        """The processes that it started, and theirs."""
        every = psutil.process_iter(["cmdline"])
        return [process for process in every if str(self.temporary) in " ".join(process.info["cmdline"] or ())]


@pytest.fixture
def running(environment: dict[str, str], tmp_path: Path) -> Iterator[Running]:
    """It computes a graph of a notebook, and is in the middle of it."""
    cell = nbformat.v4.new_code_cell(f"%%funcnodes slow\n{SLOW}")
    nbformat.write(nbformat.v4.new_notebook(cells=[cell]), tmp_path / "slow.ipynb")
    code = "import sys; from funcnodes_jupyter.cli.main import main; sys.exit(main())"
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    surroundings = {**environment, "TMPDIR": str(temporary)}
    line = [sys.executable, "-c", code, "run", "slow.ipynb", "--trust"]
    with subprocess.Popen(line, cwd=tmp_path, env=surroundings, stderr=subprocess.PIPE, text=True) as command:
        assert command.stderr is not None
        said = ""
        while "x: done" not in said:
            said = command.stderr.readline()
            assert said, "it ended by itself"
        yield Running(command, temporary)
        command.kill()


def test_kill_9_in_the_middle_fails_with_a_sentence_and_leaves_nothing(running: Running) -> None:
    (worker,) = running.others()
    worker.kill()
    assert running.command.wait(60) == 1
    said = running.said()
    assert "funcnodes run: The process that computed the graph is gone: killed by signal 9 (SIGKILL)." in said
    assert "Traceback" not in said
    assert running.others() == []
    assert list(running.temporary.iterdir()) == []


def test_kill_9_of_the_command_takes_its_worker_along(running: Running) -> None:
    workers = running.others()
    running.command.kill()
    assert len(workers) == 1
    _, alive = psutil.wait_procs(workers, timeout=60)
    assert alive == []


def test_ctrl_c_ends_it_and_leaves_nothing(running: Running) -> None:
    running.command.send_signal(signal.SIGINT)
    assert running.command.wait(60) == 130
    assert list(running.temporary.iterdir()) == []
    assert running.others() == []
