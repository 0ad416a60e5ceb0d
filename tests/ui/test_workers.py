"""The life of workers as a person sees it: in JupyterLab's side panel, and in the editor's menu of workers."""

from __future__ import annotations

import os
import re
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest
import troublemakers
from editor_page import EditorPage
from other_window import OtherWindow
from packs import install_pack
from playwright.sync_api import Page, expect
from servers import Server
from worker_panel import WorkerPanel

OpenWindow = Callable[..., Page]
Picture = Callable[[Page, str], Path]
Show = Callable[..., EditorPage]

SHOUT = """
import sys
from funcnodes_jupyter.core.decorator import NodeDecorator
from funcnodes_jupyter.core.shelf import Shelf


@NodeDecorator("loud.shout", name="Shout")
def shout(text: str) -> str:
    # past the node's own log, as a library in C would
    print(text, file=sys.__stdout__, flush=True)
    return text


NODE_SHELF = Shelf("Loud", nodes=[shout])
"""
LONG = "измерения 2024 – ein Name, der in keine schmale Leiste passt, so breit man sie auch zieht"
USAGE = re.compile(r"^\d+ % · \d+ MB$")
LIVELY = 20_000
"""Milliseconds in which a worker surely starts, stops or is found to be silent."""


@pytest.fixture(scope="module", autouse=True)
def pack(packs: Path) -> None:
    install_pack(packs, "trouble", troublemakers.SOURCE)
    install_pack(packs, "loud", SHOUT)


@pytest.fixture
def worker(lab: Server) -> Iterator[OtherWindow]:
    """A worker of the lab, and somebody else who works on it."""
    other = OtherWindow(lab)
    yield other
    other.close()


# --- the side panel -------------------------------------------------------------------------------------


def test_a_worker_is_made_named_copied_kept_and_deleted_in_the_side_panel(
    lab: Server, open_window: OpenWindow, picture: Picture
) -> None:
    before = set(lab.workers())
    panel = WorkerPanel.open(lab, open_window)
    page = panel.page

    # Made: it runs, its graph is open, and the panel says what it uses.
    panel.root.get_by_test_id("fn-worker-new").click()
    expect(page.get_by_test_id("fn-editor")).to_be_visible()
    expect(panel.root.get_by_test_id("fn-worker-row")).to_have_count(len(before) + 1)
    (name,) = set(lab.workers()) - before
    expect(panel.words(name)).to_have_text("running · idle", timeout=LIVELY)
    expect(panel.row(name).get_by_test_id("fn-worker-usage")).to_have_text(USAGE)

    # Named, with letters of all kinds and more of them than there is room for.
    panel.choose(name, "Rename…")
    page.get_by_test_id("fn-worker-name").fill(LONG)
    page.keyboard.press("Enter")
    expect(panel.row(LONG)).to_have_attribute("data-state", "running")
    expect(panel.row(LONG).get_by_test_id("fn-worker-open")).to_have_attribute("title", re.compile(re.escape(LONG)))
    expect(page.locator(".lm-TabBar-tab", has_text=LONG)).to_be_visible()
    picture(page, "panel-named")

    # Kept: settings are asked for in a dialog; minutes that cannot be are not taken.
    panel.choose(LONG, "Settings…")
    dialog = page.locator(".jp-Dialog")
    dialog.get_by_test_id("fn-autostart").check()
    dialog.get_by_test_id("fn-idle-after").check()
    dialog.get_by_test_id("fn-idle-minutes").fill("0")
    expect(dialog.get_by_role("button", name="Save")).to_be_disabled()
    dialog.get_by_test_id("fn-idle-minutes").fill("2.5")
    dialog.get_by_test_id("fn-memory-most").check()
    dialog.get_by_test_id("fn-memory-megabytes").fill("100")
    expect(dialog.get_by_role("button", name="Save")).to_be_disabled()
    dialog.get_by_test_id("fn-memory-megabytes").fill("1500")
    picture(page, "panel-settings")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog).to_have_count(0)
    panel.choose(LONG, "Settings…")
    expect(dialog.get_by_test_id("fn-autostart")).to_be_checked()
    expect(dialog.get_by_test_id("fn-detached")).not_to_be_checked()
    expect(dialog.get_by_test_id("fn-idle-minutes")).to_have_value("2.5")
    dialog.get_by_role("button", name="Cancel").click()
    assert lab.workers()[LONG]["idle_timeout"] == 150
    assert lab.workers()[LONG]["memory_limit"] == 1_500_000_000

    # Copied: the copy is named at once, and does not run.
    panel.choose(LONG, "Duplicate…")
    page.get_by_test_id("fn-worker-name").fill("copy")
    page.keyboard.press("Enter")
    expect(panel.words("copy")).to_have_text("stopped")
    assert lab.workers()["copy"]["autostart"]

    # Deleted, when one means it; its tab goes with it.
    panel.choose(LONG, "Delete…")
    expect(dialog).to_contain_text(LONG)
    expect(dialog).to_contain_text("goes to the trash")
    dialog.get_by_role("button", name="Cancel").click()
    expect(panel.row(LONG)).to_have_attribute("data-state", "running")
    for one in (LONG, "copy"):
        panel.choose(one, "Delete…")
        dialog.get_by_role("button", name="Delete").click()
        expect(panel.row(one)).to_have_count(0, timeout=LIVELY)
    expect(page.locator(".lm-TabBar-tab", has_text=LONG)).to_have_count(0)
    assert set(lab.workers()) == before


def test_a_worker_is_stopped_and_started_by_keyboard(lab: Server, worker: OtherWindow, open_window: OpenWindow) -> None:
    panel = WorkerPanel.open(lab, open_window)
    panel.row(worker.name).get_by_test_id("fn-worker-open").focus()
    for verb, state in (("Stop", "stopped"), ("Start", "running")):
        panel.page.keyboard.press("Tab")
        expect(panel.row(worker.name).get_by_role("button", name=f"{verb} {worker.name}")).to_be_focused()
        panel.page.keyboard.press("Enter")
        expect(panel.row(worker.name)).to_have_attribute("data-state", state, timeout=LIVELY)
        panel.row(worker.name).get_by_test_id("fn-worker-open").focus()
    for _ in range(2):
        panel.page.keyboard.press("Tab")
    panel.page.keyboard.press("Enter")
    expect(panel.page.locator(".lm-Menu")).to_be_visible()
    panel.page.keyboard.press("Escape")
    expect(panel.row(worker.name).get_by_test_id("fn-worker-more")).to_be_focused()


def test_what_a_worker_computes_is_seen_and_interrupted(
    lab: Server, worker: OtherWindow, open_window: OpenWindow, picture: Picture
) -> None:
    panel = WorkerPanel.open(lab, open_window)
    expect(panel.words(worker.name)).to_have_text("running · idle", timeout=LIVELY)
    worker.add("trouble.wait", "wait", seconds=1000)
    expect(panel.words(worker.name)).to_have_text("running · busy", timeout=LIVELY)
    panel.row(worker.name).click(button="right")
    picture(panel.page, "panel-busy")
    panel.page.keyboard.press("Escape")
    panel.choose(worker.name, "Interrupt")
    expect(panel.words(worker.name)).to_have_text("running · idle", timeout=LIVELY)
    assert worker.nodes()["wait"]["state"] == "cancelled"


def test_a_log_is_text_and_follows_what_the_worker_prints(
    lab: Server, worker: OtherWindow, open_window: OpenWindow, picture: Picture
) -> None:
    panel = WorkerPanel.open(lab, open_window)
    panel.choose(worker.name, "Show log")
    log = panel.page.get_by_test_id("fn-worker-log")
    expect(log).to_have_text("The worker has printed nothing.")
    shout = worker.add("loud.shout", "shout", text="<img src=x onerror=alert(1)> first")
    expect(log).to_have_text("<img src=x onerror=alert(1)> first")
    expect(log.locator("img")).to_have_count(0)
    worker.set(shout, "text", "\n".join(f"line {number}" for number in range(300)))
    expect(log).to_contain_text("line 299")
    expect(log.locator("pre")).to_be_visible()
    assert log.evaluate("box => box.scrollHeight - box.scrollTop - box.clientHeight") < 2
    picture(panel.page, "panel-log")


def test_a_worker_that_is_killed_says_why_and_comes_back_by_itself(
    lab: Server, worker: OtherWindow, open_window: OpenWindow, picture: Picture
) -> None:
    worker.add("loud.shout", "shout", text="my last words")
    worker.ask("save")
    panel = WorkerPanel.open(lab, open_window)
    panel.row(worker.name).get_by_test_id("fn-worker-open").click()
    editor = EditorPage(panel.page, panel.page.locator("#jp-main-dock-panel"))
    editor.expect_done("shout")

    reason = panel.watch_for(worker.name, "killed by signal 9 (SIGKILL); starts again in 0.5 s")
    killed = lab.workers()[worker.name]["pid"]
    os.kill(killed, signal.SIGKILL)
    assert "my last words" in reason()
    expect(panel.row(worker.name)).to_have_attribute("data-state", "running", timeout=LIVELY)
    assert lab.workers()[worker.name]["pid"] != killed

    # In the editor the same story: why it was gone, that all of it is out of date, and what to do about it.
    notice = editor.root.get_by_test_id("fn-notice")
    expect(notice).to_contain_text("The worker crashed: killed by signal 9 (SIGKILL). It was started again.")
    editor.expect_stale("shout")
    picture(panel.page, "panel-came-back")
    editor.root.get_by_test_id("fn-notice-offer").click()
    editor.expect_done("shout")

    # One that is to come back can be told to stay down.
    crashed = panel.watch_for(worker.name, "starts again in 1.5 s")
    os.kill(lab.workers()[worker.name]["pid"], signal.SIGKILL)
    crashed()
    panel.choose(worker.name, "Stop")
    expect(panel.words(worker.name)).to_have_text("stopped")


def test_a_worker_that_does_not_answer_is_told_apart_and_can_be_restarted(
    lab: Server, worker: OtherWindow, open_window: OpenWindow, picture: Picture
) -> None:
    panel = WorkerPanel.open(lab, open_window)
    panel.row(worker.name).get_by_test_id("fn-worker-open").click()
    editor = EditorPage(panel.page, panel.page.locator("#jp-main-dock-panel"))
    expect(editor.root.get_by_test_id("fn-run")).to_be_visible()
    psutil.Process(lab.workers()[worker.name]["pid"]).suspend()
    expect(panel.words(worker.name)).to_have_text("does not answer", timeout=LIVELY)
    expect(editor.root.get_by_test_id("fn-stuck")).to_contain_text("does not answer")
    picture(panel.page, "panel-frozen")
    editor.root.get_by_test_id("fn-restart-stuck").click()
    expect(panel.words(worker.name)).to_have_text("running · idle", timeout=2 * LIVELY)
    expect(editor.root.get_by_test_id("fn-stuck")).to_have_count(0)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_panel_fits_where_it_is_narrow(
    lab: Server, worker: OtherWindow, open_window: OpenWindow, picture: Picture, theme: str
) -> None:
    """Names too long are cut, with the whole of them in a tooltip; what stands beside them stays to be read."""
    lab.api(f"funcnodes/api/workers/{worker.uuid}", "PATCH", {"name": LONG})
    panel = WorkerPanel.open(lab, open_window)
    page = panel.page
    if theme == "dark":
        page.wait_for_function("() => window.jupyterapp.commands.hasCommand('apputils:change-theme')")
        page.evaluate("() => window.jupyterapp.commands.execute('apputils:change-theme', {theme: 'JupyterLab Dark'})")
        expect(page.locator("body")).to_have_attribute("data-jp-theme-light", "false")
    usage = panel.row(LONG).get_by_test_id("fn-worker-usage")
    expect(usage).to_have_text(USAGE)
    expect(panel.words(LONG)).to_have_text("running · idle", timeout=LIVELY)
    frame, told, words = (part.bounding_box() for part in (panel.root, usage, panel.words(LONG)))
    assert frame is not None
    assert told is not None
    assert words is not None
    assert frame["width"] <= 280
    assert told["x"] + told["width"] <= frame["x"] + frame["width"]
    assert words["x"] + words["width"] <= told["x"]
    panel.row(LONG).hover()
    picture(page, f"panel-narrow-{theme}")


# --- the page -------------------------------------------------------------------------------------------


def choose(page: Page, verb: str) -> None:
    """Do something with the worker that is shown, by the menu of workers."""
    page.get_by_test_id("fn-worker-select").click()
    page.get_by_role("menuitem", name=verb, exact=True).click()


def test_a_worker_is_steered_by_the_menu_of_the_page(
    other: OtherWindow, runserver: Server, show: Show, picture: Picture
) -> None:
    other.add("loud.shout", "shout", text="I am <b>here</b>")
    editor = show()
    page = editor.page
    select = page.get_by_test_id("fn-worker-select")

    select.click()
    item = page.get_by_test_id("fn-worker-item").filter(has_text=other.name)
    expect(item.get_by_test_id("fn-worker-words")).to_have_text("running · idle", timeout=LIVELY)
    expect(item.get_by_test_id("fn-worker-usage")).to_have_text(USAGE)
    picture(page, "menu-of-workers")
    page.keyboard.press("Escape")

    choose(page, "Rename…")
    page.get_by_test_id("fn-worker-name").fill(f"{other.name} neu")
    page.keyboard.press("Enter")
    expect(select).to_contain_text(f"{other.name} neu")

    choose(page, "Settings…")
    page.get_by_test_id("fn-detached").check()
    page.get_by_test_id("fn-idle-never").check()
    picture(page, "menu-settings")
    page.get_by_test_id("fn-settings-save").click()
    expect(page.get_by_test_id("fn-settings-save")).to_have_count(0)
    kept = runserver.workers()[f"{other.name} neu"]
    assert (kept["autostart"], kept["detached_next"], kept["idle_timeout"]) == (False, True, 0)
    choose(page, "Settings…")
    expect(page.get_by_test_id("fn-detached")).to_be_checked()
    page.get_by_test_id("fn-detached").uncheck()
    page.get_by_test_id("fn-settings-save").click()
    expect(page.get_by_test_id("fn-settings-save")).to_have_count(0)
    assert not runserver.workers()[f"{other.name} neu"]["detached_next"]

    choose(page, "Show log")
    expect(page.get_by_test_id("fn-worker-log")).to_have_text("I am <b>here</b>")
    picture(page, "menu-log")
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("fn-worker-log")).to_have_count(0)

    wait = other.add("trouble.wait", "wait", (400, 80), seconds=1000)
    expect(editor.node("wait")).to_have_attribute("data-state", "running")
    expect(select.locator('[data-state="busy"]')).to_be_visible(timeout=LIVELY)
    choose(page, "Interrupt")
    expect(editor.node("wait")).to_have_attribute("data-state", "cancelled")
    other.ask("remove_node", uuid=wait)

    choose(page, "Stop")
    expect(page.get_by_test_id("fn-banner")).to_contain_text("not running (stopped)", timeout=LIVELY)
    choose(page, "Start")
    expect(page.get_by_test_id("fn-banner")).to_have_count(0, timeout=LIVELY)
    page.get_by_test_id("fn-run").click()
    editor.expect_done("shout")
    process = runserver.workers()[f"{other.name} neu"]["pid"]
    choose(page, "Restart")
    expect(editor.node("shout")).to_have_attribute("data-stale", "true", timeout=LIVELY)
    assert runserver.workers()[f"{other.name} neu"]["pid"] != process


def test_a_copy_is_made_opened_and_deleted_on_the_page(other: OtherWindow, runserver: Server, show: Show) -> None:
    other.add("basic.number", "one", value=1)
    editor = show()
    page = editor.page
    choose(page, "Duplicate…")
    page.keyboard.press("Enter")
    name = f"{other.name} copy"
    expect(page.get_by_test_id("fn-notice")).to_contain_text(name)
    page.get_by_test_id("fn-notice-offer").click()
    expect(page.get_by_test_id("fn-banner")).to_contain_text("not running (stopped)")
    page.get_by_test_id("fn-restart").click()
    expect(editor.node("one")).to_be_visible(timeout=LIVELY)

    choose(page, "Delete…")
    expect(page.get_by_role("menu")).to_contain_text(f"Delete {name}?")
    page.keyboard.press("Escape")
    assert name in runserver.workers()
    choose(page, "Delete…")
    page.get_by_test_id("fn-worker-delete").click()
    expect(page.get_by_test_id("fn-no-worker")).to_be_visible(timeout=LIVELY)
    assert name not in runserver.workers()
