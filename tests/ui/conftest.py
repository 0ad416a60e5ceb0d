"""A real JupyterLab, a real standalone server and a real browser, each with folders of their own."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import sys
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import Any

import pytest
from browsers import BROWSER_ARGUMENTS, find_chromium
from editor_page import EditorPage
from heldindex import HeldIndex
from hostile_graph import LARGE
from other_window import OtherWindow
from packs import install_pack, with_path
from payloads import PAYLOADS
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, expect, sync_playwright
from servers import Server, free_port, start_runserver, start_server
from traps import Traps
from wheels import add_wheel, use_index

ROOT = Path(__file__).parent.parent.parent
ARTIFACTS = ROOT / "artifacts" / "ui"
FAILED = pytest.StashKey[bool]()


# As long as an action may take: a busy machine is no defect of the page.
expect.set_options(timeout=20_000)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    missing = find_chromium() is None
    for item in items:
        if Path(item.path).parent == Path(__file__).parent:
            item.add_marker(pytest.mark.browser)
            if missing:
                item.add_marker(
                    pytest.mark.skip(
                        reason="needs Chromium: install it (Debian: apt install chromium) "
                        "or name it in FUNCNODES_TEST_CHROMIUM"
                    )
                )


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.failed:
        item.stash[FAILED] = True
    return report


@pytest.fixture(scope="session")
def packs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where a test can put a pack of nodes: every worker that is started afterwards knows it."""
    return tmp_path_factory.mktemp("packs")


@pytest.fixture(scope="session")
def environment(tmp_path_factory: pytest.TempPathFactory, packs: Path) -> dict[str, str]:
    """Jupyter's and this package's folders, all in a temporary place, for every process of the tests."""
    top = tmp_path_factory.mktemp("jupyter")
    settings = top / "settings" / "@jupyterlab" / "apputils-extension"
    settings.mkdir(parents=True)
    notification = {"fetchNews": "false", "checkForUpdates": False, "doNotDisturbMode": True}
    (settings / "notification.jupyterlab-settings").write_text(json.dumps(notification))
    names = ("CONFIG_DIR", "DATA_DIR", "RUNTIME_DIR")
    own = {
        **os.environ,
        **{f"JUPYTER_{name}": str(top / name.lower()) for name in names},
        "JUPYTERLAB_WORKSPACES_DIR": str(top / "workspaces"),
        "JUPYTERLAB_SETTINGS_DIR": str(top / "settings"),
        "IPYTHONDIR": str(top / "ipython"),
        "FUNCNODES_CONFIG_DIR": str(top / "funcnodes"),
        "MPLCONFIGDIR": str(top / "matplotlib"),
        "XDG_DATA_HOME": str(top / "share"),
    }
    return with_path(packs, own)


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory, environment: dict[str, str]) -> Iterator[Server]:
    """JupyterLab on a folder that holds the repository's notebooks."""
    root = tmp_path_factory.mktemp("lab") / "notebooks"
    shutil.copytree(ROOT / "notebooks", root)
    token, port = secrets.token_hex(16), free_port()
    arguments = [
        sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", "--ip=127.0.0.1", f"--port={port}",
        f"--IdentityProvider.token={token}", f"--ServerApp.root_dir={root}", "--ServerApp.port_retries=0",
        "--LabApp.news_url=None", "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
        "--LabApp.extension_manager=readonly", "--LabApp.expose_app_in_browser=True",
        "--ServerApp.allow_unauthenticated_access=False",
    ]  # fmt: skip
    server = start_server(arguments, root, environment, token, port, root.parent / "lab.log")
    yield server
    server.stop()


@pytest.fixture(scope="session")
def standalone(lab: Server, tmp_path_factory: pytest.TempPathFactory, environment: dict[str, str]) -> Iterator[Server]:
    """``funcnodes runserver --new`` beside the lab: another server that reaches the same workers."""
    root = tmp_path_factory.mktemp("standalone")
    port, token = free_port(), secrets.token_hex(16)
    command = Path(sys.executable).with_name("funcnodes")
    arguments = [str(command), "runserver", "--new", "--no-browser", f"--port={port}", "--allow-root"]
    server = start_server(
        arguments, root, {**environment, "JUPYTER_TOKEN": token}, token, port, root.parent / "standalone.log"
    )
    yield server
    server.stop()


@pytest.fixture(scope="session")
def runserver(tmp_path_factory: pytest.TempPathFactory, environment: dict[str, str]) -> Iterator[Server]:
    """``funcnodes runserver`` by itself, on a base folder of its own."""
    server = start_runserver(tmp_path_factory.mktemp("runserver"), environment)
    yield server
    server.stop()


# One driver a module: as long as it lives, its event loop counts as running in this thread.
@pytest.fixture(scope="module")
def playwright_driver() -> Iterator[Playwright]:
    with sync_playwright() as driver:
        yield driver


@pytest.fixture(scope="module")
def chromium(playwright_driver: Playwright) -> Iterator[Browser]:
    browser = playwright_driver.chromium.launch(executable_path=find_chromium(), args=BROWSER_ARGUMENTS)
    yield browser
    browser.close()


@pytest.fixture
def open_window(chromium: Browser, request: pytest.FixtureRequest) -> Iterator[Callable[..., Page]]:
    """Opens pages of 1440 × 900 in a window of their own; fails the test when a page throws."""
    contexts: list[BrowserContext] = []
    errors: list[str] = []

    def open_page(url: str, **options: Any) -> Page:
        context = chromium.new_context(viewport={"width": 1440, "height": 900}, service_workers="block", **options)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(20_000)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(url)
        return page

    yield open_page
    for number, context in enumerate(contexts):
        for page in context.pages:
            if request.node.stash.get(FAILED, False):
                ARTIFACTS.mkdir(parents=True, exist_ok=True)
                page.screenshot(path=ARTIFACTS / f"failed-{request.node.name}-{number}.png")
        context.close()
    assert not errors, errors


@pytest.fixture
def picture() -> Callable[[Page, str], Path]:
    """Keeps a screenshot of a step among the artifacts."""

    def keep(page: Page, name: str) -> Path:
        ARTIFACTS.mkdir(parents=True, exist_ok=True)
        path = ARTIFACTS / f"{name}.png"
        page.screenshot(path=path)
        return path

    return keep


@pytest.fixture
def other(runserver: Server) -> Iterator[OtherWindow]:
    """A worker of the test's own, and somebody else who works on it."""
    window = OtherWindow(runserver)
    yield window
    window.close()


@pytest.fixture
def show(other: OtherWindow, open_window: Callable[..., Page]) -> Callable[..., EditorPage]:
    """Opens the worker's page in a browser window of its own."""

    def open_page(**options: Any) -> EditorPage:
        page = open_window(other.page, **options)
        editor = EditorPage(page, page.locator("body"))
        expect(editor.root).to_be_visible()
        expect(page.get_by_test_id("fn-run")).to_be_visible()
        return editor

    return open_page


@pytest.fixture(scope="session")
def hostile(tmp_path_factory: pytest.TempPathFactory, environment: dict[str, str]) -> Iterator[Server]:
    """A server on the base folder that the lab has, too; its workers have the hostile pack."""
    top = tmp_path_factory.mktemp("hostile")
    pack, root = top / "pack", top / "root"
    pack.mkdir()
    root.mkdir()
    # The pack itself stands beside this file.
    install_pack(pack, "hostile", "", entries="module = hostile_pack")
    token, port = secrets.token_hex(16), free_port()
    arguments = [
        str(Path(sys.executable).with_name("funcnodes")), "runserver", "--new", "--no-browser", f"--port={port}",
        "--allow-root", "--FuncNodesApp.hub_port=0",
    ]  # fmt: skip
    own = {**with_path(pack, with_path(Path(__file__).parent, environment)), "JUPYTER_TOKEN": token}
    server = start_server(arguments, root, own, token, port, top / "hostile.log")
    yield server
    server.stop()


@pytest.fixture
def worker(hostile: Server) -> Iterator[OtherWindow]:
    """A worker that has the hostile pack, and a line to it."""
    window = OtherWindow(hostile)
    yield window
    window.close()


@pytest.fixture
def strangers(worker: OtherWindow, environment: dict[str, str]) -> Iterator[None]:
    """Records of workers in the base folder that bear the payloads as their names, and in all that is told of them."""
    folder = Path(environment["FUNCNODES_CONFIG_DIR"]) / "workers"
    records = []
    for payload in PAYLOADS:
        uuid = f"stranger{payload.number}"
        record = dict.fromkeys(("name", "cwd", "created"), payload.shown)
        mark = {"format": "funcnodes_jupyter/1"} if payload.number % 2 else {}
        records.append(folder / f"worker_{uuid}.json")
        records[-1].write_text(json.dumps({**record, **mark, "uuid": uuid}))
    yield
    for path in records:
        path.unlink()


@pytest.fixture
def trap(chromium: Browser, request: pytest.FixtureRequest) -> Iterator[Callable[..., Traps]]:
    """Sets traps around a new window; what is caught in it fails the test."""
    made: list[Traps] = []

    def set_traps(host: str, **options: Any) -> Traps:
        context = chromium.new_context(service_workers="block", **{"viewport": LARGE, **options})
        made.append(Traps(context, host))
        return made[-1]

    yield set_traps
    for number, traps in enumerate(made):
        signs = traps.all_signs()
        if signs or request.node.stash.get(FAILED, False):
            traps.keep_pictures(ARTIFACTS, f"failed-{request.node.name}-{number}")
        traps.close()
        assert not signs


@pytest.fixture(scope="session")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HeldIndex]:
    """``toppack`` needs ``lowpack``; ``unhad`` needs what nobody has; ``slowpack`` never arrives."""
    held = HeldIndex(tmp_path_factory.mktemp("index"))
    for version in ("1.0", "2.0"):
        add_wheel(held.folder, "lowpack", version)
        add_wheel(held.folder, "toppack", version, [f"lowpack=={version}"])
    add_wheel(held.folder, "unhad", "1.0", ["nowhere-to-be-had"])
    # It cannot be installed: where it wants a folder there is a file.
    add_wheel(held.folder, "brokenpack", "1.0", ["lowpack"], more={"{data}/pyvenv.cfg/file": "no folder"})
    held.hold("slowpack", "1.0")
    yield held
    held.close()


@pytest.fixture(scope="session")
def indexed(
    index: HeldIndex, environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    """A server whose pip and uv look into that index alone."""
    top = tmp_path_factory.mktemp("environments")
    own = dict(environment)
    use_index(own, index.folder)
    own |= {"PIP_INDEX_URL": index.url, "UV_CACHE_DIR": str(top / "uv-cache"), "PIP_CACHE_DIR": str(top / "pip-cache")}
    running = start_runserver(top, own)
    yield running
    running.stop()


@pytest.fixture
def usual(indexed: Server) -> Iterator[OtherWindow]:
    """A worker with the server's packages."""
    other = OtherWindow(indexed)
    yield other
    other.close()


@pytest.fixture
def owning(indexed: Server) -> Iterator[OtherWindow]:
    """A worker with packages of its own."""
    asked = {"name": f"own-{os.urandom(3).hex()}", "environment": "own"}
    uuid = indexed.api("funcnodes/api/workers", "POST", asked)["uuid"]
    other = OtherWindow(indexed, asked["name"])
    yield other
    other.close()
    indexed.api(f"funcnodes/api/workers/{uuid}", "DELETE")
