"""The dialogs in which a worker is made and its packages are changed, over the editor's page."""

from __future__ import annotations

from collections.abc import Callable

from editor_page import EditorPage
from other_window import OtherWindow
from playwright.sync_api import Locator, Page, expect

LONG = 60_000
"""Milliseconds in which an environment is surely made, or a small package installed."""


class Dialogs:
    """The editor's page, and the dialogs over it."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.editor = EditorPage(page, page.locator("body"))
        self.new = page.get_by_test_id("fn-new-worker")
        self.packages = page.get_by_test_id("fn-packages")

    @classmethod
    def open(cls, worker: OtherWindow, open_window: Callable[..., Page], **options: str) -> Dialogs:
        dialogs = cls(open_window(worker.page, **options))
        expect(dialogs.page.get_by_test_id("fn-library")).to_be_visible()
        return dialogs

    def choose(self, label: str) -> None:
        """Something in the menu of workers."""
        self.page.get_by_test_id("fn-worker-select").click()
        self.page.get_by_role("menuitem", name=label, exact=True).click()

    def package(self, name: str) -> Locator:
        return self.packages.locator(f'[data-testid="fn-package"][data-name="{name}"]')

    def changes(self) -> dict[str, str]:
        """What the plan that is shown would change."""
        rows = self.packages.get_by_test_id("fn-change").all()
        return {str(row.get_attribute("data-name")): row.locator(".fn-package-version").inner_text() for row in rows}

    def plan_adding(self, text: str, version: str = "") -> None:
        self.packages.get_by_test_id("fn-package-name").fill(text)
        if version:
            self.packages.get_by_test_id("fn-package-version").select_option(version)
        self.packages.get_by_test_id("fn-package-name").press("Enter")

    def expect_ended(self, stage: str) -> None:
        expect(self.packages.get_by_test_id("fn-ended")).to_have_attribute("data-stage", stage, timeout=LONG)
