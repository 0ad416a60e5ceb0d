"""A worker is taken along: out of one menu as an archive, in again by the same menu."""

from __future__ import annotations

import secrets
import zipfile
from collections.abc import Callable
from pathlib import Path

from editor_page import EditorPage
from other_window import OtherWindow
from playwright.sync_api import Page, expect
from servers import Server
from worker_panel import WorkerPanel

Picture = Callable[[Page, str], Path]
Show = Callable[..., EditorPage]


def choose(page: Page, item: str) -> None:
    page.get_by_test_id("fn-worker-select").click()
    page.get_by_role("menuitem", name=item).click()


def test_a_worker_is_exported_and_imported(other: OtherWindow, show: Show, picture: Picture, tmp_path: Path) -> None:
    other.add("basic.add", "sum", (0, 0), a=1, b=2)
    editor = show()
    page = editor.page
    editor.expect_done("sum")
    choose(page, "Export…")
    picture(page, "archives-export")
    with page.expect_download() as download:
        page.get_by_role("menuitem", name="Export").click()
    assert download.value.suggested_filename == f"{other.name}.fnw"
    archive = tmp_path / "taken.fnw"
    download.value.save_as(archive)
    with zipfile.ZipFile(archive) as content:
        assert content.namelist() == ["config", "state"]

    with page.expect_file_chooser() as chooser:
        choose(page, "Import…")
    chooser.value.set_files(archive)
    # The new one is shown, and nothing of it runs before somebody says so.
    expect(page.get_by_test_id("fn-worker-select")).to_contain_text(f"{other.name} 2")
    expect(page.get_by_test_id("fn-banner")).to_contain_text("not running")
    picture(page, "archives-imported")
    page.get_by_test_id("fn-restart").click()
    expect(editor.node("sum")).to_have_attribute("data-state", "idle")
    imported = other.server.workers()[f"{other.name} 2"]
    other.server.api(f"funcnodes/api/workers/{imported['uuid']}", "DELETE")


def test_what_is_no_archive_is_refused_in_words(
    other: OtherWindow, show: Show, picture: Picture, tmp_path: Path
) -> None:
    page = show(color_scheme="dark").page
    (tmp_path / "broken.fnw").write_bytes(b"PK\3\4 broken")
    before = set(other.server.workers())
    with page.expect_file_chooser() as chooser:
        choose(page, "Import…")
    chooser.value.set_files(tmp_path / "broken.fnw")
    expect(page.get_by_role("alert")).to_contain_text("no zip archive")
    picture(page, "archives-refused")
    assert set(other.server.workers()) == before


def test_a_worker_is_taken_along_by_the_side_panel(
    lab: Server, open_window: Callable[..., Page], picture: Picture, tmp_path: Path
) -> None:
    name = f"taken-{secrets.token_hex(4)}"
    lab.api("funcnodes/api/workers", "POST", {"name": name, "start": False})
    panel = WorkerPanel.open(lab, open_window)
    page = panel.page
    panel.choose(name, "Export…")
    dialog = page.locator(".jp-Dialog")
    expect(dialog).to_contain_text(name)
    picture(page, "archives-panel")
    with page.expect_download() as download:
        dialog.get_by_role("button", name="Export").click()
    assert download.value.suggested_filename == f"{name}.fnw"
    archive = tmp_path / "taken.fnw"
    download.value.save_as(archive)

    with page.expect_file_chooser() as chooser:
        panel.root.get_by_test_id("fn-worker-import").click()
    chooser.value.set_files(archive)
    expect(panel.words(f"{name} 2")).to_have_text("stopped")
    expect(page.locator(".lm-TabBar-tab", has_text=f"{name} 2")).to_be_visible()
    picture(page, "archives-panel-imported")

    (tmp_path / "broken.fnw").write_bytes(b"PK\3\4 broken")
    with page.expect_file_chooser() as chooser:
        panel.root.get_by_test_id("fn-worker-import").click()
    chooser.value.set_files(tmp_path / "broken.fnw")
    expect(dialog).to_contain_text("no zip archive")
    dialog.get_by_role("button").click()
    for one in (name, f"{name} 2"):
        lab.api(f"funcnodes/api/workers/{lab.workers()[one]['uuid']}", "DELETE")
