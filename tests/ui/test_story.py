"""The story of the README, from the notebook to three windows and back from a crash, as one person lives it."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
from conftest import ARTIFACTS
from editor_page import EditorPage
from notebook_page import NotebookPage
from other_window import OtherWindow
from playwright.sync_api import Page, expect
from servers import Server

OpenWindow = Callable[..., Page]
Picture = Callable[[Page, str], Path]

NOTEBOOK = "first-light.ipynb"
GRAPH = ("read", "filter", "group", "plot")


def open_notebook(lab: Server, open_window: OpenWindow, **options: Any) -> NotebookPage:
    page = open_window(NotebookPage.address(lab.url, lab.token, NOTEBOOK), **options)
    notebook = NotebookPage(page, NOTEBOOK)
    notebook.wait_until_open()
    page.evaluate("() => window.jupyterapp.commands.execute('application:toggle-left-area')")
    return notebook


def test_the_story(lab: Server, standalone: Server, open_window: OpenWindow, picture: Picture) -> None:
    notebook = open_notebook(lab, open_window)
    page = notebook.page

    # The graph is built by the notebook, and building it twice changes nothing.
    build, show = notebook.cell_with("flow.add("), notebook.cell_with("flow")
    show = next(index for index, source in enumerate(notebook.sources()) if source.strip() == "flow")
    notebook.run(build)
    cell = notebook.run(show)
    editor = EditorPage(page, cell)
    editor.expect_done(*GRAPH)
    notebook.run(build)
    expect(editor.nodes()).to_have_count(4)
    expect(editor.edges()).to_have_count(3)
    expect(editor.preview("group").get_by_role("cell", name="Gentoo")).to_be_visible()
    first_picture = editor.picture_of("plot")
    cell.scroll_into_view_if_needed()
    picture(page, "01-notebook")
    notebook.save()
    keep_readme_picture(lab, open_window, show)

    keys_stay_in_the_editor(notebook, editor)

    # A node is added from the library, wired by hand, and its picture comes.
    editor.add("histogram")
    expect(editor.nodes()).to_have_count(5)
    page.keyboard.press("Escape")
    editor.connect("filter", "out", "Histogram", "table")
    editor.type_into("Histogram", "column", "body_mass_g")
    editor.expect_done("Histogram")
    editor.picture_of("Histogram")
    editor.root.get_by_role("button", name="Tidy up").click()
    editor.expect_no_overlap()
    picture(page, "02-added-node")

    # A value is typed in: the cascade and the new picture.
    editor.type_into("filter", "value", "5000")
    expect(editor.preview("group").get_by_role("cell", name="Adelie")).to_have_count(0)
    expect(editor.preview("plot").locator("img")).not_to_have_attribute("src", first_picture)
    editor.expect_done(*GRAPH, "Histogram")
    picture(page, "03-typed-value")

    # An edge is deleted: what hung on it says what it needs.
    editor.click_edge(editor.edge("filter", "out", "Histogram", "table"))
    page.keyboard.press("Delete")
    expect(editor.edges()).to_have_count(3)
    expect(editor.node("Histogram")).to_have_attribute("data-state", "incomplete")
    picture(page, "04-deleted-edge")

    # The page is loaded again: everything is as it was, errors and values and all.
    notebook.save()
    page.reload()
    notebook.wait_until_open()
    editor = EditorPage(page, notebook.cell(show))
    editor.expect_done(*GRAPH)
    expect(editor.nodes()).to_have_count(5)
    expect(editor.edges()).to_have_count(3)
    expect(editor.field("filter", "value")).to_have_value("5000")
    expect(editor.node("Histogram")).to_have_attribute("data-state", "incomplete")
    picture(page, "05-reloaded")

    # Python sets a value and the editor shows it; Python gets the real table.
    notebook.run(notebook.cell_with('inputs["value"] = '))
    expect(editor.field("filter", "value")).to_have_value("4500")
    table = notebook.run(notebook.cell_with('outputs["out"].value'))
    expect(table.locator("table.dataframe")).to_contain_text("Gentoo")

    three_windows(lab, standalone, open_window, picture, notebook, editor)
    crash_and_comeback(lab, picture, page, editor)


def keep_readme_picture(lab: Server, open_window: OpenWindow, show: int) -> None:
    """The cell as a second window shows it, at the resolution of a good screen."""
    notebook = open_notebook(lab, open_window, device_scale_factor=2)
    cell = notebook.cell(show)
    editor = EditorPage(notebook.page, cell)
    editor.expect_done(*GRAPH)
    editor.picture_of("plot")
    cell.screenshot(path=ARTIFACTS / "README.png")
    notebook.page.context.close()


def keys_stay_in_the_editor(notebook: NotebookPage, editor: EditorPage) -> None:
    """What is pressed on the canvas never reaches the notebook's command mode."""
    before = notebook.sources()
    editor.click_canvas()
    for key in ("d", "d", "x", "a", "b", "Backspace", "Enter", "Shift+Enter"):
        notebook.page.keyboard.press(key)
    assert notebook.sources() == before
    expect(editor.nodes()).to_have_count(4)
    editor.page.keyboard.press("Escape")


def three_windows(
    lab: Server, standalone: Server, open_window: OpenWindow, picture: Picture, notebook: NotebookPage, cell: EditorPage
) -> None:
    """One graph in a notebook cell, a tab and a page of another server: every edit is seen in all."""
    page = notebook.page
    page.evaluate("() => window.jupyterapp.commands.execute('application:toggle-left-area')")
    page.locator('.jp-SideBar [title*="FuncNodes"]').first.click()
    row = page.locator('[data-testid="fn-worker-row"][data-worker-name="penguins"]')
    expect(row).to_have_attribute("data-state", "running")
    row.dblclick()
    tab = EditorPage(
        page, page.locator(".jp-MainAreaWidget.lm-DockPanel-widget:not(.lm-mod-hidden):not(.jp-NotebookPanel)")
    )
    tab.expect_done(*GRAPH)
    picture(page, "06-tab")

    other = open_window(f"{standalone.url}funcnodes/?token={standalone.token}&worker=penguins")
    alone = EditorPage(other, other.locator("body"))
    alone.expect_done(*GRAPH)
    picture(other, "07-page")

    # The lab may still be busy with the notebook's last cell, and show the notebook again when it is done.
    page.locator(".lm-DockPanel-tabBar .lm-TabBar-tab", has_text="penguins").click()
    alone.type_into("filter", "value", "3900")
    expect(tab.field("filter", "value")).to_have_value("3900")
    header = tab.node("group").get_by_text("group", exact=True)
    header.dblclick()
    page.keyboard.press("Control+A")
    page.keyboard.type("by species")
    page.keyboard.press("Enter")
    expect(alone.node("by species")).to_be_visible()
    alone.node("by species").get_by_text("by species", exact=True).dblclick()
    other.keyboard.press("Control+A")
    other.keyboard.type("group")
    other.keyboard.press("Enter")
    expect(tab.node("group")).to_be_visible()

    moved = alone.node("Histogram").bounding_box()
    assert moved is not None
    other.mouse.move(moved["x"] + 60, moved["y"] + 16)
    other.mouse.down()
    other.mouse.move(moved["x"] + 90, moved["y"] + 56, steps=4)
    other.mouse.up()
    alone.node("Histogram").click(position={"x": 60, "y": 12})
    other.keyboard.press("Delete")
    expect(tab.nodes()).to_have_count(4)

    page.evaluate(
        "path => { const app = window.jupyterapp; "
        "app.shell.activateById([...app.shell.widgets('main')].find(w => w.context?.path === path).id); }",
        notebook.path,
    )
    expect(cell.field("filter", "value")).to_have_value("3900")
    expect(cell.nodes()).to_have_count(4)


def crash_and_comeback(lab: Server, picture: Picture, page: Page, editor: EditorPage) -> None:
    """kill -9: the worker comes back by itself and says why; the graph is stale; one click computes it."""
    layout = editor.layout()
    assert set(layout) == set(GRAPH)
    assert all(place.startswith("translate(") for place in layout.values())
    # What was done in the last second need not be on disk yet.
    other = OtherWindow(lab, "penguins")
    other.ask("save")
    other.close()
    worker = lab.workers()["penguins"]
    process = psutil.Process(worker["pid"])
    os.kill(process.pid, signal.SIGKILL)
    notice = editor.root.get_by_test_id("fn-notice")
    expect(notice).to_contain_text("crashed: killed by signal 9 (SIGKILL)", timeout=20_000)
    notice.scroll_into_view_if_needed()
    picture(page, "08-back")
    editor.expect_stale(*GRAPH)
    expect(editor.root.get_by_test_id("fn-banner")).to_have_count(0)
    assert lab.workers()["penguins"]["pid"] != process.pid
    expect(editor.field("filter", "value")).to_have_value("3900")
    expect(editor.preview("group").get_by_role("cell", name="Gentoo")).to_be_visible()
    editor.picture_of("plot")
    assert editor.layout() == layout
    editor.root.get_by_test_id("fn-notice-offer").click()
    editor.expect_done(*GRAPH)
    picture(page, "09-computed")
