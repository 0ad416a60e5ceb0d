"""Any function of Python is added by typing its full name."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from editor_page import EditorPage
from playwright.sync_api import Page, expect


def test_parameters_that_a_node_does_not_show_are_set_in_the_inspector(
    show: Callable[..., EditorPage], picture: Callable[[Page, str], Path], tmp_path: Path
) -> None:
    (tmp_path / "semicolons.csv").write_text("a;b\n1;2\n")
    editor = show()
    search = editor.root.get_by_test_id("fn-library-search")
    search.fill("pandas.read_csv")
    search.press("Enter")
    editor.type_into("read_csv", "filepath_or_buffer", str(tmp_path / "semicolons.csv"))
    editor.expect_done("read_csv")
    editor.node("read_csv").locator(".fn-node-title").click()
    more = editor.root.get_by_test_id("fn-more-inputs")
    expect(more).to_contain_text("more inputs")
    more.locator("summary").click()
    field = editor.root.get_by_test_id("fn-inspector-input-sep")
    field.fill(";")
    field.press("Enter")
    expect(more.locator("summary")).to_contain_text("1 set")
    expect(editor.preview("read_csv")).to_contain_text("b")
    expect(editor.node("read_csv")).to_contain_text("1 × 2")
    picture(editor.page, "callable-more-inputs")


Picture = Callable[[Page, str], Path]


def test_a_function_is_found_by_its_full_name_and_runs(show: Callable[..., EditorPage], picture: Picture) -> None:
    editor = show()
    search = editor.root.get_by_test_id("fn-library-search")
    search.fill("math.sqrt")
    picture(editor.page, "callable-search")
    search.press("Enter")
    expect(editor.node("sqrt")).to_be_visible()
    editor.type_into("sqrt", "x", "16")
    expect(editor.output("sqrt")).to_have_text("4.0")
    picture(editor.page, "callable-added")

    search.fill("math.sqr")
    search.press("Enter")
    expect(editor.root.get_by_test_id("fn-notice")).to_contain_text("math has no 'sqr'. Did you mean sqrt")
    expect(editor.nodes()).to_have_count(1)
