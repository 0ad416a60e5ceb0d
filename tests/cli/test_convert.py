"""``funcnodes convert``: graphs as scripts and archives, and back."""

from __future__ import annotations

import json
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import nbformat
import pytest
from kernels import execute, shown

from notebooks import notebook, showing

SCRIPT = """\
import math

radius = 2.0
area = math.pi * radius**2


def describe(value, digits=1):
    return f"{round(value, digits)} m²"


text = describe(area, digits=2)
"""


def run(path: Path) -> dict[str, Any]:
    """The values of a script's names, as another process computes them, without this package."""
    code = (
        "import json, runpy, sys; sys.modules['funcnodes_jupyter'] = None;"
        f"names = runpy.run_path({str(path)!r});"
        "print(json.dumps({k: v for k, v in names.items() if isinstance(v, (int, float, str, list)) and k[0] != '_'}))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    values: dict[str, Any] = json.loads(done.stdout)
    return values


def test_a_script_goes_through_an_archive_and_comes_back(terminal: Any, tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(SCRIPT)
    done = terminal("convert", "a.py", "a.fnw")
    assert (done.returncode, done.stdout) == (0, "Wrote a.fnw.\n")
    done = terminal("convert", "a.fnw", "b.py", "--trust")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "b.py").read_text() == SCRIPT
    assert terminal("convert", "a.fnw", "a.json").returncode == 0
    assert {node["name"] for node in json.loads((tmp_path / "a.json").read_text())["nodes"]} >= {"area", "text"}


def test_a_graph_that_was_drawn_becomes_a_script_with_the_same_values(funcnodes: Any, tmp_path: Path) -> None:
    nodes = [
        {"id": "a", "node_id": "basic.number", "name": "mass", "io": {"value": {"is_input": True, "value": 3.5}}},
        {"id": "b", "node_id": "basic.multiply", "name": "double", "io": {"b": {"is_input": True, "value": 2.0}}},
    ]
    graph = {"format": 1, "nodes": nodes, "edges": [["a", "out", "b", "a"]], "view": {}}
    (tmp_path / "drawn.json").write_text(json.dumps(graph))
    done = funcnodes("convert", "drawn.json", "drawn.py")
    assert done.returncode == 0, done.stderr
    assert "3.5" in (tmp_path / "drawn.py").read_text()


def test_functions_of_a_notebook_stand_in_the_script_once(funcnodes: Any, tmp_path: Path) -> None:
    text = "import math\n\nSCALE = 3\n\n\ndef _root(value):\n    return math.sqrt(value)\n\n\ndef grow(value, by=1):\n"
    text += "    return _root(value) * SCALE + by\n"

    def node(uuid: str, name: str, **values: Any) -> dict[str, Any]:
        ports = {port: {"is_input": True, "added": {}} for port in ("value", "by")}
        ports["by"]["added"] = {"required": False}
        ports |= {"out": {"is_input": False, "added": {}}, "__source__": {"is_input": True, "value": text}}
        for port, value in values.items():
            ports[port]["value"] = value
        return {"id": uuid, "node_id": "nb:grow", "name": name, "io": ports, "properties": {"kind": "plain"}}

    nodes = [node("a", "first", value=16), node("b", "grow", by=2)]
    graph = {"format": 1, "nodes": nodes, "edges": [["a", "out", "b", "value"]]}
    (tmp_path / "g.json").write_text(json.dumps(graph))
    done = funcnodes("convert", "g.json", "g.py", "--trust")
    assert done.returncode == 0, done.stderr
    script = (tmp_path / "g.py").read_text()
    assert script.count("def grow") == script.count("def _root") == script.count("SCALE = 3") == 1
    assert run(tmp_path / "g.py") == {"SCALE": 3, "first": 13.0, "grow_2": 3 * 13**0.5 + 2}


def test_of_a_worker(funcnodes: Any, tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(SCRIPT)
    assert funcnodes("convert", "a.py", "a.fnw").returncode == 0
    assert funcnodes("worker", "import", "a.fnw", "taken").returncode == 0
    done = funcnodes("convert", "taken", "c.py")  # it came as an archive
    assert (done.returncode, done.stdout) == (1, "")
    assert "holds code that came from elsewhere" in done.stderr
    assert funcnodes("convert", "taken", "c.json").returncode == 0
    done = funcnodes("convert", "nobody", "c.py")
    assert done.returncode == 1
    assert "nobody" in done.stderr


def test_what_came_from_elsewhere_is_not_imported_before_it_is_trusted(funcnodes: Any, tmp_path: Path) -> None:
    (tmp_path / "marking.py").write_text("open('imported', 'w').close()\ndef f():\n    return 1\n")
    graph = {"format": 1, "nodes": [{"id": "a", "node_id": "py:marking.f", "io": {}}], "edges": []}
    (tmp_path / "g.json").write_text(json.dumps(graph))
    done = funcnodes("convert", "g.json", "g.py")
    assert done.returncode == 1
    assert "add --trust" in done.stderr
    assert not (tmp_path / "imported").exists()
    assert not (tmp_path / "g.py").exists()


GRAPH = {
    "format": 1,
    "nodes": [
        {"id": "a", "node_id": "basic.number", "name": "mass", "io": {"value": {"is_input": True, "value": 3.5}}},
        {"id": "b", "node_id": "py:marking.f", "name": "foreign", "io": {}},
    ],
    "edges": [],
}


def test_a_script_becomes_a_notebook_that_shows_the_graph_and_makes_it(
    funcnodes: Any, tmp_path: Path, environment: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    (tmp_path / "a.py").write_text(SCRIPT)
    done = funcnodes("convert", "a.py", "a.ipynb")
    assert (done.returncode, done.stdout) == (0, "Wrote a.ipynb.\n"), done.stderr
    made = nbformat.read(tmp_path / "a.ipynb", 4)
    nbformat.validate(made)
    _, cell = made.cells
    assert cell.source == f"%%funcnodes a\n{SCRIPT.rstrip()}"
    assert "radius" in cell.outputs[0].data["image/svg+xml"]
    made.cells.append(nbformat.v4.new_code_cell("flow = %funcnodes a\nprint(flow['text'].value)"))
    assert shown(execute(made, tmp_path))[-1] == "12.57 m²\n"
    assert funcnodes("convert", "a.ipynb", "b.json").returncode == 0
    assert {node["name"] for node in json.loads((tmp_path / "b.json").read_text())["nodes"]} >= {"area", "text"}


def test_a_notebook_of_somebody_elses_graph_holds_it_as_it_is(funcnodes: Any, tmp_path: Path) -> None:
    (tmp_path / "marking.py").write_text("open('imported', 'w').close()\ndef f():\n    return 1\n")
    (tmp_path / "g.json").write_text(json.dumps(GRAPH))
    done = funcnodes("convert", "g.json", "g.ipynb")
    assert done.returncode == 0, done.stderr
    cell = nbformat.read(tmp_path / "g.ipynb", 4).cells[1]
    assert cell.source.startswith("%%nodespace g\n{")
    assert "foreign" in cell.outputs[0].data["image/svg+xml"]
    assert not (tmp_path / "imported").exists()
    done = funcnodes("convert", "g.json", "g.ipynb", "--trust")
    assert done.returncode == 0, done.stderr
    cell = nbformat.read(tmp_path / "g.ipynb", 4).cells[1]
    assert cell.source.startswith("%%funcnodes g\nimport marking")


@pytest.mark.parametrize("source", ["g.json", "g.fnw", "g.ipynb", "taken"])
def test_every_source_becomes_a_picture_and_a_page(funcnodes: Any, tmp_path: Path, source: str) -> None:
    """Code in it is shown, so nobody has to trust it: nothing of it is imported."""
    (tmp_path / "marking.py").write_text("open('imported', 'w').close()\ndef f():\n    return 1\n")
    (tmp_path / "g.json").write_text(json.dumps(GRAPH))
    (tmp_path / "g.ipynb").write_text(nbformat.writes(notebook(showing("flow", demo=GRAPH))))
    assert funcnodes("convert", "g.json", "g.fnw").returncode == 0
    assert funcnodes("worker", "import", "g.fnw", "taken").returncode == 0
    for target in ("seen.svg", "seen.html"):
        done = funcnodes("convert", source, target)
        assert (done.returncode, done.stdout) == (0, f"Wrote {target}.\n"), done.stderr
    texts = {element.text for element in ET.parse(tmp_path / "seen.svg").iter("{http://www.w3.org/2000/svg}text")}
    assert {"mass", "3.5", "foreign"} <= texts
    page = (tmp_path / "seen.html").read_text()
    assert f"<title>{source.split('.')[0]}</title>" in page
    assert '"name":"mass"' in page
    assert "data:image/svg+xml;base64," in page
    assert not (tmp_path / "imported").exists()


def test_a_worker_that_runs_is_shown_as_it_is_now(funcnodes: Any, environment: dict[str, str], tmp_path: Path) -> None:
    code = (
        "import funcnodes_jupyter as fn; flow = fn.open('live'); flow.add('basic.number', name='three', value=3);"
        "flow.add('basic.add', name='sum', b=4); flow.connect('three.out', 'sum.a'); flow.wait(30);"
        "print('there', flush=True); input(); flow.close()"
    )
    command = [sys.executable, "-c", code]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(command, env=environment, cwd=tmp_path, text=True, **pipes) as opened:  # type: ignore[call-overload]
        assert opened.stdout.readline() == "there\n"
        done = funcnodes("convert", "live", "live.svg")
        opened.communicate("\n", timeout=60)
    assert done.returncode == 0, done.stderr
    texts = {element.text for element in ET.parse(tmp_path / "live.svg").iter("{http://www.w3.org/2000/svg}text")}
    assert {"sum", "7.0"} <= texts


@pytest.mark.parametrize(
    ("source", "target", "code", "words"),
    [
        ("a.py", "a.txt", 2, "a.txt: a target ends in .py, .json, .fnw"),
        ("missing.fnw", "a.html", 1, "missing.fnw cannot be read: No such file"),
        ("broken.json", "a.svg", 1, "broken.json cannot be read"),
        ("wrong.py", "a.svg", 1, "Line 2: global x"),
        ("nobody", "a.html", 1, "nobody"),
        ("missing.fnw", "a.py", 1, "missing.fnw cannot be read: No such file"),
        ("broken.fnw", "a.py", 1, "no zip archive"),
        ("broken.json", "a.py", 1, "broken.json cannot be read"),
        ("wrong.py", "a.fnw", 1, "Line 2: global x"),
        ("a.py", "no/folder.json", 1, "cannot be written: No such file"),
    ],
)
def test_what_cannot_be_is_said_in_a_sentence(
    funcnodes: Any, tmp_path: Path, source: str, target: str, code: int, words: str
) -> None:
    (tmp_path / "a.py").write_text("x = 1\n")
    (tmp_path / "wrong.py").write_text("def f():\n    global x\n")
    (tmp_path / "broken.fnw").write_bytes(b"PK")
    (tmp_path / "broken.json").write_text("{")
    done = funcnodes("convert", source, target)
    assert done.returncode == code, done.stderr
    assert words in done.stderr
    assert "Traceback" not in done.stderr
