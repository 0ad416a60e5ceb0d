"""JupyterLab: the editor in a cell and in a tab, the list of workers, and the notebook of a stranger."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from hostile_graph import PATIENCE, add_all
from notebook_page import NotebookPage
from other_window import OtherWindow
from payloads import PAYLOADS
from playwright.sync_api import Locator, Page, expect
from servers import Server
from traps import Traps

Picture = Callable[[Page, str], Path]
Trap = Callable[..., Traps]

WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
MOST_OUTPUTS = 50
"""JupyterLab shows no more of one cell at first."""


def code_cell(source: str, outputs: Sequence[dict[str, Any]] = ()) -> dict[str, Any]:
    count = 1 if outputs else None
    return {
        "cell_type": "code", "id": secrets.token_hex(4), "metadata": {}, "execution_count": count,
        "source": source, "outputs": list(outputs),
    }  # fmt: skip


def write_notebook(lab: Server, name: str, cells: list[dict[str, Any]]) -> None:
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    notebook = {"cells": cells, "metadata": kernel, "nbformat": 4, "nbformat_minor": 5}
    (lab.root / name).write_text(json.dumps(notebook))


def open_notebook(traps: Traps, lab: Server, name: str) -> NotebookPage:
    notebook = NotebookPage(traps.open(NotebookPage.address(lab.url, lab.token, name)), name)
    notebook.wait_until_open()
    return notebook


def expect_html(around: Locator, count: int) -> None:
    """The editor in there shows so many pieces of HTML, with all that stands before the payload."""
    frames = around.locator(".fn-html iframe")
    expect(frames).to_have_count(count, timeout=PATIENCE)
    drawn = [frames.nth(index).content_frame.locator("i").first.text_content() for index in range(count)]
    assert drawn == ["drawn"] * count


def test_nothing_runs_in_jupyterlab(
    strangers: None, worker: OtherWindow, trap: Trap, lab: Server, hostile: Server, picture: Picture
) -> None:
    """In a cell, in the side panel and in a tab, whose page has no policy of its own."""
    some = [payload for payload in PAYLOADS if payload.live or payload.loads]
    add_all(worker, lambda number: ("hostile.html", {"number": number}), some)
    write_notebook(lab, "hostile.ipynb", [code_cell(f"%load_ext funcnodes_jupyter\n%funcnodes {worker.name}")])
    traps = trap(lab.host, viewport={"width": 1600, "height": 1000})
    notebook = open_notebook(traps, lab, "hostile.ipynb")
    cell = notebook.run(0)
    expect_html(cell, len(some))
    picture(notebook.page, "payloads-cell")

    name = next(f"a tab {payload.shown}" for payload in some if payload.shown.startswith("<img"))
    hostile.api(f"funcnodes/api/workers/{worker.uuid}", "PATCH", {"name": name})
    notebook.page.locator('.jp-SideBar [title*="FuncNodes"]').first.click()
    rows = notebook.page.get_by_test_id("fn-worker-row")
    expect(rows.get_by_text(name, exact=True)).to_be_attached()
    names = set(rows.locator(".jp-FuncNodes-name").all_text_contents())
    assert {payload.shown for payload in PAYLOADS} <= names
    rows.get_by_text(name, exact=True).dblclick()
    tab = notebook.page.locator(".jp-FuncNodes-editor")
    expect_html(tab, len(some))
    expect(notebook.page.locator(".lm-DockPanel-tabBar").get_by_text(name, exact=True)).to_be_visible()
    picture(notebook.page, "payloads-tab")


def output(form: str, data: Any) -> dict[str, Any]:
    return {"output_type": "display_data", "data": {form: data, "text/plain": "plain"}, "metadata": {}}


def test_opening_a_strangers_notebook_runs_nothing(trap: Trap, lab: Server, picture: Picture) -> None:
    """Outputs of every form; of widgets the views alone, for what state of them is saved is anywidget's to run or not."""
    forms = ("text/html", "text/markdown", "text/latex", "image/svg+xml", "application/javascript")
    chunks = [PAYLOADS[start : start + MOST_OUTPUTS] for start in range(0, len(PAYLOADS), MOST_OUTPUTS)]
    cells = [code_cell("", [output(form, payload.shown) for payload in chunk]) for form in forms for chunk in chunks]
    view = {"model_id": "unknown", "version_major": 2, "version_minor": 0}
    cells.append(code_cell("", [output(WIDGET_VIEW, view)]))
    write_notebook(lab, "stranger.ipynb", cells)
    traps = trap(lab.host, viewport={"width": 1600, "height": 1000})
    notebook = open_notebook(traps, lab, "stranger.ipynb")
    for index, cell in enumerate(cells):
        notebook.scroll_to(index)
        outputs = notebook.cell(index).locator(".jp-OutputArea-child")
        expect(outputs).to_have_count(len(cell["outputs"]), timeout=PATIENCE)
    picture(notebook.page, "payloads-stranger")
    # JupyterLab shows pictures from elsewhere also to who does not trust a notebook.
    assert [sign for sign in traps.all_signs() if not sign.startswith("request")] == []
    traps.forget()
