"""Functions of a notebook and code in the editor: found, read, changed, and trusted."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from editor_page import EditorPage
from notebook_page import NotebookPage
from other_window import OtherWindow
from playwright.sync_api import Page, expect
from servers import Server

Picture = Callable[[Page, str], Path]
Show = Callable[..., EditorPage]

SMOOTH = '''\
import math


def smooth(value: float, strength: float = 0.5) -> float:
    """Bring a number closer to its root."""
    return value * (1 - strength) + math.sqrt(value) * strength
'''


def test_a_function_of_the_notebook_is_in_the_library_and_its_code_in_the_inspector(
    other: OtherWindow, show: Show, picture: Picture
) -> None:
    other.ask("define_function", source=SMOOTH)
    editor = show()
    page, root = editor.page, editor.root
    editor.add("smooth")
    editor.type_into("smooth", "value", "16")
    expect(editor.output("smooth")).to_have_text("10.0")
    editor.node("smooth").locator(".fn-node-title").click()
    code = root.get_by_test_id("fn-code-field")
    expect(code).to_have_value(SMOOTH)
    picture(page, "function-code")

    code.fill(
        SMOOTH.replace("strength: float = 0.5)", "strength: float = 0.5, offset: float = 1)").replace(
            "return ", "return offset + "
        )
    )
    picture(page, "function-code-changed")
    code.press("Control+Enter")
    expect(editor.output("smooth")).to_have_text("11.0")
    editor.type_into("smooth", "offset", "4")
    expect(editor.output("smooth")).to_have_text("14.0")
    code.fill("def smooth(:")
    code.press("Control+Enter")
    expect(root.get_by_test_id("fn-code").get_by_role("alert")).to_contain_text("no Python")
    picture(page, "function-code-refused")
    code.press("Escape")
    expect(root.get_by_test_id("fn-code").get_by_role("alert")).to_have_count(0)
    # The library follows the notebook, without a reload.
    other.ask("define_function", source="def squeeze(value: float) -> float:\n    return value / 2")
    expect(root.get_by_test_id("fn-library-item").filter(has_text="squeeze")).to_be_visible()
    editor.add("squeeze")
    expect(editor.node("squeeze")).to_be_visible()


def test_the_notebook_that_teaches_it_in_jupyterlab(
    lab: Server, open_window: Callable[..., Page], picture: Picture
) -> None:
    name = "your-own-functions.ipynb"
    notebook = NotebookPage(open_window(NotebookPage.address(lab.url, lab.token, name)), name)
    notebook.wait_until_open()
    for text in ("%load_ext", "flow = %funcnodes", "GRAVITY = 9.81", "%%funcnodes_node throws"):
        output = notebook.run(notebook.cell_with(text))
    expect(output).to_contain_text("throw is in the library of 'throws'.")
    cell = notebook.run(notebook.cell_with('path = flow.add("nb:throw"'))
    cell.scroll_into_view_if_needed()
    editor = EditorPage(notebook.page, cell)
    editor.expect_done("path", "drawn")
    before = editor.picture_of("drawn")
    picture(notebook.page, "own-functions")
    notebook.run(notebook.cell_with("path.inputs"))
    expect(editor.preview("drawn").locator("img")).not_to_have_attribute("src", before)
    notebook.run(notebook.cell_with("@flow.node\ndef throw"))
    notebook.run(notebook.cell_with('inputs["drag"]'))
    cell.scroll_into_view_if_needed()
    expect(editor.field("path", "drag")).to_have_value("0.05")
    editor.expect_done("path", "drawn")
    picture(notebook.page, "own-functions-again")


def test_the_notebook_of_sweeps_in_jupyterlab(lab: Server, open_window: Callable[..., Page], picture: Picture) -> None:
    name = "values-and-sweeps.ipynb"
    notebook = NotebookPage(open_window(NotebookPage.address(lab.url, lab.token, name)), name)
    notebook.wait_until_open()
    for text in ("%load_ext", "random = np.random", "flow.push(measured"):
        notebook.run(notebook.cell_with(text))
    cell = notebook.run(notebook.cell_with("@flow.node\ndef smooth"))
    cell.scroll_into_view_if_needed()
    editor = EditorPage(notebook.page, cell)
    editor.expect_done("measured", "truth", "smooth", "deviation", "drawn")
    picture(notebook.page, "sweeps-before")
    best = notebook.run(notebook.cell_with("for width in range")).locator(".jp-OutputArea-output").inner_text()
    cell.scroll_into_view_if_needed()
    expect(editor.field("smooth", "width")).to_have_value(best.strip())
    editor.expect_done("smooth", "deviation", "drawn")
    picture(notebook.page, "sweeps-after")
    plotted = notebook.run(notebook.cell_with("sweep.plot"))
    plotted.scroll_into_view_if_needed()
    expect(plotted.locator("img")).to_be_visible()
    picture(notebook.page, "sweeps-plotted")
    count = len(notebook.sources())
    notebook.run(count - 1)
    expect(notebook.cell(count)).to_contain_text("%%nodespace smoothing")


def test_code_that_is_typed_has_the_ports_that_it_names(show: Show, picture: Picture) -> None:
    editor = show(color_scheme="dark")
    editor.add("Code")
    editor.node("Code").locator(".fn-node-title").click()
    code = editor.root.get_by_test_id("fn-code-field")
    code.fill("area = width * height\nround_area = round(area)")
    code.press("Control+Enter")
    editor.type_into("Code", "width", "3")
    editor.type_into("Code", "height", "2.5")
    editor.expect_done("Code")
    expect(editor.port("Code", "out", "round_area")).to_be_visible()
    picture(editor.page, "code-ports-dark")


def test_code_from_elsewhere_is_looked_at_trusted_and_run(other: OtherWindow, show: Show, picture: Picture) -> None:
    other.ask("define_function", source=SMOOTH)
    smooth = other.add("nb:smooth", "smooth", (0, 0), value=16)
    total = other.add("basic.add", "sum", (360, 0), b=1)
    other.connect(smooth, "out", total, "a")
    document = other.ask("export_cell", form="json")
    other.ask("load_data", data=json.loads(document))
    editor = show()
    root = editor.root
    banner = root.get_by_test_id("fn-untrusted")
    expect(banner).to_contain_text("1 node holds code that came from elsewhere")
    expect(editor.node("smooth")).to_contain_text("not trusted")
    picture(editor.page, "trust-asked")
    banner.get_by_test_id("fn-look").click()
    expect(root.get_by_test_id("fn-code-field")).to_have_value(SMOOTH)
    expect(root.get_by_test_id("fn-code-field")).not_to_be_editable()
    picture(editor.page, "trust-looked")
    editor.type_into("smooth", "value", "25")
    expect(editor.node("smooth")).to_have_attribute("data-stale", "true")
    banner.get_by_test_id("fn-trust").click()
    expect(banner).to_have_count(0)
    root.get_by_test_id("fn-run").click()
    editor.expect_done("smooth", "sum")
