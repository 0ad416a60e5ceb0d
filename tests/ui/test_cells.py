"""Cells and graphs in a real JupyterLab: a cell becomes a graph, a knob is turned, and the graph a cell again."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from editor_page import EditorPage
from notebook_page import NotebookPage
from playwright.sync_api import Page, expect
from servers import Server

Picture = Callable[[Page, str], Path]


@pytest.fixture
def notebook(lab: Server, open_window: Callable[..., Page]) -> NotebookPage:
    name = "from-cell-to-graph.ipynb"
    opened = NotebookPage(open_window(NotebookPage.address(lab.url, lab.token, name)), name)
    opened.wait_until_open()
    return opened


def test_a_cell_becomes_a_graph_and_a_graph_a_cell(notebook: NotebookPage, lab: Server, picture: Picture) -> None:
    page = notebook.page
    notebook.run(notebook.cell_with("%load_ext"))
    lesson = notebook.cell_with("%%funcnodes lesson")
    cell = notebook.run(lesson)
    cell.scroll_into_view_if_needed()
    editor = EditorPage(page, cell)
    editor.expect_done("penguins", "least", "heavy", "means")
    editor.expect_no_overlap()
    picture(page, "cell-graph")

    editor.type_into("least", "value", "4000")
    editor.expect_done("least", "heavy", "means")
    before = len(notebook.sources())
    editor.root.get_by_test_id("fn-to-cell").click()
    page.wait_for_function("count => document.querySelectorAll('.jp-Cell').length > count", arg=0)
    expect(page.locator(".jp-Notebook .jp-CodeCell .cm-content").filter(has_text="least = 4000")).to_be_visible()
    sources = notebook.sources()
    assert len(sources) == before + 1
    assert sources[lesson + 1] == sources[lesson].replace("least = 3600", "least = 4000")
    picture(page, "cell-exported")
    editor = EditorPage(page, notebook.run(lesson + 1))
    editor.expect_done("means")
    assert {worker["name"] for worker in lab.workers().values()} >= {"lesson"}
    page.evaluate("() => window.jupyterapp.commands.execute('apputils:change-theme', {theme: 'JupyterLab Dark'})")
    expect(page.locator("body")).to_have_attribute("data-jp-theme-light", "false")
    page.locator("#jupyterlab-splash").wait_for(state="detached")
    picture(page, "cell-graph-dark")


def test_an_error_is_shown_at_its_line(notebook: NotebookPage, picture: Picture) -> None:
    page = notebook.page
    notebook.run(notebook.cell_with("%load_ext"))
    page.evaluate(
        "async text => { const { commands } = window.jupyterapp; await commands.execute('notebook:insert-cell-below');"
        " await commands.execute('notebook:replace-selection', { text }); }",
        "%%funcnodes failing\nimport math\nx = -4\nroot = math.sqrt(x)",
    )
    cell = notebook.run(notebook.cell_with("failing"))
    error = cell.locator(
        '[data-mime-type="application/vnd.jupyter.stderr"], [data-mime-type="application/vnd.jupyter.error"]'
    )
    expect(error).to_contain_text("root = math.sqrt(x)")
    expect(error).to_contain_text("math domain error")
    expect(EditorPage(page, cell).node("root")).to_have_attribute("data-state", "error")
    error.scroll_into_view_if_needed()
    picture(page, "cell-failed")
