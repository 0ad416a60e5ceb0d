"""What people stumble over in the first five minutes with an editor of graphs, and must not here: one test each."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable
from pathlib import Path

from editor_page import EditorPage
from other_window import OtherWindow
from playwright.sync_api import Error as BrowserError
from playwright.sync_api import Page, WebSocketRoute, expect
from servers import Server, free_port, start_runserver

OpenWindow = Callable[..., Page]
Picture = Callable[[Page, str], Path]
Show = Callable[..., EditorPage]

MOST_FRAMES = 40
"""How many requests and frames a page may send to show a graph of 100 nodes."""


def reload(editor: EditorPage) -> None:
    editor.page.reload()
    expect(editor.root).to_be_visible()


def select(editor: EditorPage, name: str) -> None:
    """Click on the title of a node."""
    editor.node(name).click(position={"x": 60, "y": 16})
    expect(editor.node(name)).to_have_attribute("data-selected", "true")


def zoom(editor: EditorPage) -> int:
    text = editor.root.locator(".fn-zoom-percent").inner_text()
    return int(text.removesuffix("%").strip())


# --- the first minute -------------------------------------------------------------------------------


def test_a_worker_that_is_not_there_is_named_and_can_be_made(runserver: Server, open_window: OpenWindow) -> None:
    page = open_window(f"{runserver.url}funcnodes/?token={runserver.token}&worker=nobody")
    expect(page.get_by_role("alert")).to_contain_text("no worker called “nobody”")
    page.get_by_test_id("fn-worker-name").press("Enter")
    expect(page.get_by_test_id("fn-worker-select")).to_contain_text("nobody")
    expect(page.get_by_test_id("fn-library-item").first).to_be_visible()


def test_the_first_page_works_while_the_server_is_still_starting(
    tmp_path: Path, environment: dict[str, str], open_window: OpenWindow
) -> None:
    port = free_port()
    started: list[Server] = []
    starting = threading.Thread(target=lambda: started.append(start_runserver(tmp_path, environment, port)))
    starting.start()
    page = open_window("about:blank")
    # The token is in nobody's hands yet: the login page is the first that can be shown, and no error.
    while not try_to_open(page, f"http://127.0.0.1:{port}/funcnodes/"):
        assert starting.is_alive() or started
    starting.join()
    try:
        page.goto(f"{started[0].url}funcnodes/?token={started[0].token}")
        expect(page.get_by_test_id("fn-no-worker")).to_be_visible()
        page.get_by_test_id("fn-worker-name").fill("first")
        page.keyboard.press("Enter")
        expect(page.get_by_test_id("fn-worker-select")).to_contain_text("first")
        expect(page.get_by_test_id("fn-library-item").first).to_be_visible()
    finally:
        started[0].stop()


def try_to_open(page: Page, url: str) -> bool:
    try:
        answer = page.goto(url)
    except BrowserError:
        return False
    assert answer is not None
    assert answer.ok
    return True


def test_a_new_worker_is_started_and_shown_with_its_library(other: OtherWindow, runserver: Server, show: Show) -> None:
    editor = show()
    page = editor.page
    page.get_by_test_id("fn-worker-select").click()
    page.get_by_role("menuitem", name="New worker…").click()
    page.get_by_test_id("fn-worker-name").fill("made on the page")
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("fn-worker-select")).to_contain_text("made on the page")
    expect(page.get_by_test_id("fn-library-item").nth(20)).to_be_attached()
    for name in ("Add", "Square root"):  # the keys are the editor's from the start, without a click
        page.keyboard.press("/")
        page.keyboard.type(name)
        page.keyboard.press("Enter")
        expect(editor.node(name)).to_be_visible()
    made = runserver.workers()["made on the page"]
    assert made["state"] == "running"
    assert "worker=made" in page.url
    runserver.api(f"funcnodes/api/workers/{made['uuid']}", "DELETE")
    expect(page.get_by_test_id("fn-no-worker")).to_be_visible()


def test_a_click_in_the_library_adds_beside_and_never_magnifies(show: Show) -> None:
    editor = show()
    library = editor.page.get_by_test_id("fn-library")
    for count, name in enumerate(("Add", "Palmer penguins", "Scatter", "Add", "Scatter", "Join", "Scatter"), start=1):
        library.get_by_role("button", name=name, exact=True).first.click()
        expect(editor.nodes()).to_have_count(count)
        expect(editor.root.locator(".fn-node[data-selected]")).to_be_in_viewport(ratio=1)
        assert zoom(editor) <= 100
    editor.expect_no_overlap()


def test_the_search_answers_to_the_names_that_are_shown(show: Show) -> None:
    page = show().page
    page.keyboard.press("/")  # without a click before
    expect(page.get_by_test_id("fn-quick-search")).to_be_focused()
    page.keyboard.press("Escape")
    items = page.get_by_test_id("fn-library-item")
    search = page.get_by_test_id("fn-library-search")
    search.fill("group and agg")
    expect(items.first).to_have_text(re.compile("Group and aggregate"))
    search.fill("palmer")
    expect(items.first).to_have_text(re.compile("Palmer penguins"))
    search.fill("data.group_aggregate")
    expect(page.get_by_test_id("fn-library")).to_contain_text("No node answers")


def test_the_wheel_zooms_over_nodes_too(other: OtherWindow, show: Show) -> None:
    other.add("basic.add", "sum", (0, 0))
    editor = show()
    editor.node("sum").hover()
    before = editor.node("sum").bounding_box()
    assert before is not None
    editor.page.mouse.wheel(0, 300)
    expect(editor.root.locator(".fn-zoom-percent")).not_to_have_text("100 %")
    assert zoom(editor) < 100


def test_titles_are_names(other: OtherWindow, show: Show) -> None:
    other.ask("add_node", node_id="basic.add")
    other.add("basic.add", "a name of its own")
    editor = show()
    expect(editor.node("Add")).to_be_visible()
    expect(editor.node("a name of its own")).to_be_visible()
    for title in editor.root.locator(".fn-node-title").all_inner_texts():
        assert not re.search("[0-9a-f]{16}", title)


# --- typing -----------------------------------------------------------------------------------------


def test_enter_commits_a_number_and_makes_no_new_line_in_a_text(other: OtherWindow, show: Show) -> None:
    other.add("basic.number", "number", (0, 0))
    other.add("basic.text", "text", (240, 0), value="two\nlines")
    editor = show()
    editor.type_into("number", "value", "2.5")
    editor.type_into("text", "value", "one line")
    editor.expect_done("number", "text")
    expect(editor.field("number", "value")).to_have_value("2.5")
    expect(editor.field("text", "value")).to_have_value("one line")
    assert other.value("number", "value") == "2.5"
    assert other.value("text", "value") == "'one line'"


def test_what_is_no_number_is_refused_visibly(other: OtherWindow, show: Show) -> None:
    other.add("basic.whole_number", "number", value=7)
    editor = show()
    editor.type_into("number", "value", "abc")
    expect(editor.node("number").get_by_role("alert")).to_be_visible()
    expect(editor.field("number", "value")).to_have_attribute("aria-invalid", "true")
    expect(editor.field("number", "value")).to_have_value("abc")
    assert other.value("number", "value") == "7"
    editor.page.keyboard.press("Escape")
    expect(editor.field("number", "value")).to_have_value("7")
    expect(editor.node("number").get_by_role("alert")).to_have_count(0)


def test_values_are_shown_as_python_writes_them(other: OtherWindow, show: Show) -> None:
    number = other.add("basic.number", "number", (0, 0), value=3.5)
    value = other.add("basic.value", "value", (240, 0), value=1)
    text = other.add("basic.text", "text", (480, 0), value="old")
    editor = show()
    expect(editor.output("number")).to_have_text("3.5")
    other.set(value, "value", None)
    expect(editor.field("value", "value")).to_have_value("None")
    expect(editor.output("value")).to_have_text("None")
    other.set(text, "value", "")
    expect(editor.field("text", "value")).to_have_value("")
    expect(editor.field("text", "value")).to_have_attribute("placeholder", "''")
    expect(editor.output("text")).to_have_text("''")
    other.ask("update_node", uuid=number, io_id="value", text="nan")
    expect(editor.field("number", "value")).to_have_value("nan")
    expect(editor.output("number")).to_have_text("nan")


def test_what_is_being_typed_is_not_overwritten(other: OtherWindow, show: Show) -> None:
    number = other.add("basic.whole_number", "number", (0, 0), value=1)
    marker = other.add("basic.whole_number", "marker", (240, 0), value=1)
    editor = show()
    editor.field("number", "value").fill("12")
    other.set(number, "value", 99)
    other.set(marker, "value", 99)
    expect(editor.field("marker", "value")).to_have_value("99")
    expect(editor.field("number", "value")).to_have_value("12")
    editor.page.keyboard.press("Enter")
    editor.expect_done("number")
    assert other.value("number", "value") == "12"


# --- what went wrong --------------------------------------------------------------------------------


def test_an_error_says_where_and_is_still_there_after_a_reload(other: OtherWindow, show: Show) -> None:
    ratio = other.add("basic.divide", "ratio", (0, 0), a=1, b=4)
    editor = show()
    editor.expect_done("ratio")
    other.set(ratio, "b", 0)
    for _ in range(2):
        expect(editor.node("ratio")).to_have_attribute("data-state", "error")
        expect(editor.node("ratio").get_by_role("alert")).to_contain_text("division by zero")
        expect(editor.node("ratio").get_by_role("alert")).to_contain_text(re.compile(r"line \d+"))
        # The quotient of before is no result of these inputs.
        expect(editor.node("ratio")).not_to_contain_text("0.25")
        editor.node("ratio").get_by_role("button", name="details").click()
        inspector = editor.page.get_by_test_id("fn-inspector")
        expect(inspector.locator(".fn-traceback")).to_contain_text("return a / b")
        reload(editor)


def test_a_failed_table_is_not_shown_as_valid(other: OtherWindow, show: Show) -> None:
    table = other.add("data.sample_penguins", "all", (0, 0))
    rows = other.add("data.filter_rows", "some", (240, 0), column="body_mass_g", test=">", value=4000)
    other.connect(table, "out", rows, "table")
    editor = show()
    editor.expect_done("some")
    expect(editor.preview("some")).not_to_have_attribute("data-stale", "true")
    other.set(rows, "column", "no such column")
    expect(editor.node("some")).to_have_attribute("data-state", "error")
    for _ in range(2):
        expect(editor.preview("some")).to_have_attribute("data-stale", "true")
        reload(editor)


def test_a_long_run_shows_how_far_it_is_and_can_be_stopped(other: OtherWindow, show: Show, picture: Picture) -> None:
    table = other.add("data.sample_penguins", "all", (0, 0))
    long = other.add("data.bootstrap_mean", "long", (260, 0), column="body_mass_g", samples=10_000_000)
    editor = show()
    editor.expect_done("all")
    other.connect(table, "out", long, "table")
    expect(editor.node("long").get_by_role("progressbar")).to_have_attribute("aria-valuenow", re.compile(r"\d"))
    picture(editor.page, "stumbles-running")
    editor.page.get_by_test_id("fn-stop").click()
    expect(editor.node("long")).to_have_attribute("data-state", "cancelled")
    expect(editor.node("long")).to_contain_text("cancelled")
    expect(editor.page.get_by_test_id("fn-stop")).to_be_disabled()


# --- what stays -------------------------------------------------------------------------------------


def test_backspace_deletes_in_the_worker(other: OtherWindow, show: Show) -> None:
    first = other.add("basic.number", "first", (0, 0), value=1)
    second = other.add("basic.add", "second", (260, 0), a=1, b=1)
    third = other.add("basic.add", "third", (520, 0), a=1, b=1)
    other.connect(first, "out", second, "a")
    other.connect(second, "out", third, "a")
    editor, beside = show(), show()
    expect(editor.edges()).to_have_count(2)
    editor.click_edge(editor.edge("second", "out", "third", "a"))
    editor.page.keyboard.press("Backspace")
    for window in (editor, beside):
        expect(window.edges()).to_have_count(1)
    select(editor, "second")
    editor.page.keyboard.press("Backspace")
    for window in (editor, beside):
        expect(window.nodes()).to_have_count(2)
        expect(window.edges()).to_have_count(0)
    reload(editor)
    expect(editor.nodes()).to_have_count(2)
    assert set(other.nodes()) == {"first", "third"}


def test_a_move_right_before_a_reload_is_kept(other: OtherWindow, show: Show) -> None:
    other.add("basic.add", "sum", (0, 0))
    other.add("basic.add", "anchor", (600, 300))
    editor, beside = show(), show()
    drag(editor, "sum", 120, 80)
    moved = editor.layout()
    reload(editor)
    expect(editor.node("sum")).to_be_visible()
    x, y = other.nodes()["sum"]["pos"]
    assert (x, y) != (0, 0)
    expect(beside.node("sum")).to_be_visible()
    assert distance(beside) == distance(editor)
    assert moved.keys() == editor.layout().keys()


def drag(editor: EditorPage, name: str, right: float, down: float) -> None:
    box = editor.node(name).bounding_box()
    assert box is not None
    x, y = box["x"] + 60, box["y"] + 14
    mouse = editor.page.mouse
    mouse.move(x, y)
    mouse.down()
    mouse.move(x + right, y + down, steps=5)
    mouse.up()


def distance(editor: EditorPage) -> tuple[int, int]:
    """How far apart the two nodes are, in canvas pixels of the last fit."""
    places = other_places(editor)
    return places["anchor"][0] - places["sum"][0], places["anchor"][1] - places["sum"][1]


def other_places(editor: EditorPage) -> dict[str, tuple[int, int]]:
    """Where React Flow has put the nodes, in canvas pixels."""
    found: dict[str, str] = editor.root.locator(".react-flow__node").evaluate_all(
        "nodes => Object.fromEntries(nodes.map(n => [n.querySelector('[data-node-name]').dataset.nodeName, "
        "n.style.transform]))"
    )
    numbers = {name: re.findall(r"-?[\d.]+", transform) for name, transform in found.items()}
    return {name: (round(float(x)), round(float(y))) for name, (x, y, *_) in numbers.items()}


def test_places_and_names_are_seen_by_the_second_window(other: OtherWindow, show: Show) -> None:
    other.add("basic.add", "sum", (0, 0))
    other.add("basic.add", "anchor", (600, 300))
    editor, beside = show(), show()
    drag(editor, "sum", 100, 60)
    x, y = other_places(editor)["sum"]
    assert (x, y) != (0, 0)
    uuid = editor.node("sum").get_attribute("data-node-uuid")
    expect(beside.root.locator(f'.react-flow__node[data-id="{uuid}"]')).to_have_css(
        "transform", f"matrix(1, 0, 0, 1, {x}, {y})"
    )
    select(editor, "sum")
    editor.page.keyboard.press("F2")
    editor.page.keyboard.type("total")
    editor.page.keyboard.press("Enter")
    expect(beside.node("total")).to_be_visible()
    assert "total" in other.nodes()


def test_a_hundred_nodes_cost_few_requests(other: OtherWindow, open_window: OpenWindow) -> None:
    other.ask("batch", commands=[
        {"cmd": "add_node", "kwargs": {
            "node_id": "basic.add", "name": f"n{at}", "inputs": {"a": at, "b": 1},
            "frontend": {"pos": [at % 10 * 230, at // 10 * 170]},
        }}
        for at in range(100)
    ])  # fmt: skip
    page = open_window("about:blank")
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url))
    page.on("websocket", lambda socket: socket.on("framesent", lambda frame: sent.append(str(frame)[:80])))
    page.goto(other.page)
    editor = EditorPage(page, page.locator("body"))
    expect(editor.nodes()).to_have_count(100)
    editor.expect_done("n0", "n99")
    assert len(sent) < MOST_FRAMES, sent


# --- safety, light, room, keys ----------------------------------------------------------------------


def test_a_picture_in_html_runs_no_script(other: OtherWindow, open_window: OpenWindow) -> None:
    other.add("basic.list", "list", value=list(range(50)))
    page = open_window("about:blank")
    hostile = "<b>shown</b><script>top.hacked = 1</script><img src=x onerror='top.hacked = 1'>"

    def make_hostile(socket: WebSocketRoute) -> None:
        worker = socket.connect_to_server()

        def pass_on(message: str | bytes) -> None:
            frame = json.loads(message) if isinstance(message, str) and '"preview"' in message else {}
            if frame.get("type") == "preview":
                message = json.dumps({**frame, "data": {"text/html": hostile}})
            socket.send(message)

        worker.on_message(pass_on)

    page.route_web_socket(re.compile("/workers/"), make_hostile)
    page.goto(other.page)
    editor = EditorPage(page, page.locator("body"))
    frame = editor.preview("list").frame_locator("iframe")
    expect(frame.get_by_text("shown")).to_be_visible()
    assert page.evaluate("() => window.hacked") is None
    sandbox = editor.preview("list").locator("iframe").get_attribute("sandbox")
    assert set((sandbox or "").split()) == {"allow-popups", "allow-popups-to-escape-sandbox"}


def penguins(other: OtherWindow) -> None:
    """The graph of the README."""
    read = other.add("data.read_csv", "read", (0, 0), path="sample:penguins.csv")
    rows = other.add("data.filter_rows", "filter", (248, 0), column="body_mass_g", test=">=", value=3500)
    group = other.add("data.group_aggregate", "group", (496, 180), by="species", column="body_mass_g")
    columns = {"x": "flipper_length_mm", "y": "body_mass_g", "colour": "species"}
    plot = other.add("plot.scatter", "plot", (744, 0), **columns)
    other.connect(read, "out", rows, "table")
    other.connect(rows, "out", group, "table")
    other.connect(rows, "out", plot, "table")


def test_the_dark_theme_is_dark(other: OtherWindow, show: Show, picture: Picture) -> None:
    penguins(other)
    editor = show(color_scheme="dark")
    editor.expect_done("read", "filter", "group", "plot")
    editor.picture_of("plot")
    for part in (editor.root, editor.node("plot"), editor.page.get_by_test_id("fn-library")):
        assert brightness(part.evaluate("part => getComputedStyle(part).backgroundColor")) < 80
        assert brightness(part.evaluate("part => getComputedStyle(part).color")) > 150
    picture(editor.page, "stumbles-dark")


def brightness(colour: str) -> float:
    """How bright a CSS colour is, from 0 to 255."""
    parts = [float(part) for part in re.findall(r"[\d.]+", colour)[:3]]
    return sum(parts) / 3 * (255 if colour.startswith("color(") else 1)


def test_a_narrow_editor_gives_the_canvas_its_room(other: OtherWindow, show: Show, picture: Picture) -> None:
    penguins(other)
    editor = show()
    page = editor.page
    library, inspector = page.get_by_test_id("fn-library"), page.get_by_test_id("fn-inspector")
    expect(library).to_be_visible()
    page.set_viewport_size({"width": 550, "height": 800})
    expect(library).to_have_count(0)
    expect(inspector).to_have_count(0)
    reload(editor)
    expect(library).to_have_count(0)
    canvas = editor.root.locator(".fn-canvas").bounding_box()
    assert canvas is not None
    assert canvas["width"] > 500
    editor.expect_done("read", "filter", "group", "plot")
    picture(page, "stumbles-narrow")
    page.get_by_test_id("fn-toggle-library").click()
    expect(library).to_be_visible()
    assert editor.root.locator(".fn-canvas").bounding_box() == canvas
    page.get_by_test_id("fn-toggle-inspector").click()
    expect(inspector).to_be_visible()
    expect(library).to_have_count(0)
    page.keyboard.press("Escape")
    expect(inspector).to_have_count(0)
    page.set_viewport_size({"width": 1440, "height": 900})
    expect(library).to_be_visible()


def test_everything_can_be_done_with_the_keys(other: OtherWindow, show: Show) -> None:
    editor = show()
    page = editor.page
    expect(page.get_by_test_id("fn-library-item").first).to_be_visible()
    editor.root.focus()
    page.keyboard.press("/")
    page.keyboard.type("whole number")
    page.keyboard.press("Enter")
    expect(editor.node("Whole number")).to_be_visible()
    tab_to(page, "fn-input-value")
    page.keyboard.type("42")
    page.keyboard.press("Enter")
    editor.expect_done("Whole number")
    assert other.value("Whole number", "value") == "42"
    page.keyboard.press("Escape")
    page.keyboard.press("Control+A")
    page.keyboard.press("Delete")
    expect(editor.nodes()).to_have_count(0)


def tab_to(page: Page, test_id: str) -> None:
    """Press Tab until the focus is there, as often as there are things to stop at."""
    stops = page.locator("button:visible, input:visible, select:visible, [tabindex='0']:visible").count()
    for _ in range(stops + 1):
        page.keyboard.press("Tab")
        if page.evaluate("() => document.activeElement?.dataset.testid") == test_id:
            return
    raise AssertionError(f"Tab never reaches {test_id}")
