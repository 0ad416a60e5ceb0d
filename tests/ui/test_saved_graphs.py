"""Graphs in a notebook that was saved: opened again with its worker running, stopped, deleted, or without trust."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest
from editor_page import EditorPage
from notebook_page import NotebookPage
from playwright.sync_api import Locator, Page, expect
from servers import Server

Picture = Callable[[Page, str], Path]
OpenWindow = Callable[..., Page]
MIME = "application/vnd.funcnodes.nodespace+json"
CODE = nbformat.v4.new_code_cell
GRAPH = 1
"""The cell that shows the graph."""
LAST = 2


def source_of(name: str) -> str:
    return f"%%funcnodes {name}\nfirst = 20\nsecond = first + 1"


def open_notebook(lab: Server, open_window: OpenWindow, name: str) -> NotebookPage:
    opened = NotebookPage(open_window(NotebookPage.address(lab.url, lab.token, name)), name)
    opened.wait_until_open()
    return opened


@pytest.fixture
def saved(request: pytest.FixtureRequest, lab: Server, open_window: OpenWindow) -> NotebookPage:
    """A notebook whose graph was shown and saved; its kernel has ended since, its worker has not."""
    return saved_notebook(lab, open_window, request.node.originalname.removeprefix("test_")[:18], "pass")


def saved_notebook(lab: Server, open_window: OpenWindow, graph: str, last_cell: str) -> NotebookPage:
    """The same, with a last cell that is run, too."""
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3"}}
    cells = [CODE("%load_ext funcnodes_jupyter"), CODE(source_of(graph)), CODE(last_cell)]
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=kernel), lab.root / f"{graph}.ipynb")  # type: ignore[no-untyped-call]
    notebook = open_notebook(lab, open_window, f"{graph}.ipynb")
    notebook.run(0)
    cell = notebook.run(GRAPH)
    EditorPage(notebook.page, cell).expect_done("first", "second")
    notebook.run(LAST)
    notebook.save()
    end_kernel(lab, notebook)
    return notebook


def end_kernel(lab: Server, notebook: NotebookPage) -> None:
    notebook.page.context.close()
    for session in lab.api("api/sessions"):
        if session["path"] == notebook.path:
            lab.api(f"api/sessions/{session['id']}", "DELETE")


def name_of(notebook: NotebookPage) -> str:
    return notebook.path.removesuffix(".ipynb")


def output_in(notebook: NotebookPage, lab: Server, cell: int = GRAPH) -> dict[str, Any]:
    """The output of a cell that shows the graph as it stands on the disk."""
    outputs = json.loads((lab.root / notebook.path).read_text())["cells"][cell]["outputs"]
    return next(output for output in outputs if MIME in output.get("data", {}))


def pictures_in_both_themes(notebook: NotebookPage, picture: Picture, name: str) -> None:
    for theme, suffix in (("JupyterLab Dark", "-dark"), ("JupyterLab Light", "")):
        notebook.use_theme(theme)
        picture(notebook.page, name + suffix)


def line(cell: Locator) -> Locator:
    return cell.get_by_test_id("fn-picture-line")


def expect_picture(cell: Locator) -> None:
    """A picture of the graph is seen, and nothing of an editor or of an error of the widgets."""
    image = cell.locator("img.jp-FuncNodes-picture")
    expect(image).to_be_visible()
    width, natural = image.evaluate("image => image.decode().then(() => [image.clientWidth, image.naturalWidth])")
    assert 100 < width <= natural
    expect(cell.get_by_test_id("fn-editor")).to_have_count(0)
    expect(cell).not_to_contain_text("Error displaying widget")


def test_it_is_live_again_whatever_became_of_the_kernel(
    saved: NotebookPage, lab: Server, open_window: OpenWindow, picture: Picture
) -> None:
    notebook = open_notebook(lab, open_window, saved.path)
    cell = notebook.cell(GRAPH)
    editor = EditorPage(notebook.page, cell)
    editor.expect_done("first", "second")
    editor.type_into("first", "value", "41")
    expect(editor.output("second")).to_have_text("42")
    expect(cell).not_to_contain_text("Error displaying widget")
    picture(notebook.page, "saved-live")

    # A height that was drawn is kept in the notebook.
    grip = cell.get_by_test_id("fn-grip")
    grip.focus()
    for _ in range(5):
        notebook.page.keyboard.press("ArrowUp")
    canvas = cell.locator(".fn-cell-canvas")
    expect(canvas).to_have_css("height", "420px")
    notebook.save()
    assert output_in(notebook, lab)["metadata"][MIME] == {"height": 420}
    notebook.page.reload()
    notebook.wait_until_open()
    expect(notebook.cell(GRAPH).locator(".fn-cell-canvas")).to_have_css("height", "420px")


def test_a_worker_that_stopped_is_started_at_its_picture(
    saved: NotebookPage, lab: Server, open_window: OpenWindow, picture: Picture
) -> None:
    lab.api(f"funcnodes/api/workers/{lab.workers()[name_of(saved)]['uuid']}/stop", "POST")
    notebook = open_notebook(lab, open_window, saved.path)
    cell = notebook.cell(GRAPH)
    expect(line(cell)).to_contain_text(f"“{name_of(saved)}” is not running")
    expect_picture(cell)
    picture(notebook.page, "saved-stopped")
    cell.get_by_role("button", name="Start").click()
    editor = EditorPage(notebook.page, cell)
    editor.expect_stale("first", "second")
    editor.node("second").get_by_role("button", name="run to here").click()
    expect(editor.output("second")).to_have_text("21")

    # It stops under the eyes of the person: the editor stays and says so.
    lab.api(f"funcnodes/api/workers/{lab.workers()[name_of(saved)]['uuid']}/stop", "POST")
    expect(cell.get_by_role("button", name="Start")).to_be_visible()
    expect(editor.node("second")).to_be_visible()
    picture(notebook.page, "saved-stops")


def test_a_graph_without_a_worker_is_opened_from_the_notebook(
    saved: NotebookPage, lab: Server, open_window: OpenWindow, picture: Picture
) -> None:
    old = lab.workers()[name_of(saved)]["uuid"]
    lab.api(f"funcnodes/api/workers/{old}", "DELETE")
    notebook = open_notebook(lab, open_window, saved.path)
    cell = notebook.cell(GRAPH)
    expect(line(cell)).to_contain_text(f"no worker of “{name_of(saved)}”")
    expect_picture(cell)
    picture(notebook.page, "saved-without-worker")
    cell.get_by_role("button", name="Open This Graph").click()
    editor = EditorPage(notebook.page, cell)
    expect(editor.nodes()).to_have_count(2)
    editor.root.get_by_role("button", name="Trust", exact=True).click()
    editor.node("second").get_by_role("button", name="run to here").click()
    expect(editor.output("second")).to_have_text("21")
    worker = lab.workers()[name_of(saved)]["uuid"]
    assert worker != old
    notebook.save()
    assert output_in(notebook, lab)["data"][MIME]["worker"] == worker
    picture(notebook.page, "saved-opened")

    # And deleted while it is shown: the picture is what is left.
    lab.api(f"funcnodes/api/workers/{worker}", "DELETE")
    expect(line(cell)).to_contain_text("no worker")
    expect_picture(cell)


def test_two_cells_of_one_graph_get_one_worker(lab: Server, open_window: OpenWindow, picture: Picture) -> None:
    name = "twice"
    saved = saved_notebook(lab, open_window, name, f"flow = %funcnodes {name}\nflow")
    old = lab.workers()[name]["uuid"]
    lab.api(f"funcnodes/api/workers/{old}", "DELETE")
    others = set(lab.workers())
    notebook = open_notebook(lab, open_window, saved.path)
    first, last = notebook.cell(GRAPH), notebook.cell(LAST)
    expect(line(first)).to_contain_text("no worker")
    expect_picture(last)
    pictures_in_both_themes(notebook, picture, "saved-twice")
    last.get_by_role("button", name="Open This Graph").click()
    for cell in (last, first):
        expect(EditorPage(notebook.page, cell).nodes()).to_have_count(2)
    # The editor in the one cell shows what is done in the other.
    editor, other = EditorPage(notebook.page, first), EditorPage(notebook.page, last)
    editor.root.get_by_role("button", name="Trust", exact=True).click()
    editor.type_into("first", "value", "30")
    expect(other.output("second")).to_have_text("31")
    assert set(lab.workers()) == others | {name}
    pictures_in_both_themes(notebook, picture, "saved-twice-opened")

    # And so it is when the notebook is opened again.
    notebook.save()
    new = lab.workers()[name]["uuid"]
    assert [output_in(notebook, lab, cell)["data"][MIME]["worker"] for cell in (GRAPH, LAST)] == [new, new]
    notebook.page.reload()
    notebook.wait_until_open()
    for cell in (first, last):
        expect(EditorPage(notebook.page, cell).output("second")).to_have_text("31")


def test_what_is_not_trusted_is_a_picture_and_sends_nothing(
    saved: NotebookPage, lab: Server, open_window: OpenWindow, picture: Picture
) -> None:
    # Somebody else's notebook: never signed on this machine, and with more than a picture in it.
    foreign = json.loads((lab.root / saved.path).read_text())
    data = output_in(saved, lab)["data"]
    drawn = "".join(data["image/svg+xml"])
    trap = "<script>document.title='caught'</script><image href='http://127.0.0.1:9/spy.png'/></svg>"
    data["image/svg+xml"] = drawn.replace("</svg>", trap)
    foreign["cells"][GRAPH]["outputs"] = [{"output_type": "display_data", "metadata": {}, "data": data}]
    path = "of-a-stranger.ipynb"
    (lab.root / path).write_text(json.dumps(foreign))

    notebook = open_notebook(lab, open_window, path)
    page, cell = notebook.page, notebook.cell(GRAPH)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.reload()
    notebook.wait_until_open()
    expect(line(cell)).to_contain_text("not trusted")
    expect_picture(cell)
    picture(page, "saved-untrusted")
    cell.get_by_role("button", name="Trust Notebook").click()
    page.locator(".jp-Dialog").get_by_role("button", name="Trust").click()
    EditorPage(page, notebook.cell(GRAPH)).expect_done("first", "second")
    assert "caught" not in page.title()
    assert asked
    assert not [url for url in asked if "spy" in url]
