"""Pictures of values run nothing, whatever form they have, also when they are clicked."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from editor_page import EditorPage
from hostile_graph import PATIENCE, add_all, expect_drawn, open_editor, select
from other_window import OtherWindow
from payloads import PAYLOADS
from playwright.sync_api import Error as BrowserError
from playwright.sync_api import Locator, Page, expect
from playwright.sync_api import TimeoutError as PatienceError
from servers import Server
from traps import Traps

OpenWindow = Callable[..., Page]
Picture = Callable[[Page, str], Path]
Trap = Callable[..., Traps]

ELSEWHERE = "http://elsewhere.invalid/"
CLICKABLE = r"<(a [^>]*(script|_top|data:)|button|form a|dialog|svg><a[ >])"
"""What does something when it is clicked, and is no plain link."""


def test_html_is_drawn_and_runs_nothing(worker: OtherWindow, trap: Trap, hostile: Server, picture: Picture) -> None:
    add_all(worker, lambda number: ("hostile.html", {"number": number}))
    editor = open_editor(trap(hostile.host), worker)
    expect_drawn(editor.page, len(PAYLOADS), "drawn")
    picture(editor.page, "payloads-html")


def test_what_is_clicked_in_html_runs_nothing(worker: OtherWindow, trap: Trap, hostile: Server) -> None:
    clicked = [payload for payload in PAYLOADS if re.match(CLICKABLE, payload.text)]
    assert len(clicked) > 12
    uuid = worker.add("hostile.html", "html", (0, 0), number=1)
    page = trap(hostile.host, viewport=None).open(worker.page)
    select(page)
    frame = page.get_by_test_id("fn-inspector").locator("iframe")
    for payload in clicked:
        worker.set(uuid, "number", payload.number)
        expect(frame).to_have_attribute("srcdoc", re.compile(re.escape(payload.text)))
        expect(page.get_by_test_id("fn-node")).to_have_attribute("data-state", "done")
        frame.content_frame.locator("a:not(:has(text)), button, input, text").first.click()


def tab_of(page: Page, link: Locator) -> Page:
    """The tab that a click on ``link`` opens. Chromium ignores clicks in a frame that has only just come or moved."""
    for _ in range(9):
        try:
            with page.expect_popup(timeout=2_000) as opened:
                link.click()
        except PatienceError:
            continue
        return opened.value
    raise AssertionError("no tab was opened")


def test_a_link_in_html_opens_in_a_tab_that_cannot_reach_the_page(worker: OtherWindow, open_window: OpenWindow) -> None:
    links = f"<a href='{ELSEWHERE}'>usual</a> <a href='{ELSEWHERE}' rel=opener>opener</a>"
    worker.add("hostile.any_html", "links", (0, 0), text=links)
    page = open_window(worker.page)
    page.context.route(f"{ELSEWHERE}**", lambda route: route.fulfill(body="elsewhere"))
    select(page)
    frame = page.get_by_test_id("fn-inspector").frame_locator("iframe")
    opened = tab_of(page, frame.get_by_role("link", name="usual"))
    expect(opened.get_by_text("elsewhere")).to_be_visible()
    assert opened.evaluate("() => [window.opener, document.referrer]") == [None, ""]
    opened = tab_of(page, frame.get_by_role("link", name="opener"))
    expect(opened.get_by_text("elsewhere")).to_be_visible()
    with pytest.raises(BrowserError, match="permission to navigate"):
        opened.evaluate("() => { window.opener.top.location = 'about:blank'; }")
    expect(page.get_by_test_id("fn-node")).to_be_visible()


def test_pictures_run_nothing(worker: OtherWindow, trap: Trap, hostile: Server) -> None:
    add_all(worker, lambda number: ("hostile.show", {"number": number, "form": "image/svg+xml"}))
    editor = open_editor(trap(hostile.host), worker)
    expect(editor.root.locator(".fn-image")).to_have_count(len(PAYLOADS), timeout=PATIENCE)
    editor.page.wait_for_function("() => [...document.querySelectorAll('.fn-image')].every(image => image.complete)")


def test_tables_trees_and_other_forms_run_nothing(
    worker: OtherWindow, trap: Trap, hostile: Server, picture: Picture
) -> None:
    forms = ("text/markdown", "text/latex", "application/javascript", "text/plain", "application/x-other", "image/png")
    for index, form in enumerate(forms):
        worker.add("hostile.bundle", form, (index * 260, 400), form=form)
    for index, kind in enumerate(("json", "table", "junk")):
        worker.add(f"hostile.{kind}", kind, (index * 260, 0))
    page = trap(hostile.host, viewport={"width": 1900, "height": 1000}).open(worker.page)
    editor = EditorPage(page, page.locator("body"))
    expect(editor.nodes()).to_have_count(len(forms) + 3)
    inspector = page.get_by_test_id("fn-inspector")
    texts = [payload.shown for payload in PAYLOADS]

    editor.node("table").click(position={"x": 60, "y": 16})
    grid = inspector.locator(".fn-grid")
    expect(grid.locator("th")).to_have_count(len(texts) + 1)
    assert grid.locator("th").all_text_contents()[1:] == texts
    picture(page, "payloads-table")

    editor.node("json").click(position={"x": 60, "y": 16})
    tree = inspector.locator(".fn-json")
    expect(tree.locator(".fn-json-toggle")).to_have_count(101)
    for toggle in tree.locator(".fn-json-items .fn-json-toggle").all()[::20]:
        toggle.click()
    names = tree.locator(".fn-json-branch .fn-json-branch > .fn-json-toggle > .fn-json-name").all_text_contents()
    assert {f"{text}: " for text in texts[:90]} <= set(names)
    picture(page, "payloads-json")

    for name in (*forms, "junk"):
        editor.node(name).click(position={"x": 60, "y": 16})
        expect(inspector.locator(".fn-output")).to_be_visible()
    expect(inspector.locator(".fn-output .fn-text")).to_have_text("junk")
