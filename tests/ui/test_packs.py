"""Node packs in the editor: who brought what, which ones fail, and their own code, which runs when a person allowed it."""

from __future__ import annotations

import secrets
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from editor_page import EditorPage
from other_window import OtherWindow
from packs import EXAMPLE, install_folder, install_pack, with_path
from payloads import PAYLOADS
from playwright.sync_api import Locator, Page, expect
from servers import Server, free_port, start_server
from traps import Traps
from worker_panel import WorkerPanel

Picture = Callable[[Page, str], Path]
Open = Callable[..., Page]

GREET = """
from funcnodes_jupyter.core.decorator import NodeDecorator
from funcnodes_jupyter.core.shelf import Shelf
@NodeDecorator("pack.greet", name="Greet")
def greet(name: str = "you") -> str:
    return f"{word} {{name}}"
NODE_SHELF = Shelf("Greetings", nodes=[greet])
"""
PLUGIN_PACK = """
from pathlib import Path
from funcnodes_jupyter.core.decorator import NodeDecorator
class Thing:
    def _repr_json_(self):
        return {{"answer": 42}}
@NodeDecorator("{name}.make", name="Make {name}")
def make(number: int = 0) -> Thing:
    return Thing()
FUNCNODES_RENDER_OPTIONS = {{"typemap": {{Thing: "{name}.thing"}}}}
CODE = Path(__file__).with_suffix(".js")
"""


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """Where packs of the workers are installed."""
    folder = tmp_path / "site"
    folder.mkdir()
    return folder


@pytest.fixture
def server(tmp_path: Path, site: Path, environment: dict[str, str]) -> Iterator[Server]:
    """A server of the test's own, whose workers have the packs in ``site``."""
    root = tmp_path / "root"
    root.mkdir()
    token, port = secrets.token_hex(16), free_port()
    arguments = [
        str(Path(sys.executable).with_name("funcnodes")), "runserver", "--new", "--no-browser", f"--port={port}",
        "--allow-root", "--FuncNodesApp.hub_port=0",
    ]  # fmt: skip
    own = {**with_path(site, environment), "JUPYTER_TOKEN": token, "FUNCNODES_CONFIG_DIR": str(tmp_path / "base")}
    made = start_server(arguments, root, own, token, port, tmp_path / "server.log")
    yield made
    made.stop()


@pytest.fixture
def begin(server: Server) -> Iterator[Callable[[], OtherWindow]]:
    """Starts a worker, once the packs are where they are to be."""
    windows: list[OtherWindow] = []

    def start() -> OtherWindow:
        windows.append(OtherWindow(server))
        return windows[-1]

    yield start
    for window in windows:
        window.close()


def editor_of(page: Page) -> EditorPage:
    editor = EditorPage(page, page.locator("body"))
    expect(editor.root).to_be_visible()
    expect(page.get_by_test_id("fn-look-again")).to_be_enabled()
    return editor


def install_plugin(site: Path, name: str, code: str, version: str = "1.0") -> None:
    """A pack whose values its own code draws."""
    install_pack(
        site,
        name,
        PLUGIN_PACK.format(name=name),
        entries=f"module = {name}\nreact_plugin = {name}:CODE",
        version=version,
    )
    (site / f"{name}.js").write_text(code, encoding="utf-8")


def drawing(name: str, text: str) -> str:
    """Code that marks the page when it runs, and draws a word."""
    return f"""
window.ran = [...(window.ran ?? []), '{text}'];
export default function activate(api) {{
  api.registerRenderer('{name}.thing', {{
    render(element, preview) {{
      element.textContent = `{text} ${{preview.data['application/json'].answer}} ${{preview.type}}`;
      return () => {{ document.body.dataset.disposed = 'yes'; }};
    }},
  }});
}}
"""


def ran(page: Page) -> Any:
    return page.evaluate("window.ran ?? null")


def pack_item(page: Page, name: str) -> Locator:
    return page.locator(f'[data-testid="fn-pack"][data-pack="{name}"]')


# --- who brought what -------------------------------------------------------------------------------


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_example_pack_from_the_library_to_its_own_drawing(
    site: Path, begin: Callable[[], OtherWindow], open_window: Open, picture: Picture, scheme: str
) -> None:
    install_folder(EXAMPLE, site)
    install_pack(site, "broken", "import nowhere")
    worker = begin()
    sine = worker.add("signal.sine", "sine", (0, 0))
    for index, node_id in enumerate(("signal.peaks", "signal.stripes", "signal.mean")):
        made = worker.add(node_id, node_id.partition(".")[2], (280, 260 * index - 160))
        if node_id != "signal.mean":
            worker.connect(sine, "out", made, "signal")
    requests: list[str] = []
    page = open_window("about:blank", color_scheme=scheme)
    page.on("request", lambda request: requests.append(request.url))
    page.goto(worker.page)
    editor = editor_of(page)
    library = page.get_by_test_id("fn-library")
    expect(library.get_by_role("heading", name="Signals")).to_contain_text("signalpack 1.0.0")
    expect(library.locator(".fn-head-pack")).to_have_text(["signalpack 1.0.0"])  # of this package nothing is said
    editor.expect_done("sine", "peaks", "stripes")
    # what the pack said of its types: a table, a picture, a list that can be typed
    expect(editor.preview("peaks").locator(".fn-table-preview")).to_contain_text("height")
    assert editor.picture_of("stripes").startswith("data:image/png")
    editor.type_into("mean", "samples", "1, 2, 6")
    expect(editor.output("mean")).to_have_text("3.0")
    # its own code is neither fetched nor run: the values are shown plainly meanwhile
    expect(editor.preview("sine").locator(".fn-json")).to_be_visible()
    offer = page.get_by_test_id("fn-plugin-offer")
    expect(offer).to_contain_text("signalpack brings code that draws its values.")
    library.locator(".fn-panel-scroll").evaluate("box => box.scrollTo(0, box.scrollHeight)")
    picture(page, f"packs-offer-{scheme}")
    page.get_by_test_id("fn-plugin-ask").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("May this pack run code in this page?")
    expect(dialog).to_contain_text("signalpack 1.0.0")
    expect(dialog).to_contain_text("with the rights of your Jupyter session")
    expect(page.get_by_test_id("fn-plugin-decline")).to_be_focused()
    picture(page, f"packs-question-{scheme}")
    assert not [url for url in requests if "/plugin/" in url]
    page.get_by_test_id("fn-plugin-allow").click()
    expect(editor.preview("sine").get_by_role("img", name="A signal of 64 samples")).to_be_visible()
    expect(offer).to_have_count(0)
    expect(pack_item(page, "signalpack")).to_contain_text("Its own code draws its values.")
    assert len([url for url in requests if "/plugin/" in url]) == 1
    pack_item(page, "broken").locator("summary").click()
    picture(page, f"packs-drawn-{scheme}")
    # in the inspector, too
    editor.node("sine").locator(".fn-node-title").click()
    expect(page.get_by_test_id("fn-inspector").get_by_role("img", name="A signal")).to_be_visible()


def test_two_packs_with_one_node_are_told_apart(
    site: Path, begin: Callable[[], OtherWindow], open_window: Open, picture: Picture
) -> None:
    install_pack(site, "apack", GREET.format(word="Hello"), version="1.0")
    install_pack(site, "zpack", GREET.format(word="Bye"), version="2.1")
    worker = begin()
    page = open_window(worker.page)
    editor = editor_of(page)
    heads = page.get_by_test_id("fn-library").locator(".fn-head", has_text="Greetings").all_text_contents()
    assert heads == ["Greetingsapack 1.0", "Greetingszpack 2.1"]
    page.get_by_test_id("fn-library-search").fill("greet")
    found = page.get_by_test_id("fn-library-item").filter(has_text="Greet")
    assert found.locator(".fn-library-hint").all_text_contents() == ["apack", "zpack"]
    picture(page, "packs-twins")
    found.nth(1).click()
    expect(editor.output("Greet")).to_have_text("'Bye you'")


def test_a_pack_that_fails_is_listed_and_looked_for_again(
    site: Path, begin: Callable[[], OtherWindow], open_window: Open
) -> None:
    install_pack(site, "broken", "import nowhere")
    worker = begin()
    page = open_window(worker.page, permissions=["clipboard-read", "clipboard-write"])
    editor = editor_of(page)
    item = pack_item(page, "broken")
    expect(item).to_contain_text("ModuleNotFoundError: No module named 'nowhere'")
    expect(item.locator(".fn-traceback")).to_be_hidden()
    item.locator("summary").press("Enter")
    expect(item.locator(".fn-traceback")).to_contain_text("import nowhere")
    item.get_by_role("button", name="Copy").click()
    expect(item.get_by_role("button", name="Copied")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith("broken 1.0\nTraceback")

    (site / "broken.py").write_text(GREET.format(word="Mended"))
    install_pack(site, "another", GREET.format(word="New").replace("pack.", "another."))
    page.get_by_test_id("fn-look-again").click()
    expect(page.get_by_test_id("fn-notice")).to_contain_text("New: another, broken.")
    expect(page.get_by_test_id("fn-packs")).not_to_contain_text("broken")
    expect(page.get_by_test_id("fn-library").get_by_role("heading", name="broken 1.0")).to_be_visible()
    uuid = worker.add("pack.greet", "greet", (0, 0))
    expect(editor.output("greet")).to_have_text("'Mended you'")

    shutil.rmtree(site / "broken-1.0.dist-info")
    install_pack(site, "broken", GREET.format(word="Newer"), version="1.1")
    page.get_by_test_id("fn-look-again").click()
    expect(item).to_contain_text("1.1 is installed by now, and used after a restart.")
    assert worker.nodes()["greet"]["uuid"] == uuid


# --- a pack's own code ------------------------------------------------------------------------------


def test_an_answer_is_kept_and_counts_for_this_code_only(
    site: Path, begin: Callable[[], OtherWindow], open_window: Open, server: Server
) -> None:
    install_plugin(site, "drawpack", drawing("drawpack", "first"))
    worker = begin()
    worker.add("drawpack.make", "thing", (0, 0))
    page = open_window(worker.page)
    editor = editor_of(page)
    page.get_by_test_id("fn-plugin-not-now").click()
    expect(page.get_by_test_id("fn-plugin-offer")).to_have_count(0)
    page.reload()
    editor_of(page)
    item = pack_item(page, "drawpack")
    expect(item).to_contain_text("Its code for the browser does not run.")
    expect(editor.preview("thing").locator(".fn-json")).to_be_visible()
    expect(page.get_by_test_id("fn-plugin-offer")).to_have_count(0)
    # until the person thinks otherwise; closing the question is no answer
    page.get_by_test_id("fn-pack-allow").click()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert ran(page) is None
    page.get_by_test_id("fn-pack-allow").click()
    page.get_by_test_id("fn-plugin-allow").click()
    expect(editor.preview("thing")).to_have_text("first 42 drawpack.Thing")
    page.reload()
    expect(editor.preview("thing")).to_have_text("first 42 drawpack.Thing")
    assert ran(page) == ["first"]
    # a value that is made anew is drawn anew, and the old drawing goes
    editor.type_into("thing", "number", "3")
    expect(page.locator("body")).to_have_attribute("data-disposed", "yes")
    expect(editor.preview("thing")).to_have_text("first 42 drawpack.Thing")

    # other code, the same version: asked again, and nothing runs before
    (site / "drawpack.js").write_text(drawing("drawpack", "second"))
    server.api(f"funcnodes/api/workers/{worker.uuid}/restart", "POST")
    page.reload()
    editor_of(page)
    expect(page.get_by_test_id("fn-plugin-offer")).to_be_visible()
    assert ran(page) is None
    page.get_by_test_id("fn-plugin-ask").click()
    page.get_by_test_id("fn-plugin-allow").click()
    expect(editor.preview("thing")).to_have_text("second 42 drawpack.Thing")
    assert ran(page) == ["second"]


def test_code_that_is_not_what_was_allowed_does_not_run(
    site: Path, begin: Callable[[], OtherWindow], open_window: Open
) -> None:
    install_plugin(site, "drawpack", drawing("drawpack", "good"))
    worker = begin()
    worker.add("drawpack.make", "thing", (0, 0))
    page = open_window(worker.page)
    editor = editor_of(page)
    page.route("**/plugin/**", lambda route: route.fulfill(body=drawing("drawpack", "evil")))
    page.get_by_test_id("fn-plugin-ask").click()
    page.get_by_test_id("fn-plugin-allow").click()
    expect(pack_item(page, "drawpack")).to_contain_text("This is not the code that was allowed, so it was not run.")
    expect(editor.preview("thing").locator(".fn-json")).to_be_visible()
    assert ran(page) is None


FAULTS = {
    "throws": ("throw new Error('no way');", "Its code for the browser failed: no way"),
    "nodefault": ("export const x = 1;", "It exports no function as its default."),
    "taken": ("export default api => api.registerRenderer('table', { render() {} });", "There is a renderer “table” already."),
    "unreadable": ("export default function (", "Its code for the browser failed:"),
}  # fmt: skip


def test_what_fails_in_a_pack_hurts_nobody(site: Path, begin: Callable[[], OtherWindow], open_window: Open) -> None:
    for name, (code, _) in FAULTS.items():
        install_plugin(site, name, code)
    failing = drawing("drawfail", "x").replace(
        "element.textContent =", "if (window.broken) throw new Error('cannot'); element.textContent ="
    )
    install_plugin(site, "drawfail", failing)
    install_plugin(site, "drawpack", drawing("drawpack", "fine"))
    worker = begin()
    for index, name in enumerate(("drawfail", "drawpack")):
        worker.add(f"{name}.make", name, (280 * index, 0))
    page = open_window(worker.page)
    page.evaluate("window.broken = true")
    editor = editor_of(page)
    for name in (*FAULTS, "drawfail", "drawpack"):
        pack_item(page, name).get_by_test_id("fn-pack-allow").click()
        page.get_by_test_id("fn-plugin-allow").click()
    for name, (_, said) in FAULTS.items():
        expect(pack_item(page, name)).to_contain_text(said)
    expect(editor.preview("drawfail")).to_contain_text("The pack’s renderer failed: Error: cannot")
    expect(editor.preview("drawfail").locator(".fn-json")).to_be_visible()
    expect(editor.preview("drawpack")).to_have_text("fine 42 drawpack.Thing")
    # and it is asked again with the next value
    page.evaluate("window.broken = false")
    editor.type_into("drawfail", "number", "1")
    expect(editor.preview("drawfail")).to_have_text("x 42 drawfail.Thing")


@pytest.fixture
def drawpack(packs: Path) -> Iterator[None]:
    """A pack with code of its own, for the workers of all servers, as long as the test runs."""
    install_plugin(packs, "drawpack", drawing("drawpack", "lab"))
    yield
    for path in packs.glob("drawpack*"):
        shutil.rmtree(path) if path.is_dir() else path.unlink()


def test_a_packs_own_code_in_jupyterlab(drawpack: None, lab: Server, open_window: Open, picture: Picture) -> None:
    worker = OtherWindow(lab)
    worker.add("drawpack.make", "thing", (0, 0))
    panel = WorkerPanel.open(lab, open_window)
    page = panel.page
    panel.row(worker.name).dblclick()
    editor = EditorPage(page, page.locator(".jp-FuncNodes-editor"))
    page.get_by_test_id("fn-plugin-ask").click()
    expect(page.get_by_role("dialog", name="May this pack run code in this page?")).to_be_visible()
    picture(page, "packs-question-lab")
    # Enter answers what has the focus, and that is no
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert ran(page) is None
    expect(editor.preview("thing").locator(".fn-json")).to_be_visible()
    page.get_by_test_id("fn-pack-allow").click()
    page.get_by_test_id("fn-plugin-allow").click()
    expect(editor.preview("thing")).to_have_text("lab 42 drawpack.Thing")
    worker.close()


# --- texts of others --------------------------------------------------------------------------------


def test_what_packs_say_of_themselves_is_text(
    site: Path, begin: Callable[[], OtherWindow], trap: Callable[..., Traps], server: Server, picture: Picture
) -> None:
    texts = {payload.number: " ".join(payload.shown.split()) for payload in PAYLOADS}
    for number, text in texts.items():
        module = f"hostile{number}"
        install_pack(site, module, f"raise RuntimeError({text!r})")
        metadata = f"Metadata-Version: 2.1\nName: {text}\nVersion: {text}\n"
        (site / f"{module}-1.0.dist-info" / "METADATA").write_text(metadata, encoding="utf-8")
    name = "<img src=x onerror=alert(1)>"
    install_plugin(site, "evil", drawing("evil", "evil"))
    (site / "evil-1.0.dist-info" / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: <b>\n")
    worker = begin()
    worker.add("evil.make", "thing", (0, 0))
    page = trap(server.host).open(worker.page)
    editor_of(page)
    listed = page.get_by_test_id("fn-packs")
    expect(listed.locator("details")).to_have_count(len(texts), timeout=30_000)
    said = listed.text_content() or ""
    assert [text for text in texts.values() if said.count(text) < 3] == []
    listed.locator("details").evaluate_all("all => all.forEach(one => { one.open = true; })")
    picture(page, "payloads-packs")
    expect(page.get_by_test_id("fn-plugin-offer")).to_contain_text(f"{name} brings code")
    page.get_by_test_id("fn-plugin-ask").click()
    expect(page.get_by_role("dialog")).to_contain_text(f"{name} <b>")
    assert ran(page) is None
