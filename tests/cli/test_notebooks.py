"""Notebooks at a terminal: ``jupyter nbconvert --to …`` and ``funcnodes convert NOTEBOOK.ipynb …``."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import nbformat
import pytest

from funcnodes_jupyter.nodes.shelves import builtin_library
from funcnodes_jupyter.worker.celldocument import document_of_text
from funcnodes_jupyter.worker.finder import find_name
from notebooks import document_in, notebook, showing, values_of

CELL = """\
import pandas as pd
from matplotlib import colors
import helpers

table = pd.DataFrame({"kind": ["a", "b", "a"], "mass": [3, 4, 5]})
least = 3
heavy = table[table["mass"] > least]
both = pd.concat([heavy, heavy], axis=0)
count = len(both)
shade = colors.to_hex("red")
more = helpers.grow(count, by=least)
"""
HELPERS = "open('imported', 'w').close()\ndef grow(value, by=1):\n    return value + by\n"


DRAWN = {
    "format": 1,
    "nodes": [
        {
            "id": "a",
            "node_id": "py:pandas.Series",
            "name": "series",
            "io": {"data": {"is_input": True, "added": {}, "value": [1, 2]}},
        }
    ],
    "edges": [],
}
UNCLEAR = {**DRAWN, "nodes": [{"id": "b", "node_id": "py:matplotlib.colors.to_hex", "name": "shades", "io": {}}]}
"""Whether that is a part of a module, or of a class, is not seen before it is imported."""


@pytest.fixture
def study(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A notebook whose graph was changed since its cell ran: ``least`` is 4. What it needs was never imported by us."""
    (tmp_path / "helpers.py").write_text(HELPERS)
    with monkeypatch.context() as patch:
        patch.syspath_prepend(tmp_path)
        patch.chdir(tmp_path)
        document = document_of_text(CELL, builtin_library(), find_name)
        sys.modules.pop("helpers")
    (tmp_path / "imported").unlink()
    node = next(node for node in document["nodes"] if node["name"] == "least")
    node["io"]["value"]["value"] = 4
    made = notebook(
        "%load_ext funcnodes_jupyter",
        showing(f"%%funcnodes rows\n{CELL}", rows=document),
        "flow = %funcnodes rows\nlast = flow['more'].value * 10",
        "%%funcnodes other\na = helpers.grow(1)\n",
        f"%%nodespace drawn\n{json.dumps(DRAWN)}",
        "flow = %funcnodes drawn\ntotal = int(flow['series'].value.sum())",
        f"%%nodespace unclear\n{json.dumps(UNCLEAR)}",
    )
    made.cells.insert(0, nbformat.v4.new_code_cell("import helpers"))
    path = tmp_path / "study.ipynb"
    nbformat.write(made, path)
    return path


def nbconvert(form: str, path: Path, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    # So it is started where the folder of the notebook is the first in which Python looks.
    command = [sys.executable, "-m", "nbconvert", "--to", form, path.name]
    return subprocess.run(command, cwd=path.parent, env=environment, capture_output=True, text=True, check=False)


VALUES = {"least": 4, "count": 2, "shade": "#ff0000", "more": 6, "last": 60, "a": 2, "total": 3}


def test_nbconvert_writes_a_script(study: Path, environment: dict[str, str]) -> None:
    done = nbconvert("funcnodes_script", study, environment)
    assert done.returncode == 0, done.stderr
    assert not (study.parent / "imported").exists()
    script = (study.parent / "study.py").read_text()
    assert CELL.replace("least = 3", "least = 4") in script
    assert "series = pandas.Series(data=[1, 2])" in script
    assert (
        "# The graph unclear\n# is left out: shades calls matplotlib.colors.to_hex, and nothing is imported" in script
    )
    assert values_of(script, study.parent) == VALUES


def test_nbconvert_writes_an_archive(study: Path, environment: dict[str, str]) -> None:
    done = nbconvert("funcnodes", study, environment)
    assert done.returncode == 0, done.stderr
    assert not (study.parent / "imported").exists()
    document = document_in((study.parent / "study.fnw").read_bytes())
    assert {group["meta"]["name"] for group in document["groups"].values()} == {"rows", "other", "drawn", "unclear"}


def test_funcnodes_convert_takes_notebooks(study: Path, terminal: Any) -> None:
    for target in ("a.py", "a.fnw", "a.json"):
        done = terminal("convert", "study.ipynb", target)
        assert (done.returncode, done.stdout) == (0, f"Wrote {target}.\n"), done.stderr
    assert not (study.parent / "imported").exists()
    assert values_of((study.parent / "a.py").read_text(), study.parent) == VALUES
    assert {node["name"] for node in document_in((study.parent / "a.fnw").read_bytes())["nodes"]} >= {"more", "a"}


def test_a_broken_notebook_is_said_in_a_sentence(tmp_path: Path, funcnodes: Any, environment: dict[str, str]) -> None:
    path = tmp_path / "broken.ipynb"
    nbformat.write(notebook("x = 1", "%%funcnodes demo\nx = (1\n"), path)
    for form in ("funcnodes", "funcnodes_script"):
        done = nbconvert(form, path, environment)
        assert done.returncode == 1
        assert "ConversionException: Cell 2: Line 2:" in done.stderr
    for target in ("a.py", "a.fnw"):
        done = funcnodes("convert", "broken.ipynb", target)
        assert done.returncode == 1
        assert "Cell 2: Line 2:" in done.stderr
        assert "Traceback" not in done.stderr


@pytest.mark.parametrize("text", ["{", "[]", '{"nbformat": 3, "worksheets": []}', '{"nbformat": 4, "cells": [1]}'])
@pytest.mark.parametrize("target", ["a.py", "a.fnw"])
def test_what_is_no_notebook_is_said_in_a_sentence(tmp_path: Path, funcnodes: Any, text: str, target: str) -> None:
    (tmp_path / "odd.ipynb").write_text(text)
    done = funcnodes("convert", "odd.ipynb", target)
    assert done.returncode == 1, done.stdout
    assert "Traceback" not in done.stderr
    assert done.stderr
