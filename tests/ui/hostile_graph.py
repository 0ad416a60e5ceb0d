"""A graph with a node a payload, and the editor that shows it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from editor_page import EditorPage
from other_window import OtherWindow
from payloads import PAYLOADS, Payload
from playwright.sync_api import Page, expect
from traps import Traps

PATIENCE = 30_000
"""Milliseconds for a page full of nodes, on a busy machine."""
LARGE = {"width": 2300, "height": 1750}
"""Room for a node a payload, large enough that they are drawn as what they are."""
_COLUMNS = 14


def places() -> dict[str, list[int]]:
    return {payload.shown: [index % _COLUMNS * 230, index // _COLUMNS * 280] for index, payload in enumerate(PAYLOADS)}


def open_editor(traps: Traps, worker: OtherWindow) -> EditorPage:
    """The standalone page, once it shows a node a payload by its name."""
    page = traps.open(worker.page)
    editor = EditorPage(page, page.locator("body"))
    expect_names(editor)
    return editor


def expect_names(editor: EditorPage) -> None:
    titles = editor.root.locator(".fn-node-title")
    expect(titles).to_have_count(len(PAYLOADS), timeout=PATIENCE)
    assert titles.evaluate_all("all => all.map(one => one.textContent)") == [payload.shown for payload in PAYLOADS]


def add_all(
    worker: OtherWindow, make: Callable[[int], tuple[str, dict[str, Any]]], payloads: Sequence[Payload] = PAYLOADS
) -> list[str]:
    """Add one node a payload, in rows, each bearing its payload as its name; returns their uuids."""
    commands = []
    for payload, place in zip(payloads, places().values(), strict=False):
        node_id, inputs = make(payload.number)
        kwargs = {"node_id": node_id, "name": payload.shown, "inputs": inputs, "frontend": {"pos": place}}
        commands.append({"cmd": "add_node", "kwargs": kwargs})
    return [node["uuid"] for node in worker.ask("batch", commands=commands)]


def inspected(editor: EditorPage) -> list[str]:
    """What the inspector says of each node, one after the other."""
    texts: list[str] = editor.root.evaluate(
        """async root => {
            const texts = [];
            for (const title of root.querySelectorAll('.fn-node-title')) {
                title.click();
                await new Promise(resolve => setTimeout(resolve));
                texts.push(root.querySelector('[data-testid=fn-inspector]').textContent);
            }
            return texts;
        }"""
    )
    return texts


def expect_drawn(page: Page, count: int, word: str) -> None:
    """So many nodes show HTML that begins with this word."""
    expect(page.locator(".fn-html iframe")).to_have_count(count, timeout=PATIENCE)
    drawn = [frame for frame in page.frames if frame.parent_frame is page.main_frame]
    assert [frame.locator("i").first.text_content() for frame in drawn] == [word] * count


def select(page: Page) -> None:
    """Select the only node once it is computed, so that the inspector is about it and stays as it is."""
    expect(page.get_by_test_id("fn-node")).to_have_attribute("data-state", "done")
    page.get_by_test_id("fn-node").click(position={"x": 60, "y": 16})
