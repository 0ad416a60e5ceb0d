"""``%%funcnodes``: a cell becomes the graph of a real worker, runs there, and is changed by being run again."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from kernels import errors_of, run_cells

from funcnodes_jupyter.convert.cells.remarks import split_remarks
from funcnodes_jupyter.notebook.errors import CellFailedError, CellRefusedError, ValueNotSentError
from funcnodes_jupyter.notebook.flow import Flow
from funcnodes_jupyter.wire.errors import CommandError

NOTEBOOKS = Path(__file__).parent.parent.parent / "notebooks"
CELL = """\
import math

x = 16
root = math.sqrt(x)
y = root + 1
"""


def ids(flow: Flow) -> dict[str, str]:
    return {node.name: node.uuid for node in flow.nodes}


def places(flow: Flow) -> dict[str, Any]:
    return {node.name: node.pos for node in flow._remote.graph().nodes.values()}


def runs(flow: Flow) -> Mapping[str, float | None]:
    return {node.name: node.seconds for node in flow._remote.graph().nodes.values()}


def test_a_cell_becomes_the_graph_and_runs(flow: Flow) -> None:
    flow.run_cell(CELL)
    assert (flow["x"].value, flow["root"].value, flow["y"].value) == (16, 4.0, 5.0)
    assert flow.edges == [("x.out", "root.x"), ("root.out", "y.a")]
    assert flow["root"].node_id == "py:math.sqrt"


def test_run_again_it_changes_what_changed_and_nothing_else(flow: Flow) -> None:
    flow.run_cell(CELL)
    before = ids(flow)
    flow._remote.command("update_node", {"uuid": before["root"], "frontend": {"pos": [700.0, 10.0]}})
    flow["x"].inputs["value"] = 25
    flow.run_cell(CELL.replace("+ 1", "+ 2") + "z = y * 2\n")
    assert flow["z"].value == 14.0
    after = ids(flow)
    assert {name: after[name] for name in before} == before
    assert places(flow)["root"] == (700.0, 10.0)
    assert flow["x"].value == 25, "the cell's text did not change there, so the knob that was turned stays"
    flow.run_cell(CELL.replace("16", "36"))
    assert flow["y"].value == 7.0
    assert ids(flow).keys() == before.keys(), "what the cell no longer has is gone"


PLOT = "import matplotlib\nmatplotlib.use('Agg')\nimport matplotlib.pyplot as plt\nfig, ax = plt.subplots()\nax.plot([1, 2])\n"
AGAIN = [
    ("", "# nothing\n"),
    ("a = 1\nb = a + 1", "c = 1\nb = c + 1"),
    ("a = len('xx')\nb = a", "a = 5\nb = a"),
    ("a = 5\nb = a + 1", "a = len('xxx')\nb = a + 1"),
    ("a = int('12')", "a = int('12', base=8)"),
    ("a = int('12', base=8)", "a = int('12')"),
    ("import math\nx = 4\na = math.sqrt(9)", "import math\nx = 4\na = math.sqrt(x)"),
    ("import math\nx = 4\na = math.sqrt(x)", "import math\nx = 4\na = math.sqrt(9)"),
    ("def f(x):\n    return x\ny = f(1)", "def f(x):\n    return x + 1\ny = f(1)"),
    ("def f(x):\n    return x\ny = f(1)", "def f(x, k=3):\n    return x + k\ny = f(1)"),
    ("a = 1\nb = 2\nc = a - b", "b = 2\na = 1\nc = b - a"),
    ("l = [1]\ns = sum(l)", "l = [1]\nl.append(2)\ns = sum(l)"),
    ("t = 0\nfor i in range(3):\n    t += i", "t = 0\nfor i in range(4):\n    t += i"),
    (f"{PLOT}n = len(ax.lines)", f"{PLOT}ax.plot([3, 4])\nn = len(ax.lines)"),
]


@pytest.mark.parametrize(("first", "then"), AGAIN)
def test_a_cell_that_was_edited_gives_what_python_gives(flow: Flow, first: str, then: str) -> None:
    flow.run_cell(first)
    flow.run_cell(then)
    names: dict[str, Any] = {}
    exec(then, names)
    plain = {
        name: value for name, value in names.items() if isinstance(value, (int, float, str, list)) and name[0] != "_"
    }
    assert {name: flow[name].value for name in plain} == plain
    assert flow.export().strip() == then.strip()


PARTS = """\
# %% Numbers
import math

x = 16

# %% Its root
root = math.sqrt(x)  # kept
root

# %%
y = root + 1
"""


def test_each_part_between_percent_lines_is_a_node_that_is_known_again(flow: Flow) -> None:
    flow.run_cell(PARTS)
    before = ids(flow)
    assert list(before) == ["Numbers", "Its root", "y"]
    assert flow.edges == [("Numbers.x", "Its root.x"), ("Its root.out", "y.root")]
    assert (flow["x"].value, flow["root"].value, flow["y"].value) == (16, 4.0, 5.0)
    assert flow["Its root"].outputs["out"].value == 4.0, "what its last line shows"
    assert flow.export() == PARTS
    flow._remote.command("update_node", {"uuid": before["Its root"], "frontend": {"pos": [700.0, 10.0]}})
    edited = PARTS.replace("16", "25").replace("# %%\ny", "# %% More\nz = root\ny")
    flow.run_cell(edited)
    assert (flow["y"].value, flow["z"].value) == (6.0, 5.0)
    after = ids(flow)
    assert list(after) == ["Numbers", "Its root", "More"]
    assert after["Its root"] == before["Its root"]
    assert places(flow)["Its root"] == (700.0, 10.0)
    exported = flow.export()
    assert '# %% Its root  # funcnodes: {"pos": [700.0, 10.0]}\n' in exported
    assert split_remarks(exported)[0] == edited


def test_code_of_a_part_that_was_edited_in_the_editor_is_exported_in_its_place(flow: Flow) -> None:
    flow.run_cell(PARTS)
    flow["Numbers"].inputs["__source__"] = "x = 36"
    assert flow["y"].value == 7.0
    # What it imported is needed further down, so it stands above all parts now.
    assert flow.export() == "import math\n\n" + PARTS.replace("import math\n\nx = 16", "x = 36")


def test_parts_with_a_node_of_another_kind_are_exported_as_python_that_gives_the_same(flow: Flow) -> None:
    flow.run_cell(PARTS)
    flow.add("basic.number", name="mine", value=3.0)
    names: dict[str, Any] = {}
    exec(flow.export(), names)
    assert (names["y"], names["mine"]) == (5.0, 3.0)


def test_parts_that_were_wired_otherwise_are_exported_in_parts(flow: Flow) -> None:
    flow.run_cell("# %% One\na = 1\n# %% Two\nb = 2\n# %% Sum\nc = a + b\n")
    flow.connect("One.a", "Sum.b", replace=True)
    assert flow["c"].value == 2
    text = flow.export()
    assert [line.partition("  #")[0] for line in text.splitlines() if "%%" in line] == [
        "# %% One",
        "# %% Two",
        "# %% Sum",
    ]
    names: dict[str, Any] = {}
    exec(text, names)
    assert names["c"] == 2


def test_an_error_in_a_part_is_raised_at_the_line_of_the_cell(flow: Flow) -> None:
    with pytest.raises(CellFailedError) as caught:
        flow.run_cell("# %% One\n\nx = 0\n\n# %% Two\n\n# why\ny = 1\nz = y / x\nz\n")
    assert caught.value.line == 9
    assert "ZeroDivisionError" in caught.value.traceback


def test_nodes_added_by_hand_stay_and_one_undo_takes_the_cell_back(flow: Flow) -> None:
    flow.add("basic.number", name="mine", value=3.0)
    flow.run_cell(CELL)
    assert set(ids(flow)) == {"mine", "x", "root", "y"}
    assert flow.undo() == "Run cell"
    assert set(ids(flow)) == {"mine"}


def test_nothing_lies_upon_another(flow: Flow) -> None:
    flow.run_cell("\n".join([CELL, *(f"a{n} = {n}\nb{n} = math.sqrt(a{n})\nc{n} = b{n} + root" for n in range(8))]))
    boxes = [(*node.pos, node.pos[0] + 208, node.pos[1] + 118) for node in flow._remote.graph().nodes.values()]
    for at, one in enumerate(boxes):
        for other in boxes[:at]:
            assert one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1], (one, other)


def test_the_last_value_of_a_name_is_its_value(flow: Flow) -> None:
    flow.run_cell("x = 1\nx = x + 1\nl = [1]\nl.append(2)\na, b = divmod(17, 5)\na, b = b, a\n")
    assert [flow[name].value for name in ("x", "l", "a", "b")] == [2, [1, 2], 2, 3]
    assert {"x", "x_2", "l", "l_2", "a, b"} == set(ids(flow))


def test_values_modules_and_functions_of_the_notebook_come_along(flow: Flow) -> None:
    table = pd.DataFrame({"a": [1, 2, 3]})
    names = {"table": table, "np": __import__("numpy"), "sqrt": __import__("math").sqrt}
    flow.run_cell("total = np.sum(table['a'])\nroot = sqrt(9)\n", names)
    assert (flow["total"].value, flow["root"].value) == (6, 3.0)
    assert flow["table"].node_id == "kernel.variable"
    flow.run_cell("total = np.sum(table['a'])\nroot = sqrt(9)\n", {**names, "table": table * 2})
    assert flow["total"].value == 12


def test_a_function_is_added_by_its_full_name(flow: Flow) -> None:
    flow.add("py:math.sqrt", name="root", x=16)
    flow.add("py:builtins.round", name="rounded", ndigits=1)
    flow.connect("root.out", "rounded.number")
    assert flow["rounded"].value == 4.0
    flow.add("py:builtins.max", name="most", args_0=3)
    flow.connect("root.out", "most.args_1")
    assert flow["most"].value == 4.0
    flow.add("py:math.sqrt", name="root", x=25)
    assert flow["rounded"].value == 5.0


def test_interrupt_ends_what_the_cell_runs(flow: Flow) -> None:
    def strike() -> None:
        flow._remote.until(lambda graph: any(node.state == "running" for node in graph.active), 30)
        os.kill(os.getpid(), signal.SIGINT)

    striker = threading.Thread(target=strike)
    striker.start()
    with pytest.raises(KeyboardInterrupt):
        flow.run_cell("x = 1\nwhile x:\n    pass\n")
    striker.join()
    flow.wait(30)
    assert flow["while"].state == "cancelled"
    assert flow._remote.command("heartbeat", {}) is True


def test_interrupt_ends_what_the_cell_imports_and_nothing_runs_then(flow: Flow, base_dir: Path) -> None:
    begun = base_dir / "begun"
    (base_dir / "slow_to_import.py").write_text(
        f"import pathlib, time\npathlib.Path({str(begun)!r}).touch()\ntime.sleep(600)\n"
    )

    def strike() -> None:
        while not begun.exists():
            time.sleep(0.01)
        os.kill(os.getpid(), signal.SIGINT)

    striker = threading.Thread(target=strike)
    striker.start()
    with pytest.raises(KeyboardInterrupt):
        flow.run_cell("import slow_to_import\nx = 1\n")
    striker.join()
    flow.run_cell("y = 2\n")  # the worker is free again
    assert [node.name for node in flow] == ["y"]


def test_what_did_not_change_does_not_run_again(flow: Flow) -> None:
    """Nor does a value of the notebook that is the same as before."""
    cell = "import time\nfirst = time.time_ns()\nn = len(table)\nsecond = time.time_ns() + n\nx = 1\n"
    flow.run_cell(cell, {"table": [1, 2]})
    before = (flow["first"].value, flow["second"].value)
    flow.run_cell(cell, {"table": [1, 2]})
    flow.run_cell(cell.replace("x = 1", "x = 2"), {"table": [1, 2]})
    assert (flow["first"].value, flow["second"].value) == before
    assert flow["x"].value == 2
    flow.run_cell(cell, {"table": [1, 2, 3]})
    assert flow["first"].value == before[0]
    assert flow["n"].value == 3


def test_what_does_not_travel_is_named(flow: Flow) -> None:
    with pytest.raises(ValueNotSentError, match="'job' cannot be sent"):
        flow.run_cell("y = len(job)", {"job": (n for n in range(3))})


def test_a_refused_cell_changes_nothing(flow: Flow) -> None:
    flow.run_cell(CELL)
    before = flow._remote.graph().nodes
    with pytest.raises(CellRefusedError, match="global") as caught:
        flow.run_cell("a = 1\ndef f():\n    global a\n    a = 2\n")
    assert caught.value.line == 3
    assert flow._remote.graph().nodes == before


def test_a_node_that_fails_fails_the_cell_at_its_line(flow: Flow) -> None:
    with pytest.raises(CellFailedError, match="math domain error") as caught:
        flow.run_cell("import math\nx = -1\n\ny = math.sqrt(x)\nz = 1\n")
    assert (caught.value.line, caught.value.node) == (4, "y")
    assert flow["z"].value == 1


def test_inside_a_statement_the_line_that_failed_is_shown(flow: Flow) -> None:
    with pytest.raises(CellFailedError, match="out of range") as caught:
        flow.run_cell("x = [1]\nfor i in range(3):\n    # here\n    x[i] = 2\n")
    assert caught.value.line == 4
    assert "<i>" in caught.value.traceback
    with pytest.raises(CellFailedError, match="division by zero") as caught:
        flow.run_cell("def f(a):\n    return 1 / a\n\ny = f(0)\n")
    assert caught.value.line == 4
    assert "return 1 / a" in caught.value.traceback
    assert "callables.py" not in caught.value.traceback


def test_code_that_changes_things_changes_them_once(flow: Flow) -> None:
    flow.run_cell("k = 1\nl = [0]\nn = len(l)\nfor _ in range(k):\n    l.append(k)\ns = sum(l)\n")
    assert (flow["n"].value, flow["l"].value, flow["s"].value) == (1, [0, 1], 1)
    flow["k"].inputs["value"] = 3
    assert (flow["l"].value, flow["s"].value) == ([0, 3, 3, 3], 9)
    assert flow["n"].value == 1


class TestInAKernel:
    """Cells of real notebooks."""

    def test_it_is_run_shown_and_read(self, tmp_path: Path) -> None:
        cells = run_cells(
            tmp_path,
            "%load_ext funcnodes_jupyter\nimport pandas as pd\ndf = pd.DataFrame({'m': [1.0, 2.0]})",
            "%%funcnodes fromcell\nmean = df['m'].mean()\nlabel = f'{mean:.1f} g'",
            "flow = %funcnodes fromcell\nprint(flow['label'].value, flow['mean'].value)",
        )
        assert "FuncNodes 'fromcell': " in cells[1]["shown"][0]["text/plain"]
        assert cells[2]["text"] == "1.5 g 1.5\n"

    def test_an_error_fails_the_cell_and_shows_its_line(self, tmp_path: Path) -> None:
        failing = (
            ("import math\nx = math.sqrt(-1)", "math domain error", "x = math.sqrt(-1)"),
            ("x = 1\nfrom math import *", "it cannot be seen where a name comes from", "from math import *"),
        )
        texts = errors_of(tmp_path, *(f"%%funcnodes failing\n{cell}" for cell, _, _ in failing))
        for (cell, told, line), text in zip(failing, texts, strict=True):
            assert told in text
            arrows = [found.split(maxsplit=2) for found in text.splitlines() if "> " in found]
            number = 1 + ["%%funcnodes failing", *cell.splitlines()].index(line)
            assert [str(number), line] in [arrow[1:] for arrow in arrows], text
            assert "cellrun.py" not in text, "our own frames are of no use to a person"


def test_what_a_notebook_displays_is_in_the_log_of_its_node(tmp_path: Path) -> None:
    cells = run_cells(
        tmp_path,
        "%load_ext funcnodes_jupyter",
        "%%funcnodes shown\nx = [1, 2]\ndisplay(x)\ny = len(x)",
        "%%funcnodes parts\n# %% Numbers\nx = [3, 4]\ndisplay(x)\n# %% More\ny = sum(x)",
        "flow = %funcnodes parts\nother = %funcnodes shown\nother['y'].value, flow['y'].value, flow['Numbers'].log",
    )
    assert cells[3]["shown"][0]["text/plain"] == "(2, 7, ['[3, 4]'])"


class TestExport:
    """From a graph to a cell."""

    def test_the_cell_comes_back_with_the_knobs_that_were_turned(self, flow: Flow) -> None:
        cell = "import math\n\n# how much\nx = 16  # grams\nroot = math.sqrt(x)\n"
        flow.run_cell(cell)
        assert flow.export() == cell
        flow["x"].inputs["value"] = 25
        assert flow.export() == cell.replace("16", "25")

    def test_what_was_arranged_comes_back_from_the_text_alone(self, flow: Flow) -> None:
        cell = "import math\n\nx = 16  # grams\nroot = math.sqrt(x)\ny = root + 1\n"
        flow.run_cell(cell)
        assert flow.export() == cell, "nobody has arranged anything"
        uuids = ids(flow)
        flow._remote.command("update_node", {"uuid": uuids["x"], "frontend": {"pos": [40.0, 500.0]}})
        flow._remote.command("group_nodes", {"nodes": [uuids["x"], uuids["root"]], "name": "Load"})
        flow["root"].mode = "frozen"
        text, before = flow.export(), places(flow)
        assert 'x = 16  # grams  # funcnodes: {"pos": [40.0, 500.0], "group": ["Load"]}\n' in text
        flow._remote.command("clear", {})
        flow.run_cell(text)
        assert places(flow) == before
        assert flow["root"].mode == "frozen"
        groups = json.loads(flow.export("json"))["groups"].values()
        assert [(group["meta"], len(group["node_ids"])) for group in groups] == [({"name": "Load"}, 2)]
        assert flow.export() == text
        assert "funcnodes" not in flow.export("script")

    def test_a_graph_made_by_hand_becomes_python_that_makes_it_again(self, flow: Flow) -> None:
        flow.add("basic.number", name="mass", value=3.5, pos=(100, 200))
        flow.add("basic.multiply", name="double", b=2.0)
        flow.connect("mass.out", "double.a")
        flow["double"].mode = "frozen"
        text = flow.export()
        assert "mass = 3.5  # funcnodes: " in text
        assert '"mode": "frozen"' in text
        names: dict[str, Any] = {}
        exec(text, names)
        assert names["double"] == 7.0
        flow._remote.command("clear", {})
        flow.run_cell(text)
        assert places(flow)["mass"] == (100.0, 200.0)
        assert flow["double"].mode == "frozen"
        assert {node.name: node.node_id for node in flow.nodes} == {"mass": "basic.number", "double": "basic.multiply"}

    def test_a_script_runs_without_this_package(self, flow: Flow, tmp_path: Path) -> None:
        flow.run_cell("import statistics\nxs = [1, 2, 3]\nxs.append(6)\nmean = statistics.mean(xs)\nprint(mean)\n")
        script = tmp_path / "script.py"
        script.write_text(flow.export("script"))
        assert "funcnodes" not in script.read_text()
        done = subprocess.run([sys.executable, "-I", str(script)], capture_output=True, text=True, check=True)
        assert done.stdout == "3\n"

    def test_a_script_without_the_notebook_is_refused_by_name(self, flow: Flow) -> None:
        flow.run_cell("n = len(table)", {"table": [1, 2]})
        flow["n"].inputs["obj"]
        flow.add("basic.number", name="mine", value=1.0)
        with pytest.raises(CommandError, match="table is a value of the notebook"):
            flow.export("script")

    def test_what_was_edited_by_hand_is_written_or_named(self, flow: Flow) -> None:
        flow.run_cell("x = 1\nl = [x]\nfor i in range(2):\n    l.append(x)\ny = sum(l)\nt = 'a'.upper()\n")
        flow.disconnect("x.out", "i.x")
        flow["i"].inputs["x"] = 7
        flow.add("basic.add", name="more", b=1.0)
        flow.connect("y.out", "more.a")
        text = flow.export()
        names: dict[str, Any] = {}
        exec(text, names)
        assert names["more"] == flow["more"].value == 16
        assert names["x"] == 1
        flow.disconnect("y.out", "more.a")
        flow["t"].inputs["method"] = "no name"
        with pytest.raises(CommandError, match=r"t\.method is no name of a method") as caught:
            flow.export()
        assert caught.value.code == "NotWritableError"

    def test_the_saved_form_brings_everything_back_and_runs_nothing(self, flow: Flow) -> None:
        flow.run_cell(CELL)
        saved, before = flow.export("json"), ids(flow)
        flow._remote.command("clear", {})
        flow.load(saved, trusted=True)
        assert ids(flow) == before
        assert all(node.stale for node in flow.nodes)
        flow.run()
        flow.wait(30)
        assert flow["y"].value == 5.0
