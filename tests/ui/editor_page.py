"""The editor as a person sees it, wherever it stands: in a notebook cell, in a tab, on a page."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Locator, Page, expect


class EditorPage:
    """One editor in one window. ``root`` is something around it."""

    def __init__(self, page: Page, root: Locator) -> None:
        self.page = page
        self.root = root.get_by_test_id("fn-editor")

    def node(self, name: str) -> Locator:
        return self.root.locator(f'[data-testid="fn-node"][data-node-name="{name}"]')

    def nodes(self) -> Locator:
        return self.root.get_by_test_id("fn-node")

    def expect_done(self, *names: str) -> None:
        """These nodes are computed and up to date."""
        for name in names:
            expect(self.node(name)).to_have_attribute("data-state", "done")
            expect(self.node(name)).to_have_attribute("data-stale", "false")

    def expect_stale(self, *names: str) -> None:
        for name in names:
            expect(self.node(name)).to_have_attribute("data-stale", "true")

    def field(self, node: str, port: str) -> Locator:
        return self.node(node).get_by_test_id(f"fn-input-{port}")

    def output(self, node: str) -> Locator:
        """The value that a node says beside its output."""
        return self.node(node).locator('.fn-row[data-side="out"] .fn-row-value')

    def type_into(self, node: str, port: str, text: str) -> None:
        """Type a value and press Enter."""
        field = self.field(node, port)
        field.click()
        field.fill(text)
        field.press("Enter")

    def preview(self, node: str) -> Locator:
        return self.node(node).get_by_test_id("fn-preview")

    def picture_of(self, node: str) -> str:
        """The source of the picture that a node shows."""
        image = self.preview(node).locator("img")
        expect(image).to_be_visible()
        return str(image.get_attribute("src"))

    def port(self, node: str, side: str, port: str) -> Locator:
        return self.node(node).get_by_test_id(f"fn-port-{side}-{port}")

    def connect(self, source: str, out: str, target: str, into: str) -> None:
        """Draw a wire with the mouse."""
        start, end = self.port(source, "out", out), self.port(target, "in", into)
        start.hover()
        self.page.mouse.down()
        end.hover()
        self.page.mouse.up()

    def edges(self) -> Locator:
        return self.root.locator(".react-flow__edge")

    def edge(self, source: str, out: str, target: str, into: str) -> Locator:
        first, second = (self.node(name).get_attribute("data-node-uuid") for name in (source, target))
        return self.root.locator(f'.react-flow__edge[data-id="{first}.{out}>{second}.{into}"]')

    def click_edge(self, edge: Locator) -> None:
        """Click on the middle of a wire: its box's middle need not lie on it."""
        point: dict[str, Any] = edge.locator("path").first.evaluate(
            """path => {
                const middle = path.getPointAtLength(path.getTotalLength() / 2);
                const { x, y } = middle.matrixTransform(path.getScreenCTM());
                return { x, y };
            }"""
        )
        self.page.mouse.click(point["x"], point["y"])

    def canvas_point(self) -> tuple[float, float]:
        """A point of the canvas with nothing on it: near its lower left corner, beside the zoom buttons."""
        box = self.root.locator(".react-flow__pane").bounding_box()
        assert box is not None
        return box["x"] + 8, box["y"] + box["height"] * 0.7

    def click_canvas(self) -> None:
        self.page.mouse.click(*self.canvas_point())

    def layout(self) -> dict[str, str]:
        """Where the nodes are on the canvas, whatever part of it is in view."""
        places: dict[str, str] = self.nodes().evaluate_all(
            """nodes => Object.fromEntries(nodes.map(node =>
                [node.dataset.nodeName, node.closest('.react-flow__node').style.transform]))"""
        )
        return places

    def expect_no_overlap(self) -> None:
        """No node lies on another."""
        boxes = [node.bounding_box() for node in self.nodes().all()]
        for index, a in enumerate(boxes):
            for b in boxes[index + 1 :]:
                assert a is not None
                assert b is not None
                beside = a["x"] + a["width"] <= b["x"] or b["x"] + b["width"] <= a["x"]
                below = a["y"] + a["height"] <= b["y"] or b["y"] + b["height"] <= a["y"]
                assert beside or below, (a, b)

    def add(self, search: str) -> None:
        """Add the node that a search finds first, by the keyboard."""
        self.click_canvas()
        self.page.keyboard.press("/")
        self.page.keyboard.type(search)
        self.page.keyboard.press("Enter")
