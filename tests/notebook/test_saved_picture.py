"""What is left of a graph in a saved notebook: converted without a worker, a server, Inkscape or a network."""

from __future__ import annotations

import base64
import copy
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest
from kernels import execute
from nbconvert.exporters import get_exporter
from nbformat.v4 import new_code_cell, new_notebook, new_output

from funcnodes_jupyter.convert.notebooks.cells import MIMETYPE
from funcnodes_jupyter.notebook.flow import Flow
from funcnodes_jupyter.notebook.remote import Remote
from funcnodes_jupyter.notebook.saved import EDITOR_PATIENCE, saved_bundle
from funcnodes_jupyter.worker.home import WorkerHome
from funcnodes_jupyter.worker.notebookgraphs import graph_of_notebook

FIRST_LIGHT = Path(__file__).parent.parent.parent / "notebooks" / "first-light.ipynb"
WIDGET = "application/vnd.jupyter.widget-view+json"
PANDOC = shutil.which("pandoc")
SVG = "{http://www.w3.org/2000/svg}"

OpenFlow = Callable[..., Flow]


@pytest.fixture(autouse=True)
def quiet_debugger(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYDEVD_DISABLE_FILE_VALIDATION", "1")


@pytest.fixture
def without_network(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No proxy to reach, and no Inkscape to be found."""
    for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.setenv("PATH", str(Path(sys.executable).parent))


def converted(notebook: Any, form: str, folder: Path) -> str:
    """The text that ``jupyter nbconvert --to FORM`` makes of a notebook."""
    path = folder / "saved.ipynb"
    nbformat.write(notebook, path)
    command = [sys.executable, "-m", "jupyter", "nbconvert", "--to", form, str(path)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=folder, check=False)
    assert done.returncode == 0, done.stderr
    return path.with_suffix({"html": ".html", "latex": ".tex", "markdown": ".md"}[form]).read_text()


def svgs_in(page: str) -> list[ET.Element]:
    """The pictures that a page brings along."""
    found = re.findall(r'<img[^>]* src="data:image/svg\+xml;base64,([^"]+)"', page)
    return [ET.fromstring(base64.b64decode(text)) for text in found]


def texts(root: ET.Element) -> set[str]:
    return {element.text or "" for element in root.iter(f"{SVG}text")}


def picture(flow: Flow) -> ET.Element:
    return ET.fromstring(flow._repr_mimebundle_()[0]["image/svg+xml"])


def kill_worker(flow: Flow) -> None:
    pid = flow._remote.status().pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)


def build_sum(flow: Flow) -> None:
    flow.add("basic.number", name="three", value=3)
    flow.add("basic.add", name="sum", b=4)
    flow.connect("three.out", "sum.a")


# --- a notebook that is executed and converted ------------------------------------------------------


@pytest.fixture(scope="module")
def first_light(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The notebook, executed."""
    done = execute(nbformat.read(FIRST_LIGHT, as_version=4), tmp_path_factory.mktemp("first-light"))
    nbformat.validate(done)
    return done


@pytest.mark.usefixtures("without_network")
def test_first_light_converted(first_light: Any, tmp_path: Path) -> None:
    done = copy.deepcopy(first_light)
    (root,) = svgs_in(converted(done, "html", tmp_path))
    assert {"read", "filter", "group", "plot", "species", "Adelie", "1–4 of 344"} <= texts(root)
    (figure,) = root.iter(f"{SVG}image")
    assert figure.attrib["href"].startswith("data:image/png;base64,")
    # What is Markdown goes through pandoc, which need not be there.
    done.cells = [cell for cell in done.cells if cell.cell_type == "code"]
    check_page(converted(done, "latex", tmp_path), tmp_path)


@pytest.mark.skipif(PANDOC is None, reason="needs pandoc: install it (Debian: apt install pandoc)")
@pytest.mark.usefixtures("without_network")
def test_a_notebook_with_text_as_latex(first_light: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With all that stands between the cells; the picture needs no Inkscape, which is not to be found here."""
    programs = tmp_path / "bin"
    programs.mkdir()
    (programs / "pandoc").symlink_to(PANDOC or "")
    monkeypatch.setenv("PATH", str(programs))
    latex = converted(first_light, "latex", tmp_path)
    assert r"\section{First light}" in latex
    assert "Gentoo" in latex
    check_page(latex, tmp_path)


def check_page(latex: str, folder: Path) -> None:
    """The picture of the graph, with the plot in it, is a page of PDF that LaTeX takes in as it is."""
    (name,) = re.findall(r"\\adjustimage.*\{([^{}]+\.pdf)\}", latex)
    page = (folder / name).read_bytes()
    assert page.startswith(b"%PDF-")
    assert b"/Subtype /Image" in page


@pytest.mark.usefixtures("without_network")
def test_a_cell_that_is_a_graph_is_saved_as_it_came_out(tmp_path: Path) -> None:
    cells = [
        "%load_ext funcnodes_jupyter",
        "import time\nk = 20",
        "%%funcnodes slow\ntime.sleep(1.5)\na = k + 1\nb = a * 2",
    ]
    done = execute(new_notebook(cells=[new_code_cell(cell) for cell in cells]), tmp_path)
    (root,) = svgs_in(converted(done, "html", tmp_path))
    assert {"a", "b", "42"} <= texts(root)
    (output,) = done.cells[2].outputs
    assert "done in" in output.data["text/plain"]


# --- what an output carries -------------------------------------------------------------------------


def test_an_output_has_pictures_an_outline_and_the_graph(flow: Flow) -> None:
    build_sum(flow)
    data, _ = flow._repr_mimebundle_()
    assert set(data) == {"text/plain", "image/svg+xml", "application/pdf", MIMETYPE}
    assert data["text/plain"].startswith("FuncNodes 'shared': 2 nodes")
    assert {"three", "sum", "7.0"} <= texts(ET.fromstring(data["image/svg+xml"]))
    assert base64.b64decode(data["application/pdf"]).startswith(b"%PDF-")
    assert data[MIMETYPE]["name"] == "shared"
    assert data[MIMETYPE]["worker"] == flow.uuid


def test_a_graph_that_is_too_large_for_a_notebook_leaves_its_picture_and_where_it_is(flow: Flow) -> None:
    build_sum(flow)
    flow.add("basic.text", name="long", value="x" * 2_000_000)
    data, _ = flow._repr_mimebundle_()
    assert data[MIMETYPE] == {"name": "shared", "worker": flow.uuid}
    assert "sum" in texts(ET.fromstring(data["image/svg+xml"]))


def test_the_graph_in_an_output_can_be_loaded_again(flow: Flow) -> None:
    build_sum(flow)
    document = flow._repr_mimebundle_()[0][MIMETYPE]["document"]
    flow._remote.command("clear", {})
    flow.load(json.dumps(document))
    flow.run()
    assert flow["sum"].value == 7


def test_in_a_page_with_an_editor_that_comes_first_and_converters_take_the_picture(
    flow: Flow, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    loader = tmp_path / "loader.js"
    loader.write_text("export default {}")
    monkeypatch.setattr("funcnodes_jupyter.notebook.widget.loader_path", lambda: loader)
    monkeypatch.setattr(Remote, "server_base_url", "/")
    build_sum(flow)
    data, metadata = flow._repr_mimebundle_()
    assert data[WIDGET]["model_id"]
    output = new_output("execute_result", data=data, metadata=metadata, execution_count=1)
    saved = new_notebook(cells=[new_code_cell("flow", outputs=[output], execution_count=1)])
    assert "widgets" not in saved.metadata
    (root,) = svgs_in(converted(saved, "html", tmp_path))
    assert "sum" in texts(root)
    assert ".pdf}" in converted(saved, "latex", tmp_path)
    assert ".svg)" in converted(saved, "markdown", tmp_path)


def test_groups_and_states_are_in_the_picture(flow: Flow) -> None:
    build_sum(flow)
    flow.add("basic.divide", name="ratio", a=1, b=0)
    flow.wait(30)
    uuids = [node.uuid for node in flow.nodes][:2]
    flow._remote.command("group_nodes", {"nodes": uuids, "name": "The <first> two"})
    seen = texts(picture(flow))
    assert "The <first> two" in seen
    assert any(text.startswith("ZeroDivisionError") for text in seen)
    assert "failed" in seen


def test_code_that_waits_for_trust_says_so(flow: Flow) -> None:
    flow.define("def half(x: float) -> float:\n    return x / 2")
    flow.add("nb:half", name="half", x=4)
    flow.load(flow.export("json"))
    assert {"half", "not trusted"} <= texts(picture(flow))


def test_a_node_that_has_no_place_gets_one(flow: Flow) -> None:
    build_sum(flow)
    document = json.loads(flow.export("json"))
    document["view"] = {}
    for node in document["nodes"]:
        node.get("properties", {}).pop("frontend:pos", None)
    flow.load(json.dumps(document))
    assert {"three", "sum"} <= texts(picture(flow))


# --- workers that are busy, or gone -------------------------------------------------------------------


def test_a_busy_worker_is_not_waited_for(flow: Flow) -> None:
    flow.define("import time\n\ndef nap(seconds: float) -> float:\n    time.sleep(seconds)\n    return seconds")
    flow.add("nb:nap", name="busy", seconds=20)
    start = time.monotonic()
    seen = texts(ET.fromstring(saved_bundle(flow._remote, "nap", EDITOR_PATIENCE)["image/svg+xml"]))
    assert time.monotonic() - start < 1.5
    assert {"busy", "running"} <= seen
    flow.cancel()


def test_a_worker_that_is_gone_leaves_what_was_seen_of_it(open_flow: OpenFlow) -> None:
    flow = open_flow("gone")
    build_sum(flow)
    flow.wait(30)
    flow._remote.command("save", {})
    kill_worker(flow)
    data, _ = flow._repr_mimebundle_()
    assert "2 nodes (worker not running)" in data["text/plain"]
    assert {"three", "sum", "7.0"} <= texts(ET.fromstring(data["image/svg+xml"])), "as it was last seen"
    assert data[MIMETYPE]["worker"] == flow.uuid
    assert {node["name"] for node in data[MIMETYPE]["document"]["nodes"]} == {"three", "sum"}, "as it is on disk"


def test_a_worker_that_is_gone_leaves_its_previews(open_flow: OpenFlow, base_dir: Path) -> None:
    flow = open_flow("gone, too")
    flow.add("data.sample_penguins", name="penguins")
    flow.wait(30)
    shown = "1–4 of 344"
    assert shown in texts(picture(flow))
    until(lambda: shown_on_disk(base_dir, flow))
    kill_worker(flow)
    assert shown in texts(picture(flow))


def shown_on_disk(base_dir: Path, flow: Flow) -> bool:
    return bool(WorkerHome(base_dir, flow.uuid).load_previews())


def until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_a_terminal_gets_text_alone(tmp_path: Path) -> None:
    code = (
        "import funcnodes_jupyter as fn; flow = fn.open('at a terminal'); flow.add('basic.number', name='n', value=1); "
        "print(*flow._repr_mimebundle_()[0])"
    )
    command = [sys.executable, "-m", "IPython", "--no-banner", "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, check=True)
    assert done.stdout.split() == ["text/plain"]


def test_what_a_notebook_shows_can_be_taken_out_of_it(tmp_path: Path) -> None:
    """Its last output holds the graph with the knobs as they were turned, and not as its cell says."""
    cells = [
        "%load_ext funcnodes_jupyter\nflow = %funcnodes turned",
        "%%funcnodes turned\nimport math\nx = 16\nroot = math.sqrt(x)",
        "flow['x'].inputs['value'] = 25\nflow.wait()\nflow",
    ]
    notebook = new_notebook(cells=[new_code_cell(source) for source in cells])
    done = execute(notebook, tmp_path)
    document = graph_of_notebook(done)
    values = {node["name"]: node["io"].get("value", {}).get("value") for node in document["nodes"]}
    assert values["x"] == 25
    script, _ = get_exporter("funcnodes_script")().from_notebook_node(done)  # type: ignore[no-untyped-call]
    assert "x = 25" in script
