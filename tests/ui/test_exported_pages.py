"""Notebooks as single HTML files, opened as files: looked into, never changed, and with no request but for the file."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest
from alone_page import AlonePage, OpenWindow, exported
from kernels import execute
from nbformat.v4 import new_code_cell, new_output
from playwright.sync_api import Locator, Page, expect

from funcnodes_jupyter.cli.main import main
from notebooks import MIMETYPE, notebook, showing, words

NOTEBOOKS = Path(__file__).parent.parent.parent / "notebooks"
TABLE = "application/vnd.funcnodes.table+json"
GRAPH = {
    "format": 1,
    "nodes": [
        {"id": "n", "node_id": "basic.number", "name": "three", "io": {"value": {"is_input": True, "value": 3}}},
        {"id": "s", "node_id": "basic.add", "name": "sum", "io": {"b": {"is_input": True, "value": 4}}},
    ],
    "edges": [["n", "out", "s", "a"]],
    "view": {"n": {"pos": [0, 0]}, "s": {"pos": [300, 0]}},
}

Open = Callable[..., AlonePage]
Picture = Callable[[Page, str], Path]


@pytest.fixture(scope="module", autouse=True)
def private_machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    base = tmp_path_factory.mktemp("base")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FUNCNODES_CONFIG_DIR", str(base / "funcnodes"))
        patch.setenv("JUPYTER_RUNTIME_DIR", str(base / "runtime"))
        patch.setenv("PYDEVD_DISABLE_FILE_VALIDATION", "1")
        yield


@pytest.fixture(scope="module")
def first_light(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The notebook, executed."""
    folder = tmp_path_factory.mktemp("first-light")
    return execute(nbformat.read(NOTEBOOKS / "first-light.ipynb", as_version=4), folder)


@pytest.fixture
def show(open_window: OpenWindow, tmp_path: Path) -> Iterator[Open]:
    """Exports a notebook and opens the page; in the end it must have asked for nothing."""
    opened: list[AlonePage] = []

    def open_page(made: Any, *, theme: str = "light", **options: Any) -> AlonePage:
        path = exported(made, tmp_path / f"page{len(opened)}.html", theme=theme)
        opened.append(AlonePage(open_window, path, **options))
        return opened[-1]

    yield open_page
    for page in opened:
        page.expect_alone()


def place_of(node: Locator) -> tuple[float, float]:
    box = node.bounding_box()
    assert box is not None
    return box["x"], box["y"]


def apart(one: Locator, other: Locator) -> tuple[float, float]:
    (x, y), (to_x, to_y) = place_of(one), place_of(other)
    return to_x - x, to_y - y


# --- looking ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_first_light_is_looked_into(show: Open, first_light: Any, picture: Picture, theme: str) -> None:
    page = show(first_light, theme=theme)
    expect(page.node("plot").locator("img")).to_be_visible()
    expect(page.live().locator(".react-flow__edge")).to_have_count(3)
    picture(page.page, f"exported-{theme}")
    inspector = page.select("filter")
    expect(inspector.get_by_test_id("fn-inspector-input-value")).to_have_value("3500")
    expect(inspector).to_contain_text("Done in")
    expect(inspector).to_contain_text("1–20 of 271")
    inspector = page.select("plot")
    drawn = inspector.locator("img")
    expect(drawn).to_be_visible()
    assert drawn.evaluate("image => image.naturalWidth") > 200
    expect(inspector).to_contain_text("from filter")
    picture(page.page, f"exported-{theme}-inspected")
    ground = page.live().locator(".fn-canvas").evaluate("canvas => getComputedStyle(canvas).backgroundColor")
    assert ("rgb(2" in ground or "0.9" in ground) is (theme == "light"), ground


def test_it_is_panned_zoomed_and_fitted(show: Open, first_light: Any) -> None:
    page = show(first_light)
    read = page.node("read")
    start, fitted = place_of(read), page.zoom().inner_text()
    canvas = page.live().locator(".react-flow__pane").bounding_box()
    assert canvas is not None
    x, y = canvas["x"] + 60, canvas["y"] + canvas["height"] - 120
    page.page.mouse.move(x, y)
    page.page.mouse.down()
    page.page.mouse.move(x + 80, y - 40, steps=4)
    page.page.mouse.up()
    assert place_of(read) == pytest.approx((start[0] + 80, start[1] - 40), abs=2)
    page.page.mouse.wheel(0, -300)
    expect(page.zoom()).not_to_have_text(fitted)
    page.live().get_by_label("Zoom out").click()
    page.live().get_by_label("Show the whole graph").click()
    expect(page.zoom()).to_have_text(fitted)
    assert place_of(read) == pytest.approx(start, abs=2)


def test_before_it_is_pressed_the_wheel_is_the_pages(show: Open, first_light: Any) -> None:
    page = show(first_light)
    zoom = page.zoom().inner_text()
    page.node("filter").hover()
    before = page.page.evaluate("scrollY")
    page.page.mouse.wheel(0, -200)
    page.page.wait_for_function("before => scrollY < before", arg=before)
    expect(page.zoom()).to_have_text(zoom)


def test_nothing_in_it_can_be_changed(show: Open, first_light: Any) -> None:
    page = show(first_light)
    viewer = page.live()
    expect(viewer.locator("[role=toolbar], .fn-library, [aria-haspopup=menu]")).to_have_count(0)
    read = page.node("read")
    between = apart(read, page.node("filter"))
    title = read.locator(".fn-node-title").bounding_box()
    assert title is not None
    page.page.mouse.move(title["x"] + 5, title["y"] + 5)
    page.page.mouse.down()
    page.page.mouse.move(title["x"] + 65, title["y"] + 65, steps=4)
    page.page.mouse.up()
    assert apart(read, page.node("filter")) == pytest.approx(between), "a drag on a node moves the view"
    page.select("read")
    for key in ("Delete", "F2", "Control+z", "Control+g", "/"):
        page.page.keyboard.press(key)
    field = read.get_by_test_id("fn-input-path")
    field.click()
    page.page.keyboard.type("other")
    expect(field).to_have_value("sample:penguins.csv")
    read.locator(".fn-node-title").dblclick()
    expect(viewer.get_by_test_id("fn-node")).to_have_count(4)
    expect(viewer.locator(".fn-title-field, [role=menu], .fn-quick")).to_have_count(0)


def test_where_the_inspector_comes_the_node_stays_in_view(show: Open, first_light: Any) -> None:
    page = show(first_light)
    page.select("plot")
    edge = page.live().get_by_test_id("fn-inspector").bounding_box()
    assert edge is not None
    page.page.wait_for_function(
        "([name, edge]) => document.querySelector(`[data-node-name=${name}]`).getBoundingClientRect().right < edge",
        arg=["plot", edge["x"] + 1],
    )
    page.live().locator(".react-flow__pane").click(position={"x": 10, "y": 10})
    expect(page.live().get_by_test_id("fn-inspector")).to_have_count(0)


def test_without_scripts_there_is_the_picture(show: Open, first_light: Any, picture: Picture) -> None:
    page = show(first_light, java_script_enabled=False)
    image = page.viewer().locator("img")
    expect(image).to_be_visible()
    expect(image).to_have_attribute("alt", "The graph penguins")
    box = image.bounding_box()
    assert box is not None
    assert box["width"] > 600
    picture(page.page, "exported-without-scripts")


def test_on_paper_there_is_the_picture(show: Open, first_light: Any) -> None:
    page = show(first_light)
    expect(page.live().locator("> img")).to_be_hidden()
    page.page.emulate_media(media="print")
    expect(page.viewer().locator("> img")).to_be_visible()
    expect(page.viewer().get_by_test_id("fn-editor")).to_be_hidden()


# --- other notebooks ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "graphs"),
    [
        ("from-cell-to-graph", {0: ["heavy", "means"], 1: ["masses", "total"]}),
        ("your-own-functions", {0: ["path", "drawn"]}),
    ],
)
def test_the_other_notebooks(show: Open, tmp_path: Path, picture: Picture, name: str, graphs: dict[int, Any]) -> None:
    page = show(execute(nbformat.read(NOTEBOOKS / f"{name}.ipynb", as_version=4), tmp_path))
    expect(page.page.locator(".fn-viewer")).to_have_count(len(graphs))
    for number, nodes in graphs.items():
        for node in nodes:
            expect(page.node(node, number)).to_have_attribute("data-state", "done")
        expect(page.live(number).get_by_text("No picture yet")).to_have_count(0)
        page.select(nodes[-1], number)
        picture(page.page, f"exported-{name}-{number}")
    # However many graphs there are, the viewer stands there once.
    expect(page.page.locator("script:not([type])")).to_have_count(1)


def test_a_notebook_that_is_executed_on_the_way(open_window: OpenWindow, tmp_path: Path) -> None:
    source = (
        "%load_ext funcnodes_jupyter\nflow = %funcnodes onway\nflow.add('basic.number', name='three', value=3)\nflow"
    )
    nbformat.write(notebook(source), tmp_path / "onway.ipynb")
    command = [sys.executable, "-m", "jupyter", "nbconvert", "--execute", "--to", "funcnodes_html", "onway.ipynb"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    page = AlonePage(open_window, tmp_path / "onway.html")
    expect(page.node("three")).to_have_attribute("data-state", "done")
    page.expect_alone()


def test_an_output_without_its_last_state_is_shown_from_its_graph(show: Open) -> None:
    page = show(notebook(showing("flow", demo=GRAPH)))
    expect(page.node("sum")).to_contain_text("not run yet")
    expect(page.live().locator(".react-flow__edge")).to_have_count(1)
    expect(page.select("three").get_by_test_id("fn-inspector-input-value")).to_have_value("3")


def test_of_a_graph_that_was_too_large_there_is_the_picture(show: Open) -> None:
    svg = "<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/>"
    output = new_output("display_data", {MIMETYPE: {"name": "large", "worker": "w"}, "image/svg+xml": svg})
    page = show(notebook(new_code_cell("flow", outputs=[output])))
    expect(page.page.locator(".jp-RenderedSVG img")).to_be_visible()
    expect(page.page.locator(".fn-viewer")).to_have_count(0)


def test_a_notebook_without_graphs_is_a_page_without_scripts(show: Open) -> None:
    page = show(notebook(words("# Nothing here\n\nIt costs 5 $, not more."), "x = 1"))
    expect(page.page.get_by_role("heading", level=1)).to_contain_text("Nothing here")
    assert "<script" not in page.page.content()


def test_formulas_are_set_without_a_network(show: Open, picture: Picture) -> None:
    latex = new_output("display_data", {"text/latex": r"$\displaystyle \sqrt{2}$"})
    cells = [
        words(
            "The area $A = \\pi r^2$ is\n\n$$\\int_0^r 2 \\pi t\\,dt$$\n\n\\begin{align}a &= b \\\\ &= c\\end{align}"
        ),
        new_code_cell("x", outputs=[latex]),
        new_code_cell("print('$5 and $6')", outputs=[new_output("stream", text="$5 and $6\n")]),
    ]
    page = show(notebook(*cells))
    expect(page.page.locator("math")).to_have_count(4)
    expect(page.page.locator("math[display=block], math.tml-display")).not_to_have_count(0)
    expect(page.page.locator(".jp-OutputArea")).to_contain_text(["", "$5 and $6"])
    box = page.page.locator("msqrt").bounding_box()
    assert box is not None
    assert box["width"] > 5
    picture(page.page, "exported-formulas")


def test_pictures_beside_the_notebook_come_along_and_nothing_else_does(show: Open, tmp_path: Path) -> None:
    png = NOTEBOOKS / "images" / "first-light.png"
    (tmp_path / "images").mkdir()
    (tmp_path / "images" / "a b.png").write_bytes(png.read_bytes())
    (tmp_path / "secret.txt").write_text("password")
    outside = tmp_path.parent / f"{tmp_path.name}-outside.png"
    outside.write_bytes(png.read_bytes())
    text = f"![own](images/a%20b.png)\n\n![text](secret.txt)\n\n![up](../{outside.name})\n\n![far](https://far.invalid/a.png)"
    page = show(notebook(words(text)))
    loaded = page.page.locator("main img").evaluate_all("images => images.map(image => image.naturalWidth > 0)")
    assert loaded == [True]
    far = page.page.get_by_role("link", name="far")
    expect(far).to_have_attribute("href", "https://far.invalid/a.png")
    expect(page.page.get_by_text("up", exact=True)).to_be_visible()
    assert "cGFzc3dvcmQ" not in page.page.content()


def test_what_a_script_would_draw_shows_its_picture_or_its_text(show: Open) -> None:
    png = new_output("display_data", {"text/html": "<script>draw()</script>", "image/svg+xml": "<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/>"})  # fmt: skip
    widget = new_output("display_data", {"application/vnd.jupyter.widget-view+json": {"model_id": "m"}, "text/plain": "IntSlider(value=3)"})  # fmt: skip
    page = show(notebook(new_code_cell("x", outputs=[png, widget]), words("```mermaid\ngraph LR\n```")))
    expect(page.page.locator(".jp-RenderedSVG img")).to_be_visible()
    expect(page.page.get_by_text("IntSlider(value=3)")).to_be_visible()
    expect(page.page.get_by_text("graph LR")).to_be_visible()


# --- a page of one graph --------------------------------------------------------------------------------

SCRIPT = """\
import math

radius = 2.0
area = math.pi * radius**2


def describe(value, digits=1):
    return f"{round(value, digits)} m²"


text = describe(area, digits=2)
"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_script_as_a_page(open_window: OpenWindow, tmp_path: Path, picture: Picture, scheme: str) -> None:
    (tmp_path / "area.py").write_text(SCRIPT)
    assert main(["convert", str(tmp_path / "area.py"), str(tmp_path / "area.html")]) == 0
    page = AlonePage(open_window, tmp_path / "area.html", color_scheme=scheme)
    expect(page.page).to_have_title("area")
    box = page.live().get_by_test_id("fn-editor").bounding_box()
    assert box == {"x": 0, "y": 0, "width": 1440, "height": 900}
    expect(page.page.locator(".fn-minimap")).to_be_visible()
    inspector = page.select("describe")
    code = inspector.get_by_test_id("fn-code-field")
    expect(code).to_have_value(SCRIPT.split("\n\n\n")[1])
    expect(code).not_to_be_editable()
    picture(page.page, f"converted-{scheme}")
    page.expect_alone()


def test_a_notebook_as_a_page_has_all_its_graphs(open_window: OpenWindow, first_light: Any, tmp_path: Path) -> None:
    both = notebook(*first_light.cells, showing("flow", demo=GRAPH))
    nbformat.write(both, tmp_path / "both.ipynb")
    assert main(["convert", str(tmp_path / "both.ipynb"), str(tmp_path / "both.html")]) == 0
    page = AlonePage(open_window, tmp_path / "both.html")
    expect(page.live().get_by_test_id("fn-group")).to_have_count(2)
    expect(page.node("plot").locator("img")).to_be_visible()
    expect(page.node("filter")).to_have_attribute("data-state", "done")
    expect(page.node("three")).to_be_visible()
    page.expect_alone()
