"""Any function of Python is added by typing its full name."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from editor_page import EditorPage
from playwright.sync_api import Page, expect

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
