"""What a person steers a graph by: undo, the pause, nodes that are switched off or kept, loops, limits."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from editor_page import EditorPage
from other_window import OtherWindow
from packs import install_pack, with_path
from playwright.sync_api import Page, expect
from servers import Server, start_runserver

Picture = Callable[[Page, str], Path]
Show = Callable[..., EditorPage]

PACK = """
import logging, sys, time, warnings
from funcnodes_jupyter.core.decorator import NodeDecorator
from funcnodes_jupyter.core.shelf import Shelf


@NodeDecorator("talk.talk", name="Talk")
def talk(times: int = 3) -> int:
    for number in range(times):
        print(f"step {number + 1} of {times}")
    logging.getLogger("talk").warning("that was much")
    warnings.warn("say less", stacklevel=1)
    return times


@NodeDecorator("talk.deaf", name="Deaf")
def deaf(seconds: float = 5.0) -> float:
    # a function that cannot be interrupted: it says no each time, as one in C would
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            time.sleep(0.05)
        except KeyboardInterrupt:
            pass
    return seconds


@NodeDecorator("talk.silent", name="Silent")
def silent(count: int = 10**11) -> int:
    # one call into C that keeps Python's lock for minutes: nothing else of the process runs
    return sum(range(count))


NODE_SHELF = Shelf("Talking", nodes=[talk, deaf, silent])
"""


def build(other: OtherWindow) -> None:
    """``one`` (1) → ``sum`` (+ 2) → ``product`` (× 10)."""
    one = other.add("basic.number", "one", (40, 80), value=1)
    total = other.add("basic.add", "sum", (320, 80), b=2)
    product = other.add("basic.multiply", "product", (600, 80), b=10)
    other.connect(one, "out", total, "a")
    other.connect(total, "out", product, "a")


def select(editor: EditorPage, name: str) -> None:
    editor.node(name).click(position={"x": 60, "y": 16})
    expect(editor.node(name)).to_have_attribute("data-selected", "true")


def choose(editor: EditorPage, name: str, label: str) -> None:
    """Choose from a node's menu."""
    editor.node(name).get_by_role("button", name="What to do with").click()
    editor.page.get_by_role("menuitem", name=label).click()


def test_anything_is_undone_by_key_and_button_in_every_window(other: OtherWindow, show: Show, picture: Picture) -> None:
    build(other)
    editor, second = show(), show()
    editor.type_into("sum", "b", "5")
    expect(editor.output("product")).to_have_text("60.0")
    undo, redo = editor.page.get_by_test_id("fn-undo"), editor.page.get_by_test_id("fn-redo")
    expect(undo).to_have_attribute("title", "Undo: Set sum.b  Ctrl+Z")
    expect(redo).to_be_disabled()
    undo.click()
    expect(editor.output("product")).to_have_text("30.0")
    expect(second.field("sum", "b")).to_have_value("2")
    redo.click()
    expect(editor.output("product")).to_have_text("60.0")
    select(editor, "sum")
    editor.page.keyboard.press("Delete")
    expect(editor.node("sum")).to_have_count(0)
    picture(editor.page, "undo-after-delete")
    editor.page.keyboard.press("Control+z")
    expect(editor.node("sum")).to_be_visible()
    expect(editor.edges()).to_have_count(2)
    editor.expect_done("one", "sum", "product")
    expect(second.output("product")).to_have_text("60.0")
    editor.page.keyboard.press("Control+Shift+z")
    expect(second.node("sum")).to_have_count(0)


def test_the_field_that_is_being_edited_has_an_undo_of_its_own(other: OtherWindow, show: Show) -> None:
    build(other)
    editor = show()
    field = editor.field("sum", "b")
    field.click()
    field.press("End")
    field.press("7")
    field.press("Control+z")
    expect(field).to_have_value("2")
    expect(editor.node("sum")).to_be_visible()


def test_a_paused_graph_runs_when_it_is_told(other: OtherWindow, show: Show, picture: Picture) -> None:
    build(other)
    editor = show()
    editor.expect_done("product")
    editor.page.get_by_test_id("fn-mode").click()
    picture(editor.page, "mode-menu")
    editor.page.get_by_role("menuitemradio", name="Paused").click()
    expect(editor.page.get_by_test_id("fn-mode")).to_have_attribute("data-mode", "paused")
    editor.type_into("one", "value", "4")
    editor.expect_stale("one", "sum", "product")
    expect(editor.output("product")).to_have_text("30.0")
    picture(editor.page, "paused")
    choose(editor, "sum", "Run to here")
    editor.expect_done("one", "sum")
    editor.expect_stale("product")
    editor.page.get_by_test_id("fn-run").click()
    editor.expect_done("product")
    expect(editor.output("product")).to_have_text("60.0")


def test_nodes_are_frozen_bypassed_and_disabled(other: OtherWindow, show: Show, picture: Picture) -> None:
    build(other)
    editor = show()
    editor.expect_done("product")
    choose(editor, "sum", "Freeze")
    expect(editor.node("sum")).to_contain_text("frozen")
    editor.type_into("one", "value", "4")
    editor.expect_done("one", "product")
    expect(editor.output("product")).to_have_text("30.0")
    picture(editor.page, "frozen")
    choose(editor, "sum", "Unfreeze")
    expect(editor.output("product")).to_have_text("60.0")
    select(editor, "sum")
    editor.page.keyboard.press("b")
    expect(editor.node("sum")).to_contain_text("bypassed")
    expect(editor.output("product")).to_have_text("40.0")
    picture(editor.page, "bypassed")
    editor.page.keyboard.press("d")
    expect(editor.node("sum")).to_contain_text("disabled")
    editor.expect_stale("product")
    picture(editor.page, "disabled")
    editor.page.keyboard.press("d")
    expect(editor.output("product")).to_have_text("60.0")


def test_a_circle_is_refused_and_can_be_meant(other: OtherWindow, show: Show, picture: Picture) -> None:
    count = other.add("basic.add", "count", (60, 80), a=0, b=1)
    cap = other.add("basic.minimum", "cap", (360, 80), b=10)
    other.connect(count, "out", cap, "a")
    editor = show()
    editor.connect("cap", "out", "count", "a")
    expect(editor.page.get_by_test_id("fn-notice")).to_contain_text("circle")
    picture(editor.page, "circle-refused")
    editor.page.get_by_test_id("fn-notice-offer").click()
    expect(editor.edges()).to_have_count(2)
    editor.type_into("count", "a", "3")
    expect(editor.output("cap")).to_have_text("10")
    expect(editor.field("count", "a")).to_have_value("10")
    picture(editor.page, "feedback")


def test_a_run_that_takes_too_long_is_ended(other: OtherWindow, show: Show, picture: Picture) -> None:
    table = other.add("data.sample_penguins", "penguins", (40, 80))
    slow = other.add("data.bootstrap_mean", "mean", (340, 80), column="body_mass_g", samples=1_000_000)
    other.ask("update_node", uuid=slow, timeout=0.5)
    other.connect(table, "out", slow, "table")
    editor = show()
    expect(editor.node("mean")).to_have_attribute("data-state", "error", timeout=30_000)
    expect(editor.node("mean")).to_contain_text("took longer than 0.5 s")
    select(editor, "mean")
    inspector = editor.page.get_by_test_id("fn-inspector")
    expect(inspector.get_by_test_id("fn-called-with")).to_contain_text("body_mass_g")
    picture(editor.page, "timeout")
    editor.page.reload()
    expect(editor.node("mean")).to_contain_text("took longer than 0.5 s")


@pytest.fixture(scope="module")
def pack_server(tmp_path_factory: pytest.TempPathFactory, environment: dict[str, str]) -> Iterator[Server]:
    """A server beside whose package a pack of nodes is installed."""
    top = tmp_path_factory.mktemp("packs")
    install_pack(top, "talkpack", PACK)
    server = start_runserver(top, with_path(top, environment))
    yield server
    server.stop()


@pytest.fixture
def talking(pack_server: Server, open_window: Callable[..., Page]) -> Iterator[tuple[OtherWindow, EditorPage]]:
    window = OtherWindow(pack_server)
    page = open_window(window.page)
    editor = EditorPage(page, page.locator("body"))
    expect(editor.root).to_be_visible()
    yield window, editor
    window.close()


def test_what_a_node_says_is_read_beside_it(talking: tuple[OtherWindow, EditorPage], picture: Picture) -> None:
    other, editor = talking
    other.add("talk.talk", "talk", (60, 80), times=4)
    editor.expect_done("talk")
    mark = editor.node("talk").get_by_test_id("fn-log-mark")
    expect(mark).to_contain_text("6 lines")
    mark.click()
    log = editor.page.get_by_test_id("fn-log")
    for line in ("step 1 of 4", "step 4 of 4", "WARNING talk: that was much", "UserWarning: say less"):
        expect(log).to_contain_text(line)
    picture(editor.page, "log")
    editor.type_into("talk", "times", "1")
    expect(log).not_to_contain_text("step 1 of 4")
    expect(log).to_contain_text("step 1 of 1")
    editor.page.reload()
    expect(editor.node("talk").get_by_test_id("fn-log-mark")).to_contain_text("3 lines")


def test_what_does_not_stop_is_said_and_the_worker_can_be_restarted(
    talking: tuple[OtherWindow, EditorPage], picture: Picture
) -> None:
    other, editor = talking
    other.add("talk.deaf", "deaf", (60, 80), seconds=600)
    expect(editor.node("deaf")).to_have_attribute("data-state", "running")
    editor.page.get_by_test_id("fn-stop").click()
    expect(editor.page.get_by_test_id("fn-stuck")).to_contain_text("deaf", timeout=10_000)
    picture(editor.page, "stuck")
    editor.page.get_by_test_id("fn-restart-stuck").click()
    expect(editor.page.get_by_test_id("fn-stuck")).to_have_count(0, timeout=20_000)
    expect(editor.node("deaf")).to_have_attribute("data-stale", "true", timeout=20_000)


def test_a_worker_that_a_function_silences_can_be_restarted(
    talking: tuple[OtherWindow, EditorPage], picture: Picture
) -> None:
    other, editor = talking
    other.ask("set_mode", mode="paused")
    other.add("talk.silent", "silent", (60, 80))
    other.ask("save")
    expect(editor.node("silent")).to_have_attribute("data-stale", "true")
    # Nothing is heard of the worker from the moment at which the function begins: it is not even seen to run.
    editor.page.get_by_test_id("fn-run").click()
    editor.page.get_by_test_id("fn-undo").click()
    expect(editor.page.get_by_test_id("fn-stuck")).to_contain_text("does not answer", timeout=10_000)
    picture(editor.page, "silenced")
    editor.page.get_by_test_id("fn-restart-stuck").click()
    expect(editor.page.get_by_test_id("fn-stuck")).to_have_count(0, timeout=30_000)
    expect(editor.node("silent")).to_have_attribute("data-stale", "true", timeout=30_000)
    expect(editor.page.get_by_test_id("fn-mode")).to_have_attribute("data-mode", "paused")


def test_a_wire_between_ports_that_do_not_fit_says_so(other: OtherWindow, show: Show, picture: Picture) -> None:
    text = other.add("basic.text", "words", (60, 80), value="three")
    number = other.add("basic.square_root", "root", (400, 80))
    other.connect(text, "out", number, "value")
    editor = show()
    edge = editor.edge("words", "out", "root", "value")
    expect(edge.locator(".fn-wire-mark")).to_have_attribute("data-form", "warning")
    box = edge.locator(".fn-wire-mark").bounding_box()
    assert box is not None
    editor.page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(editor.page.locator(".fn-wire-tip")).to_contain_text("does not fit")
    picture(editor.page, "misfit")
