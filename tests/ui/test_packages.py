"""Packages of workers as a person sees them: found, agreed to, changed, taken along; cancelled, and failing with a reason."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import nbformat
from editor_page import EditorPage
from heldindex import HeldIndex
from notebook_page import NotebookPage
from other_window import OtherWindow
from package_dialogs import LONG, Dialogs
from playwright.sync_api import Page, expect
from servers import Server

OpenWindow = Callable[..., Page]
Picture = Callable[[Page, str], Path]


def test_a_worker_with_its_own_packages_gets_one_after_consent_and_loses_it_again(
    indexed: Server, usual: OtherWindow, open_window: OpenWindow, picture: Picture
) -> None:
    dialogs = Dialogs.open(usual, open_window)
    page, packages = dialogs.page, dialogs.packages

    # Made, with the environment that was chosen.
    dialogs.choose("New worker…")
    expect(dialogs.new.get_by_test_id("fn-worker-name")).to_be_focused()
    page.keyboard.type("apart")
    dialogs.new.get_by_test_id("fn-environment-own").check()
    picture(page, "new-worker")
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("fn-worker-select")).to_contain_text("apart", timeout=LONG)
    expect(dialogs.new).to_have_count(0)
    made = indexed.workers()["apart"]
    assert (made["state"], made["environment"]) == ("running", "own")
    page.get_by_test_id("fn-worker-select").click()
    row = page.get_by_test_id("fn-worker-item").filter(has_text="apart")
    expect(row.get_by_test_id("fn-worker-packages")).to_have_text("own packages")
    picture(page, "worker-menu-packages")
    page.keyboard.press("Escape")

    # What there is in the index is told while it is typed; nothing happens before somebody agrees.
    dialogs.choose("Packages…")
    told = packages.get_by_test_id("fn-package-told")
    expect(packages.get_by_test_id("fn-package-name")).to_be_focused()
    page.keyboard.type("nosuchpack")
    expect(told).to_contain_text("the package index has no package 'nosuchpack'")
    packages.get_by_test_id("fn-package-name").fill("toppack")
    expect(told).to_contain_text("toppack 2.0")
    picture(page, "packages-found")
    dialogs.plan_adding("toppack", "1.0")
    agree = packages.get_by_test_id("fn-plan-agree")
    expect(agree).to_have_text("Install")
    assert dialogs.changes() == {"lowpack": "1.0", "toppack": "1.0"}
    picture(page, "packages-plan")
    page.keyboard.press("Escape")
    expect(dialogs.package("toppack")).to_have_count(0)

    # Agreed to; then its function is a node, without a restart.
    dialogs.plan_adding("toppack==1.0")
    expect(agree).to_be_focused()
    page.keyboard.press("Enter")
    dialogs.expect_ended("done")
    picture(page, "packages-done")
    packages.get_by_test_id("fn-ended-back").click()
    expect(dialogs.package("toppack")).to_contain_text("1.0")
    picture(page, "packages-list")
    page.keyboard.press("Escape")
    expect(packages).to_have_count(0)
    search = page.get_by_test_id("fn-library-search")
    search.fill("toppack.version")
    search.press("Enter")
    expect(dialogs.editor.output("version")).to_have_text(re.compile("1.0"))

    # Upgraded: what runs is the old one, and the dialog offers the restart.
    dialogs.choose("Packages…")
    dialogs.package("toppack").get_by_role("button", name="Upgrade toppack…").click()
    # Version 1.0 was asked for: another one has to be meant.
    packages.get_by_test_id("fn-plan-newest").click()
    expect(agree).to_have_text("Upgrade")
    assert dialogs.changes() == {"lowpack": "1.0 → 2.0", "toppack": "1.0 → 2.0"}
    agree.click()
    dialogs.expect_ended("done")
    picture(page, "packages-restart")
    packages.get_by_test_id("fn-packages-restart").click()
    expect(packages.get_by_test_id("fn-packages-restart")).to_have_count(0)
    packages.get_by_test_id("fn-ended-back").click()

    # Removed, with what came with it.
    dialogs.package("toppack").get_by_role("button", name="Remove toppack…").click()
    expect(agree).to_have_text("Remove")
    assert dialogs.changes() == {"lowpack": "2.0", "toppack": "2.0"}
    agree.click()
    dialogs.expect_ended("done")
    packages.get_by_test_id("fn-ended-back").click()
    expect(dialogs.package("toppack")).to_have_count(0)
    page.keyboard.press("Escape")

    # The node that needs it stays, and the bar says what it waits for.
    banner = page.get_by_test_id("fn-missing-banner")
    expect(banner).to_contain_text("1 node waits for a package that is not installed: toppack")
    picture(page, "packages-missing")
    indexed.api(f"funcnodes/api/workers/{made['uuid']}", "DELETE")


def test_what_cannot_be_had_breaks_or_is_cancelled_changes_nothing(
    indexed: Server, index: HeldIndex, owning: OtherWindow, open_window: OpenWindow, picture: Picture
) -> None:
    dialogs = Dialogs.open(owning, open_window, color_scheme="dark")
    page, packages = dialogs.page, dialogs.packages
    dialogs.choose("Packages…")

    # The resolver says no.
    dialogs.plan_adding("unhad")
    refusal = packages.get_by_test_id("fn-refusal")
    expect(refusal).to_contain_text("The packages cannot be had in these versions", timeout=LONG)
    expect(refusal.locator("pre")).to_contain_text("nowhere-to-be-had")
    picture(page, "packages-refused-dark")

    # It breaks in the middle.
    dialogs.plan_adding("brokenpack")
    expect(packages.get_by_test_id("fn-plan-agree")).to_be_focused()
    # A key that is held down agrees, and cancels nothing.
    page.keyboard.down("Enter")
    page.keyboard.down("Enter")
    page.keyboard.up("Enter")
    dialogs.expect_ended("failed")
    expect(refusal).to_contain_text("are as they were")
    picture(page, "packages-broken-dark")
    packages.get_by_test_id("fn-ended-back").click()
    expect(dialogs.package("lowpack")).to_have_count(0)

    # It is cancelled, by somebody who reloaded the page in the middle.
    dialogs.plan_adding("slowpack")
    packages.get_by_test_id("fn-plan-agree").dblclick()  # likewise
    index.wait_until_asked(60)
    expect(packages.get_by_test_id("fn-tool-lines")).to_be_visible()
    picture(page, "packages-changing-dark")
    page.reload()
    dialogs.choose("Packages…")
    expect(packages.get_by_test_id("fn-tool-lines")).to_be_visible()
    packages.get_by_test_id("fn-waiting-cancel").click()
    dialogs.expect_ended("cancelled")
    packages.get_by_test_id("fn-ended-back").click()
    expect(dialogs.package("slowpack")).to_have_count(0)
    told = indexed.api(f"funcnodes/api/workers/{owning.uuid}/packages")
    assert [one["name"] for one in told["packages"] if one["asked"]] == []


def test_keys_stay_in_the_dialog_and_go_back_afterwards(owning: OtherWindow, open_window: OpenWindow) -> None:
    owning.add("basic.add", "kept")
    dialogs = Dialogs.open(owning, open_window)
    page = dialogs.page
    dialogs.editor.node("kept").locator(".fn-node-title").click()
    dialogs.choose("Packages…")
    expect(dialogs.packages.get_by_test_id("fn-package-name")).to_be_focused()
    # The way round: what has the focus is in the dialog, or the browser's own.
    for _ in range(12):
        page.keyboard.press("Tab")
        assert page.evaluate(
            "() => document.activeElement.closest('dialog') || document.activeElement === document.body"
        )
    dialogs.packages.get_by_role("button", name="Close").first.focus()
    page.keyboard.press("Delete")
    page.keyboard.press("Escape")
    expect(dialogs.packages).to_have_count(0)
    expect(dialogs.editor.node("kept")).to_be_visible()
    assert "kept" in owning.nodes()


def test_a_file_that_needs_packages_opens_says_so_and_gets_them_after_consent(
    indexed: Server, owning: OtherWindow, open_window: OpenWindow, picture: Picture, tmp_path: Path
) -> None:
    dialogs = Dialogs.open(owning, open_window, color_scheme="dark")
    page, packages = dialogs.page, dialogs.packages
    dialogs.choose("Packages…")
    dialogs.plan_adding("toppack==1.0")
    packages.get_by_test_id("fn-plan-agree").click()
    dialogs.expect_ended("done")
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    search = page.get_by_test_id("fn-library-search")
    search.fill("toppack.version")
    search.press("Enter")
    expect(dialogs.editor.output("version")).to_have_text(re.compile("1.0"))

    dialogs.choose("Export…")
    with page.expect_download() as download:
        page.get_by_role("menuitem", name="Export").click()
    archive = tmp_path / "taken.fnw"
    download.value.save_as(archive)
    with page.expect_file_chooser() as chooser:
        dialogs.choose("Import…")
    chooser.value.set_files(archive)
    expect(page.get_by_test_id("fn-worker-select")).to_contain_text(f"{owning.name} 2")
    page.get_by_test_id("fn-restart").click()

    # It is there, waits, and leads to exactly what its lock names.
    expect(dialogs.editor.node("version")).to_be_visible(timeout=LONG)
    banner = page.get_by_test_id("fn-missing-banner")
    expect(banner).to_contain_text("1 node waits for packages that are not installed: lowpack and toppack")
    picture(page, "missing-banner-dark")
    banner.get_by_test_id("fn-missing-look").click()
    agree = packages.get_by_test_id("fn-plan-agree")
    expect(agree).to_have_text("Restore")
    assert dialogs.changes() == {"lowpack": "1.0", "toppack": "1.0"}
    picture(page, "missing-plan-dark")
    page.keyboard.press("Escape")
    expect(packages.get_by_test_id("fn-missing")).to_contain_text("toppack==1.0")
    picture(page, "missing-list-dark")
    packages.get_by_test_id("fn-packages-restore").click()
    expect(agree).to_have_text("Restore")
    agree.click()
    dialogs.expect_ended("done")
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    expect(banner).to_have_count(0)
    page.get_by_test_id("fn-trust").click()
    dialogs.editor.node("version").get_by_text("run to here").click()
    expect(dialogs.editor.output("version")).to_have_text(re.compile("1.0"))
    imported = indexed.workers()[f"{owning.name} 2"]
    indexed.api(f"funcnodes/api/workers/{imported['uuid']}", "DELETE")


def test_a_notebook_cell_shows_the_dialog_over_the_notebook(
    lab: Server, open_window: OpenWindow, picture: Picture
) -> None:
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    made = nbformat.v4.new_notebook(  # type: ignore[no-untyped-call]
        metadata={"kernelspec": kernel},
        cells=[nbformat.v4.new_code_cell("%load_ext funcnodes_jupyter\n%funcnodes --height 200 cellpackages")],  # type: ignore[no-untyped-call]
    )
    nbformat.write(made, lab.root / "packages.ipynb")  # type: ignore[no-untyped-call]
    address = NotebookPage.address(lab.url, lab.token, "packages.ipynb")
    notebook = NotebookPage(open_window(address), "packages.ipynb")
    notebook.wait_until_open()
    page = notebook.page
    page.evaluate("() => window.jupyterapp.commands.execute('apputils:change-theme', {theme: 'JupyterLab Dark'})")
    expect(page.locator("body")).to_have_attribute("data-jp-theme-light", "false")
    page.locator("#jupyterlab-splash").wait_for(state="detached")
    cell = EditorPage(page, notebook.run(0)).root
    cell.get_by_test_id("fn-worker-select").click()
    cell.get_by_role("menuitem", name="Packages…").click()
    packages = page.get_by_test_id("fn-packages")
    expect(packages.get_by_test_id("fn-why-not")).to_be_in_viewport(ratio=1)
    expect(packages.get_by_role("button", name="Close").last).to_be_in_viewport(ratio=1)
    picture(page, "cell-packages-dark")
    # The keys are the dialog's, not the notebook's: `a` would put a cell above.
    packages.get_by_role("button", name="Close").last.focus()
    page.keyboard.press("a")
    page.keyboard.press("Escape")
    expect(packages).to_have_count(0)
    assert len(notebook.sources()) == 1
    page.evaluate("() => window.jupyterapp.commands.execute('apputils:change-theme', {theme: 'JupyterLab Light'})")
