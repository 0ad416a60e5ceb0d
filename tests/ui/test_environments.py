"""Environments of workers as a person sees them: chosen, watched while they are made, cancelled, failing with a reason."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from other_window import OtherWindow
from package_dialogs import LONG, Dialogs
from playwright.sync_api import Page, expect
from servers import Server
from slowpython import SlowPython
from worker_panel import WorkerPanel

OpenWindow = Callable[..., Page]
Picture = Callable[[Page, str], Path]


def test_making_an_environment_is_watched_cancelled_and_fails_with_a_reason(
    indexed: Server, usual: OtherWindow, open_window: OpenWindow, picture: Picture, tmp_path: Path
) -> None:
    before = set(indexed.workers())
    dialogs = Dialogs.open(usual, open_window, color_scheme="dark")
    page, new = dialogs.page, dialogs.new
    dialogs.choose("New worker…")
    new.get_by_test_id("fn-environment-own").check()
    new.get_by_test_id("fn-environment-python").fill(str(tmp_path / "nowhere"))
    page.keyboard.press("Enter")
    refusal = new.get_by_test_id("fn-refusal")
    expect(refusal).to_contain_text("there is no such Python here; install it, or name an interpreter by its path")
    expect(refusal.locator("pre")).to_contain_text("nowhere")
    picture(page, "new-worker-failed-dark")
    assert set(indexed.workers()) == before

    # An interpreter that never says anything: whoever waits for it gives up.
    slow = SlowPython(tmp_path)
    new.get_by_test_id("fn-environment-python").fill(str(slow.path))
    new.get_by_test_id("fn-worker-name").fill("never")
    page.keyboard.press("Enter")
    slow.began()
    expect(new.get_by_test_id("fn-tool-lines")).to_contain_text("Making an environment")
    picture(page, "new-worker-making-dark")
    page.keyboard.press("Escape")
    new.get_by_test_id("fn-worker-cancel").click()
    expect(new.get_by_test_id("fn-cancelled")).to_be_visible()
    page.keyboard.press("Escape")
    expect(new).to_have_count(0)
    page.get_by_test_id("fn-worker-select").click()
    expect(page.get_by_test_id("fn-worker-item")).to_have_count(len(before))
    assert set(indexed.workers()) == before


def test_a_worker_with_the_servers_packages_is_given_its_own(
    usual: OtherWindow, open_window: OpenWindow, picture: Picture
) -> None:
    dialogs = Dialogs.open(usual, open_window)
    page, packages = dialogs.page, dialogs.packages
    dialogs.choose("Packages…")
    expect(packages.get_by_test_id("fn-why-not")).to_contain_text("uses the packages of the server")
    expect(packages.get_by_test_id("fn-package-name")).to_have_count(0)
    packages.get_by_test_id("fn-package-filter").fill("tornad")
    expect(packages.get_by_test_id("fn-package")).to_have_count(1)
    packages.get_by_test_id("fn-package-filter").fill("")
    picture(page, "packages-servers")
    packages.get_by_test_id("fn-packages-move").click()
    dialogs.plan_adding("toppack")
    packages.get_by_test_id("fn-plan-agree").click(timeout=LONG)
    dialogs.expect_ended("done")
    packages.get_by_test_id("fn-packages-restart").click()
    expect(packages.get_by_test_id("fn-packages-restart")).to_have_count(0)
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("fn-add")).to_be_enabled()
    search = page.get_by_test_id("fn-library-search")
    search.fill("toppack.version")
    search.press("Enter")
    expect(dialogs.editor.output("version")).to_have_text(re.compile("2.0"), timeout=LONG)


def test_the_first_screen_offers_a_worker_with_packages_of_its_own(
    indexed: Server, open_window: OpenWindow, picture: Picture
) -> None:
    page = open_window(f"{indexed.url}funcnodes/?token={indexed.token}&worker=nobody-yet", color_scheme="dark")
    expect(page.get_by_test_id("fn-no-worker")).to_be_visible()
    page.get_by_role("menuitem", name="With packages of its own…").click()
    dialog = page.get_by_test_id("fn-new-worker")
    expect(dialog.get_by_test_id("fn-worker-name")).to_have_value("nobody-yet")
    dialog.get_by_test_id("fn-environment-shared").check()
    picture(page, "first-screen-new-worker-dark")
    dialog.get_by_test_id("fn-worker-create").click()
    expect(page.get_by_test_id("fn-worker-select")).to_contain_text("nobody-yet", timeout=LONG)
    made = indexed.workers()["nobody-yet"]
    assert made["environment"] == "shared"
    indexed.api(f"funcnodes/api/workers/{made['uuid']}", "DELETE")


def test_jupyterlab_makes_such_a_worker_and_shows_its_packages(
    lab: Server, open_window: OpenWindow, picture: Picture
) -> None:
    panel = WorkerPanel.open(lab, open_window)
    page = panel.page
    panel.root.get_by_test_id("fn-worker-new-with").click()
    dialog = page.get_by_test_id("fn-new-worker")
    expect(dialog.get_by_test_id("fn-worker-name")).to_be_focused()
    # Letters that JupyterLab would take for its shortcuts are letters here.
    page.keyboard.type("ab dd")
    expect(dialog.get_by_test_id("fn-worker-name")).to_have_value("ab dd")
    dialog.get_by_test_id("fn-worker-name").fill("lab-own")
    dialog.get_by_test_id("fn-environment-shared").check()
    picture(page, "lab-new-worker")
    page.keyboard.press("Enter")
    expect(panel.row("lab-own")).to_have_attribute("data-state", "running", timeout=LONG)
    expect(panel.row("lab-own").get_by_test_id("fn-worker-packages")).to_have_text("own + server’s")
    expect(page.get_by_test_id("fn-editor")).to_be_visible()
    panel.choose("lab-own", "Packages…")
    packages = page.get_by_test_id("fn-packages")
    expect(packages.get_by_test_id("fn-package").filter(has_text="jupyterlab").first).to_be_visible()
    picture(page, "lab-packages")
    page.keyboard.press("Escape")
    expect(packages).to_have_count(0)
    lab.api(f"funcnodes/api/workers/{lab.workers()['lab-own']['uuid']}", "DELETE")
