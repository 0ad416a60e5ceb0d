"""Notebooks exported by a real Jupyter server, as JupyterLab's menu *Save and Export Notebook As* asks for it."""

from __future__ import annotations

import functools
import html
import json
import sys
from pathlib import Path
from typing import Any

import nbformat
import pytest
from tornado.httpclient import HTTPResponse

from funcnodes_jupyter.server.viewerpage import ViewerParts
from notebooks import MIMETYPE, document_in, notebook, showing, values_of

CELL = "%%funcnodes demo\nimport beside\n\nx = 2\ny = max(x, 1)\nz = beside.f(y)\n"


@pytest.fixture
def study(jp_root_dir: Path) -> Path:
    """A notebook beside which lies a module that tells when it was imported."""
    marker = jp_root_dir / "imported"
    (jp_root_dir / "beside.py").write_text(f"open({str(marker)!r}, 'w').close()\ndef f(x):\n    return x\n")
    nbformat.write(notebook("%load_ext funcnodes_jupyter", CELL, "flow = %funcnodes demo\nflow['z'].value"),
                   jp_root_dir / "study.ipynb")  # fmt: skip
    return jp_root_dir / "study.ipynb"


async def test_they_stand_in_the_menu(jp_fetch: Any) -> None:
    response = await jp_fetch("api", "nbconvert")
    formats = json.loads(response.body)
    assert formats["funcnodes"]["output_mimetype"] == "application/zip"
    assert formats["funcnodes_script"]["output_mimetype"] == "text/x-python"
    assert formats["funcnodes_html"]["output_mimetype"] == "text/html"


async def test_the_archive_is_downloaded_and_imported_as_a_worker(jp_fetch: Any, study: Path, rest: Any) -> None:
    response: HTTPResponse = await jp_fetch("nbconvert", "funcnodes", "study.ipynb", params={"download": "true"})
    assert "study.fnw" in response.headers["Content-Disposition"]
    assert {node["name"] for node in document_in(response.body)["nodes"]} == {"x", "y", "z"}
    taken = await jp_fetch("funcnodes", "api", "workers", "import", method="POST", body=response.body)
    assert json.loads(taken.body)["name"] == "study"


async def test_the_script_is_downloaded_and_runs(jp_fetch: Any, study: Path, tmp_path: Path) -> None:
    params = {"download": "true"}
    response: HTTPResponse = await jp_fetch("nbconvert", "funcnodes_script", "study.ipynb", params=params)
    assert "study.py" in response.headers["Content-Disposition"]
    assert not (study.parent / "imported").exists()
    (tmp_path / "beside.py").write_text("def f(x):\n    return x + 1\n")
    assert values_of(response.body.decode(), tmp_path) == {"x": 2, "y": 2, "z": 3}


@pytest.mark.parametrize("trusted", [True, False])
async def test_modules_beside_a_notebook_are_not_imported_into_the_server(
    jp_fetch: Any, study: Path, trusted: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Some servers look for modules where they were started, which is where the notebooks are.
    monkeypatch.syspath_prepend(study.parent)
    monkeypatch.chdir(study.parent)
    graph = {"format": 1, "nodes": [{"id": "a", "node_id": "py:beside.f", "io": {}}], "edges": []}
    made = notebook(CELL, showing("", other=graph))
    for cell in made.cells:
        cell.metadata["trusted"] = trusted
    for name in ("funcnodes", "funcnodes_script", "funcnodes_html"):
        await jp_fetch("nbconvert", name, "study.ipynb")
        body = json.dumps({"type": "notebook", "name": "other.ipynb", "content": made})
        response = await jp_fetch("nbconvert", name, method="POST", body=body)
        assert response.code == 200
    assert "beside" not in sys.modules
    assert not (study.parent / "imported").exists()


@pytest.mark.parametrize("name", ["funcnodes", "funcnodes_script"])
async def test_a_broken_notebook_is_refused_in_a_sentence(jp_fetch: Any, jp_root_dir: Path, name: str) -> None:
    nbformat.write(notebook("x = 1", "%%funcnodes demo\nx = (1\n"), jp_root_dir / "broken.ipynb")
    response = await jp_fetch("nbconvert", name, "broken.ipynb", raise_error=False)
    assert response.code == 500
    assert "nbconvert failed: Cell 2: Line 2:" in response.body.decode()
    formats = json.loads((await jp_fetch("api", "nbconvert")).body)
    assert name in formats


BROKEN = {
    "no name": ({"document": {"nodes": []}}, "Cell 2: the graph in its output has no name"),
    "no graph": ({"name": "demo", "document": {"nodes": 1}}, "Cell 2: This is no saved graph"),
    "of tomorrow": (
        {"name": "demo", "document": {"format": 99, "nodes": []}},
        "Cell 2: This graph was saved in format 99",
    ),
}


@pytest.mark.parametrize("held", BROKEN)
async def test_a_page_of_a_broken_graph_is_refused_in_a_sentence(jp_fetch: Any, jp_root_dir: Path, held: str) -> None:
    content, words = BROKEN[held]
    cell = nbformat.v4.new_code_cell("flow", outputs=[nbformat.v4.new_output("display_data", {MIMETYPE: content})])
    nbformat.write(notebook("x = 1", cell), jp_root_dir / "broken.ipynb")
    response = await jp_fetch("nbconvert", "funcnodes_html", "broken.ipynb", raise_error=False)
    assert response.code == 500
    assert f"nbconvert failed: {words}" in html.unescape(response.body.decode())
    assert "funcnodes_html" in json.loads((await jp_fetch("api", "nbconvert")).body)


async def test_a_page_needs_no_cell_that_can_be_read(jp_fetch: Any, jp_root_dir: Path) -> None:
    graph = {"format": 1, "nodes": [{"id": "a", "node_id": "basic.number", "io": {}}], "edges": []}
    shown = showing("", other=graph)
    shown.outputs[0].data[MIMETYPE]["state"] = {"nodes": "of another version"}
    nbformat.write(notebook("%%funcnodes demo\nx = (1\n", shown), jp_root_dir / "half.ipynb")
    response = await jp_fetch("nbconvert", "funcnodes_html", "half.ipynb", params={"download": "true"})
    assert "half.html" in response.headers["Content-Disposition"]
    assert response.body.decode().count('class="fn-viewer"') == 1
    assert "basic.number" in response.body.decode()


async def test_a_viewer_that_was_never_built_is_said(
    jp_fetch: Any, study: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ViewerParts, "read", functools.partial(ViewerParts.read, tmp_path))
    response = await jp_fetch("nbconvert", "funcnodes_html", "study.ipynb", raise_error=False)
    assert response.code == 500
    assert "The viewer of graphs is not in" in response.body.decode()
