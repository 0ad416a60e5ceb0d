"""A notebook that nobody sits at, executed while a Jupyter server is in reach, so that its graphs show their editor."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from kernels import execute
from nbconvert import HTMLExporter
from nbformat.v4 import new_code_cell, new_notebook
from servers import Server, start_runserver

VIEW = "application/vnd.jupyter.widget-view+json"
STATES = "application/vnd.jupyter.widget-state+json"
# The editor's bundle may not be built where this runs; nothing here opens it.
LOADER = "import pathlib\nimport funcnodes_jupyter.notebook.widget as widget\nwidget.loader_path = lambda: pathlib.Path('l.js')"


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """A server whose workers are those of the kernels."""
    monkeypatch.setenv("PYDEVD_DISABLE_FILE_VALIDATION", "1")
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(tmp_path / "runtime"))
    monkeypatch.setenv("FUNCNODES_CONFIG_DIR", str(tmp_path / "base"))
    (tmp_path / "l.js").write_text("export default {}")
    started = start_runserver(tmp_path, dict(os.environ))
    yield started
    started.stop()


def executed(folder: Path, *sources: str) -> Any:
    return execute(new_notebook(cells=[new_code_cell(source) for source in (LOADER, *sources)]), folder)


def page_of(notebook: Any) -> str:
    html, _ = HTMLExporter().from_notebook_node(notebook)  # type: ignore[no-untyped-call]
    return str(html)


@pytest.mark.usefixtures("server")
def test_the_page_of_a_notebook_shows_the_picture_and_asks_no_network_for_a_widget(tmp_path: Path) -> None:
    flow = "%load_ext funcnodes_jupyter\nflow = %funcnodes demo\nflow.add('basic.number', name='three', value=3)\nflow"
    done = executed(tmp_path, flow, "flow.widget(height=300); flow")
    assert all(VIEW in cell.outputs[0].data for cell in done.cells[1:]), "the editor is shown"
    assert "widgets" not in done.metadata
    page = page_of(done)
    assert page.count('src="data:image/svg+xml;base64,') == 2
    assert VIEW not in page
    assert "html-manager" not in page


@pytest.mark.usefixtures("server")
def test_the_widgets_of_others_are_shown_as_ever(tmp_path: Path) -> None:
    flow = "%load_ext funcnodes_jupyter\nflow = %funcnodes demo\nflow"
    done = executed(tmp_path, flow, "import ipywidgets\nipywidgets.IntSlider()")
    states = done.metadata.widgets[STATES].state.values()
    assert {state["model_name"] for state in states} == {"IntSliderModel", "SliderStyleModel", "LayoutModel"}
    page = page_of(done)
    assert page.count('src="data:image/svg+xml;base64,') == 1
    assert page.count(f'<script type="{VIEW}"') == 1
