"""Notebooks as scripts: the code of their graphs in the place of cells, and handles as the variables that they stand for."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest
from nbconvert.exporters import get_exporter
from nbconvert.utils.exceptions import ConversionException
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from funcnodes_jupyter.convert.cells.draft import KernelName
from funcnodes_jupyter.convert.cells.remarks import split_remarks
from funcnodes_jupyter.convert.notebooks.cells import MIMETYPE
from funcnodes_jupyter.nodes.shelves import builtin_library
from funcnodes_jupyter.worker.celldocument import document_of_text
from funcnodes_jupyter.worker.finder import find_name
from notebooks import notebook, script_of, showing, values_of, words

ROWS = """\
import pandas as pd

table = pd.DataFrame({"kind": ["a", "b", "a"], "mass": [3, 4, scale]})
least = 3
heavy = table[table["mass"] > least]  # those that count
count = len(heavy)
"""


def graph_with(name: str, value: Any) -> dict[str, Any]:
    """The graph of that cell after somebody turned a knob."""
    document = document_of_text(ROWS, builtin_library(), find_name, {"scale": KernelName("value")})
    node = next(node for node in document["nodes"] if node["name"] == name)
    node["io"]["value"]["value"] = value
    return document


def test_a_study_runs_without_jupyter_and_without_this_package(tmp_path: Path) -> None:
    made = notebook(
        words("# A study\nof *rows*"),
        "%load_ext funcnodes_jupyter\n\nscale = 5",
        f"%%funcnodes --height 300 rows\n{ROWS}",
        'flow = %funcnodes rows\nflow["count"].value * 10',
        "twice = flow[\"count\"].value * 2\ntext = f\"{flow['count'].value} of {len(flow['table'].value)}\"\n"
        'same = flow["count"].outputs["out"].value',
        '%%funcnodes_node rows\ndef grow(value: int, by: int = 1) -> int:\n    return value + by + flow["least"].value\n',
        "grown = grow(1)",
    )
    script = script_of(made)
    assert "# # A study" in script
    assert values_of(script, tmp_path) == {
        "scale": 5, "least": 3, "count": 2, "twice": 4, "text": "2 of 3", "same": 2, "grown": 5,
    }  # fmt: skip


def test_what_was_changed_in_the_editor_stands_in_the_script(tmp_path: Path) -> None:
    cell = showing(f"%%funcnodes rows\n{ROWS}", rows=graph_with("least", 4))
    script = script_of(notebook("scale = 5", cell))
    assert 'least = 4\nheavy = table[table["mass"] > least]  # those that count' in script
    assert values_of(script, tmp_path) == {"scale": 5, "least": 4, "count": 1}


def test_a_graph_without_a_cell_stands_where_the_notebook_opens_it(tmp_path: Path) -> None:
    graph = document_of_text("import math\nbase = 16\nroot = math.sqrt(base)\n", builtin_library(), find_name)
    made = notebook(
        "flow = %funcnodes drawn",
        'again = flow["root"].value + 1',
        showing("flow", drawn=graph),
    )
    assert values_of(script_of(made), tmp_path) == {"base": 16, "root": 4.0, "again": 5.0}


def test_a_saved_graph_becomes_code(tmp_path: Path) -> None:
    graph = document_of_text("base = 16\nroot = max(base, 20)\n", builtin_library(), find_name)
    made = notebook(f"%%nodespace saved\n{json.dumps(graph)}", "f = %funcnodes saved\nfound = f['root'].value")
    assert values_of(script_of(made), tmp_path) == {"base": 16, "root": 20, "found": 20}


def test_what_cannot_be_code_is_a_comment_that_says_why(tmp_path: Path) -> None:
    node = {"id": "a", "node_id": "nowhere.at_all", "name": "gone", "io": {}}
    graph = {"format": 1, "nodes": [node], "edges": []}
    made = notebook(f"%%nodespace lost\n{json.dumps(graph)}", 'f = %funcnodes lost\nx = f["gone"].value', "y = 1")
    script = script_of(made)
    assert "# The graph lost\n# is left out: gone is a nowhere.at_all, which no function of a module makes" in script
    assert "# the graph 'lost' has no code above this line:\n# x = f[\"gone\"].value" in script
    assert values_of(script, tmp_path) == {"y": 1}


@pytest.mark.parametrize(
    ("line", "written"),
    [
        ('flow["x"].inputs["value"] = 3', '# this needs the graph itself, which a script does not have:\n# flow["x"]'),
        ("flow.push(df=x)", "# flow.push(df=x)"),
        ("flow", "# flow"),
        ('flow["least"].value', "# 'least' is no variable in the code of the graph 'demo':"),
        ('node = flow["x"]\ny = node.value', "# node has no value in a script:\n# y = node.value"),
        ("if x:\n    flow.run()\nelse:\n    y = 2", "if x:\n    pass\n    # this needs the graph"),
        ("if x: flow.run()", "# if x: flow.run()"),
        ("def f():\n    return flow.mode", "# def f():\n#     return flow.mode"),
        ("def f(flow):\n    return flow.mode", "def f(flow):\n    return flow.mode"),
        ("flow.undo()\nflow.redo()", "have:\n# flow.undo()\n# flow.redo()"),
        ("a = 1; flow.run()", "# a = 1; flow.run()"),
        ('flow = {"x": 1}\nz = flow["x"]', 'flow = {"x": 1}\nz = flow["x"]'),
        ("@flow.node(name='n')\ndef g(v):\n    return v", "# @flow.node(name='n')\ndef g(v):\n    return v"),
        ("%funcnodes worker list", "# %funcnodes worker list"),
        ("if x:\n    %funcnodes demo", "if x:\n    pass\n    # %funcnodes demo"),
        ("print(  flow['x'].value, # kept\n  1)", "print(  x, # kept\n  1)"),
        ('s = """\n%funcnodes demo\n"""', 's = """\n%funcnodes demo\n"""'),
        ("w = 'ü', flow['x'].value", "w = 'ü', x"),
    ],
)
def test_uses_of_a_handle(line: str, written: str, tmp_path: Path) -> None:
    script = script_of(notebook("%%funcnodes demo\nx = 1\n", f"flow = %funcnodes demo\n{line}"))
    assert written in script
    values_of(script, tmp_path)


def test_nodes_that_stand_in_remarks_alone_are_told_of() -> None:
    remark = '# funcnodes: {"node": {"node_id": "pack.odd", "name": "odd one"}}'
    script = script_of(notebook(f"%%funcnodes demo\nx = 1\n{remark}\n"))
    assert "# The graph demo\n# is without odd one: Python has no word" in script


def test_magics_of_others_are_written_as_nbconvert_writes_them() -> None:
    script = script_of(notebook("!ls\n%time x = 1", "%%bash\nls"))
    assert "get_ipython().system('ls')" in script
    assert "get_ipython().run_cell_magic('bash'" in script


def test_a_notebook_without_graphs_is_written_as_nbconvert_does() -> None:
    made = notebook(words("# Title"), "x = 1", "%%time\ny = 2", "broken = (")
    usual, _ = get_exporter("python")().from_notebook_node(made)
    assert script_of(made) == usual


def test_names_that_a_graph_takes_from_the_notebook_are_told_of() -> None:
    script = script_of(notebook("x = 1", "%%funcnodes demo\nx = 2\ny = 3\n"))
    assert "# The graph demo\n# x: the notebook had other values by that name until here.\nx = 2\ny = 3" in script


def test_a_graph_that_is_made_twice_takes_nothing_from_the_notebook() -> None:
    assert "had other values" not in script_of(notebook("%%funcnodes demo\nx = 2\n", "%%funcnodes demo\nx = 3\n"))


def test_nothing_that_a_notebook_names_is_imported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "marking.py").write_text("open('imported', 'w').close()\ndef f():\n    return 1\n")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.chdir(tmp_path)
    text = {"is_input": True, "value": "def f(x=open('imported', 'w').close()):\n    return 1\n"}
    nodes = [
        {"id": "a", "node_id": "py:marking.f", "name": "one", "io": {}},
        {
            "id": "b",
            "node_id": "nb:f",
            "name": "two",
            "io": {"__source__": text, "out": {"is_input": False, "added": {}}},
        },
        {"id": "c", "node_id": "py.code", "name": "three", "io": {"__source__": text}},
    ]
    graph = {
        "format": 1,
        "nodes": nodes,
        "edges": [],
        "prop": {"cell": {"source": "import marking\none = marking.f()\n"}},
    }
    cell = "%%funcnodes other\nimport marking\na = marking.f()\n"
    script = script_of(notebook(cell, showing("%funcnodes demo", demo=graph)))
    assert "import marking\na = marking.f()" in script
    assert "one = marking.f()" in script
    assert "two = f()" in script
    assert "marking" not in sys.modules
    assert not (tmp_path / "imported").exists()


def test_a_broken_cell_is_named() -> None:
    with pytest.raises(ConversionException, match="Cell 2: Line 2: '\\(' was never closed"):
        script_of(notebook("x = 1", "%%funcnodes demo\nx = (1\n"))


def test_no_text_of_others_is_read_as_a_node_in_a_script() -> None:
    """Neither prose, nor the name of a graph, nor the text of a cell that the notebook does not show."""
    trap = 'funcnodes: {"node":{"node_id":"py.code"}}'
    document = {
        "format": 1,
        "nodes": [
            {"id": "n", "node_id": "basic.number", "name": "n", "io": {"value": {"is_input": True, "value": 1.5}}}
        ],
        "edges": [],
        "prop": {"cell": {"source": "n: print('EVIL') = 1.5", "kernel": {}, "variables": {"n": ["n", "out"]}}},
    }
    shown = new_output("display_data", data={MIMETYPE: {"name": f"x # {trap}", "document": document}})
    cells = [new_markdown_cell(trap), new_code_cell("1 + 1", outputs=[shown])]
    text, _ = get_exporter("funcnodes_script")().from_notebook_node(new_notebook(cells=cells))  # type: ignore[no-untyped-call]
    assert split_remarks(text)[1] == {}
    assert "EVIL" not in text
    assert "n = 1.5" in text
