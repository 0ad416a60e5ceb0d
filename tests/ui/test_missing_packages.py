"""A graph that needs what is not there: what can be had is offered, what cannot says why, and a restart that is due stays."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from heldindex import HeldIndex
from other_window import OtherWindow
from package_dialogs import LONG, Dialogs
from playwright.sync_api import Page, expect
from servers import Server
from wheels import add_wheel

OpenWindow = Callable[..., Page]
Picture = Callable[[Page, str], Path]

PACK = """
from funcnodes_jupyter.core.decorator import NodeDecorator
from funcnodes_jupyter.core.library import Shelf

@NodeDecorator("gone.shout")
def shout(text: str = "x") -> str:
    return text.upper()

NODE_SHELF = Shelf("Gone", nodes=[shout])
"""


@pytest.fixture(autouse=True, scope="module")
def gonepack(index: HeldIndex) -> None:
    """``gonepack`` is a pack with a node, and needs ``lowpack``."""
    for version in ("1.0", "2.0"):
        entries = f"gonepack-{version}.dist-info/entry_points.txt"
        more = {entries: "[funcnodes.module]\nmodule = gonepack\n", "gonepack.py": PACK}
        add_wheel(index.folder, "gonepack", version, [f"lowpack=={version}"], more=more)


def archive(path: Path, *packages: str) -> Path:
    """What the published program makes of a worker with two nodes of a class that only it has, and these packages."""
    nodes = [
        {"id": f"n{x}", "node_id": "gone.shout", "name": name, "io": {}, "properties": {"frontend:pos": [x, 80]}}
        for name, x in (("first", 60), ("second", 360))
    ]
    listed = {name: {"package": name, "version": "1.0"} for name in packages}
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("config", json.dumps({"name": path.stem, "package_dependencies": listed}))
        file.writestr("state", json.dumps({"backend": {"nodes": nodes, "edges": [], "prop": {}, "groups": {}}}))
    return path


def open_archive(dialogs: Dialogs, path: Path) -> None:
    """Import and start it."""
    page = dialogs.page
    with page.expect_file_chooser() as chooser:
        dialogs.choose("Import…")
    chooser.value.set_files(path)
    expect(page.get_by_test_id("fn-worker-select")).to_contain_text(path.stem)
    page.get_by_test_id("fn-restart").click()
    expect(dialogs.editor.node("first")).to_be_visible(timeout=LONG)


def test_what_cannot_be_had_holds_up_nothing_and_an_old_pack_offers_the_restart(
    indexed: Server, usual: OtherWindow, open_window: OpenWindow, picture: Picture, tmp_path: Path
) -> None:
    dialogs = Dialogs.open(usual, open_window)
    page, packages = dialogs.page, dialogs.packages
    open_archive(dialogs, archive(tmp_path / "light.fnw", "gonepack", "private-pack"))
    banner = page.get_by_test_id("fn-missing-banner")
    expect(banner).to_contain_text("Packages are not installed: gonepack and private-pack.")
    expect(banner).to_contain_text("2 nodes are not known here, and may be of one of them: gone.shout.")
    picture(page, "part-banner")

    # Each that cannot be had is named, and the others are agreed to.
    banner.get_by_test_id("fn-missing-look").click()
    agree = packages.get_by_test_id("fn-plan-agree")
    expect(agree).to_have_text("Restore the others", timeout=LONG)
    expect(packages.get_by_test_id("fn-unavailable")).to_contain_text(
        "private-pack==1.0private-pack was not found in the package registry"
    )
    assert dialogs.changes() == {"gonepack": "1.0", "lowpack": "1.0"}
    picture(page, "part-plan")
    agree.click()
    dialogs.expect_ended("done")
    packages.get_by_test_id("fn-ended-back").click()
    expect(dialogs.package("gonepack")).to_contain_text("1.0")
    missing = packages.get_by_test_id("fn-missing")
    expect(missing).to_contain_text("private-pack==1.0")
    expect(missing).to_contain_text("Not to be had: private-pack was not found in the package registry")
    picture(page, "part-list")
    page.keyboard.press("Escape")
    expect(banner).to_contain_text("Not to be had: private-pack was not found in the package registry.")
    expect(banner).not_to_contain_text("not known here")
    picture(page, "part-banner-after")

    # Another version of what runs: the restart is offered later, too, here and in the library.
    dialogs.choose("Packages…")
    dialogs.plan_adding("gonepack==2.0")
    expect(agree).to_have_text("Install", timeout=LONG)
    agree.click()
    dialogs.expect_ended("done")
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    expect(packages).to_have_count(0)
    page.reload()
    item = page.locator('[data-testid="fn-pack"][data-pack="gonepack"]')
    expect(item).to_contain_text("2.0 is installed by now, and used after a restart.")
    item.scroll_into_view_if_needed()
    picture(page, "pack-restart")
    dialogs.choose("Packages…")
    expect(packages.locator(".fn-restart-note")).to_contain_text("The worker still runs with the old gonepack.")
    picture(page, "packages-restart-later")
    page.keyboard.press("Escape")
    item.get_by_test_id("fn-pack-restart").click()
    expect(item).to_have_count(0, timeout=LONG)
    dialogs.choose("Packages…")
    expect(dialogs.package("gonepack")).to_contain_text("2.0")
    expect(packages.get_by_test_id("fn-packages-restart")).to_have_count(0)
    indexed.api(f"funcnodes/api/workers/{indexed.workers()['light']['uuid']}", "DELETE")


def test_where_a_file_says_nothing_of_packages_that_is_said(
    indexed: Server, usual: OtherWindow, open_window: OpenWindow, picture: Picture, tmp_path: Path
) -> None:
    dialogs = Dialogs.open(usual, open_window, color_scheme="dark")
    page, packages = dialogs.page, dialogs.packages
    open_archive(dialogs, archive(tmp_path / "bare.fnw"))
    banner = page.get_by_test_id("fn-missing-banner")
    expect(banner).to_contain_text("2 nodes are not known here: gone.shout. The file does not say which package has")
    picture(page, "unknown-banner-dark")
    look = banner.get_by_test_id("fn-missing-look")
    expect(look).to_have_text("Packages…")
    look.click()
    expect(packages.get_by_test_id("fn-unknown")).to_contain_text("gone.shout")
    picture(page, "unknown-list-dark")
    page.keyboard.press("Escape")

    open_archive(dialogs, archive(tmp_path / "dark.fnw", "gonepack", "private-pack"))
    banner.get_by_test_id("fn-missing-look").click()
    expect(packages.get_by_test_id("fn-plan-agree")).to_have_text("Restore the others", timeout=LONG)
    picture(page, "part-plan-dark")
    page.keyboard.press("Escape")
    expect(packages.get_by_test_id("fn-missing")).to_contain_text("Not to be had")
    picture(page, "part-list-dark")
    for name in ("bare", "dark"):
        indexed.api(f"funcnodes/api/workers/{indexed.workers()[name]['uuid']}", "DELETE")
