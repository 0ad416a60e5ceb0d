"""The list of workers at the left of a real JupyterLab."""

from __future__ import annotations

import secrets
from collections.abc import Callable

from playwright.sync_api import Locator, Page
from servers import Server

FIRST_SIGHT = """
([row, text]) => {
  window.seen = new Promise(resolve => {
    const look = () => {
      const found = document.querySelector(row)?.textContent ?? '';
      if (found.includes(text)) { observer.disconnect(); resolve(found); }
    };
    const observer = new MutationObserver(look);
    observer.observe(document.body, { subtree: true, childList: true, characterData: true });
    look();
  });
}
"""


class WorkerPanel:
    """The panel, opened in a window."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.root = page.get_by_test_id("fn-side-panel")

    @classmethod
    def open(cls, lab: Server, open_window: Callable[..., Page]) -> WorkerPanel:
        """The panel in a workspace of its own."""
        page = open_window(f"{lab.url}lab/workspaces/test-{secrets.token_hex(4)}?token={lab.token}&reset")
        page.wait_for_function("() => window.jupyterapp !== undefined")
        page.locator("#jupyterlab-splash").wait_for(state="detached")
        page.locator('.jp-SideBar [title*="FuncNodes"]').first.click()
        return cls(page)

    @staticmethod
    def selector(name: str) -> str:
        return f'[data-testid="fn-worker-row"][data-worker-name="{name}"]'

    def row(self, name: str) -> Locator:
        return self.root.locator(self.selector(name))

    def words(self, name: str) -> Locator:
        """How a worker stands."""
        return self.row(name).get_by_test_id("fn-worker-words")

    def choose(self, name: str, verb: str) -> None:
        """Do something with a worker by the menu of its row."""
        self.row(name).hover()
        self.row(name).get_by_test_id("fn-worker-more").click()
        self.page.locator(".lm-Menu").get_by_role("menuitem", name=verb, exact=True).click()

    def watch_for(self, name: str, text: str) -> Callable[[], str]:
        """From now on, look for what a row may say for half a second only; the returned function waits for it."""
        self.page.evaluate(FIRST_SIGHT, [self.selector(name), text])
        return lambda: str(self.page.evaluate("() => window.seen"))
