"""Files of the person at the screen: by the button, by a drop, and that none of them runs in the page."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from urllib.request import Request, urlopen

import pytest
from editor_page import EditorPage
from other_window import OtherWindow
from playwright.sync_api import Locator, Page, expect

Picture = Callable[[Page, str], Path]
Show = Callable[..., EditorPage]

TABLE = "city,people\nBremen,570\nKiel,247\n"
SCRIPT = "localStorage.setItem('hacked', location.href);"


def put(other: OtherWindow, name: str, content: str) -> str:
    """Have a file among the worker's; gives its address."""
    headers = {"Authorization": f"token {other.server.token}"}
    side = f"{other.server.url}funcnodes/workers/{other.uuid}"
    with urlopen(Request(f"{side}/upload/{name}", content.encode(), headers, method="POST")) as answer:
        assert answer.status == 201
    return f"{side}/files/{name}"


def drop(target: Locator, **files: str) -> None:
    """Let go of files, by name with their content, over the middle of something."""
    box = target.bounding_box()
    assert box is not None
    at = {"clientX": box["x"] + box["width"] / 2, "clientY": box["y"] + box["height"] / 2}
    transfer = target.page.evaluate_handle(
        """files => {
            const transfer = new DataTransfer();
            for (const [name, content] of Object.entries(files)) transfer.items.add(new File([content], name));
            return transfer;
        }""",
        files,
    )
    for event in ("dragenter", "dragover", "drop"):
        target.dispatch_event(event, {"dataTransfer": transfer, **at})


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_file_is_uploaded_by_the_button(
    other: OtherWindow, show: Show, picture: Picture, tmp_path: Path, scheme: str
) -> None:
    other.add("data.read_csv", "read", (0, 0))
    editor = show(color_scheme=scheme)
    (tmp_path / "cities 1.csv").write_text(TABLE)
    with editor.page.expect_file_chooser() as chooser:
        editor.field("read", "path").press("Tab")
        editor.page.keyboard.press("Enter")
    chooser.value.set_files(tmp_path / "cities 1.csv")
    editor.expect_done("read")
    expect(editor.field("read", "path")).to_have_value("files/cities 1.csv")
    expect(editor.preview("read")).to_contain_text("Bremen")
    expect(editor.page.get_by_test_id("fn-notice")).to_contain_text("Uploaded: files/cities 1.csv")
    editor.node("read").click(position={"x": 60, "y": 16})
    expect(editor.page.get_by_test_id("fn-inspector").get_by_test_id("fn-upload-path")).to_be_visible()
    picture(editor.page, f"uploads-{scheme}")


def test_a_name_that_is_taken_can_be_replaced(other: OtherWindow, show: Show, picture: Picture, tmp_path: Path) -> None:
    put(other, "cities.csv", "city\nRostock\n")
    other.add("data.read_csv", "read", (0, 0), path="files/cities.csv")
    editor = show()
    expect(editor.preview("read")).to_contain_text("Rostock")
    drop(editor.field("read", "path"), **{"cities.csv": TABLE})
    expect(editor.page.get_by_test_id("fn-notice")).to_contain_text("There already: cities.csv")
    picture(editor.page, "uploads-taken")
    editor.page.get_by_test_id("fn-notice-offer").click()
    expect(editor.preview("read")).to_contain_text("Bremen")


def test_a_file_is_dropped_on_a_node_and_on_the_canvas(other: OtherWindow, show: Show, picture: Picture) -> None:
    other.add("data.read_csv", "read", (0, 0))
    other.add("basic.add", "sum", (0, 320), a=1, b=2)
    editor = show()
    drop(editor.node("read"), **{"a.csv": TABLE, "notes.txt": "…"})
    editor.expect_done("read")
    assert other.value("read", "path") == "'files/a.csv'"
    expect(editor.page.get_by_test_id("fn-notice")).to_contain_text("files/a.csv, files/notes.txt")
    drop(editor.root.locator(".react-flow__pane"), **{"b.tsv": TABLE.replace(",", "\t")})
    editor.expect_done("Read CSV")
    assert other.value("Read CSV", "path") == "'files/b.tsv'"
    expect(editor.preview("Read CSV")).to_contain_text("people")
    assert {file["path"] for file in files_of(other)} == {"a.csv", "notes.txt", "b.tsv"}
    picture(editor.page, "uploads-dropped")


def files_of(other: OtherWindow) -> list[dict[str, str]]:
    found: list[dict[str, str]] = other.server.api(f"funcnodes/workers/{other.uuid}/files")
    return found


def test_a_slow_upload_shows_how_far_it_is_and_can_be_cancelled(
    other: OtherWindow, show: Show, picture: Picture
) -> None:
    other.add("data.read_csv", "read", (0, 0))
    editor = show()
    network = editor.page.context.new_cdp_session(editor.page)
    network.send("Network.enable")
    network.send(
        "Network.emulateNetworkConditions",
        {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": 200_000},
    )
    drop(editor.node("read"), **{"large.csv": "a\n" + "1\n" * 2_000_000})
    notice = editor.page.get_by_test_id("fn-notice")
    expect(notice).to_contain_text("Uploading large.csv")
    expect(notice.get_by_role("progressbar")).to_be_visible()
    editor.page.wait_for_function("() => document.querySelector('progress').value > 0")
    picture(editor.page, "uploads-progress")
    notice.get_by_role("button", name="Cancel").click()
    expect(notice).to_contain_text("cancelled")
    assert files_of(other) == []
    expect(editor.field("read", "path")).to_have_value("")


def test_what_was_uploaded_never_runs(other: OtherWindow, show: Show) -> None:
    page_address = put(other, "page.html", f"<!doctype html><p>shown</p><script>{SCRIPT}</script>")
    picture_address = put(other, "a.svg", f'<svg xmlns="http://www.w3.org/2000/svg"><script>{SCRIPT}</script></svg>')
    script_address = put(other, "a.js", SCRIPT)
    page = show().page
    for address in (page_address, picture_address, script_address):
        # Opened as a link in the page would be: it is kept, and the page stays.
        with page.expect_download() as download:
            page.evaluate("address => { location.href = address; }", address)
        assert download.value.suggested_filename == address.rpartition("/")[2]
        for tag, attribute in (("iframe", "src"), ("object", "data"), ("embed", "src")):
            page.evaluate(
                """([tag, attribute, address]) => {
                    const part = document.createElement(tag);
                    part[attribute] = address;
                    document.body.append(part);
                }""",
                [tag, attribute, address],
            )
        outcome = page.evaluate(
            """address => new Promise(resolve => {
                const script = document.createElement('script');
                script.src = address;
                script.onload = () => resolve('ran');
                script.onerror = () => resolve('refused');
                document.body.append(script);
            })""",
            address,
        )
        assert outcome == "refused", address
    assert page.evaluate("() => localStorage.getItem('hacked')") is None
