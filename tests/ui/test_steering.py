"""What a person steers a graph by: undo, the pause, nodes that are switched off or kept, loops, limits."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from editor_page import EditorPage
from other_window import OtherWindow
from playwright.sync_api import Page, expect

Picture = Callable[[Page, str], Path]
Show = Callable[..., EditorPage]


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
