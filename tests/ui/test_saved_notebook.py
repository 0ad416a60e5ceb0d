"""A notebook saved in a real JupyterLab: the graph that a person steered there is in the file as it was then."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
from editor_page import EditorPage
from nbconvert import HTMLExporter
from nbformat.v4 import new_code_cell, new_notebook
from notebook_page import NotebookPage
from playwright.sync_api import Page, expect
from servers import Server

VIEW = "application/vnd.jupyter.widget-view+json"
PATIENCE = 30.0


def until_drawn(folder: Path, word: str) -> None:
    """Return when the worker has drawn its graph with that word in it."""
    deadline = time.monotonic() + PATIENCE
    path = folder / "picture.json"
    while not path.exists() or f">{word}<" not in json.loads(path.read_text())["image/svg+xml"]:
        assert time.monotonic() < deadline, f"never a picture with {word!r}"
        time.sleep(0.05)


def svg_in(output: Any) -> str:
    return "".join(output["data"]["image/svg+xml"])


def test_what_is_turned_in_the_editor_is_in_the_saved_picture(
    lab: Server, open_window: Callable[..., Page], environment: dict[str, str]
) -> None:
    path = lab.root / "kept.ipynb"
    cells = [
        "%load_ext funcnodes_jupyter",
        "%%funcnodes kept\nx = 3\ny = x + 4",
        "import ipywidgets; ipywidgets.IntSlider()",
    ]
    kernel = {"name": "python3", "display_name": "Python 3"}  # else JupyterLab asks which
    nbformat.write(new_notebook(cells=[new_code_cell(cell) for cell in cells], metadata={"kernelspec": kernel}), path)
    notebook = NotebookPage(open_window(NotebookPage.address(lab.url, lab.token, path.name)), path.name)
    notebook.wait_until_open()
    run = "command => window.jupyterapp.commands.execute(command)"
    # So that the widgets' states come with the notebook.
    notebook.page.evaluate(run, "@jupyter-widgets/jupyterlab-manager:saveWidgetState")
    notebook.run(0)
    editor = EditorPage(notebook.page, notebook.run(1))
    editor.expect_done("x", "y")
    notebook.run(2)
    editor.type_into("x", "value", "40")
    worker = lab.workers()["kept"]["uuid"]
    until_drawn(Path(environment["FUNCNODES_CONFIG_DIR"]) / "workers" / worker, "44")
    notebook.save()

    saved = nbformat.read(path, as_version=4)
    (output,) = saved.cells[1].outputs
    assert ">44<" in svg_in(output)
    assert ">7<" not in svg_in(output)
    assert VIEW in output.data
    kept = saved.metadata.widgets["application/vnd.jupyter.widget-state+json"].state.values()
    assert {model["model_name"] for model in kept} == {"IntSliderModel", "SliderStyleModel", "LayoutModel"}
    html, _ = HTMLExporter().from_notebook_node(saved)  # type: ignore[no-untyped-call]
    assert 'src="data:image/svg+xml;base64,' in html

    notebook.page.evaluate(run, "notebook:clear-all-cell-outputs")
    notebook.save()
    assert all(not cell.outputs for cell in nbformat.read(path, as_version=4).cells)


def test_an_open_notebook_keeps_the_last_of_a_deleted_worker(
    lab: Server, open_window: Callable[..., Page], environment: dict[str, str], picture: Callable[[Page, str], Path]
) -> None:
    path = lab.root / "outlived.ipynb"
    cells = ["%load_ext funcnodes_jupyter", "%%funcnodes outlived\nx = 3\ny = x + 4"]
    kernel = {"name": "python3", "display_name": "Python 3"}
    nbformat.write(new_notebook(cells=[new_code_cell(cell) for cell in cells], metadata={"kernelspec": kernel}), path)
    notebook = NotebookPage(open_window(NotebookPage.address(lab.url, lab.token, path.name)), path.name)
    notebook.wait_until_open()
    notebook.run(0)
    cell = notebook.run(1)
    editor = EditorPage(notebook.page, cell)
    editor.expect_done("x", "y")
    editor.type_into("x", "value", "40")
    worker = lab.workers()["outlived"]["uuid"]
    folder = Path(environment["FUNCNODES_CONFIG_DIR"]) / "workers" / worker
    until_drawn(folder, "44")

    # What a save puts into the file comes into the open notebook, too, and there is nothing to save after it.
    notebook.save()
    notebook.expect_in_outputs(">44<")
    expect(notebook.unsaved_mark()).to_have_count(0)

    # What was not saved is not lost with the worker: the notebook has it, and says that it is not saved yet.
    editor.type_into("x", "value", "50")
    expect(editor.output("y")).to_have_text("54")
    lab.api(f"funcnodes/api/workers/{worker}", "DELETE")
    notebook.expect_in_outputs(">54<")
    expect(notebook.unsaved_mark()).to_have_count(1)
    for theme, suffix in (("JupyterLab Dark", "-dark"), ("JupyterLab Light", "")):
        notebook.use_theme(theme)
        picture(notebook.page, f"outlived{suffix}")
    notebook.save()
    (_, saved) = nbformat.read(path, as_version=4).cells
    assert ">54<" in svg_in(saved.outputs[-1])
    expect(notebook.unsaved_mark()).to_have_count(0)
    cell.get_by_role("button", name="Open This Graph").click()
    expect(editor.node("x").get_by_role("textbox")).to_have_value("50")


def test_exports_are_called_by_their_names(
    lab: Server, open_window: Callable[..., Page], picture: Callable[[Page, str], Path]
) -> None:
    path = lab.root / "exported.ipynb"
    kernel = {"name": "python3", "display_name": "Python 3"}
    cells = [new_code_cell("%%funcnodes exported\nx = 3")]
    nbformat.write(new_notebook(cells=cells, metadata={"kernelspec": kernel}), path)
    notebook = NotebookPage(open_window(NotebookPage.address(lab.url, lab.token, path.name)), path.name)
    notebook.wait_until_open()
    page = notebook.page
    page.get_by_role("menuitem", name="File", exact=True).click()
    page.locator(".lm-Menu-itemLabel", has_text="Save and Export Notebook As").click()
    menu = page.locator("#jp-mainmenu-file-notebookexport")
    ours = menu.locator(".lm-Menu-itemLabel").filter(has_text=re.compile("funcnodes", re.IGNORECASE))
    expect(ours).to_have_text(
        ["FuncNodes Archive (.fnw)", "FuncNodes Page (offline HTML)", "FuncNodes Script (Python)"]
    )
    picture(page, "export-menu")
    with page.context.expect_event("response", lambda response: "/nbconvert/" in response.url) as answered:
        ours.nth(1).click()
    assert "/nbconvert/funcnodes_html/exported.ipynb" in answered.value.url
    assert answered.value.ok
