"""What a page does when a text has become code in it: seen whatever frame it happens in."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from time import monotonic
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Dialog, Page, Route, WebError

PATIENCE = 20.0

_FOREIGN = re.compile(r"^(?!data:|blob:|about:)")
_MARKS = """() => {
    const marks = [];
    const look = (window, place) => {
        try {
            void window.document;
        } catch {
            return; // of another origin: it cannot reach into this page either
        }
        if (window.__pwned !== undefined) marks.push(`__pwned is ${window.__pwned} in ${place}`);
        if (new window.Object().polluted !== undefined) marks.push(`Object.prototype is polluted in ${place}`);
        for (let index = 0; index < window.length; index += 1) look(window[index], `${place}.${index}`);
    };
    look(window, 'page');
    return marks;
}"""


class Traps:
    """Set around all pages of a browser context; ``signs`` says what was caught, in words.

    Args:
        host: The server's own, as in ``127.0.0.1:8888``; a request to any other is a sign, and is never sent.
    """

    def __init__(self, context: BrowserContext, host: str) -> None:
        self.signs: list[str] = []
        self._host = host
        self._expected = 0
        self._opened = 0
        context.on("console", self._hear_console)
        context.on("dialog", self._hear_dialog)
        context.on("page", self._hear_page)
        context.on("weberror", self._hear_error)
        context.route(_FOREIGN, self._look_at_request)
        self._context = context

    def open(self, url: str) -> Page:
        """Open a page that is meant to be there; another one, or another place of this one, is a sign."""
        self._expected += 1
        page = self._context.new_page()
        page.set_default_timeout(20_000)
        page.goto(url)
        page.on("domcontentloaded", lambda: self.signs.append(f"navigation to {page.url}"))
        return page

    def open_text(self, url: str, text: str) -> Page:
        """Open a page that is this HTML and has no defence."""
        self._context.route(
            re.compile(f"^{re.escape(url)}"), lambda route: route.fulfill(body=text, content_type="text/html")
        )
        return self.open(url)

    def forget(self) -> None:
        """What was caught was meant to be: close the pages and drop the signs."""
        for page in self._context.pages:
            page.close()
        self.signs.clear()

    def all_signs(self) -> list[str]:
        """The signs so far, and the marks in every frame of the pages' own origin."""
        return [*self.signs, *(mark for page in self._context.pages for mark in page.evaluate(_MARKS))]

    def numbers(self) -> set[int]:
        """Of which payloads there are signs."""
        return {
            int(number)
            for sign in self.signs
            for number in re.findall(r"pwned:(\d+):|//p(\d+)\.", sign)
            for number in number
            if number
        }

    def wait_for(self, caught: Callable[[Traps], bool]) -> None:
        """Return once this was caught; the browser goes on frame by frame meanwhile."""
        deadline = monotonic() + PATIENCE
        while not caught(self):
            assert monotonic() < deadline, self.signs
            self._context.pages[0].evaluate("() => new Promise(requestAnimationFrame)")

    def keep_pictures(self, folder: Path, name: str) -> None:
        """Keep a screenshot of every page."""
        folder.mkdir(parents=True, exist_ok=True)
        for number, page in enumerate(self._context.pages):
            page.screenshot(path=folder / f"{name}-{number}.png")

    def close(self) -> None:
        """Close the window with all its pages."""
        self._context.close()

    def _hear_console(self, message: ConsoleMessage) -> None:
        if re.fullmatch(r"/pwned:\d+:/", message.text):
            self.signs.append(f"console {message.text}")

    def _hear_dialog(self, dialog: Dialog) -> None:
        self.signs.append(f"dialog {dialog.message}")
        dialog.dismiss()

    def _hear_page(self, page: Page) -> None:
        self._opened += 1
        if self._opened > self._expected:
            self.signs.append(f"popup {page.url}")

    def _hear_error(self, error: WebError) -> None:
        self.signs.append(f"error {error.error}")

    def _look_at_request(self, route: Route) -> None:
        address = urlsplit(route.request.url)
        if address.netloc == self._host:
            route.fallback()
            return
        self.signs.append(f"request {route.request.url}")
        route.abort()
