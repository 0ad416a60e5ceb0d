"""Pages that stand alone, opened as files: whatever they ask for besides themselves is recorded."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from nbconvert.exporters import get_exporter
from playwright.sync_api import Locator, Page, expect

OpenWindow = Callable[..., Page]


def exported(notebook: Any, path: Path, **options: Any) -> Path:
    """A notebook as *Save and Export Notebook As* writes it."""
    resources = {"metadata": {"name": path.stem, "path": str(path.parent)}}
    text, found = get_exporter("funcnodes_html")(**options).from_notebook_node(notebook, resources)
    assert found["output_extension"] == ".html"
    path.write_text(text, encoding="utf-8")
    return path


class AlonePage:
    """A page in a window of its own.

    Args:
        open_window: Opens pages.
        options: Of the window, such as its colour scheme.
    """

    def __init__(self, open_window: OpenWindow, path: Path, **options: Any) -> None:
        self.page = open_window("about:blank", **options)
        self.url = path.as_uri()
        self.asked: list[str] = []
        self.page.context.on("request", lambda request: self.asked.append(request.url))
        self.page.goto(self.url)

    def expect_alone(self) -> None:
        """Nothing was asked for but the page, and what stands in it."""
        assert [url for url in self.asked if not url.startswith(("data:", "blob:", "about:"))] == [self.url]

    def viewer(self, number: int = 0) -> Locator:
        """The place of a graph, in view."""
        place = self.page.locator(".fn-viewer").nth(number)
        place.scroll_into_view_if_needed()
        return place

    def live(self, number: int = 0) -> Locator:
        """The same, once the graph is drawn."""
        place = self.viewer(number)
        expect(place.get_by_test_id("fn-editor")).to_be_visible()
        return place

    def node(self, name: str, number: int = 0) -> Locator:
        return self.live(number).locator(f'[data-testid="fn-node"][data-node-name="{name}"]')

    def select(self, name: str, number: int = 0) -> Locator:
        """Select a node; the inspector."""
        self.node(name, number).locator(".fn-node-title").click()
        inspector = self.live(number).get_by_test_id("fn-inspector")
        expect(inspector.get_by_role("heading", level=2)).to_have_text(name)
        return inspector

    def zoom(self, number: int = 0) -> Locator:
        """What the zoom is, in per cent."""
        return self.live(number).locator(".fn-zoom-percent")
