"""Cells of a notebook opened as a graph, and graphs written into cells, by JupyterLab's own commands."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest
from editor_page import EditorPage
from notebook_page import NotebookPage
from playwright.sync_api import Page, expect
from servers import Server

Picture = Callable[[Page, str], Path]
MARKDOWN, CODE = nbformat.v4.new_markdown_cell, nbformat.v4.new_code_cell
CELLS = [
    MARKDOWN("# Masses\nOf some penguins, in grams."),
    CODE("masses = [3750, 5000, 3800]\nleast = 3600"),
    MARKDOWN("## The heavy ones"),
    CODE("heavy = [mass for mass in masses if mass > least]\nlen(heavy)"),
    CODE("%matplotlib inline\nx = 1"),
]
STUDY = [
    CODE("import pandas as pd\nimport matplotlib.pyplot as plt"),
    MARKDOWN("## Load"),
    CODE("penguins = pd.DataFrame({'kind': ['A', 'G', 'A', 'G'], 'mass': [3750, 5000, 3800, 5700]})\npenguins.head()"),
    MARKDOWN("## Tonnes"),
    CODE("penguins['tonnes'] = penguins['mass'] / 1e6"),
    MARKDOWN("## Means"),
    CODE(
        "def means_of(column):\n    return penguins.groupby('kind')[column].mean()\n\nmeans = means_of('mass')\nmeans"
    ),
    MARKDOWN("## Draw"),
    CODE("fig, ax = plt.subplots(figsize=(4, 3))\nax.bar(means.index, means)\nax.set_title('mass')\nfig"),
]


def new_notebook(lab: Server, open_window: Callable[..., Page], name: str, cells: list[Any]) -> NotebookPage:
    """A notebook of these cells, open in a window of its own."""
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3"}}
    made = nbformat.v4.new_notebook(cells=cells, metadata=kernel)  # type: ignore[no-untyped-call]
    nbformat.write(made, lab.root / name)  # type: ignore[no-untyped-call]
    opened = NotebookPage(open_window(NotebookPage.address(lab.url, lab.token, name)), name)
    opened.wait_until_open()
    return opened


@pytest.fixture
def notebook(request: pytest.FixtureRequest, lab: Server, open_window: Callable[..., Page]) -> NotebookPage:
    name = f"{request.node.originalname.removeprefix('test_')[:11]}.ipynb"
    return new_notebook(lab, open_window, name, CELLS)


def select(notebook: NotebookPage, first: int, last: int) -> None:
    """Select cells by a click and a click with Shift, beside their text."""
    notebook.cell(first).locator(".jp-InputPrompt, .jp-MarkdownOutput").first.click()
    notebook.cell(last).locator(".jp-InputPrompt").first.click(modifiers=["Shift"])


def press_button(notebook: NotebookPage) -> None:
    notebook.page.locator(".jp-NotebookPanel-toolbar [data-jp-item-name='funcnodes-open-as-graph'] jp-button").click()


def give_name(notebook: NotebookPage, name: str) -> None:
    field = notebook.page.get_by_test_id("fn-graph-name")
    field.fill(name)
    field.press("Enter")


def command(page: Page, label: str) -> None:
    """Run a command of the palette by the name that a person sees."""
    page.locator("#jp-MainMenu .lm-MenuBar-item", has_text="View").click()
    page.locator(".lm-Menu-item", has_text="Activate Command Palette").click()
    field = page.locator(".lm-CommandPalette-input")
    field.fill(label)
    expect(page.locator(".lm-CommandPalette-item.lm-mod-active")).to_contain_text(label)
    field.press("Enter")


def use_theme(page: Page, name: str) -> None:
    page.evaluate(
        "name => window.jupyterapp.commands.execute('apputils:change-theme', { theme: `JupyterLab ${name}` })", name
    )
    expect(page.locator("body")).to_have_attribute("data-jp-theme-light", str(name == "Light").lower())
    page.locator("#jupyterlab-splash").wait_for(state="detached")


def graph_in(notebook: NotebookPage, text: str) -> EditorPage:
    """The editor below the cell that begins with ``text``."""
    cell = notebook.page.locator(".jp-NotebookPanel .jp-CodeCell").filter(
        has=notebook.page.locator(".cm-line", has_text=re.compile(f"^{re.escape(text)}$"))
    )
    expect(cell.get_by_test_id("fn-editor")).to_be_visible()
    cell.get_by_test_id("fn-editor").scroll_into_view_if_needed()
    return EditorPage(notebook.page, cell)


def test_selected_cells_become_a_graph_a_node_each(notebook: NotebookPage, lab: Server, picture: Picture) -> None:
    page = notebook.page
    select(notebook, 0, 3)
    picture(page, "as-graph-selected")
    press_button(notebook)
    expect(page.get_by_test_id("fn-graph-name")).to_have_value("selected_ce")
    picture(page, "as-graph-name")
    give_name(notebook, "penguin masses")
    editor = graph_in(notebook, "%%funcnodes penguin masses")
    expect(editor.nodes()).to_have_count(2)
    editor.expect_done("Masses", "The heavy ones")
    expect(editor.edge("Masses", "masses", "The heavy ones", "masses")).to_be_attached()
    expect(editor.edge("Masses", "least", "The heavy ones", "least")).to_be_attached()
    expect(editor.output("The heavy ones")).to_have_text("3")
    editor.expect_no_overlap()
    picture(page, "as-graph")
    sources = notebook.sources()
    assert sources[1] == "%load_ext funcnodes_jupyter", "before all other code, to run again from the top"
    assert sources[5] == (
        "%%funcnodes penguin masses\n# %% Masses\n# Of some penguins, in grams.\nmasses = [3750, 5000, 3800]\nleast = 3600\n\n"
        "# %% The heavy ones\nheavy = [mass for mass in masses if mass > least]\nlen(heavy)"
    )
    assert "penguin masses" in {worker["name"] for worker in lab.workers().values()}

    page.evaluate(
        "([path, index, text]) => [...window.jupyterapp.shell.widgets('main')].find(w => w.context?.path === path)"
        ".content.widgets[index].model.sharedModel.setSource(text)",
        [notebook.path, 5, sources[5].replace("least = 3600", "least = 4000")],
    )
    notebook.run(5)
    expect(editor.output("The heavy ones")).to_have_text("1")
    editor.expect_done("Masses", "The heavy ones")
    expect(editor.nodes()).to_have_count(2)
    use_theme(page, "Dark")
    picture(page, "as-graph-dark")
    use_theme(page, "Light")


def test_a_name_that_is_taken_is_told_and_the_next_free_one_proposed(notebook: NotebookPage, picture: Picture) -> None:
    page = notebook.page
    use_theme(page, "Dark")
    for name in ("a_name_that", "a_name_that-2"):
        first = notebook.cell_with("masses = [")
        notebook.scroll_to(first)
        select(notebook, first, first)
        press_button(notebook)
        expect(page.get_by_test_id("fn-graph-name")).to_have_value(name)
        give_name(notebook, "")
        graph_in(notebook, f"%%funcnodes {name}").expect_done("masses")
    assert [source for source in notebook.sources() if source.startswith("%load_ext")] == [
        "%load_ext funcnodes_jupyter"
    ]
    press_button(notebook)
    page.get_by_test_id("fn-graph-name").fill("a_name_that")
    expect(page.locator(".jp-Dialog")).to_contain_text("There is a graph of that name")
    picture(page, "as-graph-taken-dark")
    page.keyboard.press("Escape")
    expect(page.locator(".jp-Dialog")).to_have_count(0)
    use_theme(page, "Light")


def test_a_cell_with_a_magic_is_refused_in_its_output(notebook: NotebookPage, picture: Picture) -> None:
    page = notebook.page
    notebook.cell(4).locator(".jp-InputPrompt").click(button="right")
    picture(page, "as-graph-menu")
    page.locator(".lm-Menu-item", has_text="Open as Graph").click()
    give_name(notebook, "refused")
    cell = page.locator(".jp-CodeCell").filter(has=page.locator(".cm-content", has_text="%%funcnodes refused"))
    expect(cell.locator(".jp-OutputArea-output").filter(has_text="magics and shell lines")).to_be_visible()
    picture(page, "as-graph-refused")


def test_the_palette_writes_the_graph_of_a_tab_into_a_cell(notebook: NotebookPage, picture: Picture) -> None:
    page = notebook.page
    select(notebook, 1, 3)
    command(page, "Open as Graph")
    give_name(notebook, "written")
    editor = graph_in(notebook, "%%funcnodes written")
    editor.expect_done("masses", "The heavy ones")
    before = notebook.sources()
    command(page, "Export Graph to Cell")
    page.wait_for_function(
        "count => document.querySelectorAll('.jp-NotebookPanel .jp-Cell').length > count", arg=len(before)
    )
    sources = notebook.sources()
    assert sources == [*before[:6], before[5], *before[6:]]

    editor.root.get_by_test_id("fn-open-beside").click()
    tab = EditorPage(page, page.locator(".jp-FuncNodes-editor"))
    tab.expect_done("masses", "The heavy ones")
    tab.click_canvas()
    command(page, "Export Graph to Cell")
    page.wait_for_function(
        "count => document.querySelectorAll('.jp-NotebookPanel .jp-Cell').length > count", arg=len(sources)
    )
    assert notebook.sources().count(before[5]) == 3
    picture(page, "as-graph-exported")


def test_the_commands_are_disabled_where_they_make_no_sense(notebook: NotebookPage) -> None:
    page = notebook.page
    enabled = "id => window.jupyterapp.commands.isEnabled(id)"
    assert not page.evaluate(enabled, "funcnodes:export-to-cell"), "no graph is open"
    notebook.cell(0).locator(".jp-MarkdownOutput").click()
    assert not page.evaluate(enabled, "funcnodes:open-as-graph"), "no code is selected"
    press_button(notebook)
    expect(page.locator(".jp-Dialog")).to_contain_text("No code is selected")
    page.keyboard.press("Escape")
    notebook.cell(1).locator(".jp-InputPrompt").click()
    assert page.evaluate(enabled, "funcnodes:open-as-graph")


def test_a_study_with_a_table_and_a_picture(lab: Server, open_window: Callable[..., Page], picture: Picture) -> None:
    notebook = new_notebook(lab, open_window, "study.ipynb", STUDY)
    select(notebook, 0, 8)
    press_button(notebook)
    give_name(notebook, "")
    editor = graph_in(notebook, "%%funcnodes study")
    editor.expect_done("Load", "Tonnes", "Means", "Draw")
    expect(editor.nodes()).to_have_count(4)
    expect(editor.preview("Load")).to_contain_text("3,750")
    assert editor.picture_of("Draw")
    editor.expect_no_overlap()
    editor.root.get_by_role("button", name="Show the whole graph").click()
    picture(notebook.page, "as-graph-study")
